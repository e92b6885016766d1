"""Every SELECT of a diagnosis; each reads a bounded piece along an index, however many creators are stored.

The statements are built once: SQLAlchemy takes longer to build one than a database to answer it.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.creators.accounts import Account
from tools.creators.detectors.facts import Figures, PeerWork, WorkPlays
from tools.creators.detectors.models import IncomeDay
from tools.creators.models import AccountDay, Creator, Work, WorkDay
from tools.creators.queries import midnight
from tools.kernel.db import UtcDateTime
from tools.kernel.period import PLATFORM_ZONE, Period

# Nobody plays more works in a period than this tool would look at.
_WORKS_LOOKED_AT = 100

# The order of Figures' fields that come from works: see `_work_figures`.
_INTERACTIONS = WorkDay.likes + WorkDay.comments + WorkDay.shares + WorkDay.favourites
_OF_WORKS: tuple[ColumnElement[int] | InstrumentedAttribute[int], ...] = (
    WorkDay.plays,
    WorkDay.completed_plays,
    WorkDay.follower_plays,
    WorkDay.watch_seconds,
    WorkDay.plays * Work.duration_seconds,
    WorkDay.completed_plays * Work.duration_seconds,
    _INTERACTIONS,
    WorkDay.comments,
    WorkDay.shares,
    WorkDay.new_followers,
)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One day of the account's own figures."""

    day: date
    followers: int
    new_followers: int
    lost_followers: int
    profile_views: int
    live_seconds: int


@dataclass(frozen=True, slots=True)
class PublishedWork:
    """A work that came out; `published_at` in the platform's time."""

    id: int
    title: str
    kind: str
    category: str
    published_at: datetime
    seconds: int
    original: bool
    series: str | None


_CREATOR = bindparam("creator", type_=BigInteger)
_FIRST, _UNTIL = bindparam("first", type_=Date), bindparam("until", type_=Date)
_FIRST_AT, _UNTIL_AT = bindparam("first_at", type_=UtcDateTime), bindparam("until_at", type_=UtcDateTime)
_WINDOW = bindparam("window", type_=Date)


def _total(column: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums bigint into numeric: the cast keeps counts whole numbers on both databases.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _within(column: InstrumentedAttribute[date]) -> ColumnElement[bool]:
    return (column >= _FIRST) & (column < _UNTIL)


_PUBLISHED = (Work.kind != "live") & (Work.published_at >= _FIRST_AT) & (Work.published_at < _UNTIL_AT)
_OWN_DAYS = (
    select(
        AccountDay.day,
        AccountDay.followers,
        AccountDay.new_followers,
        AccountDay.lost_followers,
        AccountDay.profile_views,
        AccountDay.live_seconds,
    )
    .where(AccountDay.creator_id == _CREATOR, _within(AccountDay.day))
    .order_by(AccountDay.day)
)
_WORK_DAYS = (
    select(WorkDay.day, *(_total(column) for column in _OF_WORKS))
    .join(Work, Work.id == WorkDay.work_id)
    .where(Work.creator_id == _CREATOR, Work.kind != "live", _within(WorkDay.day))
    .group_by(WorkDay.day)
)
_WORKS_BY_PLAYS = (
    select(Work.title, _total(WorkDay.plays).label("plays"))
    .join(WorkDay, WorkDay.work_id == Work.id)
    .where(Work.creator_id == _CREATOR, Work.kind != "live", _within(WorkDay.day), WorkDay.plays > 0)
    .group_by(Work.id)
    .order_by(_total(WorkDay.plays).desc(), Work.id)
    .limit(_WORKS_LOOKED_AT)
)
_PUBLISHED_WORKS = (
    select(
        Work.id,
        Work.title,
        Work.kind,
        Work.category,
        Work.published_at,
        Work.duration_seconds,
        Work.original,
        Work.series,
    )
    .where(Work.creator_id == _CREATOR, _PUBLISHED)
    .order_by(Work.published_at, Work.id)
)
_PLAYS_OF_WORKS = (
    select(WorkDay.work_id, WorkDay.day, WorkDay.plays)
    .join(Work, Work.id == WorkDay.work_id)
    .where(Work.creator_id == _CREATOR, _PUBLISHED, WorkDay.day < _UNTIL)
)


def _nearest() -> CompoundSelect[int, int]:
    own = bindparam("followers", type_=BigInteger)
    near = select(Creator.id, Creator.followers).where(
        Creator.category == bindparam("category", type_=String), Creator.id != _CREATOR
    )
    above = near.where(Creator.followers >= own, Creator.followers <= bindparam("most", type_=BigInteger))
    below = near.where(Creator.followers < own, Creator.followers >= bindparam("fewest", type_=BigInteger))
    sides = [
        side.limit(bindparam("each_side", type_=Integer)).subquery()
        for side in (
            above.order_by(Creator.followers, Creator.id),
            below.order_by(Creator.followers.desc(), Creator.id),
        )
    ]
    return union_all(*(select(side.c.id, side.c.followers) for side in sides))


_NEAREST = _nearest()


def _one_of(column: InstrumentedAttribute[int], *, on_postgresql: bool) -> ColumnElement[bool]:
    """Return the test against one parameter that stands for many ids: one statement, planned once, for any number."""
    if on_postgresql:
        return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))


