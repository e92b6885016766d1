"""Every SELECT of deliveries."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session

from tools.kernel.db import Json
from tools.notices.topics import Lane
from tools.support.deliveries.models import Delivery, UnreachableChat
from tools.support.models import Conversation, InboxUpdate, Message, MessageChange


def oldest_waiting(session: Session, *, channel: str, lane: str, limit: int) -> list[str]:
    """Return the chats of the lane's oldest unsent messages, a chat as often as it has messages among them."""
    oldest = (
        select(Message.id, Message.conversation_id)
        .where(Message.delivered_at.is_(None), Message.lane == lane)
        .order_by(Message.id)
        .limit(limit)
        .subquery()
    )
    found = (
        select(Conversation.address)
        .join(oldest, oldest.c.conversation_id == Conversation.id)
        .where(Conversation.channel == channel)
        .order_by(oldest.c.id)
    )
    return list(session.scalars(found))


def waiting_chats(
    session: Session, *, channel: str, lane: str, limit: int, but: Collection[str]
) -> list[str]:
    """Return chats with an unsent message of the lane, the longest waiting first."""
    first = func.min(Message.id).label("first")
    found = (
        select(Conversation.address, first)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(
            Message.delivered_at.is_(None),
            Message.lane == lane,
            Conversation.channel == channel,
            Conversation.address.not_in(but),
        )
        .group_by(Conversation.address)
        .order_by(first)
        .limit(limit)
    )
    return [address for address, _ in session.execute(found)]


def deliveries_of(session: Session, *, message_ids: Sequence[int]) -> Sequence[Delivery]:
    """Return what was begun of these messages."""
    return session.scalars(select(Delivery).where(Delivery.message_id.in_(message_ids))).all()


def changes_since(session: Session, *, message_id: int, since: datetime) -> Sequence[MessageChange]:
    """Return the changes of a message from a moment on."""
    return session.scalars(
        select(MessageChange).where(MessageChange.message_id == message_id, MessageChange.at >= since)
    ).all()


def chats_with_changes(session: Session, *, channel: str, limit: int, but: Collection[str]) -> list[str]:
    """Return chats where something sent was changed since, the longest waiting first."""
    first = func.min(MessageChange.id).label("first")
    found = (
        select(Conversation.address, first)
        .select_from(MessageChange)
        .join(Message, Message.id == MessageChange.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            MessageChange.applied_at.is_(None),
            Conversation.channel == channel,
            Conversation.address.not_in(but),
        )
        .group_by(Conversation.address)
        .order_by(first)
        .limit(limit)
    )
    return [address for address, _ in session.execute(found)]


def highest_id(session: Session, *, channel: str) -> int:
    """Return the highest id of a message that the messenger is known to have given."""
    own, elsewhere = (
        session.scalar(select(func.max(column)).where(Delivery.channel == channel)) or 0
        for column in (Delivery.last_id, Delivery.floor)
    )
    return max(own, elsewhere)


def open_count(session: Session, *, channel: str) -> int:
    """Return how many deliveries were begun and not ended."""
    found = session.scalar(
        select(func.count()).where(Delivery.channel == channel, Delivery.outcome.is_(None))
    )
    return found or 0


def open_before(session: Session, *, channel: str, message_id: int, begun_at: datetime) -> int:
    """Return how many deliveries that are not ended were begun before this one."""
    found = session.scalar(
        select(func.count()).where(
            Delivery.channel == channel,
            Delivery.outcome.is_(None),
            (Delivery.begun_at < begun_at)
            | ((Delivery.begun_at == begun_at) & (Delivery.message_id < message_id)),
        )
    )
    return found or 0


def ids_above(session: Session, *, channel: str, floor: int, but: int) -> set[int]:
    """Return ids above the floor that other messages than `but` are known to have.

    Another's floor is none: it may be the id of the very message in doubt, whose answer came and was not written down.
    """
    return set(
        session.scalars(
            select(Delivery.last_id).where(
                Delivery.channel == channel,
                Delivery.last_id > floor,
                Delivery.message_id != but,
            )
        )
    )


def newest_updates(session: Session, *, channel: str, since: datetime, limit: int) -> list[Json]:
    """Return the updates that came since a moment, the newest first."""
    return list(
        session.scalars(
            select(InboxUpdate.body)
            .where(InboxUpdate.channel == channel, InboxUpdate.received_at >= since)
            .order_by(InboxUpdate.id.desc())
            .limit(limit)
        )
    )


def unreachable(session: Session, *, channel: str, address: str) -> UnreachableChat | None:
    """Return the mark of a chat that nothing reaches."""
    return session.get(UnreachableChat, (channel, address))


def backlog(session: Session, *, channel: str) -> Row[int, datetime | None]:
    """Return how much a person waits for, answers to make and to send, and since when for the oldest."""
    asked = select(InboxUpdate.received_at.label("at")).where(
        InboxUpdate.channel == channel, InboxUpdate.finished_at.is_(None)
    )
    unsent = (
        select(Message.at.label("at"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.delivered_at.is_(None), Message.lane == Lane.CASE, Conversation.channel == channel)
    )
    both = union_all(asked, unsent).subquery()
    return session.execute(select(func.count(), func.min(both.c.at)).select_from(both)).one()


def outcomes(session: Session, *, key_prefix: str) -> Sequence[Row[str | None, int]]:
    """Return how many messages whose key begins so ended how, None for those not ended."""
    return session.execute(
        select(Delivery.outcome, func.count(Message.id))
        .select_from(Message)
        .outerjoin(Delivery, Delivery.message_id == Message.id)
        .where(Message.key.startswith(key_prefix, autoescape=True))
        .group_by(Delivery.outcome)
    ).all()
