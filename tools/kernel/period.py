"""Periods of days as creators name them: one symbolic form for every tool, resolved against the day asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tools.kernel.errors import Refusal

# The platform's business day; a creator abroad still earns by it.
PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")

_MONTHS = 12
_QUARTERS = 4
_LONGEST_DAYS = 3 * 366
# Before any platform; keeps arithmetic on days away from the calendar's ends.
_FIRST_YEAR = 2000


class UnknownPeriod(Refusal):
    """The text names no period that the tools know."""

    template = "没看懂“{text}”指的是哪段时间。可以说“昨天”“上周”“7月”或“8月1日到8月10日”。"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `starts_on` until before `ends_on`, with the words a creator would use for them."""

    starts_on: date
    ends_on: date
    words: str

    @property
    def days(self) -> int:
        """The number of days, at least 1."""
        return (self.ends_on - self.starts_on).days

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.ends_on - timedelta(days=1)

    def before(self) -> "Period":
        """Return the period of the same length that ends where this one starts."""
        return Period(self.starts_on - timedelta(days=self.days), self.starts_on, "前一段同样长的时间")


def month(year: int, number: int) -> Period:
    """Return the calendar month."""
    ends_on = date(year + 1, 1, 1) if number == _MONTHS else date(year, number + 1, 1)
    return Period(date(year, number, 1), ends_on, f"{year}年{number}月")


def last_days(days: int, *, on: date) -> Period:
    """Return the `days` whole days before the day `on`: today's figures are not complete yet."""
    return Period(on - timedelta(days=days), on, f"最近{days}天")


def parse_period(text: str, *, on: date) -> Period:
    """Return the period that a symbolic text means on a day.

    Forms (DESIGN §4): today, yesterday, this_week, last_week, next_week, this_month, last_month, this_year, last_year,
    last_N_days, month:7, month:2022-07, q:2, range:2026-10-01..2026-10-15 (both days inside). `month:` and
    `q:` without a year mean the latest one that has begun. Raises UnknownPeriod for anything else.
    """
    if text in _NAMED:
        return _NAMED[text](on)
    for pattern, build in _PATTERNS:
        if found := re.fullmatch(pattern, text, re.ASCII):
            try:
                period = build(found, on)
            except ValueError:
                break
            if period.starts_on.year >= _FIRST_YEAR:
                return period
    raise UnknownPeriod(text=text[:40])


def _week(on: date, *, weeks: int, words: str) -> Period:
    monday = on - timedelta(days=on.weekday()) + timedelta(weeks=weeks)
    return Period(monday, monday + timedelta(weeks=1), words)


def _day(on: date, *, back: int, words: str) -> Period:
    day = on - timedelta(days=back)
    return Period(day, day + timedelta(days=1), words)


def _last_month(on: date) -> Period:
    last = on.replace(day=1) - timedelta(days=1)
    return month(last.year, last.month)


def _latest_month(found: re.Match[str], on: date) -> Period:
    number = int(found["month"])
    if found["year"]:
        return month(int(found["year"]), number)
    return month(on.year if number <= on.month else on.year - 1, number)


def _latest_quarter(found: re.Match[str], on: date) -> Period:
    number = int(found["quarter"])
    if not 1 <= number <= _QUARTERS:
        raise ValueError(number)
    first_month = 3 * number - 2
    year = on.year if first_month <= on.month else on.year - 1
    return Period(
        month(year, first_month).starts_on, month(year, first_month + 2).ends_on, f"{year}年第{number}季度"
    )


def _days_back(found: re.Match[str], on: date) -> Period:
    days = int(found["days"])
    if not 1 <= days <= _LONGEST_DAYS:
        raise ValueError(days)
    return last_days(days, on=on)


def _range(found: re.Match[str], _on: date) -> Period:
    first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    if not timedelta(0) <= last - first <= timedelta(days=_LONGEST_DAYS):
        raise ValueError(found[0])
    words = f"{first.isoformat()}至{last.isoformat()}"
    return Period(first, last + timedelta(days=1), words)


_NAMED: dict[str, Callable[[date], Period]] = {
    "today": lambda on: _day(on, back=0, words="今天"),
    "yesterday": lambda on: _day(on, back=1, words="昨天"),
    "this_week": lambda on: _week(on, weeks=0, words="本周"),
    "last_week": lambda on: _week(on, weeks=-1, words="上周"),
    "next_week": lambda on: _week(on, weeks=1, words="下周"),
    "this_month": lambda on: month(on.year, on.month),
    "last_month": _last_month,
    "this_year": lambda on: Period(date(on.year, 1, 1), date(on.year + 1, 1, 1), f"{on.year}年"),
    "last_year": lambda on: Period(date(on.year - 1, 1, 1), date(on.year, 1, 1), f"{on.year - 1}年"),
}
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str], date], Period]], ...] = (
    (r"month:(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})", _latest_month),
    (r"q:(?P<quarter>\d)", _latest_quarter),
    (r"last_(?P<days>\d{1,4})_days", _days_back),
    (r"range:(?P<first>\d{4}-\d{2}-\d{2})\.\.(?P<last>\d{4}-\d{2}-\d{2})", _range),
)