@cache
def _peer_figures(*, on_postgresql: bool) -> Select[*tuple[Any, ...]]:  # Any: the columns of _OF_WORKS
    now = WorkDay.day >= _WINDOW
    figures = [cast(func.coalesce(func.sum(column).filter(now), 0), BigInteger) for column in _OF_WORKS]
    earlier = cast(func.coalesce(func.sum(WorkDay.plays).filter(~now), 0), BigInteger)
    return (
        select(Work.creator_id, *figures, earlier)
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(_one_of(Work.creator_id, on_postgresql=on_postgresql), _PUBLISHED, _within(WorkDay.day))
        .group_by(Work.creator_id)
    )


@cache
def _peer_account_days(*, on_postgresql: bool) -> Select[int, int, int, int, int]:
    return (
        select(
            AccountDay.creator_id,
            func.count(),
            _total(AccountDay.new_followers),
            _total(AccountDay.lost_followers),
            _total(AccountDay.profile_views),
        )
        .where(_one_of(AccountDay.creator_id, on_postgresql=on_postgresql), _within(AccountDay.day))
        .group_by(AccountDay.creator_id)
    )


@cache
def _peer_works(*, on_postgresql: bool) -> Select[int, datetime, int, int]:
    return (
        select(Work.creator_id, Work.published_at, Work.duration_seconds, _total(WorkDay.plays))
        .outerjoin(WorkDay, (WorkDay.work_id == Work.id) & (WorkDay.day < _UNTIL))
        .where(_one_of(Work.creator_id, on_postgresql=on_postgresql), _PUBLISHED)
        .group_by(Work.id)
        .order_by(Work.creator_id, Work.published_at, Work.id)
    )


@cache
def _incomes(*, on_postgresql: bool) -> Select[int, int]:
    return (
        select(IncomeDay.creator_id, _total(IncomeDay.income_fen))
        .where(_one_of(IncomeDay.creator_id, on_postgresql=on_postgresql), _within(IncomeDay.day))
        .group_by(IncomeDay.creator_id)
    )


def own_days(session: Session, *, creator_id: int, period: Period) -> list[OwnDay]:
    """Return the account's days with figures, in order."""
    return [OwnDay(*row) for row in session.execute(_OWN_DAYS, _span(period, creator_id))]


def work_days(session: Session, *, creator_id: int, period: Period) -> dict[date, Figures]:
    """Return what the creator's works got on each day, live sessions aside: nobody watches one to its end."""
    rows = session.execute(_WORK_DAYS, _span(period, creator_id))
    return {day: _work_figures(figures) for day, *figures in rows}


def works_by_plays(session: Session, *, creator_id: int, period: Period) -> list[WorkPlays]:
    """Return the works, live sessions aside, played in the period with their plays in it, most played first."""
    return [WorkPlays(*row) for row in session.execute(_WORKS_BY_PLAYS, _span(period, creator_id))]


def published(session: Session, *, creator_id: int, period: Period) -> list[PublishedWork]:
    """Return the works that came out in the period, in order; live sessions are no works."""
    return [
        PublishedWork(work_id, title, kind, category, at.astimezone(PLATFORM_ZONE), seconds, original, series)
        for work_id, title, kind, category, at, seconds, original, series in session.execute(
            _PUBLISHED_WORKS, _span(period, creator_id)
        )
    ]


