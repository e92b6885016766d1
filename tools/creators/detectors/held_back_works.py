"""New works get far less than the account's works usually do: at least two of the last three under 30 % of the median."""

from datetime import timedelta
from statistics import median_low

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Rule,
    Weight,
    day_text,
    shortfall_bp,
)
from tools.creators.detectors.penalties import is_limited

_LATEST_WORKS = 3
_FEWEST_BEFORE = 5
_LEAST_LOW = 2
_LOW_PERCENT = 30
_FEWEST_PLAYS = 300
# Works older than that say nothing about now.
_NEW_DAYS = 21


def _early(facts: AccountFacts) -> tuple[list[int], list[int]]:
    """Return the early plays of the last three works that have them, and of those before; of one series or none."""
    works = [work for work in facts.recent if work.early_plays is not None]
    # A new drama begins with viewers of its own: only episodes of the same one say what is usual.
    known = [
        (work.published_at.date(), work.early_plays or 0) for work in works if work.series == works[-1].series
    ]
    since = facts.window.ends_on - timedelta(days=_NEW_DAYS)
    latest = [plays for day, plays in known[-_LATEST_WORKS:] if day >= since]
    return latest, [plays for _, plays in known[:-_LATEST_WORKS]]


def _enough(facts: AccountFacts) -> bool:
    latest, before = _early(facts)
    return len(latest) == _LATEST_WORKS and len(before) >= _FEWEST_BEFORE


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the works that were not shown; whether by a limit, only a penalty notice says (traffic-distribution 2.1)."""
    latest, before = _early(facts)
    usual = median_low(before)
    low = [plays for plays in latest if plays * 100 < _LOW_PERCENT * usual]
    if usual < _FEWEST_PLAYS or len(low) < _LEAST_LOW:
        return None
    limited = is_limited(facts)
    return Finding(
        "held_back_works",
        "新作品没推开",
        Weight.DIRECT,
        shortfall_bp(median_low(low), usual),
        Evidence(
            "头三天播放",
            f"截至{day_text(facts.window.last_day)}最近的 {_LATEST_WORKS} 条",
            f"之前的 {len(before)} 条作品",
            f"{median_low(low)}",
            f"{usual}",
        ),
        "最近 {latest} 条里有 {low} 条，头三天播放的中位数只有 {plays}，你之前 {before} 条的中位数是 {usual}",
        "账号刚有严重违规处罚，可能正处在限流期"
        if limited
        else "没有处罚通知就不算限流，可能停在了小范围推荐，完播和互动没把它推出去",
        "看站内信里处罚到期的日子，到期前先不发重要的作品"
        if limited
        else "不要删了重发，对照播放好的旧作品只改开头和时长，再发一条看头三天",
        {
            "latest": _LATEST_WORKS,
            "low": len(low),
            "plays": f"{median_low(low):,}",
            "before": len(before),
            "usual": f"{usual:,}",
        },
        rule=Rule("penalty-ladder", "1.3", facts.window.last_day)
        if limited
        else Rule("traffic-distribution", "2.1", facts.window.last_day),
    )


DETECTOR = Detector("held_back_works", "新作品推荐", _enough, evaluate)
