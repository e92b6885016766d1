"""The plays come from followers: surely a larger share than with most peers, and few strangers for the account's size."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    beside,
    enough_plays,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import rate_standing, standing, well_below, wilson_bp
from tools.kernel.money import rate_text

_LEAST_SHARE_BP = 4_000


def _by_followers(figures: Figures) -> tuple[int, int]:
    return figures.follower_plays, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the concentration; loyal followers beside many strangers are no problem."""
    found = rate_standing(facts, _by_followers)
    now = facts.current
    lowest, _ = wilson_bp(*_by_followers(now))
    if found is None or lowest < max(_LEAST_SHARE_BP, found.upper_quartile + 1):
        return None
    strangers = standing(
        _strangers(now, facts.followers),
        [_strangers(peer.figures, peer.followers) for peer in facts.peers],
        words=str,
    )
    if strangers is None or not well_below(strangers):
        return None
    share = rate_text(*_by_followers(now))
    return Finding(
        "few_strangers",
        "只有粉丝在看",
        Weight.DRIVER,
        shortfall_bp(strangers.own, strangers.median),
        Evidence("粉丝播放占比", facts.window.words, f"{now.plays} 次播放", share, None, found.place),
        "{follower_share} 的播放来自粉丝" + beside(found.place),
        "作品没有推到新的人面前，观众只剩老粉，涨粉会越来越难",
        "下一条不用老粉才懂的梗，开头直接交代看点，标题带上领域里常搜的词",
        {"follower_share": share, **peer_facts(found.place)},
    )


def _strangers(figures: Figures, followers: int) -> int:
    return (figures.plays - figures.follower_plays) * 1_000 // max(followers, 1)


DETECTOR = Detector("few_strangers", "观众构成", enough_plays, evaluate)