def plays_of_works(session: Session, *, creator_id: int, period: Period) -> list[tuple[int, date, int]]:
    """Return (work, day, plays) until the period's end of the works that came out in it, live sessions aside."""
    rows = session.execute(_PLAYS_OF_WORKS, _span(period, creator_id))
    return [(work_id, day, plays) for work_id, day, plays in rows]


def peers(session: Session, account: Account, *, ratio: int, each_side: int) -> dict[int, int]:
    """Return the followers, by id, of the accounts of one category nearest to this one, up to `ratio` times apart."""
    rows = session.execute(
        _NEAREST,
        {
            "creator": account.id,
            "category": account.category,
            "followers": account.followers,
            "most": account.followers * ratio,
            "fewest": account.followers // ratio,
            "each_side": each_side,
        },
    )
    return {creator_id: followers for creator_id, followers in rows}  # noqa: C416 - rows are no pairs to the type checker


def peer_figures(
    session: Session, *, creator_ids: Collection[int], window: Period, since: date
) -> dict[int, tuple[Figures, int]]:
    """Return each account's figures of the window and its plays in the period before, of works that came out since.

    Accounts without plays in the window are left out.
    """
    both = _span(Period(window.before().starts_on, window.ends_on, ""))
    rows = session.execute(
        _peer_figures(on_postgresql=_on_postgresql(session)),
        both | {"first_at": midnight(since), "window": window.starts_on} | _ids(session, creator_ids),
    )
    return {
        creator_id: (_work_figures(found), plays_before)
        for creator_id, *found, plays_before in rows
        if found[0]
    }


def peer_account_days(
    session: Session, *, creator_ids: Collection[int], period: Period
) -> dict[int, tuple[int, int, int, int]]:
    """Return days with figures, followers gained and lost, and visits of each account's page in the period."""
    statement = _peer_account_days(on_postgresql=_on_postgresql(session))
    rows = session.execute(statement, _span(period) | _ids(session, creator_ids))
    return {creator_id: (days, gained, lost, views) for creator_id, days, gained, lost, views in rows}


def peer_works(
    session: Session, *, creator_ids: Collection[int], period: Period, settled_on: date
) -> dict[int, list[PeerWork]]:
    """Return the works of each account that came out in the period, live sessions aside, with plays until its end.

    Works that came out on `settled_on` or later have had no time: their plays are 0.
    """
    statement = _peer_works(on_postgresql=_on_postgresql(session))
    found: dict[int, list[PeerWork]] = {}
    settled = midnight(settled_on)
    for creator_id, at, seconds, count in session.execute(
        statement, _span(period) | _ids(session, creator_ids)
    ):
        work = PeerWork(at.astimezone(PLATFORM_ZONE), seconds, count if at < settled else 0)
        found.setdefault(creator_id, []).append(work)
    return found


def incomes(session: Session, *, creator_ids: Collection[int], period: Period) -> dict[int, int]:
    """Return what each account earned in the period; those of whom nothing is known are left out."""
    statement = _incomes(on_postgresql=_on_postgresql(session))
    rows = session.execute(statement, _span(period) | _ids(session, creator_ids))
    return {creator_id: fen for creator_id, fen in rows}  # noqa: C416 - rows are no pairs to the type checker


def _work_figures(found: Sequence[Any]) -> Figures:  # Any: the columns of _OF_WORKS, whole numbers
    return Figures(
        plays=found[0],
        completed_plays=found[1],
        follower_plays=found[2],
        watch_seconds=found[3],
        played_seconds=found[4],
        completed_seconds=found[5],
        interactions=found[6],
        comments=found[7],
        shares=found[8],
        work_followers=found[9],
    )


def _span(period: Period, creator_id: int | None = None) -> dict[str, object]:
    return {
        "creator": creator_id,
        "first": period.starts_on,
        "until": period.ends_on,
        "first_at": midnight(period.starts_on),
        "until_at": midnight(period.ends_on),
    }


def _ids(session: Session, creator_ids: Collection[int]) -> dict[str, object]:
    ids = sorted(creator_ids)
    return {"ids": ids if _on_postgresql(session) else json.dumps(ids)}


def _on_postgresql(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"
