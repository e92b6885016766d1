"""The desk's watch, every minute: promises near their end, cases that nobody takes, people who went away."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.kernel import case_requests
from tools.kernel.case_requests import RequestedCase
from tools.kernel.db import Database
from tools.support import (
    agent_queries,
    agents,
    alerts,
    assigning,
    case_queries,
    case_words,
    cases,
    clocks,
    desk_access,
    service,
    steps,
    views,
)
from tools.support.alerts import AlertKind
from tools.support.case_models import Case
from tools.support.clocks import Promise
from tools.support.escalation import Reason
from tools.support.numbers import number_of
from tools.support.service_rules import business_hours, platform_day
from tools.support.states import CaseState, CaseStep

_BATCH: Final = 200
# Who is offered a case and does not take it in this part of its first reply's time loses the offer.
_OFFER_PART: Final = 2
# A conversation that belongs to no messenger: a room asked for a person before the creator ever wrote.
_DESK_CHANNEL: Final = "desk"


def open_requested_cases(database: Database, now: datetime) -> None:
    """Make a case of every wish that other rooms left, once, in the conversation where the creator was last."""
    with database.reading() as session:
        wishes = case_requests.waiting(session, limit=_BATCH)
    for wish in wishes:
        with database.writing() as session:
            _open_requested(session, wish, now=now)


def watch_clocks(database: Database, now: datetime) -> None:
    """Warn who holds a case when a promise nears its end, and tell the leads of each that is broken, once."""
    with database.reading() as session:
        found = case_queries.overdue_clocks(session, now=now, limit=_BATCH)
    for clock_id in found:
        with database.writing() as session:
            _look_at_clock(session, clock_id, now=now)


def watch_queue(database: Database, now: datetime) -> None:
    """Offer what waits to whom can take it; tell creators whom nobody took in time, and their leads, once a wait."""
    with database.reading() as session:
        found = [number_of(row.id) for row in case_queries.queued(session, limit=_BATCH)]
    for number in found:
        with database.writing() as session:
            row = steps.locked(session, number)
            if row.state == CaseState.QUEUED:
                _offer_again(session, row, now=now)
                _fall_back(session, row, now=now)


def watch_holders(database: Database, now: datetime) -> None:
    """Put cases back into the queue whose holder is not at work while their creator waits, or has no account any more."""
    with database.reading() as session:
        found = [number_of(row.id) for row in case_queries.held(session)]
    for number in found:
        with database.writing() as session:
            row = steps.locked(session, number)
            if row.holder_id is not None and _is_left(session, row, now=now):
                _requeue(session, row, now=now)


def forget_old_tries(database: Database, now: datetime) -> None:
    """Delete tries to sign in that no limit counts any more, and looks at cases that are over."""
    while True:
        with database.writing() as session:
            case_queries.delete_watches(session, before=now - timedelta(days=1))
            if agent_queries.delete_tries(session, before=now - timedelta(days=90), limit=_BATCH) < _BATCH:
                return


def _open_requested(session: Session, wish: RequestedCase, *, now: datetime) -> None:
    found = case_queries.newest_conversation(session, creator_id=wish.creator_id)
    conversation = (
        found.id
        if found is not None
        else service.conversation(
            session,
            channel=_DESK_CHANNEL,
            address=f"creator-{wish.creator_id}",
            thread="",
            creator=wish.creator_id,
            now=now,
        ).id
    )
    service.lock(session, conversation_id=conversation)
    if not case_requests.claim(session, wish.id, now=now):
        return
    known = views.open_case_of(session, conversation_id=conversation)
    about = f"{wish.business} {wish.reference}：{wish.reason}"
    if known is not None:
        _add_to(session, known.number, about, key=f"{wish.id}", now=now)
        return
    opened = cases.open_case(
        session,
        creator_id=wish.creator_id,
        conversation_id=conversation,
        reason=about,
        kind=Reason.DISPUTE,
        on=platform_day(now),
        now=now,
    )
    row = steps.locked(session, opened.number)
    in_front = views.place_in_queue(session, number=opened.number)
    words = case_words.opened(opened, in_front=in_front, now=now)
    desk_access.tell(
        session,
        row,
        f"{wish.business} {wish.reference}：{words}",
        key="requested",
        now=now,
        buttons=[{"label": (way := case_words.cancel_button(opened)).label, "send": way.send}],
    )


def _add_to(session: Session, number: str, about: str, *, key: str, now: datetime) -> None:
    row = steps.locked(session, number)
    alerts.raise_alert(
        session,
        row,
        kind=AlertKind.REQUEST,
        agent_id=row.holder_id,
        text=about,
        key=key,
        now=now,
    )


def _look_at_clock(session: Session, clock_id: int, *, now: datetime) -> None:
    case_id = case_queries.case_of_clock(session, clock_id=clock_id)
    # The case first, as every step locks it: its clocks do not move then.
    row = steps.locked(session, number_of(case_id))
    clock = case_queries.clock_for_update(session, clock_id=clock_id)
    if clock.due_at is None or clock.warn_at is None:
        return
    owner = row.holder_id or row.routed_to_id
    name = f"{number_of(row.id)} {Promise(clock.promise).words}"
    if clock.warned_at is None and clock.warn_at <= now:
        clock.warned_at = now
        if clock.due_at > now:
            alerts.raise_alert(
                session,
                row,
                kind=AlertKind.WARNING,
                agent_id=owner,
                text=f"{name}快到时限了",
                key=f"{clock.id}",
                now=now,
            )
    hours = business_hours()
    if clock.breached_at is None and clocks.is_breached(views.clock_of(clock), at=now, hours=hours):
        clock.breached_at = now
        for reader in {owner, None}:
            alerts.raise_alert(
                session,
                row,
                kind=AlertKind.BREACH,
                agent_id=reader,
                text=f"{name}已超时",
                key=f"{clock.id}:{reader or 'leads'}",
                now=now,
            )
    session.flush()


def _offer_again(session: Session, row: Case, *, now: datetime) -> None:
    """Offer a case that nobody is offered, or whose offer was not taken in time."""
    if row.routed_to_id is None:
        assigning.offer(session, row, now=now)
        return
    assert row.routed_at is not None, "an offer has its moment"
    slow = business_hours().elapsed(row.routed_at, now) > _offer_time(session, row)
    there = next(
        one for one in assigning.candidates(session, now=now) if one.agent == row.routed_to_id
    ).is_here
    if there and not slow:
        return
    before, why = row.routed_to_id, row.routed_why
    chosen = assigning.offer(session, row, now=now, barred={before})
    if chosen.agent is None and there:
        # Nobody else is there: the offer stands.
        row.routed_to_id, row.routed_at, row.routed_why = before, now, why
        session.flush()


def _offer_time(session: Session, row: Case) -> timedelta:
    found = case_queries.clocks(session, case_ids=[row.id])
    first = next(one for one in found if one.promise == Promise.FIRST_REPLY)
    return timedelta(seconds=first.target_seconds) / _OFFER_PART


def _fall_back(session: Session, row: Case, *, now: datetime) -> None:
    """Tell the creator, once a wait, that nobody came in the time of a first reply, or before the day's end."""
    assert row.queued_at is not None, "what waits has waited since a moment"
    if row.told_waiting_at is not None:
        return
    hours = business_hours()
    waits_since = max(row.queued_at, row.opened_at)
    entered = hours.next_opening(waits_since)
    ended = entered <= now and not hours.is_open(now)
    late = hours.elapsed(waits_since, now) > _OFFER_PART * _offer_time(session, row)
    if not (late or ended):
        return
    row.told_waiting_at = now
    view = views.view_of(session, row)
    in_front = views.place_in_queue(session, number=view.number)
    way_out = case_words.cancel_button(view)
    desk_access.tell(
        session,
        row,
        case_words.nobody_free(view, in_front=in_front, now=now),
        key="waiting",
        now=now,
        buttons=[{"label": way_out.label, "send": way_out.send}],
    )
    alerts.raise_alert(
        session,
        row,
        kind=AlertKind.UNCLAIMED,
        agent_id=None,
        text=f"{view.number} 没有人接，已等 {_minutes(now - waits_since)} 分钟",
        key=f"{case_queries.last_event(session, case_id=row.id)}",
        now=now,
    )


