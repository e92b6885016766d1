"""Every SELECT about 1V1 cases."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from tools.support.case_models import (
    CannedReply,
    Case,
    CaseClock,
    CaseEvent,
    CaseNote,
    CaseWatch,
    DeskAlert,
)
from tools.support.escalation import Reason
from tools.support.models import Conversation, Message
from tools.support.states import CaseState

_OPEN = Case.state != CaseState.RESOLVED.value
_URGENT = tuple(reason.value for reason in Reason if reason.is_urgent)


def case_for_update(session: Session, *, case_id: int) -> Case | None:
    """Return the case as it is now, locked until the transaction ends."""
    return session.scalar(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    )


def case(session: Session, *, case_id: int) -> Case | None:
    """Return the case."""
    return session.get(Case, case_id)


def open_case_of(session: Session, *, conversation_id: int) -> Case | None:
    """Return the conversation's case that is not resolved yet."""
    return session.scalar(select(Case).where(Case.conversation_id == conversation_id, _OPEN))


def open_cases(session: Session, *, limit: int) -> Sequence[Case]:
    """Return the cases that are not resolved, the longest waiting first."""
    return session.scalars(select(Case).where(_OPEN).order_by(Case.opened_at, Case.id).limit(limit)).all()


def cases_of_creator(session: Session, *, creator_id: int, limit: int) -> Sequence[Case]:
    """Return the creator's cases, the newest first."""
    return session.scalars(
        select(Case).where(Case.creator_id == creator_id).order_by(Case.id.desc()).limit(limit)
    ).all()


def ended_of_reason(session: Session, *, creator_id: int, kind: str, since: datetime) -> bool:
    """Return whether a case of this reason ended for the creator since a moment."""
    found = session.scalar(
        select(Case.id)
        .where(Case.creator_id == creator_id, Case.kind == kind, Case.resolved_at > since)
        .limit(1)
    )
    return found is not None


def queued_before(session: Session, *, row: Case) -> int:
    """Return how many cases wait in front of this one in its team's queue: urgent ones, then in the order of waiting."""
    urgent = Case.kind.in_(_URGENT)
    earlier = or_(Case.queued_at < row.queued_at, and_(Case.queued_at == row.queued_at, Case.id < row.id))
    in_front = and_(urgent, earlier) if row.kind in _URGENT else or_(urgent, earlier)
    return session.scalars(
        select(func.count())
        .select_from(Case)
        .where(Case.state == CaseState.QUEUED.value, Case.team == row.team, Case.id != row.id, in_front)
    ).one()


def queued(session: Session, *, limit: int) -> Sequence[Case]:
    """Return the queue of all teams: urgent cases, then in the order of waiting."""
    return session.scalars(
        select(Case)
        .where(Case.state == CaseState.QUEUED.value)
        .order_by(Case.kind.in_(_URGENT).desc(), Case.queued_at, Case.id)
        .limit(limit)
    ).all()


def held(session: Session) -> Sequence[Case]:
    """Return the cases that somebody holds."""
    return session.scalars(select(Case).where(Case.holder_id.is_not(None)).order_by(Case.id)).all()


def last_event(session: Session, *, case_id: int) -> int:
    """Return the number of the case's last step, 0 before the first."""
    found = session.scalar(select(func.max(CaseEvent.sequence)).where(CaseEvent.case_id == case_id))
    return found or 0


def events(session: Session, *, case_id: int, limit: int) -> Sequence[CaseEvent]:
    """Return the last steps of a case, the oldest first."""
    newest_first = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.sequence.desc()).limit(limit)
    ).all()
    return list(newest_first)[::-1]


def events_after(session: Session, *, after: int, limit: int) -> Sequence[Row[CaseEvent, Case]]:
    """Return steps of all cases beyond an id, with their cases."""
    return session.execute(
        select(CaseEvent, Case)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.id > after)
        .order_by(CaseEvent.id)
        .limit(limit)
    ).all()


def case_messages_after(session: Session, *, after: int, limit: int) -> Sequence[Row[Message, Case]]:
    """Return messages beyond an id that belong to a case that is open."""
    return session.execute(
        select(Message, Case)
        .join(Case, and_(Case.conversation_id == Message.conversation_id, _OPEN))
        .where(Message.id > after)
        .order_by(Message.id)
        .limit(limit)
    ).all()


def clocks(session: Session, *, case_ids: Collection[int]) -> Sequence[CaseClock]:
    """Return the promises of some cases, in the order that they were made."""
    if not case_ids:
        return ()
    return session.scalars(
        select(CaseClock).where(CaseClock.case_id.in_(case_ids)).order_by(CaseClock.id)
    ).all()


