"""Shares per play are surely in the peers' lowest quarter, while interaction as a whole is not."""

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


def _shared(figures: Figures) -> tuple[int, int]:
    return figures.shares, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low rate; where all interaction is low, low_interaction says it once."""
    if low_interaction.evaluate(facts):
        return None
    if (found := low_share(facts, _shared)) is None:
        return None
    now = facts.current
    rate = bp_text(found.own)
    return Finding(
        "low_shares",
        "转发偏少",
        Weight.SIDE,
        shortfall_bp(found.own, found.median),
        Evidence("转发率", facts.window.words, f"{now.plays} 次播放", rate, None, found.place),
        "转发率 {rate}" + beside(found.place),
        "内容看着不错，但少一个“发给某个人看”的理由",
        "下一条给一个能直接照做的清单或办法，开头就说适合转给谁",
        {"rate": rate, **peer_facts(found.place)},
    )


DETECTOR = Detector("low_shares", "转发率", enough_plays, evaluate)
