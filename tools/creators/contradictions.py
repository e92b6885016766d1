"""Rows that contradict each other: the SELECTs that an import must find empty, and that the audit asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.models import AccountDay, Creator, Violation, Work, WorkDay
from tools.kernel.period import PLATFORM_ZONE


@dataclass(frozen=True, slots=True)
class EarlyDay:
    """A day with figures of a work that was not yet published."""

    public_id: str
    published_on: date
    day: date


def days_before_publication(session: Session, *, among: Select[int] | None = None) -> Iterator[EarlyDay]:
    """Yield the days of works (all, or those with the ids) that lie before their publication."""
    published_on = _platform_day(session, Work.published_at)
    query = (
        select(Work.public_id, Work.published_at, WorkDay.day)
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(WorkDay.day < published_on)
        .order_by(Work.id, WorkDay.day)
    )
    if among is not None:
        query = query.where(Work.id.in_(among))
    for public_id, published_at, day in session.execute(query):
        yield EarlyDay(public_id, published_at.astimezone(PLATFORM_ZONE).date(), day)


def _platform_day(session: Session, instant: InstrumentedAttribute[datetime]) -> ColumnElement[date]:
    if session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone(PLATFORM_ZONE.key, instant))
    # The platform's zone has had this offset, without summer time, for all days that are stored.
    return func.date(instant, "+8 hours")


@dataclass(frozen=True, slots=True)
class BrokenDay:
    """A day of an account that does not follow from the day before."""

    handle: str
    day: date
    followers: int
    expected: int


def broken_days(session: Session, *, among: Select[int] | None = None) -> Iterator[BrokenDay]:
    """Yield account days (of all creators, or those with the ids) that don't follow from the day before.

    Followers at a day's end are those at the day before's, plus new, minus lost; a missing day breaks nothing.
    """
    days = select(
        AccountDay.creator_id,
        AccountDay.day,
        AccountDay.followers,
        (AccountDay.new_followers - AccountDay.lost_followers).label("net"),
        _one_before(AccountDay.day).label("day_before"),
        _one_before(AccountDay.followers).label("followers_before"),
    )
    if among is not None:
        days = days.where(AccountDay.creator_id.in_(among))
    told = days.subquery()
    expected = told.c.followers_before + told.c.net
    rows = session.execute(
        select(Creator.handle, told.c.day, told.c.day_before, told.c.followers, expected)
        .join(told, told.c.creator_id == Creator.id)
        .where(told.c.followers != expected)
        .order_by(Creator.id, told.c.day)
    )
    for handle, day, day_before, followers, followers_expected in rows:
        if day - day_before == timedelta(days=1):
            yield BrokenDay(handle, day, followers, followers_expected)


def _one_before(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:  # Any: a count or a day
    return func.lag(column, type_=column.type).over(
        partition_by=AccountDay.creator_id, order_by=AccountDay.day
    )


def stale_followers(session: Session) -> Iterator[tuple[str, int, int]]:
    """Yield the handle, stored and last daily count of creators where the two differ."""
    last = (
        select(AccountDay.followers)
        .where(AccountDay.creator_id == Creator.id)
        .order_by(AccountDay.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(Creator.handle, Creator.followers, last).where(Creator.followers != last)
    yield from session.execute(query.order_by(Creator.id))


def foreign_violations(session: Session) -> Iterator[tuple[int, str, str]]:
    """Yield penalties about another creator's work: id, the creator's handle, the work's public id."""
    query = (
        select(Violation.id, Creator.handle, Work.public_id)
        .join(Creator, Creator.id == Violation.creator_id)
        .join(Work, Work.id == Violation.work_id)
        .where(Work.creator_id != Violation.creator_id)
    )
    yield from session.execute(query.order_by(Violation.id))
