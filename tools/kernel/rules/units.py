"""Units of facts, and how a creator reads a quantity."""

from enum import StrEnum
from typing import assert_never

_SECONDS_PER_MINUTE = 60
_MINUTES_PER_HOUR = 60


class Unit(StrEnum):
    """What one step of a fact is; TEXT for words, FLAG for yes and no."""

    PEOPLE = "people"
    WORKS = "works"
    TIMES = "times"
    SERIES = "series"
    DAYS = "days"
    SECONDS = "seconds"
    BASIS_POINTS = "basis_points"
    HUNDREDTHS = "hundredths"
    FLAG = "flag"
    TEXT = "text"


_COUNTERS = {Unit.PEOPLE: "人", Unit.WORKS: "条", Unit.TIMES: "次", Unit.SERIES: "部", Unit.DAYS: "天"}


def quantity(value: int | str, unit: Unit, *, up: bool = False) -> str:  # noqa: PLR0911 - a case for each unit
    """Return the value with its unit: 1,234 人, 8.2%, 3 小时 20 分钟.

    Durations are told in whole minutes, cut down, or with `up` rounded up: a gap that is named is always enough.
    """
    if isinstance(value, str):
        return value
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
        case Unit.TEXT:
            return f"{value:,}"
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
