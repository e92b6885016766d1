"""Infringement reports (FACTS S10)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE

_OPEN = text("state IN ('submitted', 'reviewing')")


class InfringementReport(Base):
    """A creator's report that somebody copied a work.

    `suspect_key` names the suspect in one form: a work has one open report against one suspect. `work_public_id` and
    `work_title` are the work as it was called when it was reported; it may be renamed or removed since. `accepted_at` is when the first answer said that the case is taken on, `decided_at` when it was decided.
    """

    __tablename__ = "infringement_report"
    __table_args__ = (
        CheckConstraint("state IN ('submitted', 'reviewing', 'upheld', 'rejected')", name="state"),
        CheckConstraint("suspect_url IS NOT NULL OR suspect_author IS NOT NULL", name="suspect"),
        CheckConstraint("(state = 'submitted') = (accepted_at IS NULL)", name="accepted"),
        CheckConstraint("(state IN ('upheld', 'rejected')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("accepted_at IS NULL OR accepted_at >= submitted_at", name="accepted_after"),
        CheckConstraint("decided_at IS NULL OR decided_at >= accepted_at", name="decided_after"),
        Index(
            "uq_infringement_report_open",
            "work_id",
            "suspect_key",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_infringement_report_creator_id_submitted_at", "creator_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    work_public_id: Mapped[str] = mapped_column(String(24))
    work_title: Mapped[str] = mapped_column(String(120))
    suspect_key: Mapped[str] = mapped_column(String(600))
    suspect_url: Mapped[str | None] = mapped_column(String(500))
    suspect_author: Mapped[str | None] = mapped_column(String(40))
    suspect_creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    submitted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def number(self) -> str:
        """What the creator calls it: QQ20220815-0001, the platform's day and the row's id."""
        return f"QQ{self.submitted_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"
