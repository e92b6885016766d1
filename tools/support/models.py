"""The canonical message log of every channel, and 1V1 cases (FACTS S18)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class Conversation(Base):
    """One person in one channel: `address` is the messenger's own id of the chat, `thread` a topic inside it.

    A conversation belongs to one creator (or to nobody yet): when the chat links to another creator, a new row
    begins, so that no creator meets another's words. `checkpoint` is the agent's state after the last complete turn: it
    is stored in the same transaction as the answer, so a turn that died half-way was never begun.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "uq_conversation_open",
            "channel",
            "address",
            "thread",
            "owner",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(64))
    thread: Mapped[str] = mapped_column(String(64), default="")
    # The creator's id, or 0 before linking: NULL would not be unique.
    owner: Mapped[int] = mapped_column(default=0)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"), index=True)
    started_at: Mapped[datetime]
    # Counts resets: the agent's thread is named by conversation and epoch.
    epoch: Mapped[int] = mapped_column(default=0)
    checkpoint: Mapped[str | None] = mapped_column(String(64))


class Message(Base):
    """One message, once: `key` is the channel's own name for it, `sequence` its place in the conversation.

    `answers` is the creator's message that an answer belongs to. `body` of an answer is the whole Outbound. An answer
    with `delivered_at` NULL is still to be sent by its channel.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "sequence"),
        UniqueConstraint("conversation_id", "key"),
        CheckConstraint("speaker IN ('creator', 'assistant', 'agent')", name="speaker"),
        Index("ix_message_undelivered", "delivered_at", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    sequence: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    speaker: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class InboxUpdate(Base):
    """A messenger's update as it arrived, stored before the messenger hears that we have it."""

    __tablename__ = "inbox_update"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index("ix_inbox_update_open", "channel", "finished_at", "lane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    update_id: Mapped[int]
    # Updates of one lane (a chat) are worked on in the order of their ids.
    lane: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Case(Base):
    """A 1V1 case: `holder` is the support agent who speaks; while there is one, the assistant is silent."""

    __tablename__ = "support_case"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'assigned', 'resolved')", name="state"),
        CheckConstraint("(state = 'assigned') = (holder IS NOT NULL)", name="holder"),
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
        Index("ix_support_case_state", "state", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    reason: Mapped[str] = mapped_column(String(200))
    transcript: Mapped[list[Any]]
    opened_at: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(40))
    resolved_at: Mapped[datetime | None]
