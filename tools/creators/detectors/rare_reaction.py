"""What detectors of one kind of reaction share: it is rare among the plays, while interaction as a whole is not."""

from tools.creators.detectors import low_interaction
from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import Evidence, Finding, Weight, beside, peer_facts, shortfall_bp
from tools.creators.detectors.peers import Ratio, bp_text, low_share


def rare_reaction(
    facts: AccountFacts, ratio: Ratio, *, kind: str, title: str, metric: str, cause: str, next_step: str
) -> Finding | None:
    """Return the low rate; where all interaction is low, low_interaction says it once."""
    if low_interaction.evaluate(facts):
        return None
    if (found := low_share(facts, ratio)) is None:
        return None
    rate = bp_text(found.own)
    return Finding(
        kind,
        title,
        Weight.SIDE,
        shortfall_bp(found.own, found.median),
        Evidence(metric, facts.window.words, f"{facts.current.plays} 次播放", rate, None, found.place),
        metric + " {rate}" + beside(found.place),
        cause,
        next_step,
        {"rate": rate, **peer_facts(found.place)},
    )
