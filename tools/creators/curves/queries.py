"""Every SELECT over curves, and the statements that replace them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.creators.accounts import Tier, tier_bounds
from tools.creators.curves.counting import KnownWork
from tools.creators.curves.lengths import LAST_SECONDS, LengthBand
from tools.creators.curves.models import CurveSource, CurveTotal, WorkCurve
from tools.creators.models import Creator, Work, WorkDay
from tools.kernel.bulk import insert_rows, table_of
from tools.kernel.period import Period

# Sums over seconds that add up over days and sources.
SUMS = ("rows", "plays", "viewers", "started", "stayed_3", "stayed_5", "finished", "seen_positions")
# A curve on its way into the store: the values of CURVE_COLUMNS.
CurveRow = tuple[object, ...]
CURVE_COLUMNS = ("work_id", "day", "positions", "by_second", *SUMS)
_TIER = case(
    *((Creator.followers >= tier_bounds(tier)[0], tier.value) for tier in reversed(Tier)),
    else_=Tier.UNDER_10K.value,
)
_LENGTH_BAND = case(
    *((Work.duration_seconds <= last, band.value) for last, band in LAST_SECONDS),
    else_=LengthBand.LONGER.value,
)
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
    return map(KnownWork._make, rows)


def source(session: Session, *, name: str, lock: bool = False) -> CurveSource | None:
    """Return what was built under a name."""
    query = select(CurveSource).where(CurveSource.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def take_out(session: Session, *, source_id: int, part: int, days: Collection[date]) -> list[int]:
    """Delete the source's curves of a part and days, take them out of the totals and return the ids of their works."""
    ours = _ours(source_id, part, days)
    work_ids = list(session.scalars(select(WorkCurve.work_id).where(*ours).distinct()))
    if work_ids:
        _change_totals(session, ours, sign=-1)
        session.execute(delete(WorkCurve).where(*ours))
    return work_ids


def put_in(
    session: Session, rows: Sequence[CurveRow], *, source_id: int, part: int, days: Collection[date]
) -> None:
    """Store the source's curves of a part and days, where there are none now, and add them to the totals."""
    columns = (*CURVE_COLUMNS, "source_id", "part")
    insert_rows(session, table_of(WorkCurve), columns=columns, rows=[(*row, source_id, part) for row in rows])
    _change_totals(session, _ours(source_id, part, days), sign=1)


def drop_empty_totals(session: Session, work_ids: Sequence[int]) -> None:
    """Delete the totals of those works that no row is left of."""
    for some in _some(work_ids):
        session.execute(delete(CurveTotal).where(CurveTotal.work_id.in_(some), CurveTotal.rows == 0))


def _ours(source_id: int, part: int, days: Collection[date]) -> tuple[ColumnElement[bool], ...]:
    return WorkCurve.source_id == source_id, WorkCurve.part == part, WorkCurve.day.in_(days)


def _change_totals(session: Session, ours: Sequence[ColumnElement[bool]], *, sign: int) -> None:
    """Add the sums of these curves to the totals of their works, or take them away."""
    compared = {
        "work_id": Work.id,
        "creator_id": Work.creator_id,
        "category": Work.category,
        "tier": _TIER,
        "length_band": _LENGTH_BAND,
        "published_at": Work.published_at,
        "positions": Work.duration_seconds + 1,
    }
    sums = {name: sign * cast(func.sum(getattr(WorkCurve, name)), BigInteger) for name in SUMS}
    query = (
        select(*compared.values(), *sums.values())
        .select_from(WorkCurve)
        .join(Work, Work.id == WorkCurve.work_id)
        .join(Creator, Creator.id == Work.creator_id)
        .where(*ours)
        .group_by(Work.id, Creator.id)
        # Two builds that meet at some works take the totals' locks in one order.
        .order_by(Work.id)
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # Any: two dialects' statements of one shape
    statement: Any = dialect.insert(table_of(CurveTotal)).from_select([*compared, *sums], query)
    new = statement.excluded
    changes = {name: getattr(CurveTotal, name) + new[name] for name in SUMS}
    changes |= {name: new[name] for name in compared if name != "work_id"}
    session.execute(statement.on_conflict_do_update(index_elements=["work_id"], set_=changes))


def broken_totals(session: Session) -> Iterator[tuple[int, str, int, int]]:
    """Yield work, name, stored and added-up value of each sum of a total that its curves do not explain."""
    sums = {name: cast(func.sum(getattr(WorkCurve, name)), BigInteger) for name in SUMS}
    added = (
        select(WorkCurve.work_id, *(value.label(name) for name, value in sums.items()))
        .group_by(WorkCurve.work_id)
        .subquery()
    )
    pairs = [(func.coalesce(getattr(CurveTotal, name), 0), func.coalesce(added.c[name], 0)) for name in SUMS]
    work_id_of = func.coalesce(CurveTotal.work_id, added.c.work_id)
    query = (
        select(work_id_of, *(column for pair in pairs for column in pair))
        .select_from(CurveTotal)
        .join(added, added.c.work_id == CurveTotal.work_id, full=True)
        .where(or_(*(stored != summed for stored, summed in pairs)))
        .order_by(work_id_of)
    )
    for work_id, *values in session.execute(query):
        for place, name in enumerate(SUMS):
            stored, summed = values[2 * place : 2 * place + 2]
            if stored != summed:
                yield work_id, name, stored, summed


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
