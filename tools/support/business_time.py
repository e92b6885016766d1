"""Time as a promise counts it: only while the service is open, over nights, weekends and holidays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# No service is closed for longer; a calendar that says so is wrong.
_LONGEST_CLOSURE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of one day, `closes` exclusive, and whether days off have none."""

    opens: time
    closes: time
    working_days_only: bool


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """The hours of every day: `window_on` gives a day's window, `is_working_day` knows the holidays."""

    window_on: Callable[[date], Window]
    is_working_day: Callable[[date], bool]
    zone: ZoneInfo

    def open_on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from when until when the service is open on a day, None when it is not."""
        window = self.window_on(day)
        if window.working_days_only and not self.is_working_day(day):
            return None
        return datetime.combine(day, window.opens, self.zone), datetime.combine(day, window.closes, self.zone)

    def is_open(self, at: datetime) -> bool:
        """Whether the service is open at a moment."""
        found = self.open_on(at.astimezone(self.zone).date())
        return found is not None and found[0] <= at < found[1]

    def next_opening(self, at: datetime) -> datetime:
        """Return the moment itself while the service is open, else when it opens next."""
        return next(max(at, opens) for opens, _ in self._stretches(at))

    def next_closing(self, at: datetime) -> datetime:
        """Return when the service closes that is open at a moment, or opens next."""
        return next(closes for _, closes in self._stretches(at))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return how long the service was open from `start` until `end`; nothing when it is not later."""
        total = timedelta(0)
        if end <= start:
            return total
        for opens, closes in self._stretches(start, until=end):
            total += min(closes, end) - max(opens, start)
        return total

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the first moment by which the service has been open for `span` since `start`."""
        if span <= timedelta(0):
            return start
        for opens, closes in self._stretches(start):
            begins = max(opens, start)
            if closes - begins >= span:
                return begins + span
            span -= closes - begins
        raise AssertionError("the stretches have no end")

    def _stretches(
        self, start: datetime, *, until: datetime | None = None
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield when the service is open, from the stretch that holds or follows a moment, in order."""
        day, closed = start.astimezone(self.zone).date(), 0
        while until is None or day <= until.astimezone(self.zone).date():
            found = self.open_on(day)
            if found is not None and found[1] > start and (until is None or found[0] < until):
                closed = 0
                yield found
            else:
                closed += 1
                assert closed <= _LONGEST_CLOSURE_DAYS, f"the service is closed for too long before {day}"
            day += timedelta(days=1)
