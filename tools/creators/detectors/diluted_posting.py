"""More works came out, and each got surely less: the plays of their first three days, by the median."""

from datetime import timedelta
from statistics import median_low

from tools.creators.detectors.facts import EARLY_DAYS, AccountFacts
from tools.creators.detectors.finding import Detector, Evidence, Finding, Weight, day_text, shortfall_bp

_RECENT_DAYS, _EARLIER_DAYS = 14, 28
_FEWEST_WORKS = 5
_LEAST_SHORTFALL_BP = 3_000
_FEWEST_PLAYS = 100


def _early(facts: AccountFacts) -> tuple[list[int], list[int]]:
    """Return the early plays of the works of the last two weeks that have them, and of the four weeks before."""
    ends_on = facts.window.ends_on - timedelta(days=EARLY_DAYS - 1)
    middle = ends_on - timedelta(days=_RECENT_DAYS)
    first = middle - timedelta(days=_EARLIER_DAYS)
    known = [
        (work.published_at.date(), work.early_plays)
        for work in facts.recent
        if work.early_plays is not None and first <= work.published_at.date() < ends_on
    ]
    return (
        [plays for day, plays in known if day >= middle],
        [plays for day, plays in known if day < middle],
    )


def _enough(facts: AccountFacts) -> bool:
    return all(len(works) >= _FEWEST_WORKS for works in _early(facts))


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the dilution: half more works a week than before, three tenths fewer plays for each."""
    recent, earlier = _early(facts)
    if len(recent) * _EARLIER_DAYS * 2 < len(earlier) * _RECENT_DAYS * 3:
        return None
    now, before = median_low(recent), median_low(earlier)
    fell = shortfall_bp(now, before)
    # The better half of the new works stays below the old middle: not one bad work, but most.
    if fell < _LEAST_SHORTFALL_BP or before < _FEWEST_PLAYS or _upper(recent) >= before:
        return None
    return Finding(
        "diluted_posting",
        "发得多了，单条少了",
        Weight.DRIVER,
        fell,
        Evidence(
            "头三天播放中位数",
            f"截至{day_text(facts.window.last_day)}的 {_RECENT_DAYS + _EARLIER_DAYS + EARLY_DAYS - 1} 天",
            f"{len(recent)} 条对比 {len(earlier)} 条",
            f"{now}",
            f"{before}",
        ),
        "近 {recent_days} 天发了 {recent} 条，再往前 {earlier_days} 天是 {earlier} 条；"
        "每条头三天播放的中位数从 {plays_before} 降到 {plays}",
        "更新变密以后，单条花的心思少了，或者同一批观众被几条作品分走",
        "这周先减到原来的条数，把省下的时间放在选题和开头上，看单条播放有没有回来",
        {
            "recent_days": _RECENT_DAYS,
            "earlier_days": _EARLIER_DAYS,
            "recent": len(recent),
            "earlier": len(earlier),
            "plays": f"{now:,}",
            "plays_before": f"{before:,}",
        },
    )


def _upper(plays: list[int]) -> int:
    return sorted(plays)[len(plays) * 3 // 4]


DETECTOR = Detector("diluted_posting", "单条播放", _enough, evaluate)
