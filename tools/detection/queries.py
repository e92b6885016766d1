"""Every SELECT of the detection room."""

from collections.abc import Sequence

from sqlalchemy import Select, column, func, select, table
from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport

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


def open_report(session: Session, *, work_id: int, suspect_key: str) -> InfringementReport | None:
    """Return the report that is not decided yet for this work and suspect."""
    return session.scalar(
        select(InfringementReport).where(
            InfringementReport.work_id == work_id,
            InfringementReport.suspect_key == suspect_key,
            InfringementReport.decided_at.is_(None),
        )
    )


def reports_of_foreign_works(session: Session) -> list[tuple[int, int, int | None]]:
    """Return id, reporter and the work's owner where the reporter does not own the work."""
    rows = session.execute(
        select(InfringementReport.id, InfringementReport.creator_id, _WORK.c.creator_id)
        .outerjoin(_WORK, _WORK.c.id == InfringementReport.work_id)
        .where(_WORK.c.id.is_(None) | (_WORK.c.creator_id != InfringementReport.creator_id))
        .order_by(InfringementReport.id)
    )
    return [(report_id, reporter, owner) for report_id, reporter, owner in rows]


def reports_of_oneself(session: Session) -> Sequence[int]:
    """Return the ids of reports whose suspect is the reporter."""
    return session.scalars(
        select(InfringementReport.id)
        .where(InfringementReport.suspect_creator_id == InfringementReport.creator_id)
        .order_by(InfringementReport.id)
    ).all()


def doubly_open(session: Session) -> list[tuple[int, str, int]]:
    """Return work, suspect and count where more than one report is open."""
    rows = session.execute(
        select(InfringementReport.work_id, InfringementReport.suspect_key, func.count())
        .where(InfringementReport.state.in_(("submitted", "reviewing")))
        .group_by(InfringementReport.work_id, InfringementReport.suspect_key)
        .having(func.count() > 1)
    )
    return [(work_id, key, count) for work_id, key, count in rows]


def times_out_of_order(session: Session) -> Sequence[InfringementReport]:
    """Return reports whose state and times contradict each other."""
    row = InfringementReport
    accepted = row.state != "submitted"
    decided = row.state.in_(("upheld", "rejected"))
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
    return select(InfringementReport).where(InfringementReport.creator_id == creator_id)
