"""The works of the last 30 days surely left the account's category, more than those before."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median_low

from tools.creators.detectors.facts import HABIT_DAYS, AccountFacts, OwnWork
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Rule,
    Weight,
    day_text,
    shortfall_bp,
)
from tools.creators.detectors.peers import wilson_bp

_RECENT_DAYS = 30
_FEWEST_WORKS = 5
_FEWEST_COMPARED = 3
_LEAST_SHARE_BP = 2_500


def _enough(facts: AccountFacts) -> bool:
    return len(_halves(facts)[1]) >= _FEWEST_WORKS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the drift; how bad it is, the plays of the works outside say where both kinds are known."""
    earlier, recent = _halves(facts)
    off = [work for work in recent if work.category != facts.category]
    lowest, _ = wilson_bp(len(off), len(recent))
    was = sum(work.category != facts.category for work in earlier)
    # As many outside before: the account has two subjects, and did not drift.
    drifted = not earlier or was * len(recent) < len(off) * len(earlier)
    if lowest < _LEAST_SHARE_BP or not drifted:
        return None
    compared, shortfall, more = _compared(facts, off)
    others = sorted({work.category for work in off})
    return Finding(
        "category_drift",
        "内容跑偏",
        Weight.DRIVER,
        shortfall,
        Evidence(
            "领域外作品数",
            f"截至{day_text(facts.window.last_day)}的 {_RECENT_DAYS} 天",
            f"{len(recent)} 条作品",
            f"{len(off)}",
            f"{was}/{len(earlier)}",
        ),
        "近 {days} 天的 {recent} 条里有 {off} 条是{others}，不在你的{category}领域" + compared,
        "内容不统一，推荐系统和老粉都不好认你是拍什么的",
        "接下来三条都回到{category}，想拍{others}先用合集分开放",
        {
            "days": _RECENT_DAYS,
            "recent": len(recent),
            "off": len(off),
            "others": "、".join(others),
            "category": facts.category,
            **more,
        },
        rule=Rule("creator-growth-guide", "1.1", facts.window.last_day),
    )


def _halves(facts: AccountFacts) -> tuple[list[OwnWork], list[OwnWork]]:
    first = facts.window.ends_on - timedelta(days=_RECENT_DAYS)
    works = [work for work in facts.recent if work.kind != "live"]
    earlier = [work for work in works if work.published_at.date() < first]
    return earlier, [work for work in works if work.published_at.date() >= first]


def _compared(facts: AccountFacts, off: Sequence[OwnWork]) -> tuple[str, int, dict[str, int]]:
    inside = [
        work.early_plays
        for work in facts.recent
        if work.category == facts.category and work.early_plays is not None
    ]
    outside = [work.early_plays for work in off if work.early_plays is not None]
    if min(len(inside), len(outside)) < _FEWEST_COMPARED:
        return "", 1_000, {}
    medians = {"inside": median_low(inside), "outside": median_low(outside)}
    words = "；头三天播放的中位数是 {outside}，领域内（近 {habit} 天）是 {inside}"
    return words, shortfall_bp(medians["outside"], medians["inside"]), {**medians, "habit": HABIT_DAYS}


DETECTOR = Detector("category_drift", "内容方向", _enough, evaluate)
