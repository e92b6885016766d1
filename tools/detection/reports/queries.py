"""Every SELECT around reports but the reporter's own list (tools/detection/queries.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport
from tools.detection.report_models import (
    CopyChoice,
    InfringementAppeal,
    ReportAuthorisation,
    ReportStep,
    WorkMeasure,
)
from tools.detection.reports.states import (
    IN_FORCE,
    KNOWN_TO_ACCUSED,
    WAITING_FOR_REVIEW,
    Event,
    State,
)
from tools.detection.works import WORK


@dataclass(frozen=True, slots=True)
class PublishedWork:
    """A work of anybody, as a report needs it."""

    id: int
    creator_id: int
    public_id: str
    title: str


def published_work(session: Session, *, public_id: str) -> PublishedWork | None:
    """Return the work that a link ends in; ids are small letters, links are sometimes shouted."""
    row = session.execute(
        select(WORK.c.id, WORK.c.creator_id, WORK.c.public_id, WORK.c.title).where(
            WORK.c.public_id.in_({public_id, public_id.lower()})
        )
    ).first()
    return PublishedWork(*row) if row else None


def titles(session: Session, *, work_ids: Sequence[int]) -> dict[int, PublishedWork]:
    """Return works by id."""
    rows = session.execute(
        select(WORK.c.id, WORK.c.creator_id, WORK.c.public_id, WORK.c.title).where(WORK.c.id.in_(work_ids))
    )
    return {row[0]: PublishedWork(*row) for row in rows}


def count_originals(session: Session, *, creator_id: int, before: datetime) -> int:
    """Return how many originals the creator has published before an instant."""
    return session.scalars(
        select(func.count())
        .select_from(WORK)
        .where(WORK.c.creator_id == creator_id, WORK.c.original, WORK.c.published_at < before)
    ).one()


def report_for_update(session: Session, *, report_id: int) -> InfringementReport | None:
    """Return the report, locked until the transaction ends: two people may decide at the same moment."""
    return session.scalar(
        select(InfringementReport)
        .where(InfringementReport.id == report_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def report(session: Session, *, report_id: int) -> InfringementReport | None:
    """Return the report, whosever it is: for reviewers."""
    return session.scalar(select(InfringementReport).where(InfringementReport.id == report_id))


def waiting(session: Session, *, limit: int) -> Sequence[InfringementReport]:
    """Return what waits for a reviewer, the longest waiting first."""
    return session.scalars(
        select(InfringementReport)
        .where(InfringementReport.state.in_(WAITING_FOR_REVIEW))
        .order_by(InfringementReport.submitted_at, InfringementReport.id)
        .limit(limit)
    ).all()


def unsupplied(session: Session, *, asked_before: datetime, limit: int) -> Sequence[int]:
    """Return the reports whose missing evidence was asked for before an instant."""
    asked = (
        select(func.max(ReportStep.at))
        .where(ReportStep.report_id == InfringementReport.id, ReportStep.event == Event.ASK.value)
        .scalar_subquery()
    )
    return session.scalars(
        select(InfringementReport.id)
        .where(InfringementReport.state == State.NEEDS_EVIDENCE.value, asked < asked_before)
        .order_by(InfringementReport.id)
        .limit(limit)
    ).all()


def steps(session: Session, *, report_id: int) -> Sequence[ReportStep]:
    """Return the case's log, oldest first."""
    return session.scalars(
        select(ReportStep).where(ReportStep.report_id == report_id).order_by(ReportStep.sequence)
    ).all()


def last_sequence(session: Session, *, report_id: int) -> int:
    """Return the number of the case's last step, 0 before the first."""
    found = session.scalar(select(func.max(ReportStep.sequence)).where(ReportStep.report_id == report_id))
    return found or 0


def known_against(session: Session, *, creator_id: int, limit: int) -> Sequence[InfringementReport]:
    """Return the cases in which this creator was judged, newest decision first."""
    return session.scalars(
        select(InfringementReport)
        .where(
            InfringementReport.suspect_creator_id == creator_id,
            InfringementReport.kind != "off_platform",
            InfringementReport.state.in_(KNOWN_TO_ACCUSED),
        )
        .order_by(InfringementReport.decided_at.desc(), InfringementReport.id.desc())
        .limit(limit)
    ).all()


