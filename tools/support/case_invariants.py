"""What must hold for every case: its steps lead to where it stands, its promises fit its state."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.support.agent_models import DeskSession
from tools.support.case_models import Case, CaseClock, CaseEvent
from tools.support.clocks import Promise
from tools.support.numbers import number_of
from tools.support.sign_in import ABSOLUTE
from tools.support.states import CaseState, CaseStep, Standing, WrongStepError, advance
from tools.support.steps import standing_of

_AT_ONCE = 1_000
_GIVES = frozenset({CaseStep.TAKE, CaseStep.TRANSFER})


def steps_lead_elsewhere(session: Session) -> Iterator[str]:
    """Yield cases whose steps, taken in their order, do not lead to the state, holder and ending that they have."""
    has_steps = select(CaseEvent.id).where(CaseEvent.case_id == Case.id).exists()
    for case_id in session.scalars(select(Case.id).where(~has_steps).order_by(Case.id)):
        yield f"{number_of(case_id)} has no steps"
    rows = session.execute(
        select(Case, CaseEvent)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .order_by(Case.id, CaseEvent.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    for case, found in groupby(rows, key=lambda row: row[0]):
        yield from _replayed(case, [event for _, event in found])


def _replayed(case: Case, events: list[CaseEvent]) -> Iterator[str]:
    name, standing = number_of(case.id), Standing()
    for place, event in enumerate(events, 1):
        if event.sequence != place:
            yield f"{name} has step {event.sequence} in place {place}"
            return
        step = CaseStep(event.step)
        if step in _GIVES and event.holder_id is None:
            yield f"{name} step {place} is {step}, but nobody holds it"
            return
        try:
            standing = advance(standing, step, agent=event.holder_id)
        except WrongStepError as error:
            yield f"{name} step {place}: {error}"
            return
        if standing.holder != event.holder_id:
            yield f"{name} step {place} is held by {event.holder_id}, its steps lead to {standing.holder}"
            return
    if standing != standing_of(case):
        yield f"{name} is {standing_of(case)}, its steps lead to {standing}"


def clocks_against_state(session: Session) -> Iterator[str]:
    """Yield promises that run though their case waits for the creator or is over, or that are open after its end."""
    rows = session.execute(
        select(CaseClock.id, CaseClock.promise, Case.id, Case.state)
        .join(Case, Case.id == CaseClock.case_id)
        .where(
            or_(
                and_(CaseClock.running_since.is_not(None), Case.state.in_(("pending_creator", "resolved"))),
                and_(CaseClock.stopped_at.is_(None), Case.state == "resolved"),
            )
        )
        .order_by(CaseClock.id)
    )
    for clock_id, promise, case_id, state in rows:
        yield f"clock {clock_id} ({promise}) of {number_of(case_id)} goes on though the case is {state}"


def cases_without_resolution(session: Session) -> Iterator[str]:
    """Yield open cases that have not exactly one open promise of a resolution."""
    open_clock = and_(
        CaseClock.case_id == Case.id,
        CaseClock.promise == Promise.RESOLUTION.value,
        CaseClock.stopped_at.is_(None),
    )
    rows = session.execute(
        select(Case.id, func.count(CaseClock.id))
        .outerjoin(CaseClock, open_clock)
        .where(Case.state != CaseState.RESOLVED.value)
        .group_by(Case.id)
        .having(func.count(CaseClock.id) != 1)
        .order_by(Case.id)
    )
    for case_id, count in rows:
        yield f"{number_of(case_id)} has {count} open promises of a resolution"


def rated_too_early(session: Session) -> Iterator[str]:
    """Yield cases that were rated before a person ended them for the first time."""
    ended = (
        select(CaseEvent.id)
        .where(
            CaseEvent.case_id == Case.id,
            CaseEvent.step == CaseStep.RESOLVE.value,
            CaseEvent.at <= Case.rated_at,
        )
        .exists()
    )
    rows = session.scalars(select(Case.id).where(Case.rated_at.is_not(None), ~ended).order_by(Case.id))
    yield from (f"{number_of(case_id)} was rated before it ended" for case_id in rows)


def endless_sessions(session: Session) -> Iterator[str]:
    """Yield sessions of the desk that live longer than they may."""
    for row in session.scalars(select(DeskSession).order_by(DeskSession.id)):
        if row.expires_at - row.started_at > ABSOLUTE or row.seen_at > row.expires_at:
            yield f"desk session {row.id} ends at {row.expires_at}, it began at {row.started_at}"


CASE_INVARIANTS = (
    Invariant("support.steps_lead_to_where_cases_stand", steps_lead_elsewhere),
    Invariant("support.clocks_rest_with_their_case", clocks_against_state),
    Invariant("support.open_cases_promise_one_resolution", cases_without_resolution),
    Invariant("support.ratings_follow_an_end", rated_too_early),
    Invariant("support.sessions_of_the_desk_end", endless_sessions),
)
