"""Every SELECT of the support room."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from tools.kernel.notice_outbox_models import Notice
from tools.support.models import Case, Conversation, InboxUpdate, Message

# Where a message of ours reaches somebody who is not asking just now.
_MESSENGERS = ("telegram", "web")


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


def last_messages(session: Session, *, conversation_id: int, limit: int) -> list[Message]:
    """Return the last messages, oldest first."""
    newest_first = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id)
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
        .order_by(Message.id)
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


def open_case_of(session: Session, *, conversation_id: int) -> Case | None:
    """Return the conversation's case that is not resolved yet."""
    return session.scalar(
        select(Case).where(Case.conversation_id == conversation_id, Case.state != "resolved")
    )


def deliverable_notices(session: Session, *, after: int, limit: int) -> Sequence[Notice]:
    """Return unsent notices of creators who had a conversation in a messenger by then, oldest first, beyond an id."""
    theirs = select(Conversation.id).where(
        Conversation.creator_id == Notice.creator_id,
        Conversation.channel.in_(_MESSENGERS),
        Conversation.started_at <= Notice.created_at,
    )
    return session.scalars(
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.id > after, theirs.exists())
        .order_by(Notice.id)
        .limit(limit)
    ).all()


def messenger_conversations(
    session: Session, *, creator_id: int, begun_by: datetime
) -> Sequence[Conversation]:
    """Return the creator's conversations in messengers that began by a moment, a chat's topics apart."""
    return session.scalars(
        select(Conversation)
        .where(
            Conversation.creator_id == creator_id,
            Conversation.channel.in_(_MESSENGERS),
            Conversation.thread == "",
            Conversation.started_at <= begun_by,
        )
        .order_by(Conversation.id)
    ).all()


def is_held_anywhere(session: Session, *, creator_id: int) -> bool:
    """Return whether a support agent speaks in any of the creator's conversations."""
    found = session.scalar(
        select(Case.id).where(Case.creator_id == creator_id, Case.state == "assigned").limit(1)
    )
    return found is not None


def case_for_update(session: Session, *, case_id: int) -> Case | None:
    """Return the case, locked until the transaction ends."""
    return session.scalar(select(Case).where(Case.id == case_id).with_for_update())


def open_cases(session: Session) -> list[Case]:
    """Return the cases that are not resolved, the longest waiting first."""
    return list(
        session.scalars(select(Case).where(Case.state != "resolved").order_by(Case.opened_at, Case.id))
    )


def queued_before(session: Session, *, opened_at: datetime, case_id: int) -> int:
    """Return how many cases wait in front of this one."""
    found = session.scalar(
        select(func.count())
        .select_from(Case)
        .where(
            Case.state == "queued",
            (Case.opened_at < opened_at) | ((Case.opened_at == opened_at) & (Case.id < case_id)),
        )
    )
    return found or 0


def delete_finished_updates(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest updates finished before the moment; return how many there were."""
    oldest = (
        select(InboxUpdate.id).where(InboxUpdate.finished_at < before).order_by(InboxUpdate.id).limit(limit)
    )
    ids = list(session.scalars(oldest))
    session.execute(delete(InboxUpdate).where(InboxUpdate.id.in_(ids)))
    return len(ids)
