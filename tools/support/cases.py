"""Use cases of 1V1 cases: opened with the transcript, taken by one person, answered, resolved."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Line, Speaker
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE
from tools.support import queries, service
from tools.support.models import Case

# Hours of the 1V1 service (policy human-service).
OPENS_AT, CLOSES_AT = time(9), time(22)


class CaseState(StrEnum):
    """Where a case stands."""

    QUEUED = "queued"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as people read it; `transcript` is the conversation until it was opened."""

    number: str
    creator_id: int
    conversation_id: int
    state: CaseState
    reason: str
    opened_at: datetime
    holder: str | None
    transcript: tuple[Line, ...]


def is_open(now: datetime) -> bool:
    """Whether the 1V1 service answers at this moment."""
    return OPENS_AT <= now.astimezone(PLATFORM_ZONE).time() < CLOSES_AT


def is_held(session: Session, *, conversation_id: int) -> bool:
    """Whether a support agent speaks in the conversation, so that the assistant must not."""
    case = queries.open_case_of(session, conversation_id=conversation_id)
    return case is not None and case.state == CaseState.ASSIGNED


def open_case_of(session: Session, *, conversation_id: int) -> CaseView | None:
    """Return the conversation's case that is not resolved yet."""
    case = queries.open_case_of(session, conversation_id=conversation_id)
    return _view(case) if case else None


def open_case(
    session: Session,
    *,
    creator_id: int,
    conversation_id: int,
    reason: str,
    transcript: tuple[Line, ...],
    now: datetime,
) -> CaseView:
    """Queue the conversation for a person; a conversation has at most one open case, which is returned."""
    service.lock(session, conversation_id=conversation_id)
    if existing := queries.open_case_of(session, conversation_id=conversation_id):
        return _view(existing)
    case = Case(
        creator_id=creator_id,
        conversation_id=conversation_id,
        state=CaseState.QUEUED.value,
        reason=reason,
        transcript=[{"speaker": line.speaker.value, "text": line.text} for line in transcript],
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return _view(case)


def waiting_in_front(session: Session, *, number: str) -> int:
    """Return how many cases are before this one in the queue."""
    case = _locked(session, number)
    return queries.queued_before(session, opened_at=case.opened_at, case_id=case.id)


def open_cases(session: Session) -> list[CaseView]:
    """Return the cases that are not resolved, the longest waiting first."""
    return [_view(case) for case in queries.open_cases(session)]


def case(session: Session, *, number: str) -> CaseView:
    """Return the case; raises OperatorError for a number that does not exist."""
    return _view(_locked(session, number))


def say(session: Session, *, number: str, agent: str, text: str, now: datetime) -> CaseView:
    """Send the agent's words to the creator; the first agent who speaks holds the case.

    Raises OperatorError when the case is resolved or another agent holds it: nothing is sent then.
    """
    case = _locked(session, number)
    if case.state == CaseState.RESOLVED:
        raise OperatorError(f"case {number} is resolved: nothing was sent")
    if case.holder not in {None, agent}:
        raise OperatorError(f"case {number} is held by {case.holder}: nothing was sent")
    case.state, case.holder = CaseState.ASSIGNED.value, agent
    said = service.messages(session, conversation_id=case.conversation_id, limit=1)
    words = f"【1V1 客服 {agent}】{text}"
    service.append_agent_message(
        session,
        conversation_id=case.conversation_id,
        key=f"agent:{case.id}:{said[-1].sequence + 1 if said else 1}",
        text=words,
        body={"text": words, "case": number},
        now=now,
    )
    return _view(case)


def resolve(session: Session, *, number: str, now: datetime) -> CaseView:
    """Close the case: the assistant answers again. Raises OperatorError when it is resolved already."""
    case = _locked(session, number)
    if case.state == CaseState.RESOLVED:
        raise OperatorError(f"case {number} is resolved already")
    case.state, case.holder, case.resolved_at = CaseState.RESOLVED.value, None, now
    session.flush()
    return _view(case)


def _locked(session: Session, number: str) -> Case:
    digits = number.removeprefix("C")
    found = (
        queries.case_for_update(session, case_id=int(digits))
        if digits.isascii() and digits.isdigit() and len(digits) < len(str(2**62))
        else None
    )
    if found is None:
        raise OperatorError(f"no case has the number {number!r}")
    return found


def _view(case: Case) -> CaseView:
    lines = tuple(Line(Speaker(line["speaker"]), line["text"]) for line in case.transcript)
    return CaseView(
        number=f"C{case.id:06d}",
        creator_id=case.creator_id,
        conversation_id=case.conversation_id,
        state=CaseState(case.state),
        reason=case.reason,
        opened_at=case.opened_at,
        holder=case.holder,
        transcript=lines,
    )
