"""Comments per play are surely in the peers' lowest quarter, while interaction as a whole is not."""

from tools.creators.detectors import low_interaction
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
from tools.creators.detectors.peers import bp_text, low_share


def _commented(figures: Figures) -> tuple[int, int]:
    return figures.comments, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low rate; where all interaction is low, low_interaction says it once."""
    if low_interaction.evaluate(facts):
        return None
    if (found := low_share(facts, _commented)) is None:
        return None
    now = facts.current
    rate = bp_text(found.own)
    return Finding(
        "low_comments",
        "评论偏少",
        Weight.SIDE,
        shortfall_bp(found.own, found.median),
        Evidence("评论率", facts.window.words, f"{now.plays} 次播放", rate, None, found.place),
        "评论率 {rate}" + beside(found.place),
        "大家看了也点了，但没有想接的话",
        "结尾留一个有两边可站的问题，自己先在评论区答一个",
        {"rate": rate, **peer_facts(found.place)},
    )


DETECTOR = Detector("low_comments", "评论率", enough_plays, evaluate)
