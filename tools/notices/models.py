"""The tables of activities and of words that creators get later (FACTS S17)."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_NEW = text("state = 'new'")
_WAITING = text("state = 'waiting'")


class Notice(Base):
    """Words for one creator that nobody asked for in this moment, and what became of them.

    `new` has not been looked at, `waiting` goes from `due_at` on; every other state is the end. The words of a broadcast
    stand there once: `text` is NULL then. `body` may carry `attachments` ({"kind", "path"}), `buttons` ({"label",
    "send"}) and `facts`. Notices that were told in one message share `sent_with`, the id of its first.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "state IN ('new', 'waiting', 'sent', 'expired', 'muted', 'unreached', 'blocked')", name="state"
        ),
        CheckConstraint("lane IN ('case', 'deadline', 'bulk')", name="lane"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("sent_at IS NULL OR sent_at >= created_at", name="sent_after"),
        CheckConstraint("(sent_at IS NULL) = (sent_with IS NULL)", name="sent_with"),
        CheckConstraint("(text IS NULL) = (broadcast_id IS NOT NULL)", name="words"),
        Index("ix_notice_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),
        Index("ix_notice_waiting", "lane", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notice_expiring", "expires_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notice_creator_id_id", "creator_id", "id"),
        Index("ix_notice_broadcast_id_state", "broadcast_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    topic: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(20), default="")
    lane: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10), default="new")
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id"))
    text: Mapped[str | None] = mapped_column(String(1000))
    body: Mapped[dict[str, Any] | None]
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_with: Mapped[int | None]


class MutedTopic(Base):
    """A topic that a creator does not want to hear of, all of it or what is of one category."""

    __tablename__ = "muted_topic"

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(12), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    since: Mapped[datetime]


class NoticeTimes(Base):
    """When a creator wants to be told, once they said so: NULL hours are no quiet hours, a NULL digest is one by one."""

    __tablename__ = "notice_times"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_ends"),
    )

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    digest_at: Mapped[time | None]
    zone: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]


class Activity(Base):
    """Something that creators can take part in; `audience` is a rule over creator facts that says who it is meant for."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="lasts"),
        CheckConstraint("sign_up_by <= ends_at", name="sign_up"),
        Index("ix_activity_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    category: Mapped[str | None] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(400))
    reward: Mapped[str] = mapped_column(String(200))
    policy: Mapped[str | None] = mapped_column(String(60))
    clause: Mapped[str | None] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sign_up_by: Mapped[datetime]
    imported_at: Mapped[datetime]


class ActivityEntry(Base):
    """A creator's sign-up for an activity; withdrawn ones stay and can sign up again; `result` is how it ended for them."""

    __tablename__ = "activity_entry"
    __table_args__ = (
        UniqueConstraint("activity_id", "creator_id"),
        CheckConstraint("(result IS NULL) = (result_at IS NULL)", name="result"),
        Index("ix_activity_entry_creator_id", "creator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    signed_up_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(String(200))
    result_at: Mapped[datetime | None]


class ActivityReminder(Base):
    """A creator's wish to be reminded of an activity: a day before it begins, and a day before it ends."""

    __tablename__ = "activity_reminder"
    __table_args__ = (Index("ix_activity_reminder_activity_id", "activity_id", "creator_id"),)

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    since: Mapped[datetime]


class Broadcast(Base):
    """One sending of an activity's notice to everybody it is meant for, on one day's figures.

    Its notices are stored in the order of the creators' ids: `reached_id` is the last one, `stored` how many there are
    so far, `members` how many it will be, known when the storing begins. `tries` counts its tasks.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'done')", name="state"),
        CheckConstraint("stored >= 0 AND (members IS NULL OR stored <= members)", name="stored"),
        CheckConstraint("state <> 'done' OR stored = members", name="done"),
        Index("ix_broadcast_activity_id", "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    state: Mapped[str] = mapped_column(String(8), default="running")
    text: Mapped[str] = mapped_column(String(1000))
    buttons: Mapped[list[Any]]
    audience: Mapped[str] = mapped_column(Text)
    facts_of: Mapped[date]
    members: Mapped[int | None]
    stored: Mapped[int] = mapped_column(default=0)
    reached_id: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
