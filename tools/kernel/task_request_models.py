"""The tables behind long work on demand: what was asked for, and which workers live."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_NOT_HANDED = text("handed_at IS NULL")
_NOT_FINISHED = text("finished_at IS NULL")


class TaskRequest(Base):
    """Work that a room asked for inside its own transaction, until the workers have done it (a transactional outbox).

    `handed_at` is when the queue got it; `attempts` counts its beginnings; `failed` says why it was given up.
    """

    __tablename__ = "task_request"
    __table_args__ = (
        CheckConstraint("failed IS NULL OR finished_at IS NOT NULL", name="failed"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_task_request_not_handed", "id", sqlite_where=_NOT_HANDED, postgresql_where=_NOT_HANDED),
        Index("ix_task_request_unfinished", "id", sqlite_where=_NOT_FINISHED, postgresql_where=_NOT_FINISHED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    body: Mapped[dict[str, Any]]
    requested_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    failed: Mapped[str | None] = mapped_column(Text)


class JobWorker(Base):
    """A process that runs jobs and tasks; `seen_second` is the database's own clock at its last sign of life.

    `place` is empty unless processes of one place can look for each other by process number.
    """

    __tablename__ = "job_worker"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(String(120))
    process: Mapped[int]
    seen_second: Mapped[int]
