"""Every SELECT about followers and migrations, but for those inside a chunk (chunks.py)."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, column, func, or_, select, table
from sqlalchemy.orm import Session, aliased

from tools.detection.migration.models import (
    AccountPicture,
    FollowerEdge,
    FollowerMigration,
    FollowerMove,
    FollowerTotal,
    MigrationStep,
)
from tools.detection.migration.outcomes import ACTIVE, OPEN, MigrationState, Outcome, Step
from tools.detection.models import InfringementReport
from tools.kernel.db import UtcDateTime

IN_FORCE: Final = ("upheld", "confirmed")
_KNOWN: Final = (*IN_FORCE, "appealed")
_EDGES_A_READ = 10_000
# The works belong to the creators room; who made a copy and when it came out is all that is looked at.
_WORK = table("work", column("id"), column("creator_id", BigInteger()), column("published_at", UtcDateTime()))


@dataclass(frozen=True, slots=True)
class UpheldReport:
    """A report that was upheld: against whom, and since when its copy could win followers."""

    report_id: int
    number: str
    impostor_id: int
    state: str
    impersonation: bool
    decided_at: datetime
    work: int | None
    copied_since: datetime | None


def upheld_reports(session: Session, *, owner_id: int) -> list[UpheldReport]:
    """Return what was upheld for this owner against accounts of the platform, the newest decision first."""
    copy, work = _WORK.alias("copy"), _WORK.alias("original_work")
    impostor = func.coalesce(InfringementReport.suspect_creator_id, copy.c.creator_id)
    rows = session.execute(
        select(InfringementReport, impostor, func.coalesce(copy.c.published_at, work.c.published_at))
        .outerjoin(copy, copy.c.id == InfringementReport.suspect_work_id)
        .outerjoin(work, work.c.id == InfringementReport.work_id)
        .where(
            InfringementReport.owner_id == owner_id,
            InfringementReport.state.in_(_KNOWN),
            InfringementReport.kind != "off_platform",
            impostor.is_not(None),
            impostor != owner_id,
        )
        .order_by(InfringementReport.decided_at.desc(), InfringementReport.id.desc())
    )
    return [
        UpheldReport(
            report_id=row.id,
            number=row.number,
            impostor_id=impostor_id,
            state=row.state,
            impersonation=row.kind == "impersonation",
            decided_at=row.decided_at or row.submitted_at,
            work=row.suspect_work_id or row.work_id,
            copied_since=since,
        )
        for row, impostor_id, since in rows
    ]


def report_state(session: Session, *, report_id: int) -> str:
    """Return where the report stands."""
    return session.scalars(select(InfringementReport.state).where(InfringementReport.id == report_id)).one()


def report_number(session: Session, *, report_id: int) -> str:
    """Return what creators call the report."""
    return session.get_one(InfringementReport, report_id).number


def works_of(session: Session, *, creator_id: int) -> int:
    """Return how many works an account has."""
    return (
        session.scalar(select(func.count()).select_from(_WORK).where(_WORK.c.creator_id == creator_id)) or 0
    )


def avatar_hash(session: Session, *, creator_id: int) -> str | None:
    """Return the hash of the account's picture, None where it is not known."""
    return session.scalar(select(AccountPicture.avatar_hash).where(AccountPicture.creator_id == creator_id))


def migrations(session: Session, *, original_id: int | None = None) -> Sequence[FollowerMigration]:
    """Return the cases of this original, of everybody unless one is given, the newest first."""
    query = select(FollowerMigration).order_by(FollowerMigration.id.desc())
    if original_id is not None:
        query = query.where(FollowerMigration.original_id == original_id)
    return session.scalars(query).all()


def open_migration(session: Session, *, original_id: int, impostor_id: int) -> FollowerMigration | None:
    """Return the case between these two that is not over."""
    return session.scalar(
        select(FollowerMigration).where(
            FollowerMigration.original_id == original_id,
            FollowerMigration.impostor_id == impostor_id,
            FollowerMigration.state.in_(OPEN),
        )
    )


def active_migration(session: Session, *, impostor_id: int) -> FollowerMigration | None:
    """Return the case that hands out this impostor's followers now."""
    return session.scalar(
        select(FollowerMigration).where(
            FollowerMigration.impostor_id == impostor_id, FollowerMigration.state.in_(ACTIVE)
        )
    )


