"""The table of words that creators get later."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_UNSENT = text("sent_at IS NULL")


class Notice(Base):
    """Words for one creator that nobody asked for in this moment; `sent_at` None until they were delivered.

    `topic` is `room.what_happened`; `body` may carry `attachments` ({"kind", "path"}), `buttons` ({"label", "send"})
    and whatever facts the words rest on.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR sent_at >= created_at", name="sent_after"),
        Index("ix_notice_unsent", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    topic: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(1000))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
