"""The canonical message log of every channel (FACTS S18)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_UNSENT = text("delivered_at IS NULL")
_OPEN = text("applied_at IS NULL")


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
    # Counts fresh starts, by the creator or after a case: the agent's thread is named by conversation and epoch, and
    # its context begins after the message with the sequence `fresh_after`.
    epoch: Mapped[int] = mapped_column(default=0)
    fresh_after: Mapped[int] = mapped_column(default=0)
    checkpoint: Mapped[str | None] = mapped_column(String(64))


class Message(Base):
    """One message, once: `key` is the channel's own name for it, `sequence` its place in the conversation.

    `body` of an answer is the whole Outbound. An answer with `delivered_at` NULL is still to be sent by its channel;
    `names` are the messenger's own names of the parts that it was sent as, or of the creator's own message. `text` and `body` are the words as they are
    now: `message_change` keeps what agents changed. `signals` is what was heard in it (escalation.Signal).
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "sequence"),
        UniqueConstraint("conversation_id", "key"),
        CheckConstraint("speaker IN ('creator', 'assistant', 'agent')", name="speaker"),
        CheckConstraint("lane IN ('case', 'deadline', 'bulk')", name="lane"),
        CheckConstraint("agent_id IS NULL OR speaker = 'agent'", name="agent"),
        Index("ix_message_undelivered", "conversation_id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
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
    lane: Mapped[str] = mapped_column(String(8), default="case")
    names: Mapped[list[Any]] = mapped_column(default=list)
    signals: Mapped[list[Any]] = mapped_column(default=list)
    # Who of the desk said it, and in which case.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"), index=True)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class MessageChange(Base):
    """Words changed or taken back after they were said: kept, and applied by the channel that has sent them.

    `before` is the text that was replaced. `agent_id` NULL: the creator changed their own. `applied_at` NULL: the channel
    has still to do it.
    """

    __tablename__ = "message_change"
    __table_args__ = (
        UniqueConstraint("message_id", "key"),
        CheckConstraint("kind IN ('edit', 'delete')", name="kind"),
        Index("ix_message_change_open", "message_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(6))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    before: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


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