def migration(session: Session, migration_id: int, *, lock: bool = False) -> FollowerMigration | None:
    """Return a case as it stands in the store now; with `lock` nobody else changes it until the transaction ends."""
    query = select(FollowerMigration).where(FollowerMigration.id == migration_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def to_do(session: Session) -> Sequence[int]:
    """Return the cases that a worker has something to do for: those under way, and those whose report fell."""
    fallen = and_(FollowerMigration.state == MigrationState.MOVED, InfringementReport.state.not_in(_KNOWN))
    return session.scalars(
        select(FollowerMigration.id)
        .join(InfringementReport, InfringementReport.id == FollowerMigration.report_id)
        .where(or_(FollowerMigration.state.in_(ACTIVE), fallen))
        .order_by(FollowerMigration.id)
    ).all()


def totals(session: Session, *, creator_ids: Collection[int], lock: bool = False) -> dict[int, FollowerTotal]:
    """Return the totals of these accounts, with `lock` locked in the order of their ids."""
    query = (
        select(FollowerTotal)
        .where(FollowerTotal.creator_id.in_(creator_ids))
        .order_by(FollowerTotal.creator_id)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {row.creator_id: row for row in session.scalars(query)}


def edges(session: Session, *, creator_ids: Collection[int]) -> Iterator[tuple[int, int, date, int | None]]:
    """Yield account, follower, day and case of every edge of these accounts, in the order of the key."""
    query = (
        select(
            FollowerEdge.creator_id,
            FollowerEdge.follower_id,
            FollowerEdge.followed_on,
            FollowerEdge.migration_id,
        )
        .where(FollowerEdge.creator_id.in_(creator_ids))
        .order_by(FollowerEdge.creator_id, FollowerEdge.follower_id)
        .execution_options(yield_per=_EDGES_A_READ)
    )
    yield from session.execute(query)


def digest(session: Session, *, creator_ids: Collection[int]) -> str:
    """Return the SHA-256 of these accounts' edges: equal digests, equal followers."""
    found = hashlib.sha256()
    for edge in edges(session, creator_ids=creator_ids):
        found.update(repr(edge).encode())
    return found.hexdigest()


def wrong_totals(session: Session) -> list[tuple[int, int, int]]:
    """Return account, total and number of edges where the two differ."""
    counted = (
        select(FollowerEdge.creator_id, func.count().label("edges"))
        .group_by(FollowerEdge.creator_id)
        .subquery()
    )
    both = (
        select(
            FollowerTotal.creator_id,
            FollowerTotal.followers,
            func.coalesce(counted.c.edges, 0).label("edges"),
        )
        .outerjoin(counted, counted.c.creator_id == FollowerTotal.creator_id)
        .where(FollowerTotal.followers != func.coalesce(counted.c.edges, 0))
        .order_by(FollowerTotal.creator_id)
    )
    return [(creator, total, count) for creator, total, count in session.execute(both)]


def edges_without_total(session: Session) -> Sequence[int]:
    """Return the accounts that have followers and no total."""
    return session.scalars(
        select(FollowerEdge.creator_id)
        .where(~_total_of(FollowerEdge.creator_id.expression))
        .group_by(FollowerEdge.creator_id)
        .order_by(FollowerEdge.creator_id)
    ).all()


def outcome_counts(session: Session) -> dict[int, dict[int, int]]:
    """Return how many followers met which outcome, by case."""
    found: dict[int, dict[int, int]] = {}
    for migration_id, outcome, count in session.execute(
        select(FollowerMove.migration_id, FollowerMove.outcome, func.count()).group_by(
            FollowerMove.migration_id, FollowerMove.outcome
        )
    ):
        found.setdefault(migration_id, {})[outcome] = count
    return found


def unaudited_edges(session: Session) -> list[tuple[int, int, int | None]]:
    """Return account, follower and case of edges whose case did not move them there, or has brought them back."""
    moved, returned = aliased(FollowerMove), aliased(FollowerMove)
    query = (
        select(FollowerEdge.creator_id, FollowerEdge.follower_id, FollowerEdge.migration_id)
        .outerjoin(FollowerMigration, FollowerMigration.id == FollowerEdge.migration_id)
        .outerjoin(
            moved,
            and_(
                moved.migration_id == FollowerEdge.migration_id,
                moved.step == Step.MOVE,
                moved.follower_id == FollowerEdge.follower_id,
            ),
        )
        .outerjoin(
            returned,
            and_(
                returned.migration_id == FollowerEdge.migration_id,
                returned.step == Step.RETURN,
                returned.follower_id == FollowerEdge.follower_id,
            ),
        )
        .where(
            FollowerEdge.migration_id.is_not(None),
            or_(
                FollowerMigration.original_id.is_distinct_from(FollowerEdge.creator_id),
                moved.outcome.is_distinct_from(Outcome.MOVED.value),
                and_(returned.outcome.is_not(None), returned.outcome != Outcome.KEPT),
            ),
        )
        .order_by(FollowerEdge.creator_id, FollowerEdge.follower_id)
        .limit(100)
    )
    return [(creator, follower, case) for creator, follower, case in session.execute(query)]


def last_steps(session: Session) -> list[tuple[int, str, str | None]]:
    """Return case, state and the state of its last recorded step where the two differ."""
    last = (
        select(MigrationStep.migration_id, func.max(MigrationStep.id).label("id"))
        .group_by(MigrationStep.migration_id)
        .subquery()
    )
    query = (
        select(FollowerMigration.id, FollowerMigration.state, MigrationStep.state)
        .outerjoin(last, last.c.migration_id == FollowerMigration.id)
        .outerjoin(MigrationStep, MigrationStep.id == last.c.id)
        .where(FollowerMigration.state.is_distinct_from(MigrationStep.state))
        .order_by(FollowerMigration.id)
    )
    return [(case, state, step) for case, state, step in session.execute(query)]


def _total_of(creator_id: ColumnElement[int]) -> ColumnElement[bool]:
    return select(FollowerTotal.creator_id).where(FollowerTotal.creator_id == creator_id).exists()
