"""Shares per play are surely in the peers' lowest quarter, while interaction as a whole is not."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import Detector, Finding, enough_plays
from tools.creators.detectors.rare_reaction import rare_reaction


def _shared(figures: Figures) -> tuple[int, int]:
    return figures.shares, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low rate."""
    return rare_reaction(
        facts,
        _shared,
        kind="low_shares",
        title="转发偏少",
        metric="转发率",
        cause="内容看着不错，但少一个“发给某个人看”的理由",
        next_step="下一条给一个能直接照做的清单或办法，开头就说适合转给谁",
    )


DETECTOR = Detector("low_shares", "转发率", enough_plays, evaluate)
