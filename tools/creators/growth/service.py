"""Growth advice: an account's own path, and the snapshot of what those who left its stage did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators.growth import queries
from tools.creators.growth.cohorts import (
    EVERYWHERE,
    Difference,
    Doings,
    Factor,
    Moments,
    difference,
    has_left,
)
from tools.creators.growth.models import GrowthFactor
from tools.creators.growth.queries import Account, PathDay, Weeks
from tools.creators.growth.stages import MOST_WEEKS, WEEK_DAYS, Pace, Stage, pace_of, stage_of
from tools.kernel.period import PLATFORM_ZONE, Period

PATH_DAYS = 90
_ACCOUNTS_A_READ = 20_000
_Cohorts = dict[tuple[str, Stage, Factor], tuple[Moments, Moments]]


@dataclass(frozen=True, slots=True)
class Path:
    """An account's own growth: its days, the pace of its last whole weeks, and the stage that follows."""

    days: tuple[PathDay, ...]
    followers: int
    pace: Pace | None
    stage: Stage


@dataclass(frozen=True, slots=True)
class Cohort:
    """Leavers beside stayers: of the category, or of all categories where it has too few; empty below the minimum."""

    category: str
    counted_on: date | None
    leavers: int
    stayers: int
    differences: tuple[Difference, ...]


def path(session: Session, *, creator_id: int, followers: int, on: date) -> Path:
    """Return the account's path until before `on`; `followers` stands in where there is no day yet."""
    days = queries.path(session, creator_id=creator_id, since=on - timedelta(days=PATH_DAYS), on=on)
    weeks = _last_weeks(days, on=on)
    # A path that stopped before yesterday has no pace, but a last count.
    last = days[-1].followers if days else followers
    pace = pace_of(weeks.nets, followers_before=weeks.followers_before) if weeks else None
    return Path(tuple(days), last, pace, stage_of(last, pace))


def _last_weeks(days: Sequence[PathDay], *, on: date) -> Weeks | None:
    nets = {each.day: each.net_followers for each in days}
    if on - timedelta(days=1) not in nets:
        return None
    found: list[int] = []
    for back in range(MOST_WEEKS):
        first = on - timedelta(days=WEEK_DAYS * (back + 1))
        week = [nets.get(first + timedelta(days=number)) for number in range(WEEK_DAYS)]
        if None in week:
            break
        found.append(sum(net for net in week if net is not None))
    return Weeks(days[-1].followers, tuple(reversed(found)))


def cohort(session: Session, *, category: str, stage: Stage) -> Cohort:
    """Return what leavers of the stage did differently: a few rows by key, of the category first.

    All categories together answer where the category alone has fewer than the minimum on either side.
    """
    rows = queries.factors(session, categories=(category, EVERYWHERE), stage=stage.value)
    own = _cohort(category, [row for row in rows if row.category == category])
    if own.differences:
        return own
    return _cohort(EVERYWHERE, [row for row in rows if row.category == EVERYWHERE])


def _cohort(category: str, rows: Sequence[GrowthFactor]) -> Cohort:
    # Everybody has a figure of how often they posted: its counts are the cohort's.
    everybody = next((row for row in rows if row.factor == Factor.POSTS_A_WEEK), None)
    found = [
        difference(
            Factor(row.factor),
            leavers=Moments(row.leavers, row.leaver_total, row.leaver_squares),
            stayers=Moments(row.stayers, row.stayer_total, row.stayer_squares),
        )
        for row in rows
    ]
    return Cohort(
        category=category,
        counted_on=everybody.counted_on if everybody else None,
        leavers=everybody.leavers if everybody else 0,
        stayers=everybody.stayers if everybody else 0,
        differences=tuple(each for each in found if each),
    )


def doings(session: Session, *, creator_id: int, on: date) -> Doings | None:
    """Return what the account did in the four weeks before `on`; None when it was not there for all of them."""
    found = queries.accounts(session, on=on, after=creator_id - 1, until=creator_id)
    return found[0].doings if found else None


def publications(session: Session, *, creator_id: int, period: Period) -> list[tuple[datetime, int]]:
    """Return the platform's time at which each work of the period came out, and its plays since."""
    found = queries.publications(session, creator_id=creator_id, period=period)
    return [(published_at.astimezone(PLATFORM_ZONE), plays) for published_at, plays in found]


def count(session: Session, *, on: date, at_once: int = _ACCOUNTS_A_READ) -> list[GrowthFactor]:
    """Return the snapshot over the four weeks before `on`, not stored yet.

    Accounts are read in ranges of ids, and only sums are kept: memory does not grow with the platform.
    """
    sums: _Cohorts = {}
    last = queries.last_id(session)
    for after in range(0, last, at_once):
        found = queries.accounts(session, on=on, after=after, until=min(after + at_once, last))
        for account in found:
            _count(sums, account)
    return [_row(key, moments, on=on) for key, moments in sums.items()]


def replace(session: Session, snapshot: Sequence[GrowthFactor]) -> None:
    """Store the snapshot in place of the one before."""
    queries.delete_factors(session)
    session.add_all(snapshot)
    session.flush()


def _count(sums: _Cohorts, account: Account) -> None:
    stage = _stage(account.then)
    now = _stage(account.now)
    left = has_left(
        stage=stage, followers=account.then.followers, now=now, followers_now=account.now.followers
    )
    for factor in Factor:
        value = account.doings.value(factor, weeks=MOST_WEEKS)
        if value is None:
            continue
        for category in (account.category, EVERYWHERE):
            leavers, stayers = sums.setdefault((category, stage, factor), (Moments(), Moments()))
            (leavers if left else stayers).add(value)


def _stage(weeks: Weeks) -> Stage:
    return stage_of(weeks.followers, pace_of(weeks.nets, followers_before=weeks.followers_before))


def _row(key: tuple[str, Stage, Factor], moments: tuple[Moments, Moments], *, on: date) -> GrowthFactor:
    category, stage, factor = key
    leavers, stayers = moments
    return GrowthFactor(
        category=category,
        stage=stage.value,
        factor=factor.value,
        counted_on=on,
        leavers=leavers.count,
        leaver_total=leavers.total,
        leaver_squares=leavers.squares,
        stayers=stayers.count,
        stayer_total=stayers.total,
        stayer_squares=stayers.squares,
    )
