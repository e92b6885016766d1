"""Every SELECT of the delivery of notices."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tools.support.models import Conversation, Message

# Where a message of ours reaches somebody who is not asking just now.
_MESSENGERS = ("telegram", "web")


def chats() -> Select[int, datetime]:
    """Return the query of which creators have had a chat in a messenger, and since when."""
    theirs = Conversation.creator_id.is_not(None), Conversation.channel.in_(_MESSENGERS)
    found = select(
        Conversation.creator_id.label("creator_id"), Conversation.started_at.label("begun_at")
    ).where(*theirs)
    # Those without a creator are left out, which the statement's own type does not say.
    return cast("Select[int, datetime]", found)


def chats_of(session: Session, *, creator_id: int, begun_by: datetime) -> Sequence[Conversation]:
    """Return the creator's chats in messengers that began by a moment, a chat's topics left out."""
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


def unsent(session: Session, *, channel: str, lane: str, limit: int) -> int:
    """Return how many messages of the lane wait for the channel, counted up to a limit."""
    waiting = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.delivered_at.is_(None), Message.lane == lane, Conversation.channel == channel)
        .limit(limit)
    )
    return session.scalars(select(func.count()).select_from(waiting.subquery())).one()
