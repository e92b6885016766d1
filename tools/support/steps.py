"""A step of a case: decided by the machine, written with its event, its clocks and who is offered it."""

from datetime import datetime

from sqlalchemy.orm import Session

from tools.kernel.errors import Refusal
from tools.support import assigning, case_queries, clock_keeping, service
from tools.support.case_models import Case, CaseEvent
from tools.support.numbers import CaseUnknown, case_id_of
from tools.support.states import CaseState, CaseStep, Ending, Standing, WrongStepError, advance

_LONGEST_NOTE = 200


class WrongStep(Refusal):
    """The step does not follow the state that the case is in."""

    template = "工单现在是“{state}”，不能{step}。"


def locked(session: Session, number: str) -> Case:
    """Return the case, locked until the transaction ends: its conversation first, as every writer does."""
    case_id = case_id_of(number)
    known = case_queries.case(session, case_id=case_id)
    if known is None:
        raise CaseUnknown(number=number)
    service.lock(session, conversation_id=known.conversation_id)
    row = case_queries.case_for_update(session, case_id=case_id)
    assert row is not None, "cases are never deleted"
    return row


def take_step(
    session: Session,
    row: Case,
    step: CaseStep,
    *,
    now: datetime,
    agent: int | None = None,
    to: int | None = None,
    note: str = "",
) -> None:
    """Take a step of a locked case. Raises WrongStep, then nothing has changed.

    `agent` is who does it, None for the creator and the clock; `to` who gets the case.
    """
    before = standing_of(row)
    try:
        after = advance(before, step, agent=to if to is not None else agent)
    except WrongStepError as error:
        raise WrongStep(state=before.state.words, step=step.words) from error
    # Words change no state: only the first ones that wait for an answer, and the answer to them, are steps of the case.
    silent = step in {CaseStep.CREATOR_SPOKE, CaseStep.AGENT_SPOKE} and before == after
    _write(row, before, after, step, now)
    if not silent:
        _log(session, row, step, agent=agent, note=note, now=now)
    clock_keeping.keep(session, row, step, agent=agent, now=now)


def begin(session: Session, row: Case, *, now: datetime) -> None:
    """Put a new case's row into the queue."""
    _write(row, Standing(), advance(Standing(), CaseStep.OPEN), CaseStep.OPEN, now)
    session.add(row)
    session.flush()
    _log(session, row, CaseStep.OPEN, agent=None, note=row.reason, now=now)
    clock_keeping.keep(session, row, CaseStep.OPEN, agent=None, now=now)
    assigning.offer(session, row, now=now)


def standing_of(row: Case) -> Standing:
    """Return the case as the machine sees it."""
    ending = Ending(row.ending) if row.ending else None
    return Standing(CaseState(row.state), row.holder_id, ending, row.reopened)


def _write(row: Case, before: Standing, after: Standing, step: CaseStep, now: datetime) -> None:
    row.state, row.holder_id, row.reopened = after.state.value, after.holder, after.reopened
    row.ending = after.ending.value if after.ending else None
    row.resolved_at = (row.resolved_at or now) if after.state is CaseState.RESOLVED else None
    if after.state is not CaseState.QUEUED:
        row.queued_at = row.routed_to_id = row.routed_at = None
    elif before.state is not CaseState.QUEUED:
        # Who was served before does not go to the end of the queue again.
        row.queued_at = row.opened_at if before.state.is_held else now
        row.told_waiting_at = None
    if after.holder is not None:
        row.last_holder_id = after.holder
    if step in {CaseStep.OPEN, CaseStep.REOPEN, CaseStep.CREATOR_SPOKE}:
        row.spoken_since = row.spoken_since or now
    elif step is CaseStep.AGENT_SPOKE or after.state is CaseState.RESOLVED:
        row.spoken_since = None


def _log(session: Session, row: Case, step: CaseStep, *, agent: int | None, note: str, now: datetime) -> None:
    session.flush()
    session.add(
        CaseEvent(
            case_id=row.id,
            sequence=case_queries.last_event(session, case_id=row.id) + 1,
            step=step.value,
            agent_id=agent,
            holder_id=row.holder_id,
            note=note[:_LONGEST_NOTE],
            at=now,
        )
    )
    session.flush()
