"""What becomes of a notice at a moment: it goes, it waits for a later one, or never goes."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from tools.kernel.period import PLATFORM_ZONE
from tools.notices.quiet_hours import QuietHours, first_loud, next_time
from tools.notices.topics import Lane, Topic

DEFAULT_QUIET: Final = QuietHours(time(22), time(8))
DEFAULT_DIGEST: Final = time(19)
MOST_ACTIVITIES_A_WEEK: Final = 3


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a creator wants to be told; `quiet` and `digest_at` None where they want neither.

    `muted` holds topics with a category, "" for all of the topic.
    """

    muted: frozenset[tuple[Topic, str]] = frozenset()
    quiet: QuietHours | None = DEFAULT_QUIET
    digest_at: time | None = DEFAULT_DIGEST
    zone: ZoneInfo = PLATFORM_ZONE

    def mutes(self, topic: Topic, category: str) -> bool:
        """Whether words of the topic, about a category or "", are not wanted."""
        return topic.mutable and bool({(topic, ""), (topic, category)} & self.muted)


class Fate(StrEnum):
    """What becomes of a notice now."""

    GOES = "goes"
    WAITS = "waits"
    MUTED = "muted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Timing:
    """What becomes of a notice, and for one that waits the moment to look at it again."""

    fate: Fate
    until: datetime | None = None


def timing(
    *,
    topic: Topic,
    category: str,
    lane: Lane,
    created_at: datetime,
    expires_at: datetime,
    preferences: Preferences,
    told_this_week: int,
    now: datetime,
) -> Timing:
    """Return what becomes of a notice now; one that waits has not expired at the moment that is named, unless it is bulk.

    `told_this_week` counts the activities that the creator was told of since Monday without asking
    (activity-notices-rules 1.1: at most three).
    """
    if expires_at <= now:
        return Timing(Fate.EXPIRED)
    if preferences.mutes(topic, category):
        return Timing(Fate.MUTED)
    match lane:
        case Lane.CASE:
            return Timing(Fate.GOES)
        case Lane.DEADLINE:
            at = _loud(preferences, now)
            # Woken up is better than too late.
            return Timing(Fate.GOES) if at >= expires_at else _at(at, now=now)
        case Lane.BULK:
            if topic is Topic.ACTIVITY and told_this_week >= MOST_ACTIVITIES_A_WEEK:
                return Timing(Fate.WAITS, _loud(preferences, week_of(now)[1]))
            return _at(_loud(preferences, _gathered(created_at, expires_at, preferences, now)), now=now)
        case _:
            assert_never(lane)


def week_of(now: datetime) -> tuple[datetime, datetime]:
    """Return when the platform's week around the moment began and ends."""
    today = now.astimezone(PLATFORM_ZONE).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), PLATFORM_ZONE)
    return monday, monday + timedelta(days=7)


def _gathered(
    created_at: datetime, expires_at: datetime, preferences: Preferences, now: datetime
) -> datetime:
    """Return when the notices of the day are told together; at once what would be too late by then."""
    if preferences.digest_at is None:
        return now
    at = max(now, next_time(created_at, clock=preferences.digest_at, zone=preferences.zone))
    return at if _loud(preferences, at) < expires_at else now


def _loud(preferences: Preferences, at: datetime) -> datetime:
    return at if preferences.quiet is None else first_loud(preferences.quiet, zone=preferences.zone, at=at)


def _at(at: datetime, *, now: datetime) -> Timing:
    return Timing(Fate.GOES) if at <= now else Timing(Fate.WAITS, at)
