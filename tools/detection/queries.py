"""Every SELECT of the detection room."""

from collections.abc import Sequence

from sqlalchemy import Select, column, func, select, table
from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport
from tools.detection.reports.states import OPEN, State

# The works belong to the creators room; the audit only compares who owns them.
_WORK = table("work", column("id"), column("creator_id"))


def reports(session: Session, *, creator_id: int, limit: int) -> Sequence[InfringementReport]:
    """Return the creator's own reports, newest first."""
    return session.scalars(
        _own(creator_id)
        .order_by(InfringementReport.submitted_at.desc(), InfringementReport.id.desc())
        .limit(limit)
    ).all()


def report(session: Session, *, creator_id: int, report_id: int) -> InfringementReport | None:
    """Return the creator's own report with this row id."""
    return session.scalar(_own(creator_id).where(InfringementReport.id == report_id))


def open_report(
    session: Session, *, owner_id: int, work_id: int | None, suspect_key: str
) -> InfringementReport | None:
    """Return the report that is not decided yet for this owner, work and suspect."""
    return session.scalar(
        select(InfringementReport).where(
            InfringementReport.owner_id == owner_id,
            InfringementReport.work_id == work_id if work_id else InfringementReport.work_id.is_(None),
            InfringementReport.suspect_key == suspect_key,
            InfringementReport.decided_at.is_(None),
        )
    )


def reports_of_foreign_works(session: Session) -> list[tuple[int, int, int | None]]:
    """Return id, the supposed owner and the work's owner where those are two."""
    rows = session.execute(
        select(InfringementReport.id, InfringementReport.owner_id, _WORK.c.creator_id)
        .outerjoin(_WORK, _WORK.c.id == InfringementReport.work_id)
        .where(
            InfringementReport.work_id.is_not(None),
            _WORK.c.id.is_(None) | (_WORK.c.creator_id != InfringementReport.owner_id),
        )
        .order_by(InfringementReport.id)
    )
    return [(report_id, reporter, owner) for report_id, reporter, owner in rows]


def reports_of_oneself(session: Session) -> Sequence[int]:
    """Return the ids of reports whose suspect is the reporter."""
    return session.scalars(
        select(InfringementReport.id)
        .where(
            InfringementReport.suspect_creator_id.in_(
                (InfringementReport.creator_id, InfringementReport.owner_id)
            )
        )
        .order_by(InfringementReport.id)
    ).all()


def doubly_open(session: Session) -> list[tuple[int, int | None, str, int]]:
    """Return owner, work, suspect and count where more than one report is open."""
    row = InfringementReport
    rows = session.execute(
        select(row.owner_id, row.work_id, row.suspect_key, func.count())
        .where(row.state.in_(OPEN))
        .group_by(row.owner_id, row.work_id, row.suspect_key)
        .having(func.count() > 1)
    )
    return [(owner, work_id, key, count) for owner, work_id, key, count in rows]


def times_out_of_order(session: Session) -> Sequence[InfringementReport]:
    """Return reports whose state and times contradict each other."""
    row = InfringementReport
    accepted = row.state != State.SUBMITTED.value
    decided = row.state.not_in(OPEN)
    return session.scalars(
        select(row)
        .where(
            (accepted != row.accepted_at.is_not(None))
            | (decided != row.decided_at.is_not(None))
            | (row.accepted_at < row.submitted_at)
            | (row.decided_at < row.accepted_at)
        )
        .order_by(row.id)
    ).all()


def _own(creator_id: int) -> Select[InfringementReport]:
    """Select what the creator reported, and what an agent reported for him."""
    row = InfringementReport
    return select(row).where((row.creator_id == creator_id) | (row.owner_id == creator_id))
