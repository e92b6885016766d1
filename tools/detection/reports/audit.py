"""What the audit looks for around reports: set-based, but for the logs, which are replayed one after the other."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlalchemy import and_, column, or_, select, table
from sqlalchemy.orm import Session, aliased

from tools.detection.models import InfringementReport
from tools.detection.report_models import (
    InfringementAppeal,
    ReportAuthorisation,
    ReportStep,
    WorkMeasure,
)
from tools.detection.reports.states import IN_FORCE, Event, State, WrongStepError, advance
from tools.kernel.period import PLATFORM_ZONE

_WORK = table("work", column("id"), column("creator_id"))
_ROWS_AT_ONCE = 2_000


def unauthorised_reports(session: Session) -> Iterator[tuple[int, int, int]]:
    """Yield report, reporter and owner where somebody else reported whom the owner had not authorised on that day."""
    report = InfringementReport
    rows = session.execute(
        select(report.id, report.creator_id, report.owner_id, report.submitted_at)
        .where(report.creator_id != report.owner_id)
        .order_by(report.id)
    ).all()
    for report_id, reporter, owner, submitted_at in rows:
        day: date = submitted_at.astimezone(PLATFORM_ZONE).date()
        row = ReportAuthorisation
        found = session.scalars(
            select(row.id).where(
                row.agent_id == reporter,
                row.owner_id == owner,
                row.starts_on <= day,
                row.ends_on.is_(None) | (row.ends_on > day),
            )
        ).first()
        if found is None:
            yield report_id, reporter, owner


def broken_logs(session: Session) -> Iterator[tuple[int, str, str]]:
    """Yield report, state and what is wrong where the log has a gap, a wrong step, or ends elsewhere."""
    rows = session.execute(
        select(
            InfringementReport.id,
            InfringementReport.state,
            ReportStep.sequence,
            ReportStep.event,
            ReportStep.state,
        )
        .outerjoin(ReportStep, ReportStep.report_id == InfringementReport.id)
        .order_by(InfringementReport.id, ReportStep.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for (report_id, state), steps in groupby(rows, key=lambda row: (row[0], row[1])):
        if problem := _problem(state, [(row[2], row[3], row[4]) for row in steps]):
            yield report_id, state, problem


def _problem(state: str, steps: list[tuple[int | None, str, str]]) -> str | None:
    at: State | None = None
    for place, (sequence, event, after) in enumerate(steps, start=1):
        if sequence is None:
            return "its log is empty"
        if sequence != place:
            return f"step {place} of its log is missing"
        try:
            at = advance(at, Event(event))
        except WrongStepError as error:
            return f"step {place} of its log is wrong: {error}"
        if at.value != after:
            return f"step {place} of its log says {after} where {event} leads to {at}"
    return None if at == state else f"its log ends in {at}"


def measures_without_ground(session: Session) -> list[tuple[int, int, str]]:
    """Return measure, report and state where a measure is in force without an upheld report."""
    rows = session.execute(
        select(WorkMeasure.id, InfringementReport.id, InfringementReport.state)
        .join(InfringementReport, InfringementReport.id == WorkMeasure.report_id)
        .where(WorkMeasure.ends_at.is_(None), InfringementReport.state.not_in(IN_FORCE))
        .order_by(WorkMeasure.id)
    )
    return [(measure_id, report_id, state) for measure_id, report_id, state in rows]


def upheld_without_measure(session: Session) -> list[tuple[int, str]]:
    """Return report and state where an upheld report has nothing in force."""
    rows = session.execute(
        select(InfringementReport.id, InfringementReport.state)
        .outerjoin(
            WorkMeasure,
            and_(WorkMeasure.report_id == InfringementReport.id, WorkMeasure.ends_at.is_(None)),
        )
        .where(InfringementReport.state.in_(IN_FORCE), WorkMeasure.id.is_(None))
        .order_by(InfringementReport.id)
    )
    return [(report_id, state) for report_id, state in rows]


def measures_of_wrong_accounts(session: Session) -> list[tuple[int, int | None, int]]:
    """Return measure, account and the work's owner where a measure is on another account than the work's."""
    rows = session.execute(
        select(WorkMeasure.id, WorkMeasure.creator_id, _WORK.c.creator_id)
        .join(_WORK, _WORK.c.id == WorkMeasure.work_id)
        .where(WorkMeasure.creator_id.is_distinct_from(_WORK.c.creator_id))
        .order_by(WorkMeasure.id)
    )
    return [(measure_id, creator, owner) for measure_id, creator, owner in rows]


def appeals_against_the_state(session: Session) -> list[tuple[int, str, str]]:
    """Return report, state and side where an appeal waits in a decided case, or a waiting case has none."""
    found: list[tuple[int, str, str]] = []
    report = InfringementReport
    for side, waiting in (("accused", State.APPEALED), ("reporter", State.CONTESTED)):
        appeal = aliased(InfringementAppeal)
        is_open = and_(appeal.id.is_not(None), appeal.decided_at.is_(None))
        rows = session.execute(
            select(report.id, report.state)
            .outerjoin(appeal, and_(appeal.report_id == report.id, appeal.side == side))
            .where(
                or_(
                    and_(report.state == waiting.value, ~is_open),
                    and_(report.state != waiting.value, is_open),
                )
            )
            .order_by(report.id)
        )
        found += [(report_id, state, side) for report_id, state in rows]
    return found