def overdue_clocks(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Return running promises that are near their end and unwarned, or beyond it and not known as broken."""
    warn = and_(CaseClock.warn_at <= now, CaseClock.warned_at.is_(None))
    broken = and_(CaseClock.due_at <= now, CaseClock.breached_at.is_(None))
    return session.scalars(
        select(CaseClock.id)
        .where(CaseClock.due_at.is_not(None), or_(warn, broken))
        .order_by(CaseClock.due_at)
        .limit(limit)
    ).all()


def case_of_clock(session: Session, *, clock_id: int) -> int:
    """Return the case that a promise belongs to."""
    return session.scalars(select(CaseClock.case_id).where(CaseClock.id == clock_id)).one()


def clock_for_update(session: Session, *, clock_id: int) -> CaseClock:
    """Return the promise as it is now, locked."""
    return session.scalars(
        select(CaseClock)
        .where(CaseClock.id == clock_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def notes(session: Session, *, case_id: int, limit: int) -> Sequence[CaseNote]:
    """Return the last notes of a case, the oldest first."""
    newest_first = session.scalars(
        select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.id.desc()).limit(limit)
    ).all()
    return list(newest_first)[::-1]


def note_by_key(session: Session, *, case_id: int, key: str) -> CaseNote | None:
    """Return a note that was made before under this key."""
    return session.scalar(select(CaseNote).where(CaseNote.case_id == case_id, CaseNote.key == key))


def watch(session: Session, *, case_id: int, agent_id: int) -> CaseWatch | None:
    """Return when somebody last looked at a case."""
    return session.scalar(
        select(CaseWatch).where(CaseWatch.case_id == case_id, CaseWatch.agent_id == agent_id)
    )


def watchers(session: Session, *, case_id: int, since: datetime) -> Sequence[CaseWatch]:
    """Return who looked at a case since a moment."""
    return session.scalars(
        select(CaseWatch)
        .where(CaseWatch.case_id == case_id, CaseWatch.seen_at > since)
        .order_by(CaseWatch.agent_id)
    ).all()


def canned(session: Session) -> Sequence[CannedReply]:
    """Return the words that agents send often, by title."""
    return session.scalars(select(CannedReply).order_by(CannedReply.title)).all()


def message_of_case(session: Session, *, message_id: int, case_id: int) -> Message | None:
    """Return an agent's message that was said in a case."""
    return session.scalar(select(Message).where(Message.id == message_id, Message.case_id == case_id))


def messages_before(
    session: Session, *, conversation_id: int, before: int | None, limit: int
) -> Sequence[Message]:
    """Return the last messages before a place, the oldest first."""
    rows = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        rows = rows.where(Message.sequence < before)
    newest_first = session.scalars(rows.order_by(Message.sequence.desc()).limit(limit)).all()
    return list(newest_first)[::-1]


def conversation(session: Session, *, conversation_id: int) -> Conversation:
    """Return the conversation."""
    return session.get_one(Conversation, conversation_id)


def newest_conversation(session: Session, *, creator_id: int) -> Conversation | None:
    """Return the conversation in which the creator was last talked with."""
    last = (
        select(Message.conversation_id, func.max(Message.id).label("last"))
        .group_by(Message.conversation_id)
        .subquery()
    )
    return session.scalar(
        select(Conversation)
        .outerjoin(last, last.c.conversation_id == Conversation.id)
        .where(Conversation.creator_id == creator_id)
        .order_by(func.coalesce(last.c.last, 0).desc(), Conversation.id.desc())
        .limit(1)
    )


def alert_by_key(session: Session, *, key: str) -> DeskAlert | None:
    """Return an alert that was raised before."""
    return session.scalar(select(DeskAlert).where(DeskAlert.key == key))


def alerts(session: Session, *, agent_id: int, lead: bool, limit: int) -> Sequence[DeskAlert]:
    """Return what a person has not seen yet, the newest first; leads also what is for any of them."""
    mine: ColumnElement[bool] = DeskAlert.agent_id == agent_id
    return session.scalars(
        select(DeskAlert)
        .where(DeskAlert.seen_at.is_(None), or_(mine, DeskAlert.agent_id.is_(None)) if lead else mine)
        .order_by(DeskAlert.id.desc())
        .limit(limit)
    ).all()


def delete_watches(session: Session, *, before: datetime) -> None:
    """Forget looks that are long over."""
    session.execute(delete(CaseWatch).where(CaseWatch.seen_at < before))
