"""The clocks of a promise: how much business time it has taken, paused and stopped as the case goes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tools.support.business_time import BusinessHours

# A person is warned when this part of the time is left.
_WARNING_PART = 5


class Promise(StrEnum):
    """What is promised to a creator whose case is open."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"

    @property
    def words(self) -> str:
        """The promise as agents read it."""
        match self:
            case Promise.FIRST_REPLY:
                return "首次回复"
            case Promise.NEXT_REPLY:
                return "后续回复"
            case Promise.RESOLUTION:
                return "解决"


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise: `spent` is the business time until the last pause, `running_since` when it last began to run.

    Not running and without `stopped_at`, it is paused.
    """

    promise: Promise
    target: timedelta
    spent: timedelta = timedelta(0)
    running_since: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it will never run again."""
        return self.stopped_at is not None

    @property
    def is_paused(self) -> bool:
        """Whether it waits to run on."""
        return self.running_since is None and not self.is_over


def start(promise: Promise, *, target: timedelta, at: datetime) -> Clock:
    """Return a clock that runs from this moment."""
    return Clock(promise, target, running_since=at)


def run(clock: Clock, *, at: datetime) -> Clock:
    """Return the clock running; one that runs or is over stays as it is."""
    return replace(clock, running_since=at) if clock.is_paused else clock


def pause(clock: Clock, *, at: datetime, hours: BusinessHours) -> Clock:
    """Return the clock paused; one that is paused or over stays as it is."""
    if clock.running_since is None:
        return clock
    return replace(clock, spent=spent(clock, at=at, hours=hours), running_since=None)


def stop(clock: Clock, *, at: datetime, hours: BusinessHours) -> Clock:
    """Return the clock stopped for good; the first stop counts."""
    return clock if clock.is_over else replace(pause(clock, at=at, hours=hours), stopped_at=at)


def spent(clock: Clock, *, at: datetime, hours: BusinessHours) -> timedelta:
    """Return the business time that the promise has taken by a moment."""
    if clock.running_since is None:
        return clock.spent
    return clock.spent + hours.elapsed(clock.running_since, at)


def due_at(clock: Clock, *, hours: BusinessHours) -> datetime | None:
    """Return when a running clock reaches its target, None for one that does not run."""
    if clock.running_since is None:
        return None
    return hours.after(clock.running_since, clock.target - clock.spent)


def warn_at(clock: Clock, *, hours: BusinessHours) -> datetime | None:
    """Return when a fifth of a running clock's time is left, None for one that does not run."""
    if clock.running_since is None:
        return None
    return hours.after(clock.running_since, clock.target - clock.target / _WARNING_PART - clock.spent)


def is_breached(clock: Clock, *, at: datetime, hours: BusinessHours) -> bool:
    """Whether the promise has taken more than its time."""
    return spent(clock, at=at, hours=hours) > clock.target
