"""What reviewers see: the queue with what is due first, and everything about one case."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tools.detection import deadlines
from tools.detection.models import InfringementReport
from tools.detection.reports import case_log, numbers, queries
from tools.detection.reports.states import State
from tools.kernel.db import Json
from tools.kernel.errors import OperatorError
from tools.kernel.holidays import working_calendar
from tools.kernel.period import PLATFORM_ZONE

_LOOKED_THROUGH = 5_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for a reviewer; `due_on` is the last day that the rules promise."""

    number: str
    kind: str
    state: State
    about: str
    verdict: str
    due_on: date
    overdue: bool

    @property
    def body(self) -> Json:
        """The case as JSON."""
        return {
            "case_id": self.number,
            "kind": self.kind,
            "state": self.state.value,
            "about": self.about,
            "verdict": self.verdict or None,
            "due_on": self.due_on.isoformat(),
            "overdue": self.overdue,
        }


def queue(session: Session, *, on: date, limit: int) -> list[Waiting]:
    """Return what waits for a reviewer, what is due first at the top, ties in the order of submission."""
    rows = queries.waiting(session, limit=_LOOKED_THROUGH)
    cases = [_waiting(session, row, on=on) for row in rows]
    return sorted(cases, key=lambda case: case.due_on)[:limit]


def case(session: Session, *, number: str) -> Json:
    """Return all of a case as JSON; raises OperatorError for a number that does not exist."""
    row_id = numbers.row_id(number)
    row = queries.report(session, report_id=row_id) if row_id is not None else None
    if row is None or not numbers.is_number(number, row.number):
        raise OperatorError(f"there is no report {number!r}")
    return {**_report(session, row), **_lists(session, row.id)}


def _report(session: Session, row: InfringementReport) -> Json:
    measure = queries.measure_of(session, report_id=row.id)
    return {
        "case_id": row.number,
        "kind": row.kind,
        "state": row.state,
        "reporter": row.creator_id,
        "owner": row.owner_id,
        "work": row.work_public_id or None,
        "title": row.work_title or None,
        "suspect_url": row.suspect_url,
        "suspect_author": row.suspect_author,
        "suspect_work": _public_id(session, row.suspect_work_id),
        "reason": row.reason,
        "note": row.note,
        "malicious": row.malicious,
        "verdict": row.verdict and row.verdict["result"],
        "score": row.verdict and row.verdict["score"],
        "picture": row.verdict and row.verdict["picture"],
        "measure": measure and measure.measure,
        "in_force": measure is not None and measure.ends_at is None,
    }


def _lists(session: Session, report_id: int) -> Json:
    return {
        "steps": [
            {
                "at": _local(step.at),
                "event": step.event,
                "state": step.state,
                "by": f"{step.actor_kind} {step.actor}".strip(),
                "note": step.note,
            }
            for step in queries.steps(session, report_id=report_id)
        ],
        "appeals": [
            {
                "at": _local(appeal.submitted_at),
                "side": appeal.side,
                "evidence": appeal.evidence,
                "reason": appeal.reason,
                "granted": appeal.granted,
                "note": appeal.note,
            }
            for appeal in queries.appeals(session, report_id=report_id)
        ],
        "notices": [
            {"at": _local(notice.created_at), "to": notice.creator_id, "text": notice.text}
            for notice in case_log.told(session, report_id=report_id)
        ],
    }


def _waiting(session: Session, row: InfringementReport, *, on: date) -> Waiting:
    due_on = _due_on(session, row)
    suspect = row.suspect_url or row.suspect_author or ""
    return Waiting(
        number=row.number,
        kind=row.kind,
        state=State(row.state),
        about=f"《{row.work_title}》 <- {suspect}" if row.work_title else suspect,
        verdict=row.verdict["result"] if row.verdict else "",
        due_on=due_on,
        overdue=due_on < on,
    )


def _due_on(session: Session, row: InfringementReport) -> date:
    promise = deadlines.promise_on(_day(row.submitted_at))
    if row.state == State.SUBMITTED:
        return _day(deadlines.first_answer_by(row.submitted_at, promise))
    if row.state == State.REVIEWING:
        assert row.accepted_at is not None
        return working_calendar().after(_day(row.accepted_at), promise.decision_working_days).day
    side = "accused" if row.state == State.APPEALED else "reporter"
    appeal = queries.appeal(session, report_id=row.id, side=side)
    assert appeal is not None, "an appealed case has the appeal"
    return working_calendar().after(_day(appeal.submitted_at), deadlines.APPEAL_WORKING_DAYS).day


def _public_id(session: Session, work_id: int | None) -> str | None:
    return queries.titles(session, work_ids=[work_id])[work_id].public_id if work_id else None


def _day(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()


def _local(at: datetime) -> str:
    return at.astimezone(PLATFORM_ZONE).isoformat(timespec="minutes")
