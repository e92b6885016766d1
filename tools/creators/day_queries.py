"""The SELECTs of what many creators did on each day: one statement a table, however many creators."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.days import CreatorDays, DayFigures, Published
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.period import Period


def creator_days(session: Session, *, creator_ids: Collection[int], period: Period) -> dict[int, CreatorDays]:
    """Return the days of each of these creators in the period; one without any has empty ones."""
    wanted = list(creator_ids)
    days: dict[int, dict[date, DayFigures]] = {creator_id: {} for creator_id in wanted}
    for creator_id, day, new_followers, live_seconds in session.execute(
        select(
            AccountDay.creator_id, AccountDay.day, AccountDay.new_followers, AccountDay.live_seconds
        ).where(AccountDay.creator_id.in_(wanted), _within(AccountDay.day, period))
    ):
        days[creator_id][day] = DayFigures(new_followers=new_followers, live_seconds=live_seconds)
    interactions = WorkDay.likes + WorkDay.comments + WorkDay.shares + WorkDay.favourites
    for creator_id, day, plays, interacted in session.execute(
        select(
            Work.creator_id,
            WorkDay.day,
            _total(WorkDay.plays),
            _total(interactions),
        )
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(Work.creator_id.in_(wanted), Work.kind != "live", _within(WorkDay.day, period))
        .group_by(Work.creator_id, WorkDay.day)
    ):
        days[creator_id][day] = replace(
            days[creator_id].get(day, DayFigures()),
            plays=plays,
            interactions=interacted,
        )
    published = _published(session, creator_ids=wanted, period=period)
    return {
        creator_id: CreatorDays(days[creator_id], tuple(published.get(creator_id, ())))
        for creator_id in wanted
    }


def _published(session: Session, *, creator_ids: Sequence[int], period: Period) -> dict[int, list[Published]]:
    found: dict[int, list[Published]] = {}
    rows = session.execute(
        select(Work.creator_id, Work.published_at, Work.kind, Work.original, Work.duration_seconds)
        .where(
            Work.creator_id.in_(creator_ids),
            Work.published_at >= midnight(period.starts_on),
            Work.published_at < midnight(period.ends_on),
        )
        .order_by(Work.published_at, Work.id)
    )
    for creator_id, at, kind, original, seconds in rows:
        found.setdefault(creator_id, []).append(Published(at, kind, original, seconds))
    return found


def work_plays(session: Session, *, work_id: int, period: Period) -> dict[date, int]:
    """Return the work's plays on each day with figures."""
    rows = session.execute(
        select(WorkDay.day, WorkDay.plays).where(WorkDay.work_id == work_id, _within(WorkDay.day, period))
    )
    return {row.day: row.plays for row in rows}


def live_place(
    session: Session,
    *,
    creator_id: int,
    period: Period,
    shortest_seconds: int,
    lowest: int,
    below: int | None,
) -> tuple[int, int]:
    """Return the creator's place by time on air, and among how many: accounts of `lowest` to `below` followers.

    Only days on air for at least the shortest session count; of equals each has the better place. (0, 0) when
    the creator has no such day.
    """
    seconds = _total(AccountDay.live_seconds)
    sums = (
        select(AccountDay.creator_id, seconds.label("seconds"))
        .join(Creator, Creator.id == AccountDay.creator_id)
        .where(
            _within(AccountDay.day, period),
            AccountDay.live_seconds >= shortest_seconds,
            Creator.followers >= lowest,
        )
        .group_by(AccountDay.creator_id)
    )
    if below is not None:
        sums = sums.where(Creator.followers < below)
    table = sums.subquery()
    own = session.scalar(select(table.c.seconds).where(table.c.creator_id == creator_id))
    if own is None:
        return 0, 0
    ahead = func.count().filter(table.c.seconds > own)
    before, count = session.execute(select(ahead, func.count()).select_from(table)).one()
    return before + 1, count


def _total(column: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _within(column: InstrumentedAttribute[date], period: Period) -> ColumnElement[bool]:
    return (column >= period.starts_on) & (column < period.ends_on)
