"""The promises of a case, kept with its steps: which clock starts, runs on, pauses or stops."""

from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.orm import Session

from tools.support import case_queries, clocks
from tools.support.case_models import Case, CaseClock
from tools.support.clocks import Clock, Promise
from tools.support.service_rules import business_hours, platform_day, service_rules
from tools.support.states import CaseStep
from tools.support.tiers import ServiceTier
from tools.support.views import clock_of


def keep(session: Session, row: Case, step: CaseStep, *, agent: int | None, now: datetime) -> None:
    """Bring the case's clocks to where they are after a step that `row` has taken."""
    rows = list(case_queries.clocks(session, case_ids=[row.id]))
    match step:
        case CaseStep.OPEN | CaseStep.REOPEN:
            _start(session, row, rows, Promise.FIRST_REPLY, now)
            _start(session, row, rows, Promise.RESOLUTION, now)
        case CaseStep.AGENT_SPOKE:
            _stop(_replies(rows), agent=agent, now=now)
        case CaseStep.CREATOR_SPOKE:
            _run(rows, now)
            if not _replies(rows):
                _start(session, row, rows, Promise.NEXT_REPLY, now)
        case CaseStep.WAIT:
            for one in rows:
                _write(one, clocks.pause(clock_of(one), at=now, hours=business_hours()))
        case CaseStep.TAKE | CaseStep.TRANSFER | CaseStep.RELEASE | CaseStep.FALL_BACK:
            _run(rows, now)
        case CaseStep.RESOLVE:
            _stop(rows, agent=agent, now=now)
        case CaseStep.CANCEL:
            _drop(rows, now)
        case _:
            assert_never(step)
    session.flush()


def owes_a_reply(session: Session, *, row: Case) -> bool:
    """Whether a promise of a reply is open."""
    return bool(_replies(list(case_queries.clocks(session, case_ids=[row.id]))))


def _replies(rows: list[CaseClock]) -> list[CaseClock]:
    return [one for one in rows if one.promise != Promise.RESOLUTION and one.stopped_at is None]


def _start(session: Session, row: Case, rows: list[CaseClock], promise: Promise, now: datetime) -> None:
    rules = service_rules(platform_day(row.opened_at))
    target = rules.target(promise, ServiceTier(row.tier))
    one = CaseClock(
        case_id=row.id,
        promise=promise.value,
        round=1 + sum(other.promise == promise for other in rows),
        target_seconds=int(target.total_seconds()),
    )
    _write(one, clocks.start(promise, target=target, at=now))
    session.add(one)


def _run(rows: list[CaseClock], now: datetime) -> None:
    for one in rows:
        _write(one, clocks.run(clock_of(one), at=now))


def _stop(rows: list[CaseClock], *, agent: int | None, now: datetime) -> None:
    for one in rows:
        if one.stopped_at is None:
            one.agent_id = agent
            _write(one, clocks.stop(clock_of(one), at=now, hours=business_hours()))


def _drop(rows: list[CaseClock], now: datetime) -> None:
    """Stop what runs; a promise that was not broken when the creator went counts for nobody."""
    hours = business_hours()
    for one in rows:
        if one.stopped_at is None:
            stopped = clocks.stop(clock_of(one), at=now, hours=hours)
            one.dropped = not clocks.is_breached(stopped, at=now, hours=hours)
            _write(one, stopped)


def _write(row: CaseClock, clock: Clock) -> None:
    hours = business_hours()
    # Whole seconds, as the row keeps them; what is left of one belongs to the creator.
    row.spent_seconds = -(-clock.spent // timedelta(seconds=1))
    row.running_since, row.stopped_at = clock.running_since, clock.stopped_at
    row.due_at, row.warn_at = clocks.due_at(clock, hours=hours), clocks.warn_at(clock, hours=hours)