def turned_down(session: Session, *, creator_id: int, limit: int) -> Sequence[InfringementReport]:
    """Return the creator's own reports that were rejected, at any stage of his appeal."""
    return session.scalars(
        select(InfringementReport)
        .where(
            InfringementReport.creator_id == creator_id,
            InfringementReport.state.in_((State.REJECTED, State.CONTESTED, State.DISMISSED)),
        )
        .order_by(InfringementReport.decided_at.desc(), InfringementReport.id.desc())
        .limit(limit)
    ).all()


def measure_of(session: Session, *, report_id: int) -> WorkMeasure | None:
    """Return what the report did."""
    return session.scalar(select(WorkMeasure).where(WorkMeasure.report_id == report_id))


def appeal(session: Session, *, report_id: int, side: str) -> InfringementAppeal | None:
    """Return the appeal of one side."""
    return session.scalar(
        select(InfringementAppeal).where(
            InfringementAppeal.report_id == report_id, InfringementAppeal.side == side
        )
    )


def appeals(session: Session, *, report_id: int) -> Sequence[InfringementAppeal]:
    """Return the case's appeals, oldest first."""
    return session.scalars(
        select(InfringementAppeal)
        .where(InfringementAppeal.report_id == report_id)
        .order_by(InfringementAppeal.id)
    ).all()


def newest_choice(session: Session, *, creator_id: int) -> CopyChoice | None:
    """Return what the creator last wanted done with copies."""
    return session.scalar(
        select(CopyChoice).where(CopyChoice.creator_id == creator_id).order_by(CopyChoice.id.desc()).limit(1)
    )


def owners_of_agent(session: Session, *, agent_id: int, on: date) -> Sequence[int]:
    """Return the creators whose works this one may report on that day."""
    row = ReportAuthorisation
    return session.scalars(
        select(row.owner_id)
        .where(row.agent_id == agent_id, row.starts_on <= on, row.ends_on.is_(None) | (row.ends_on > on))
        .distinct()
        .order_by(row.owner_id)
    ).all()


def malicious_decisions(session: Session, *, creator_id: int) -> Sequence[datetime]:
    """Return when reports of the creator were found malicious; while he contests that, it does not count."""
    found = session.scalars(
        select(InfringementReport.decided_at).where(
            InfringementReport.creator_id == creator_id,
            InfringementReport.malicious,
            InfringementReport.state.in_((State.REJECTED, State.DISMISSED)),
        )
    )
    return [at for at in found if at is not None]


def counts_by_state(
    session: Session, *, creator_id: int, starts_at: datetime | None, ends_at: datetime
) -> dict[State, int]:
    """Return how many of the creator's reports of that time stand where."""
    row = InfringementReport
    query = (
        select(row.state, func.count())
        .where((row.creator_id == creator_id) | (row.owner_id == creator_id), row.submitted_at < ends_at)
        .group_by(row.state)
    )
    if starts_at is not None:
        query = query.where(row.submitted_at >= starts_at)
    return {State(state): count for state, count in session.execute(query)}


def counts_by_measure(
    session: Session, *, creator_id: int, starts_at: datetime | None, ends_at: datetime
) -> dict[str, int]:
    """Return how many measures in force came from the creator's reports of that time, by measure."""
    row = InfringementReport
    query = (
        select(WorkMeasure.measure, func.count())
        .join(row, row.id == WorkMeasure.report_id)
        .where(
            (row.creator_id == creator_id) | (row.owner_id == creator_id),
            row.state.in_(IN_FORCE),
            row.submitted_at < ends_at,
        )
        .group_by(WorkMeasure.measure)
    )
    if starts_at is not None:
        query = query.where(row.submitted_at >= starts_at)
    rows = session.execute(query).all()
    return {row[0]: row[1] for row in rows}
