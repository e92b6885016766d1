"""The facts about a creator that programmes may ask for, and how a creator reads them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

_SECONDS_PER_MINUTE = 60
_MINUTES_PER_HOUR = 60


class Unit(StrEnum):
    """What one step of a fact is."""

    PEOPLE = "people"
    WORKS = "works"
    TIMES = "times"
    SERIES = "series"
    DAYS = "days"
    SECONDS = "seconds"
    BASIS_POINTS = "basis_points"
    HUNDREDTHS = "hundredths"
    FLAG = "flag"


class Fact(StrEnum):
    """A field of `CreatorFacts` (tools/creators/service.py), named the same."""

    FOLLOWERS = "followers"
    FOLLOWER_GROWTH = "follower_growth_30d_bp"
    ORIGINAL_WORKS = "original_works_30d"
    VIOLATIONS_90D = "violations_90d"
    VIOLATIONS_180D = "violations_180d"
    SERIOUS_VIOLATIONS = "serious_violations_90d"
    REAL_NAME_VERIFIED = "real_name_verified"
    LIVE_SECONDS = "live_seconds_30d"
    DRAMA_SERIES = "drama_series_5_episodes"
    SHOP_OPENED = "shop_opened"
    SHOP_SCORE = "shop_score_hundredths"
    SHOP_DAYS = "shop_days"

    @property
    def unit(self) -> Unit:
        """What one step of this fact is."""
        return _UNITS[self]

    @property
    def words(self) -> str:
        """What creators call it."""
        return _WORDS[self]


Facts = Mapping[Fact, int]  # flags are 0 and 1; a missing fact counts as 0

_UNITS = {
    Fact.FOLLOWERS: Unit.PEOPLE,
    Fact.FOLLOWER_GROWTH: Unit.BASIS_POINTS,
    Fact.ORIGINAL_WORKS: Unit.WORKS,
    Fact.VIOLATIONS_90D: Unit.TIMES,
    Fact.VIOLATIONS_180D: Unit.TIMES,
    Fact.SERIOUS_VIOLATIONS: Unit.TIMES,
    Fact.REAL_NAME_VERIFIED: Unit.FLAG,
    Fact.LIVE_SECONDS: Unit.SECONDS,
    Fact.DRAMA_SERIES: Unit.SERIES,
    Fact.SHOP_OPENED: Unit.FLAG,
    Fact.SHOP_SCORE: Unit.HUNDREDTHS,
    Fact.SHOP_DAYS: Unit.DAYS,
}
_COUNTERS = {Unit.PEOPLE: "人", Unit.WORKS: "条", Unit.TIMES: "次", Unit.SERIES: "部", Unit.DAYS: "天"}
_WORDS = {
    Fact.FOLLOWERS: "粉丝",
    Fact.FOLLOWER_GROWTH: "近30天涨粉",
    Fact.ORIGINAL_WORKS: "近30天原创作品",
    Fact.VIOLATIONS_90D: "近90天违规",
    Fact.VIOLATIONS_180D: "近180天违规",
    Fact.SERIOUS_VIOLATIONS: "近90天严重违规",
    Fact.REAL_NAME_VERIFIED: "实名认证",
    Fact.LIVE_SECONDS: "近30天有效开播",
    Fact.DRAMA_SERIES: "满5集的短剧",
    Fact.SHOP_OPENED: "开通快手小店",
    Fact.SHOP_SCORE: "店铺评分",
    Fact.SHOP_DAYS: "开店天数",
}


def quantity(value: int, unit: Unit, *, up: bool = False) -> str:
    """Return the value with its unit: 1,234 人, 8.2%, 3 小时 20 分钟.

    Durations are told in whole minutes, cut down, or with `up` rounded up: a gap that is named is always enough.
    """
    match unit:
        case Unit.SECONDS:
            return _duration(value, up=up)
        case Unit.BASIS_POINTS:
            return f"{hundredths(value)}%"
        case Unit.HUNDREDTHS:
            return f"{hundredths(value)} 分"
        case Unit.FLAG:
            return "已完成" if value else "未完成"
        case Unit.PEOPLE | Unit.WORKS | Unit.TIMES | Unit.SERIES | Unit.DAYS:
            return f"{value:,} {_COUNTERS[unit]}"
        case _:
            assert_never(unit)


def hundredths(value: int) -> str:
    """Return value / 100 exactly, without trailing zeros: 820 is "8.2"."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return f"{sign}{whole:,}.{rest:02d}".rstrip("0").rstrip(".")


def _duration(seconds: int, *, up: bool) -> str:
    minutes = -(-seconds // _SECONDS_PER_MINUTE) if up else seconds // _SECONDS_PER_MINUTE
    hours, rest = divmod(minutes, _MINUTES_PER_HOUR)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours:,} 小时 {rest} 分钟" if rest else f"{hours:,} 小时"
