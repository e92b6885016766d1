"""Cases as people read them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tools.support import agent_queries, agents, case_queries, clocks
from tools.support.agents import Agent
from tools.support.case_models import Case, CaseClock
from tools.support.clocks import Clock, Promise
from tools.support.escalation import Reason
from tools.support.numbers import CaseUnknown, case_id_of, number_of
from tools.support.service_rules import business_hours
from tools.support.skills import Skill
from tools.support.states import CaseState, Ending
from tools.support.tiers import ServiceTier


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as people read it; `waiting_since` is since when the creator's words stand unanswered."""

    number: str
    creator_id: int
    conversation_id: int
    state: CaseState
    reason: Reason
    reason_text: str
    tier: ServiceTier
    skill: Skill
    team: str
    opened_at: datetime
    queued_at: datetime | None
    holder: Agent | None
    routed_to: Agent | None
    routed_why: str
    resolved_at: datetime | None
    ending: Ending | None
    reopened: int
    rating: int | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A promise as people read it: how much of its business time is spent, and when it is due if it runs on."""

    promise: Promise
    target: timedelta
    spent: timedelta
    due_at: datetime | None
    paused: bool
    stopped_at: datetime | None
    breached: bool
    warned: bool


def case(session: Session, *, number: str) -> CaseView:
    """Return the case. Raises CaseUnknown."""
    return view_of(session, _row(session, number))


def case_of_creator(session: Session, *, creator_id: int, number: str) -> CaseView:
    """Return the creator's own case. Raises CaseUnknown, also for another creator's."""
    row = _row(session, number)
    if row.creator_id != creator_id:
        raise CaseUnknown(number=number)
    return view_of(session, row)


def cases_of_creator(session: Session, *, creator_id: int, limit: int = 20) -> list[CaseView]:
    """Return the creator's cases, the newest first."""
    return views_of(session, case_queries.cases_of_creator(session, creator_id=creator_id, limit=limit))


def open_case_of(session: Session, *, conversation_id: int) -> CaseView | None:
    """Return the conversation's case that is not resolved yet."""
    row = case_queries.open_case_of(session, conversation_id=conversation_id)
    return view_of(session, row) if row else None


def open_cases(session: Session, *, limit: int = 200) -> list[CaseView]:
    """Return the cases that are not resolved, the longest waiting first."""
    return views_of(session, case_queries.open_cases(session, limit=limit))


def state_of(session: Session, *, conversation_id: int) -> CaseState:
    """Return where a conversation stands; BOT where no case is open."""
    row = case_queries.open_case_of(session, conversation_id=conversation_id)
    return CaseState(row.state) if row else CaseState.BOT


def place_in_queue(session: Session, *, number: str) -> int:
    """Return how many cases wait in front of this one in its team's queue; 0 also for one that does not wait."""
    row = _row(session, number)
    return case_queries.queued_before(session, row=row) if row.state == CaseState.QUEUED else 0


def clock_views(session: Session, *, number: str, now: datetime) -> list[ClockView]:
    """Return the case's promises, in the order that they were made; dropped ones are left out."""
    rows = case_queries.clocks(session, case_ids=[_row(session, number).id])
    return [clock_view(row, now=now) for row in rows if not row.dropped]


def clock_of(row: CaseClock) -> Clock:
    """Return the clock of a row."""
    return Clock(
        Promise(row.promise),
        timedelta(seconds=row.target_seconds),
        timedelta(seconds=row.spent_seconds),
        row.running_since,
        row.stopped_at,
    )


def clock_view(row: CaseClock, *, now: datetime) -> ClockView:
    """Return a promise as people read it."""
    clock = clock_of(row)
    hours = business_hours()
    return ClockView(
        promise=clock.promise,
        target=clock.target,
        spent=clocks.spent(clock, at=now, hours=hours),
        due_at=row.due_at,
        paused=clock.is_paused,
        stopped_at=clock.stopped_at,
        breached=clocks.is_breached(clock, at=now, hours=hours),
        warned=row.warned_at is not None,
    )


def view_of(session: Session, row: Case) -> CaseView:
    """Return a row as people read it."""
    return views_of(session, (row,))[0]


def views_of(session: Session, rows: Sequence[Case]) -> list[CaseView]:
    """Return rows as people read them, the people of all of them read at once."""
    people = people_of(session, {id_ for row in rows for id_ in (row.holder_id, row.routed_to_id) if id_})
    return [_view(row, people) for row in rows]


def people_of(session: Session, ids: Iterable[int]) -> dict[int, Agent]:
    """Return people of the desk by id."""
    found = agent_queries.agents_by_id(session, ids=set(ids))
    return {id_: agents.agent_from(row) for id_, row in found.items()}


def due_of(rows: Collection[CaseClock], *, now: datetime) -> ClockView | None:
    """Return the running promise that is due first."""
    running = [row for row in rows if row.due_at is not None]
    first = min(running, key=lambda row: (row.due_at or now, row.id), default=None)
    return clock_view(first, now=now) if first is not None else None


def _row(session: Session, number: str) -> Case:
    row = case_queries.case(session, case_id=case_id_of(number))
    if row is None:
        raise CaseUnknown(number=number)
    return row


def _view(row: Case, people: dict[int, Agent]) -> CaseView:
    return CaseView(
        number=number_of(row.id),
        creator_id=row.creator_id,
        conversation_id=row.conversation_id,
        state=CaseState(row.state),
        reason=Reason(row.kind),
        reason_text=row.reason,
        tier=ServiceTier(row.tier),
        skill=Skill(row.skill),
        team=row.team,
        opened_at=row.opened_at,
        queued_at=row.queued_at,
        holder=people.get(row.holder_id or 0),
        routed_to=people.get(row.routed_to_id or 0),
        routed_why=row.routed_why,
        resolved_at=row.resolved_at,
        ending=Ending(row.ending) if row.ending else None,
        reopened=row.reopened,
        rating=row.rating,
        waiting_since=row.spoken_since,
    )
