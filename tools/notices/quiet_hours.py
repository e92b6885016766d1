"""Quiet hours: when a creator's own clock says that nobody wants to hear from us."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `starts` (inclusive) to `ends` (exclusive) by the clock on the wall, over midnight where it ends earlier."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        assert self.starts != self.ends, "hours without an end are no hours"
        assert all(not at.second and not at.microsecond for at in (self.starts, self.ends)), "whole minutes"

    @property
    def words(self) -> str:
        """The hours as people write them: 22:00–08:00."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


def is_quiet(hours: QuietHours, *, zone: ZoneInfo, at: datetime) -> bool:
    """Whether the clock on the wall of the zone shows quiet hours."""
    clock = at.astimezone(zone).time()
    if hours.starts < hours.ends:
        return hours.starts <= clock < hours.ends
    return clock >= hours.starts or clock < hours.ends


def first_loud(hours: QuietHours, *, zone: ZoneInfo, at: datetime) -> datetime:
    """Return the first moment from `at` on that is not quiet; `at` itself when it is not."""
    if not is_quiet(hours, zone=zone, at=at):
        return at
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    clock = minute.astimezone(zone)
    left = (hours.ends.hour * 60 + hours.ends.minute - clock.hour * 60 - clock.minute) % _MINUTES_A_DAY
    ends = minute + timedelta(minutes=left)
    if ends.astimezone(zone).utcoffset() == clock.utcoffset():
        return ends
    # The clocks change in between: the end may fall into the hour that is left out or told twice.
    while is_quiet(hours, zone=zone, at=minute):
        minute += _MINUTE
    return minute


def next_time(at: datetime, *, clock: time, zone: ZoneInfo) -> datetime:
    """Return the first moment from `at` on at which the zone's clock shows the time, or has just jumped over it."""
    day = at.astimezone(zone).date()
    while True:
        found = datetime.combine(day, clock, zone).astimezone(UTC)
        if found >= at:
            return found
        day += _DAY
