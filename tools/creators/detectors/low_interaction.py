"""Likes, comments, shares and favourites per play are surely in the peers' lowest quarter."""

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
from tools.creators.detectors.peers import low_share
from tools.kernel.money import rate_text


def _interacted(figures: Figures) -> tuple[int, int]:
    return figures.interactions, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the low rate (policy metrics-definitions 2.1)."""
    if (found := low_share(facts, _interacted)) is None:
        return None
    now = facts.current
    rate = rate_text(*_interacted(now))
    return Finding(
        "low_interaction",
        "互动偏低",
        Weight.DRIVER,
        shortfall_bp(found.own, found.median),
        Evidence("互动率", facts.window.words, f"{now.plays} 次播放", rate, None, found.place),
        "互动率 {rate}" + beside(found.place),
        "看完的人没有被问到，也没有可说的话题",
        "下一条在结尾问一个具体的问题，发布后头一个小时逐条回评论",
        {"rate": rate, **peer_facts(found.place)},
    )


DETECTOR = Detector("low_interaction", "互动率", enough_plays, evaluate)
