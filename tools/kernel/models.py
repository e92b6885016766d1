"""The kernel's tables: proposals that wait for a creator's confirmation, files that people sent, the demo's day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class StoredProposal(Base):
    """A proposal, from the tool that made it to what the creator decided."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'executed', 'declined')", name="state"),
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided"),
        # One confirm button a turn, however many tools a model runs beside each other.
        UniqueConstraint("turn", "creator_id"),
        Index("ix_proposal_creator_state", "creator_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    turn: Mapped[str] = mapped_column(String(120))
    tool: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    summary: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]


class StoredUpload(Base):
    """A file that a creator sent with a message; its bytes lie in the folder of files under their own hash.

    `message_key` is the channel's name for the message and `place` the file's place in it, so that a message that
    arrives twice stores its files once. What has `kept_at` is referred to by a report or a check and never deleted.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("kind IN ('image', 'video', 'file')", name="kind"),
        CheckConstraint("size_bytes > 0", name="size"),
        UniqueConstraint("conversation_id", "message_key", "place"),
        Index("ix_upload_received", "received_at"),
        Index("ix_upload_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_key: Mapped[str] = mapped_column(String(80))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]


class DemoDay(Base):
    """The day that the demo platform was loaded for; no row in production. There, the demo's clock stands still."""

    __tablename__ = "demo_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
