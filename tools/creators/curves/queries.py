"""Every SELECT over curves, and the statements that replace them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.creators.curves.counting import KnownWork
from tools.creators.curves.models import CurveSource, CurveTotal, WorkCurve
from tools.creators.models import Creator, Work, WorkDay
from tools.kernel.db import Base, Json
from tools.kernel.period import Period

# Sums over seconds that add up over days and sources.
SUMS = ("rows", "plays", "viewers", "started", "stayed_3", "stayed_5", "finished", "seen_positions")
# Both drivers take tens of thousands of parameters in a statement.
_IDS_AT_ONCE = 5_000


def largest_work_id(session: Session) -> int:
    """Return the largest id of a work, 0 when there is none."""
    return session.scalar(select(func.max(Work.id))) or 0


def works_by_id(session: Session, ids: Sequence[int]) -> list[KnownWork]:
    """Return the works that have one of these ids."""
    return [work for some in _some(ids) for work in _known(session, Work.id.in_(some))]


def works_by_public_id(session: Session, public_ids: Sequence[str]) -> list[KnownWork]:
    """Return the works that have one of these public ids."""
    return [work for some in _some(public_ids) for work in _known(session, Work.public_id.in_(some))]


def _known(session: Session, wanted: ColumnElement[bool]) -> Iterator[KnownWork]:
    rows = session.execute(select(Work.id, Work.public_id, Work.duration_seconds).where(wanted))
    return (KnownWork(*row) for row in rows)


def source(session: Session, *, name: str, lock: bool = False) -> CurveSource | None:
    """Return what was built under a name."""
    query = select(CurveSource).where(CurveSource.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def take_out(session: Session, *, source_id: int, part: int, days: Collection[date]) -> dict[int, list[int]]:
    """Delete the source's curves of a part and days; return what they added up to, by work, in the order of SUMS."""
    ours = (WorkCurve.source_id == source_id, WorkCurve.part == part, WorkCurve.day.in_(days))
    sums = [cast(func.sum(getattr(WorkCurve, name)), BigInteger) for name in SUMS]
    rows = session.execute(select(WorkCurve.work_id, *sums).where(*ours).group_by(WorkCurve.work_id))
    found = {work_id: list(counts) for work_id, *counts in rows}
    if found:
        session.execute(delete(WorkCurve).where(*ours))
    return found


def put_in(session: Session, curves: Sequence[Json]) -> None:
    """Store curves."""
    if curves:
        session.execute(insert(_table(WorkCurve)), list(curves))


def comparables(session: Session, work_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return id, creator, category, publication, duration and followers of works."""
    columns = (
        Work.id,
        Work.creator_id,
        Work.category,
        Work.published_at,
        Work.duration_seconds,
        Creator.followers,
    )
    query = select(*columns).join(Creator, Creator.id == Work.creator_id)
    return [
        tuple(row)
        for some in _some(work_ids)
        for row in session.execute(query.where(Work.id.in_(some)).order_by(Work.id))
    ]


def add_to_totals(session: Session, totals: Sequence[Json]) -> None:
    """Add counts to the works' totals, negative ones too; what is left without a row goes."""
    if not totals:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement: Any = dialect.insert(_table(CurveTotal))  # Any: two dialects' statements of one shape
    new = statement.excluded
    changes = {name: getattr(CurveTotal, name) + new[name] for name in SUMS}
    kept = ("creator_id", "category", "tier", "length_band", "published_at", "positions")
    changes |= {name: new[name] for name in kept}
    session.execute(
        statement.on_conflict_do_update(index_elements=["work_id"], set_=changes),
        list(totals),
    )
    for some in _some([total["work_id"] for total in totals if total["rows"] <= 0]):
        session.execute(delete(CurveTotal).where(CurveTotal.work_id.in_(some), CurveTotal.rows == 0))


def curves_of(session: Session, *, work_id: int, period: Period | None) -> Sequence[WorkCurve]:
    """Return a work's curves of the days of a period, oldest first."""
    query = select(WorkCurve).where(WorkCurve.work_id == work_id).order_by(WorkCurve.day, WorkCurve.source_id)
    if period:
        query = query.where(WorkCurve.day >= period.starts_on, WorkCurve.day < period.ends_on)
    return session.scalars(query).all()


def total_of(session: Session, *, work_id: int) -> CurveTotal | None:
    """Return a work's sums."""
    return session.get(CurveTotal, work_id)


def own_totals(
    session: Session,
    *,
    creator_id: int,
    before: datetime,
    shortest: int,
    longest: int,
    started: int,
    limit: int,
) -> Sequence[CurveTotal]:
    """Return the creator's newest works published before an instant, of these lengths, that enough have started."""
    query = (
        select(CurveTotal)
        .where(
            CurveTotal.creator_id == creator_id,
            CurveTotal.published_at < before,
            CurveTotal.positions.between(shortest + 1, longest + 1),
            CurveTotal.started >= started,
        )
        .order_by(CurveTotal.published_at.desc(), CurveTotal.work_id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def cohort(
    session: Session,
    *,
    category: str,
    length_band: str,
    tier: str | None,
    started: int,
    besides: int,
    limit: int,
) -> Sequence[CurveTotal]:
    """Return the newest works of a cohort that enough have started, those of one creator aside; read along an index."""
    return session.scalars(
        cohort_query(
            category=category,
            length_band=length_band,
            tier=tier,
            started=started,
            besides=besides,
            limit=limit,
        )
    ).all()


def cohort_query(
    *, category: str, length_band: str, tier: str | None, started: int, besides: int, limit: int
) -> Select[CurveTotal]:
    """Return the statement of `cohort`, whose plan a test looks at."""
    query = select(CurveTotal).where(
        CurveTotal.category == category,
        CurveTotal.length_band == length_band,
        CurveTotal.started >= started,
        CurveTotal.creator_id != besides,
    )
    if tier is not None:
        query = query.where(CurveTotal.tier == tier)
    return query.order_by(CurveTotal.published_at.desc(), CurveTotal.work_id.desc()).limit(limit)


def _table(model: type[Base]) -> Table[Any]:  # Any: the columns' types
    """Return a model's table: rows by the ten thousand go in without the ORM between."""
    table: Any = model.__table__  # Any: a FromClause to the types, a Table wherever a class declares one
    return table


def _some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:  # Any: ids of either kind
    return (values[first : first + _IDS_AT_ONCE] for first in range(0, len(values), _IDS_AT_ONCE))


def works_to_log(session: Session, *, since: datetime, before: datetime) -> list[tuple[Any, ...]]:
    """Return handle, category, id, public id, publication, duration, plays and completed plays of works but live ones.

    The newest come first; works without a play are left out.
    """
    plays = cast(func.sum(WorkDay.plays), BigInteger)
    query = (
        select(
            Creator.handle,
            Work.category,
            Work.id,
            Work.public_id,
            Work.published_at,
            Work.duration_seconds,
            plays,
            cast(func.sum(WorkDay.completed_plays), BigInteger),
        )
        .join(Creator, Creator.id == Work.creator_id)
        .join(WorkDay, WorkDay.work_id == Work.id)
        .where(Work.kind != "live", Work.published_at >= since, Work.published_at < before)
        .group_by(Creator.handle, Work.id)
        .having(plays > 0)
        .order_by(Work.published_at.desc(), Work.id.desc())
    )
    return [tuple(row) for row in session.execute(query)]
