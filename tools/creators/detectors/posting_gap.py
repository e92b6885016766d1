"""No work came out for a week or longer, twice the usual at least, and the period or the one before it felt it."""

from datetime import date
from itertools import pairwise
from statistics import median_low

from tools.creators.detectors.facts import AccountFacts, longest_gap
from tools.creators.detectors.finding import Detector, Evidence, Finding, Weight, day_text

# A work is recommended for about a week (policy traffic-distribution 3.2): a longer gap leaves nothing to recommend.
_GAP_DAYS = 7
_LOOKBACK_DAYS = 30
_FEWEST_POSTS = 3
# Four weeks of silence are the whole of a month's works.
_WHOLE_GAP_DAYS = 28


def _enough(facts: AccountFacts) -> bool:
    return len(facts.posted_on) >= _FEWEST_POSTS


def recent_gap(facts: AccountFacts) -> tuple[date, date] | None:
    """Return the first and last day of the longest gap of a week or more that reached the period before or later.

    Who publishes every ten days has no gap after ten: it is twice the account's usual distance at least.
    """
    since = facts.window.before().starts_on
    gap = longest_gap(facts.posted_on, until=facts.window.ends_on, lookback_days=_LOOKBACK_DAYS, since=since)
    distances = [(later - earlier).days for earlier, later in pairwise(sorted(set(facts.posted_on)))]
    usual = median_low(distances) if distances else 1
    return gap if gap and _length(gap) >= max(_GAP_DAYS, 2 * usual) else None


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the longest gap."""
    if (gap := recent_gap(facts)) is None:
        return None
    days = _length(gap)
    still = gap[1] == facts.window.last_day
    return Finding(
        "posting_gap",
        "断更",
        Weight.DRIVER,
        min(days * 10_000 // _WHOLE_GAP_DAYS, 10_000),
        Evidence(
            "连续未发布天数",
            f"截至{day_text(facts.window.last_day)}的 {_LOOKBACK_DAYS} 天",
            f"{len(facts.posted_on)} 条作品",
            f"{days}",
        ),
        "{gap_from}到{gap_until}连续 {gap_days} 天没发作品" + ("，到现在还没更新" if still else ""),
        "更新一断，关注页和推荐页都没有新内容可推",
        "先定一个做得到的节奏，比如每周固定两个晚上发，提前备好一条存货",
        {"gap_from": day_text(gap[0]), "gap_until": day_text(gap[1]), "gap_days": days},
    )


def _length(gap: tuple[date, date]) -> int:
    return (gap[1] - gap[0]).days + 1


DETECTOR = Detector("posting_gap", "断更", _enough, evaluate)
