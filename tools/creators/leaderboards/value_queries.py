"""The SELECTs of what accounts are ranked by: one statement a measure, however many accounts."""

from datetime import date, timedelta
from typing import Any, assert_never

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, cast, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.leaderboards.boards import FEWEST_PLAYS, PENALTY_DAYS, Measure
from tools.creators.models import AccountDay, Creator, Violation, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.period import Period

_BASIS_POINTS = 10_000
_ROWS_A_FETCH = 20_000


def contenders(session: Session, *, measure: Measure, period: Period) -> list[tuple[int, str, str, int]]:
    """Return who takes part, as (creator, category, city, value), in the order that ties are broken by."""
    query = contending(measure=measure, period=period).order_by(Creator.joined_on, Creator.id)
    rows = session.execute(query.execution_options(yield_per=_ROWS_A_FETCH))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def contending(*, measure: Measure, period: Period) -> Select[*tuple[Any, ...]]:  # Any: ids, names and values
    """Return the statement of who takes part with their values.

    An account takes part that published or was on air in the period, has no serious penalty in the 30 days before
    its end (leaderboard-rules 2.1), and a value above 0.
    """
    figures = _figures(measure, period)
    return (
        select(Creator.id, Creator.category, Creator.city, figures.c.value)
        .join(figures, figures.c.creator_id == Creator.id)
        .where(
            figures.c.value > 0,
            Creator.id.in_(_active(period)),
            Creator.id.not_in(_punished(period.ends_on)),
        )
    )


def own_state(
    session: Session, *, creator_id: int, measure: Measure, period: Period
) -> tuple[int, bool, bool]:
    """Return an account's value, whether it published or was on air, and whether a penalty keeps it off."""
    value = session.scalar(_values(measure, period, creator_id=creator_id)) or 0
    published = select(Work.id).where(
        Work.creator_id == creator_id,
        Work.published_at >= midnight(period.starts_on),
        Work.published_at < midnight(period.ends_on),
    )
    on_air = select(AccountDay.day).where(
        AccountDay.creator_id == creator_id, _within(AccountDay.day, period), AccountDay.live_seconds > 0
    )
    active = session.scalar(published.limit(1)) or session.scalar(on_air.limit(1))
    punished = session.scalar(_punished(period.ends_on).where(Violation.creator_id == creator_id).limit(1))
    return value, active is not None, punished is not None


def _figures(measure: Measure, period: Period) -> Subquery:
    return _grouped(measure, period).subquery()


def _values(measure: Measure, period: Period, *, creator_id: int) -> Select[int]:
    whose = Work.creator_id if measure in _OF_WORKS else AccountDay.creator_id
    # Without the narrowing inside, one account's value would be read out of everybody's.
    grouped = _grouped(measure, period).where(whose == creator_id).subquery()
    return select(grouped.c.value)


_OF_WORKS = frozenset({Measure.PLAYS, Measure.LIKES, Measure.INTERACTION, Measure.COMPLETION})


def _grouped(measure: Measure, period: Period) -> Select[int, int]:  # noqa: PLR0911 - one return a case
    match measure:
        case Measure.FOLLOWERS:
            return select(AccountDay.creator_id, AccountDay.followers.label("value")).where(
                AccountDay.day == period.last_day
            )
        case Measure.GROWTH:
            return _of_account(_total(AccountDay.new_followers - AccountDay.lost_followers), period)
        case Measure.LIVE:
            return _of_account(_total(AccountDay.live_seconds), period)
        case Measure.PLAYS:
            return _of_works(_total(WorkDay.plays), period)
        case Measure.LIKES:
            return _of_works(_total(WorkDay.likes), period)
        case Measure.INTERACTION:
            counts = WorkDay.likes + WorkDay.comments + WorkDay.shares + WorkDay.favourites
            return _of_works(_total(counts), period)
        case Measure.COMPLETION:
            plays = _total(WorkDay.plays)
            # Whole numbers on both databases: basis points, rounded down.
            rate = _total(WorkDay.completed_plays) * _BASIS_POINTS // plays
            return _of_works(cast(rate, BigInteger), period).having(plays >= FEWEST_PLAYS)
        case _:
            assert_never(measure)


def _of_account(value: ColumnElement[int], period: Period) -> Select[int, int]:
    return (
        select(AccountDay.creator_id, value.label("value"))
        .where(_within(AccountDay.day, period))
        .group_by(AccountDay.creator_id)
    )


def _of_works(value: ColumnElement[int], period: Period) -> Select[int, int]:
    """Return the statement of a value of each creator's works, live sessions aside."""
    return (
        select(Work.creator_id, value.label("value"))
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(Work.kind != "live", _within(WorkDay.day, period))
        .group_by(Work.creator_id)
    )


def _active(period: Period) -> Select[int]:
    published = select(Work.creator_id).where(
        Work.published_at >= midnight(period.starts_on), Work.published_at < midnight(period.ends_on)
    )
    on_air = select(AccountDay.creator_id).where(_within(AccountDay.day, period), AccountDay.live_seconds > 0)
    return select(union(published, on_air).subquery().c.creator_id)


def _punished(ends_on: date) -> Select[int]:
    return select(Violation.creator_id).where(
        Violation.severity == "serious",
        Violation.day >= ends_on - timedelta(days=PENALTY_DAYS),
        Violation.day < ends_on,
    )


def _total(column: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _within(column: InstrumentedAttribute[date], period: Period) -> ColumnElement[bool]:
    return (column >= period.starts_on) & (column < period.ends_on)
