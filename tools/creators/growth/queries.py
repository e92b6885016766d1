"""Every SELECT of growth advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.growth.cohorts import Doings
from tools.creators.growth.models import GrowthFactor
from tools.creators.growth.stages import MOST_WEEKS, WEEK_DAYS
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.period import Period

_WINDOW_DAYS = MOST_WEEKS * WEEK_DAYS


@dataclass(frozen=True, slots=True)
class PathDay:
    """The account at the end of one day."""

    day: date
    followers: int
    net_followers: int
    new_followers: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """One account's last weeks before a day: the net followers of each whole week, and the followers at the end."""

    followers: int
    nets: tuple[int, ...]

    @property
    def followers_before(self) -> int:
        """The followers when the first of the weeks began."""
        return self.followers - sum(self.nets)


@dataclass(frozen=True, slots=True)
class Account:
    """One account then and now, and what it did in between."""

    category: str
    then: Weeks
    now: Weeks
    doings: Doings


def path(session: Session, *, creator_id: int, since: date, on: date) -> list[PathDay]:
    """Return the account's days from `since` until before `on`, oldest first."""
    rows = session.execute(
        select(AccountDay.day, AccountDay.followers, AccountDay.new_followers, AccountDay.lost_followers)
        .where(AccountDay.creator_id == creator_id, AccountDay.day >= since, AccountDay.day < on)
        .order_by(AccountDay.day)
    )
    return [PathDay(day, followers, new - lost, new) for day, followers, new, lost in rows]


def factors(session: Session, *, categories: Sequence[str], stage: str) -> list[GrowthFactor]:
    """Return the snapshot's rows of the stage in these categories."""
    query = (
        select(GrowthFactor)
        .where(GrowthFactor.category.in_(categories), GrowthFactor.stage == stage)
        .order_by(GrowthFactor.category, GrowthFactor.factor)
    )
    return list(session.scalars(query))


def delete_factors(session: Session) -> None:
    """Empty the snapshot."""
    session.execute(delete(GrowthFactor))


def last_id(session: Session) -> int:
    """Return the largest creator id, 0 when there is none."""
    return session.scalar(select(func.max(Creator.id))) or 0


def accounts(session: Session, *, on: date, after: int, until: int) -> list[Account]:
    """Return the accounts with ids above `after` up to `until` that had figures both then and now.

    "Now" is the end of the day before `on`, "then" four weeks earlier. Three statements, each along a primary key
    or an index that begins with the creator.
    """
    then_on = on - timedelta(days=_WINDOW_DAYS)
    works = _works(session, then_on=then_on, on=on, after=after, until=until)
    plays = _plays(session, then_on=then_on, on=on, after=after, until=until)
    found: list[Account] = []
    for creator_id, category, live, *figures in session.execute(
        _week_sums(then_on=then_on, on=on, after=after, until=until)
    ):
        now, then = _weeks(figures[: 2 * MOST_WEEKS + 1]), _weeks(figures[2 * MOST_WEEKS + 1 :])
        if now is None or then is None:
            continue
        played = plays.get(creator_id, (0, 0, 0))
        found.append(Account(category, then, now, Doings(*works.get(creator_id, (0, 0, 0)), live, *played)))
    return found


def _week_sums(
    *, then_on: date, on: date, after: int, until: int
) -> Select[*tuple[Any, ...]]:  # Any: more columns than the overloads know; _weeks names them
    columns = [*_columns_before(on), *_columns_before(then_on)]
    live = _total(AccountDay.live_seconds, _days(then_on, on))
    return (
        select(Creator.id, Creator.category, live, *columns)
        .join(AccountDay, AccountDay.creator_id == Creator.id)
        .where(
            AccountDay.creator_id > after,
            AccountDay.creator_id <= until,
            AccountDay.day >= then_on - timedelta(days=_WINDOW_DAYS),
            AccountDay.day < on,
        )
        .group_by(Creator.id, Creator.category)
        .order_by(Creator.id)
    )


def _columns_before(day: date) -> list[ColumnElement[Any]]:  # Any: counts, some NULL
    """Return followers at the end of the day before, then for each week back its net followers and its days."""
    last = func.max(case((AccountDay.day == day - timedelta(days=1), AccountDay.followers)))
    columns: list[ColumnElement[Any]] = [last]
    for back in range(MOST_WEEKS):
        ends_on = day - timedelta(days=WEEK_DAYS * back)
        inside = _days(ends_on - timedelta(days=WEEK_DAYS), ends_on)
        columns.append(_total(AccountDay.new_followers - AccountDay.lost_followers, inside))
        columns.append(func.count(case((inside, 1))))
    return columns


def _weeks(figures: Sequence[int | None]) -> Weeks | None:
    followers, *weeks = figures
    if followers is None:
        return None
    nets: list[int] = []
    for net, days in zip(weeks[::2], weeks[1::2], strict=True):
        # A week with a day missing has no sum, and a gap ends the path.
        if days != WEEK_DAYS:
            break
        nets.append(net or 0)
    return Weeks(followers, tuple(reversed(nets)))


def _works(
    session: Session, *, then_on: date, on: date, after: int, until: int
) -> dict[int, tuple[int, int, int]]:
    rows = session.execute(
        select(
            Work.creator_id,
            func.count(),
            _total(Work.duration_seconds),
            func.count(case((Work.original.is_(True), 1))),
        )
        .where(
            Work.creator_id > after,
            Work.creator_id <= until,
            Work.published_at >= midnight(then_on),
            Work.published_at < midnight(on),
            Work.kind != "live",
        )
        .group_by(Work.creator_id)
    )
    return {creator_id: (count, seconds, original) for creator_id, count, seconds, original in rows}


def _plays(
    session: Session, *, then_on: date, on: date, after: int, until: int
) -> dict[int, tuple[int, int, int]]:
    interactions = WorkDay.likes + WorkDay.comments + WorkDay.shares + WorkDay.favourites
    rows = session.execute(
        select(Work.creator_id, _total(WorkDay.plays), _total(WorkDay.completed_plays), _total(interactions))
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(
            Work.creator_id > after,
            Work.creator_id <= until,
            Work.kind != "live",
            WorkDay.day >= then_on,
            WorkDay.day < on,
        )
        .group_by(Work.creator_id)
    )
    return {creator_id: (plays, completed, interacted) for creator_id, plays, completed, interacted in rows}


def publications(
    session: Session, *, creator_id: int, period: Period
) -> list[tuple[Any, int]]:  # Any: datetime
    """Return when each of the creator's works of the period came out, and its plays since, oldest first."""
    query = (
        select(Work.published_at, _total(WorkDay.plays))
        .outerjoin(WorkDay, and_(WorkDay.work_id == Work.id, WorkDay.day < period.ends_on))
        .where(
            Work.creator_id == creator_id,
            Work.kind != "live",
            Work.published_at >= midnight(period.starts_on),
            Work.published_at < midnight(period.ends_on),
        )
        .group_by(Work.id, Work.published_at)
        .order_by(Work.published_at, Work.id)
    )
    return [(published_at, plays) for published_at, plays in session.execute(query)]


def _days(starts_on: date, ends_on: date) -> ColumnElement[bool]:
    return and_(AccountDay.day >= starts_on, AccountDay.day < ends_on)


def _total(
    column: InstrumentedAttribute[int] | ColumnElement[int], inside: ColumnElement[bool] | None = None
) -> ColumnElement[int]:
    counted = column if inside is None else case((inside, column), else_=0)
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(counted), 0), BigInteger)
