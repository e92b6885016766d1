"""Every SELECT of the mirror."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from tools.support.case_models import CaseEvent
from tools.support.deliveries.models import Delivery
from tools.support.mirror.models import (
    AgentLinkCode,
    AgentLinkTry,
    AgentMessenger,
    MirrorPair,
    MirrorTopic,
)
from tools.support.models import Message, MessageChange


def topic(session: Session, *, chat: int, creator_id: int) -> MirrorTopic | None:
    """Return the creator's topic."""
    return session.get(MirrorTopic, (chat, creator_id))


def topic_of_thread(session: Session, *, chat: int, thread: int) -> MirrorTopic | None:
    """Return the topic whose thread this is."""
    return session.scalar(select(MirrorTopic).where(MirrorTopic.chat == chat, MirrorTopic.thread == thread))


def pair_of_twin(session: Session, *, chat: int, twin: int) -> MirrorPair | None:
    """Return the pair of a message of the group."""
    return session.scalar(select(MirrorPair).where(MirrorPair.chat == chat, MirrorPair.twin == twin))


def pairs_of_message(session: Session, *, chat: int, message_id: int) -> Sequence[MirrorPair]:
    """Return the twins of a message of the log, the first one first."""
    return session.scalars(
        select(MirrorPair)
        .where(MirrorPair.chat == chat, MirrorPair.message_id == message_id)
        .order_by(MirrorPair.id)
    ).all()


def undelivered_pairs(session: Session, *, chat: int, limit: int) -> Sequence[MirrorPair]:
    """Return what agents wrote in the group that never arrived, and of which they were not told."""
    return session.scalars(
        select(MirrorPair)
        .join(Delivery, Delivery.message_id == MirrorPair.message_id)
        .where(
            MirrorPair.chat == chat,
            MirrorPair.from_group,
            MirrorPair.told_at.is_(None),
            Delivery.outcome.in_(("blocked", "refused")),
        )
        .order_by(MirrorPair.id)
        .limit(limit)
    ).all()


def changes_after(
    session: Session, *, chat: int, after: int, limit: int
) -> Sequence[Row[MessageChange, MirrorPair]]:
    """Return changes beyond an id of messages that the group shows, with the twin, in their order."""
    return session.execute(
        select(MessageChange, MirrorPair)
        .join(MirrorPair, MirrorPair.message_id == MessageChange.message_id)
        .where(MirrorPair.chat == chat, MessageChange.id > after)
        .order_by(MessageChange.id)
        .limit(limit)
    ).all()


def last_ids(session: Session) -> tuple[int, int, int]:
    """Return the highest ids of messages, of steps of cases and of changes."""
    message, event, change = (
        session.scalar(select(func.max(table.id))) or 0 for table in (Message, CaseEvent, MessageChange)
    )
    return message, event, change


def messenger_of(session: Session, *, user: int) -> AgentMessenger | None:
    """Return for whom the account speaks."""
    return session.get(AgentMessenger, user)


def messenger_of_agent(session: Session, *, agent_id: int) -> AgentMessenger | None:
    """Return which account speaks for the agent."""
    return session.scalar(select(AgentMessenger).where(AgentMessenger.agent_id == agent_id))


def open_codes(session: Session, *, agent_id: int) -> Sequence[AgentLinkCode]:
    """Return the agent's codes that nobody has used."""
    return session.scalars(
        select(AgentLinkCode).where(AgentLinkCode.agent_id == agent_id, AgentLinkCode.used_at.is_(None))
    ).all()


def code_for_update(session: Session, *, code_hash: str) -> AgentLinkCode | None:
    """Return the code, locked until the transaction ends."""
    return session.scalar(select(AgentLinkCode).where(AgentLinkCode.code_hash == code_hash).with_for_update())


def wrong_tries(session: Session, *, user: int, since: datetime) -> int:
    """Return how many wrong codes the account has tried since then."""
    found = session.scalar(
        select(func.count()).where(AgentLinkTry.user == user, AgentLinkTry.tried_at >= since)
    )
    return found or 0
