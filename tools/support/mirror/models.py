"""Topics, pairs of messages, and the messenger accounts of agents."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class MirrorTopic(Base):
    """A creator's topic in the group; when people delete it, another takes its place."""

    __tablename__ = "mirror_topic"
    __table_args__ = (UniqueConstraint("chat", "thread"),)

    chat: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    thread: Mapped[int]
    made_at: Mapped[datetime]


class MirrorPair(Base):
    """A message of the log and its twin in the group; `from_group` says where it was written."""

    __tablename__ = "mirror_pair"
    __table_args__ = (
        UniqueConstraint("chat", "twin"),
        Index("ix_mirror_pair_message", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int]
    # The group's own id of the message.
    twin: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    from_group: Mapped[bool]
    # When the agent was told that it did not arrive.
    told_at: Mapped[datetime | None]


class MirrorCursor(Base):
    """How far the group has been told."""

    __tablename__ = "mirror_cursor"

    chat: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int]
    event_id: Mapped[int]
    change_id: Mapped[int]


class AgentMessenger(Base):
    """A messenger account that speaks for an agent: at most one of each."""

    __tablename__ = "agent_messenger"

    user: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"), unique=True)
    linked_at: Mapped[datetime]


class AgentLinkCode(Base):
    """A one-time code of an agent; only its hash is kept."""

    __tablename__ = "agent_link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AgentLinkTry(Base):
    """A wrong code that somebody tried."""

    __tablename__ = "agent_link_try"
    __table_args__ = (Index("ix_agent_link_try_user", "user", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[int]
    tried_at: Mapped[datetime]