def _is_left(session: Session, row: Case, *, now: datetime) -> bool:
    """Whether a case's holder can't go on: no rights any more, or the next answer is late and they are not at work."""
    people = {one.agent: one for one in assigning.candidates(session, now=now)}
    holder = people.get(row.holder_id or 0)
    if holder is None:
        return True
    if holder.is_here or row.spoken_since is None:
        return False
    late = [
        one
        for one in case_queries.clocks(session, case_ids=[row.id])
        if one.promise != Promise.RESOLUTION and one.due_at is not None and one.due_at <= now
    ]
    return bool(late)


def _requeue(session: Session, row: Case, *, now: datetime) -> None:
    gone = row.holder_id
    assert gone is not None, "somebody held it"
    steps.take_step(session, row, CaseStep.FALL_BACK, now=now)
    assigning.offer(session, row, now=now, barred={gone})
    desk_access.tell_requeued(session, row, now=now)
    people = agents.names(session, ids={gone})
    for reader in {gone, None}:
        alerts.raise_alert(
            session,
            row,
            kind=AlertKind.REQUEUED,
            agent_id=reader,
            text=f"{number_of(row.id)} 从{people[gone]}退回队列",
            key=f"{case_queries.last_event(session, case_id=row.id)}:{reader or 'leads'}",
            now=now,
        )


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)
