"""The tables of 1V1 cases: who speaks, what happened, what was promised."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_OPEN = text("state <> 'resolved'")
_RUNNING = text("due_at IS NOT NULL")
_UNSEEN = text("seen_at IS NULL")


class Case(Base):
    """A 1V1 case: `holder_id` is the one person who speaks; while there is one, the assistant is silent.

    `opened_sequence` is the conversation's last message when it was opened. `queued_at` is since when it waits in its
    team's queue, `spoken_since` the creator's first words that no person has answered. `case_event` tells how it came
    here.
    """

    __tablename__ = "support_case"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'assigned', 'pending_creator', 'resolved')", name="state"),
        CheckConstraint(
            "(state IN ('assigned', 'pending_creator')) = (holder_id IS NOT NULL)", name="holder"
        ),
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
        CheckConstraint("(state = 'resolved') = (ending IS NOT NULL)", name="ending"),
        CheckConstraint("(state = 'queued') = (queued_at IS NOT NULL)", name="queued"),
        CheckConstraint("routed_to_id IS NULL OR state = 'queued'", name="routed"),
        CheckConstraint("kind IN ('asked', 'anger', 'failure', 'safety', 'money', 'dispute')", name="kind"),
        CheckConstraint("tier IN ('star', 'youchuang', 'standard')", name="tier"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rated"),
        CheckConstraint("reopened >= 0", name="reopened"),
        # One open case a conversation, whoever opens it.
        Index(
            "uq_support_case_open",
            "conversation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_support_case_state", "state", "opened_at"),
        Index("ix_support_case_holder", "holder_id", "state"),
        Index("ix_support_case_resolved", "resolved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(10))
    skill: Mapped[str] = mapped_column(String(10))
    team: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    opened_sequence: Mapped[int]
    queued_at: Mapped[datetime | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    # Who had it last, also after the end: somebody else looks at it when it is reopened.
    last_holder_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    routed_to_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"), index=True)
    routed_at: Mapped[datetime | None]
    routed_why: Mapped[str] = mapped_column(String(80), default="")
    spoken_since: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(10))
    reopened: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    rated_at: Mapped[datetime | None]
    # The opening after which the creator was told that nobody was free.
    told_waiting_at: Mapped[datetime | None]


class CaseEvent(Base):
    """A step of a case, kept for good: the steps in their order lead to the row's state."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    sequence: Mapped[int]
    step: Mapped[str] = mapped_column(String(16))
    # Who did it (NULL: the creator or the clock), and who holds the case after it.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]


class CaseClock(Base):
    """A promise of a case: `round` counts those of one kind. `agent_id` is who kept or broke it.

    `due_at` and `warn_at` are there while it runs. `dropped` clocks count for nobody: the creator went first.
    """

    __tablename__ = "case_clock"
    __table_args__ = (
        UniqueConstraint("case_id", "promise", "round"),
        CheckConstraint("promise IN ('first_reply', 'next_reply', 'resolution')", name="promise"),
        CheckConstraint("spent_seconds >= 0 AND target_seconds > 0", name="seconds"),
        CheckConstraint("(running_since IS NULL) = (due_at IS NULL)", name="due"),
        CheckConstraint("stopped_at IS NULL OR running_since IS NULL", name="stopped"),
        Index("ix_case_clock_due", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_case_clock_stopped", "stopped_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    promise: Mapped[str] = mapped_column(String(12))
    round: Mapped[int]
    target_seconds: Mapped[int]
    spent_seconds: Mapped[int] = mapped_column(default=0)
    running_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    dropped: Mapped[bool] = mapped_column(default=False)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]


class CaseNote(Base):
    """Words among agents; the creator never sees them."""

    __tablename__ = "case_note"
    __table_args__ = (UniqueConstraint("case_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"))
    key: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class CaseWatch(Base):
    """Who looks at a case just now, and whether they type."""

    __tablename__ = "case_watch"
    __table_args__ = (UniqueConstraint("case_id", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"))
    typing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime]


class CannedReply(Base):
    """Words that agents send often."""

    __tablename__ = "canned_reply"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    skill: Mapped[str | None] = mapped_column(String(10))


class DeskAlert(Base):
    """Something that a person of the desk must hear: `agent_id` None is for the leads. Once for each `key`."""

    __tablename__ = "desk_alert"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('warning', 'breach', 'unclaimed', 'urgent', 'requeued', 'request')", name="kind"
        ),
        Index("ix_desk_alert_unseen", "agent_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))
    text: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("support_agent.id"))


class Specialist(Base):
    """The person who serves a creator of 光合优创 or 快手之星."""

    __tablename__ = "specialist"

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("support_agent.id"), index=True)
    since: Mapped[datetime]
