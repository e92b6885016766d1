"""Viewers interact as much as with peers, yet surely fewer of them follow."""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    enough_plays,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import bp_text, low_share, rate_standing
from tools.kernel.money import rate_text


def _interacted(figures: Figures) -> tuple[int, int]:
    return figures.interactions, figures.plays


def _followed(figures: Figures) -> tuple[int, int]:
    return figures.work_followers, figures.plays


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the missing follows."""
    interaction = rate_standing(facts, _interacted)
    found = low_share(facts, _followed)
    if interaction is None or interaction.own < interaction.median or found is None:
        return None
    now = facts.current
    rate = bp_text(found.own)
    return Finding(
        "interaction_without_follows",
        "有互动不涨粉",
        Weight.DRIVER,
        shortfall_bp(found.own, found.median),
        Evidence("播放涨粉率", facts.window.words, f"{now.plays} 次播放", rate, None, found.place),
        "互动率 {interaction} 不比同类差（中位数 {interaction_median}），可每次播放带来的关注只有 {follows}"
        "，同类中位数 {peer_median}，{peer_place}",
        "大家喜欢这一条，但不知道关注你以后还能看到什么",
        "把内容做成有下一集的系列，结尾用一句话预告下一条，主页简介写清楚你拍什么",
        {
            "interaction": rate_text(*_interacted(now)),
            "interaction_median": interaction.place.median,
            "follows": rate,
            **peer_facts(found.place),
        },
    )


DETECTOR = Detector("interaction_without_follows", "互动涨粉", enough_plays, evaluate)
