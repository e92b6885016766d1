"""The table of pre-publish checks: every draft that was judged, by which rules, with what result."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class PrePublishCheck(Base):
    """One draft of one creator (None: an operator's own check) under one version of the rules; `key` is their hash.

    `draft` holds the words and the files' names, hashes and upload ids; `texts` are the findings of the words, judged at
    once, `media` those of the files, judged by a worker. `problems` are the lines of files that could not be read: then
    the same draft may be tried again, `attempt` counts.
    """

    __tablename__ = "pre_publish_check"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done')", name="state"),
        CheckConstraint("verdict IN ('pass', 'warn', 'block')", name="verdict"),
        CheckConstraint("(state = 'done') = (verdict IS NOT NULL)", name="judged"),
        CheckConstraint("(state = 'done') = (judged_at IS NOT NULL)", name="judged_at"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        Index("ix_pre_publish_check_creator", "creator_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    draft: Mapped[dict[str, Any]]
    rules_version: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(8))
    progress: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=1)
    verdict: Mapped[str | None] = mapped_column(String(5))
    texts: Mapped[list[Any]]
    media: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    asked_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
