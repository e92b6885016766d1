"""What a diagnosis looks at: plain values of one account and of those it is compared with, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from tools.creators.figures import Penalty
from tools.kernel.period import Period

# What detectors say about habits (posting, hours, titles) rests on this many days, whatever period was asked.
HABIT_DAYS = 60
# Of comparable accounts only works that came out this many days before the period or later are counted: the
# recommendation of a work lasts about a week (policy traffic-distribution 3.2).
PEER_WORK_DAYS = 60
# Works of comparable accounts whose hour and length are compared; the youngest have not had their plays yet.
PEER_HABIT_DAYS, PEER_SETTLED_DAYS = 35, 7
POSTING_DAYS = 28
INCOME_DAYS = 30
# A work's first days, which all works have had in the same way.
EARLY_DAYS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened to an account in a period, live sessions aside; `days` counts the days with figures.

    `played_seconds` and `completed_seconds` are what it would have taken to see every play, and every completed play,
    to the end.
    """

    days: int = 0
    works_published: int = 0
    plays: int = 0
    completed_plays: int = 0
    follower_plays: int = 0
    watch_seconds: int = 0
    played_seconds: int = 0
    completed_seconds: int = 0
    interactions: int = 0
    comments: int = 0
    shares: int = 0
    work_followers: int = 0
    new_followers: int = 0
    lost_followers: int = 0
    profile_views: int = 0
    live_seconds: int = 0

    @property
    def net_followers(self) -> int:
        """Followers gained less those lost."""
        return self.new_followers - self.lost_followers

    @property
    def unfinished_plays(self) -> int:
        """Plays that did not reach the end."""
        return self.plays - self.completed_plays

    @property
    def unfinished_seconds(self) -> int:
        """Seconds watched by those who did not reach the end."""
        return max(self.watch_seconds - self.completed_seconds, 0)

    @property
    def unfinished_length_seconds(self) -> int:
        """Seconds that they would have watched by staying."""
        return self.played_seconds - self.completed_seconds


@dataclass(frozen=True, slots=True)
class WorkPlays:
    """A work's plays in the period."""

    title: str
    plays: int


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A work of the last 60 days; `published_at` in the platform's time.

    `early_plays` are those of its first three days, None where they are not over or have no figures; `plays` all until
    the period's end.
    """

    title: str
    kind: str
    category: str
    published_at: datetime
    seconds: int
    original: bool
    series: str | None = None
    plays: int = 0
    early_plays: int | None = None


@dataclass(frozen=True, slots=True)
class PeerWork:
    """A work of a comparable account: its hour of publication in the platform's time, its length, its plays."""

    published_at: datetime
    seconds: int
    plays: int


@dataclass(frozen=True, slots=True)
class Peer:
    """A comparable account with plays in the period; `income_fen` is None where nothing is known."""

    followers: int
    figures: Figures
    plays_before: int = 0
    works: tuple[PeerWork, ...] = ()
    income_fen: int | None = None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of the account, for the chart; None where the day has no figures."""

    day: date
    plays: int
    followers: int | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that the detectors look at.

    `works` are those played in the period, most played first; `recent` those published in the last 60 days, oldest
    first; `posted_on` has the day of each work that came out in them or since the period before began, ascending;
    `live_on` the days of the last 60 on air; `earlier_plays` the plays of each period of the same length before this one,
    as far back as those 60 days with figures go, the latest first.
    """

    window: Period
    category: str
    followers: int
    current: Figures
    before: Figures
    works: tuple[WorkPlays, ...] = ()
    recent: tuple[OwnWork, ...] = ()
    posted_on: tuple[date, ...] = ()
    live_on: tuple[date, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    peers: tuple[Peer, ...] = ()
    income_fen: int | None = None
    days: tuple[DayFigures, ...] = ()
    earlier_plays: tuple[int, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether the period before has figures of nearly all its days, so that a change is a change."""
        return self.before.days * 10 >= self.window.days * 9

    @property
    def best(self) -> OwnWork | None:
        """The most played work of the last 60 days, of equals the latest."""
        played = [work for work in self.recent if work.plays]
        return max(played, key=lambda work: (work.plays, work.published_at), default=None)

    def posted_in(self, days: int) -> int:
        """Return how many works came out in the last `days` of the period."""
        first = self.window.ends_on - timedelta(days=days)
        return sum(first <= day < self.window.ends_on for day in self.posted_on)


def longest_gap(
    posted_on: Sequence[date], *, until: date, lookback_days: int, since: date
) -> tuple[date, date] | None:
    """Return the first and last day of the longest time without a work that reached `since` or later.

    Only the `lookback_days` before `until` are looked at: a gap that began before them begins with them.
    """
    first = until - timedelta(days=lookback_days)
    days = sorted({first - timedelta(days=1), *(day for day in posted_on if first <= day < until), until})
    gaps = [
        (start + timedelta(days=1), end - timedelta(days=1))
        for start, end in pairwise(days)
        if (end - start).days > 1 and end > since
    ]
    # Of equally long gaps the latest: it is the one that still hurts.
    return max(gaps, key=lambda gap: (gap[1] - gap[0], gap[1]), default=None)
