"""The figures of an account that a diagnosis looks at: plain values, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tools.kernel.period import Period


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened to an account in a period; `days` counts the days with figures."""

    days: int = 0
    works_published: int = 0
    plays: int = 0
    completed_plays: int = 0
    interactions: int = 0
    new_followers: int = 0
    lost_followers: int = 0
    live_seconds: int = 0

    @property
    def net_followers(self) -> int:
        """Followers gained less those lost."""
        return self.new_followers - self.lost_followers


@dataclass(frozen=True, slots=True)
class WorkPlays:
    """A work's plays in the period."""

    title: str
    plays: int


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty of the last half year; `rule` is what creators call the clause, once somebody has looked it up."""

    day: date
    severity: str
    policy: str
    clause: str
    note: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """A comparable account's figures of the same period, and its plays in the one before."""

    plays: int
    plays_before: int
    completed_plays: int
    interactions: int


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that the detectors look at.

    `works` are those played in the window, most played first; `best` is the most played of the last 60 days;
    `posted_on` has the day of each work that came out in them, ascending.
    """

    window: Period
    followers: int
    current: Figures
    before: Figures
    works: tuple[WorkPlays, ...] = ()
    best: WorkPlays | None = None
    posted_on: tuple[date, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    peers: tuple[PeerFigures, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether the period before has figures of nearly all its days, so that a change is a change."""
        return self.before.days * 10 >= self.window.days * 9


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
