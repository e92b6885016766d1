"""How fast accounts grow in a period, beside each other."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.peers import Standing, standing
from tools.kernel.money import rate_text

# Growth is small: parts of a million keep weeks of it apart.
_MILLION = 1_000_000


def growth_standing(facts: AccountFacts) -> Standing | None:
    """Return the net growth of the period, in millionths of the followers before, beside the peers'."""
    return standing(
        _growth(facts.current, facts.followers),
        [_growth(peer.figures, peer.followers) for peer in facts.peers if peer.figures.days],
        words=growth_text,
    )


def growth_text(millionths: int) -> str:
    """Return the growth as a percentage with its sign."""
    text = rate_text(millionths, _MILLION)
    return f"+{text}" if millionths > 0 and text != "0.0%" else text


def _growth(figures: Figures, followers: int) -> int:
    return figures.net_followers * _MILLION // max(followers - figures.net_followers, 1)
