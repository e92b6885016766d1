"""Comments per play are surely in the peers' lowest quarter, while interaction as a whole is not."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import Detector, Finding, enough_plays
from tools.creators.detectors.rare_reaction import rare_reaction


def _commented(figures: Figures) -> tuple[int, int]:
    return figures.comments, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low rate."""
    return rare_reaction(
        facts,
        _commented,
        kind="low_comments",
        title="评论偏少",
        metric="评论率",
        cause="大家看了也点了，但没有想接的话",
        next_step="结尾留一个有两边可站的问题，自己先在评论区答一个",
    )


DETECTOR = Detector("low_comments", "评论率", enough_plays, evaluate)
