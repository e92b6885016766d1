"""How long reports and appeals may take: the promises of the rules in force on the day of submission."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tools.kernel.working_days import WorkingCalendar

POLICY = "infringement-report-rules"
FIRST_ANSWER_CLAUSE = "2.1"
DECISION_CLAUSE = "2.2"
OVERDUE_CLAUSE = "2.4"
EVIDENCE_CLAUSE = "2.3"
APPEAL_POLICY = "infringement-appeal-rules"
# infringement-report-rules 2.3; infringement-appeal-rules 1.1 and 3.1; a test reads the numbers in the clauses.
EVIDENCE_DAYS = 7
APPEAL_DAYS = 7
APPEAL_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Promise:
    """Within how many hours the first answer comes, and within how many working days after that the decision."""

    starts_on: date
    ends_on: date | None
    first_answer_hours: int
    decision_working_days: int


# infringement-report-rules 2.1 and 2.2, versions 1 and 2; a test reads the numbers in the clauses.
PROMISES = (
    Promise(date(2021, 3, 1), date(2022, 6, 1), first_answer_hours=72, decision_working_days=7),
    Promise(date(2022, 6, 1), None, first_answer_hours=48, decision_working_days=5),
)


def promise_on(day: date) -> Promise:
    """Return the promise in force on that day; before the first rules, the first ones."""
    later = [promise for promise in PROMISES if promise.starts_on <= day]
    return later[-1] if later else PROMISES[0]


def first_answer_by(submitted_at: datetime, promise: Promise) -> datetime:
    """Return the moment before which the first answer comes."""
    return submitted_at + timedelta(hours=promise.first_answer_hours)


def decision_overdue(accepted_on: date, promise: Promise, *, on: date, calendar: WorkingCalendar) -> bool:
    """Whether more working days than promised lie between."""
    return calendar.between(accepted_on, on) > promise.decision_working_days


def evidence_by(asked_at: datetime) -> datetime:
    """Return the moment after which a report whose evidence is missing closes itself."""
    return asked_at + timedelta(days=EVIDENCE_DAYS)


def appeal_by(decided_at: datetime) -> datetime:
    """Return the moment after which the decision can no longer be appealed."""
    return decided_at + timedelta(days=APPEAL_DAYS)


def appeal_overdue(submitted_on: date, *, on: date, calendar: WorkingCalendar) -> bool:
    """Whether the appeal has waited for more working days than promised."""
    return calendar.between(submitted_on, on) > APPEAL_WORKING_DAYS
