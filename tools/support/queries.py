"""Every SELECT of the support room."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from tools.notices.topics import Lane
from tools.support.case_models import Case
from tools.support.models import Conversation, InboxUpdate, Message, MessageChange

_LANE = sql_case({lane.value: place for place, lane in enumerate(Lane)}, value=Message.lane)


def conversation_of(
    session: Session, *, channel: str, address: str, thread: str, creator: int | None
) -> Conversation | None:
    """Return the conversation of one person on one subject."""
    return session.scalar(
        select(Conversation).where(
            Conversation.channel == channel,
            Conversation.address == address,
            Conversation.thread == thread,
            Conversation.owner == (creator or 0),
        )
    )


def conversation_for_update(session: Session, *, conversation_id: int) -> Conversation:
    """Return the conversation, locked: its next sequence number is ours."""
    return session.scalars(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    ).one()


def message_by_key(session: Session, *, conversation_id: int, key: str) -> Message | None:
    """Return the message that the channel calls `key`."""
    return session.scalar(
        select(Message).where(Message.conversation_id == conversation_id, Message.key == key)
    )


def last_sequence(session: Session, *, conversation_id: int) -> int:
    """Return the last message's sequence number, 0 before the first."""
    found = session.scalar(
        select(func.max(Message.sequence)).where(Message.conversation_id == conversation_id)
    )
    return found or 0


def last_messages(
    session: Session, *, conversation_id: int, limit: int, before: int | None = None
) -> list[Message]:
    """Return the last messages, those with a smaller sequence number than `before` if given, oldest first."""
    newest_first = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        newest_first = newest_first.where(Message.sequence < before)
    return list(session.scalars(newest_first.order_by(Message.sequence.desc()).limit(limit)))[::-1]


def fresh_messages(session: Session, *, conversation_id: int, limit: int) -> list[Message]:
    """Return the last messages since the conversation began afresh, oldest first."""
    newest_first = session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id == conversation_id, Message.sequence > Conversation.fresh_after)
        .order_by(Message.sequence.desc())
        .limit(limit)
    )
    return list(newest_first)[::-1]


def undelivered(
    session: Session, *, channel: str, address: str | None, limit: int
) -> Sequence[Row[Message, Conversation]]:
    """Return answers still to be sent, in the order of their conversations."""
    waiting = (
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.delivered_at.is_(None), Conversation.channel == channel)
        .order_by(_LANE, Message.id)
        .limit(limit)
    )
    if address is not None:
        waiting = waiting.where(Conversation.address == address)
    return session.execute(waiting).all()


def answer_in_chat(
    session: Session, *, message_id: int, channel: str, address: str
) -> Row[Message, Conversation] | None:
    """Return an answer with its conversation, if it was given in that chat."""
    return session.execute(
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.id == message_id,
            Message.speaker != "creator",
            Conversation.channel == channel,
            Conversation.address == address,
        )
    ).one_or_none()


def update_known(session: Session, *, channel: str, update_id: int) -> bool:
    """Return whether the update was stored before."""
    found = session.scalar(
        select(InboxUpdate.id).where(InboxUpdate.channel == channel, InboxUpdate.update_id == update_id)
    )
    return found is not None


def open_lanes(session: Session, *, channel: str) -> list[str]:
    """Return the lanes with unfinished updates."""
    lanes = select(InboxUpdate.lane).where(InboxUpdate.channel == channel, InboxUpdate.finished_at.is_(None))
    return list(session.scalars(lanes.distinct().order_by(InboxUpdate.lane)))


def waiting_updates(session: Session, *, channel: str, lane: str, limit: int) -> Sequence[InboxUpdate]:
    """Return the lane's first unfinished updates."""
    return session.scalars(
        select(InboxUpdate)
        .where(
            InboxUpdate.channel == channel,
            InboxUpdate.lane == lane,
            InboxUpdate.finished_at.is_(None),
        )
        .order_by(InboxUpdate.update_id)
        .limit(limit)
    ).all()


def is_held_anywhere(session: Session, *, creator_id: int) -> bool:
    """Return whether a support agent speaks in any of the creator's conversations."""
    found = session.scalar(
        select(Case.id).where(Case.creator_id == creator_id, Case.holder_id.is_not(None)).limit(1)
    )
    return found is not None


def delete_finished_updates(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest updates finished before the moment; return how many there were."""
    oldest = (
        select(InboxUpdate.id).where(InboxUpdate.finished_at < before).order_by(InboxUpdate.id).limit(limit)
    )
    ids = list(session.scalars(oldest))
    session.execute(delete(InboxUpdate).where(InboxUpdate.id.in_(ids)))
    return len(ids)


def change_by_key(session: Session, *, message_id: int, key: str) -> MessageChange | None:
    """Return a change that was made before under this key."""
    return session.scalar(
        select(MessageChange).where(MessageChange.message_id == message_id, MessageChange.key == key)
    )


def open_changes(
    session: Session, *, channel: str, address: str | None, limit: int
) -> Sequence[Row[MessageChange, Message, Conversation]]:
    """Return changes that the channel has still to apply to what it sent, oldest first."""
    waiting = (
        select(MessageChange, Message, Conversation)
        .join(Message, Message.id == MessageChange.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            MessageChange.applied_at.is_(None),
            Message.delivered_at.is_not(None),
            Conversation.channel == channel,
        )
        .order_by(MessageChange.id)
        .limit(limit)
    )
    if address is not None:
        waiting = waiting.where(Conversation.address == address)
    return session.execute(waiting).all()
