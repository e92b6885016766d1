"""Working days in mainland China: weekdays, less public holidays, and with the weekend days that are worked instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """What the State Council's notice says of one year: days off, and weekend days that are worked."""

    year: int
    notice: str
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a count of working days; `unknown_years` are those counted by weekends alone."""

    day: date
    unknown_years: tuple[int, ...]

    @property
    def remark(self) -> str:
        """What a creator must know of it, "" where every year's holidays are known."""
        if not self.unknown_years:
            return ""
        years = "、".join(str(year) for year in self.unknown_years)
        return f"（{years} 年的放假安排还没有收录，这里只扣除了周末）"


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The known years; in any other year every Monday to Friday counts as worked."""

    years: Mapping[int, HolidayYear]

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked."""
        known = self.years.get(day.year)
        if known is not None and day in known.off:
            return False
        return day.weekday() < _SATURDAY or (known is not None and day in known.worked)

    def after(self, day: date, count: int) -> Deadline:
        """Return the `count`-th working day after a day, which is not counted itself; that day for a count of 0."""
        assert count >= 0
        unknown: set[int] = set()
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
            if day.year not in self.years:
                unknown.add(day.year)
        return Deadline(day, tuple(sorted(unknown)))

    def between(self, after: date, until: date) -> int:
        """Return how many working days come after a day until another, that one included; 0 when it is not later."""
        days = (until - after).days
        return sum(self.is_working_day(after + timedelta(days=step)) for step in range(1, days + 1))
