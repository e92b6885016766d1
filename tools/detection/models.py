"""Infringement reports (FACTS S10)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE

_OPEN = text("state IN ('submitted', 'needs_evidence', 'reviewing')")
_OPEN_ACCOUNT = text("state IN ('submitted', 'needs_evidence', 'reviewing') AND work_id IS NULL")
_STATES = (
    "'submitted', 'needs_evidence', 'reviewing', 'upheld', 'rejected', 'closed', 'appealed', 'contested', "
    "'confirmed', 'restored', 'dismissed'"
)


class InfringementReport(Base):
    """A report that somebody copied a work, or pretends to be its author.

    `creator_id` reports, `owner_id` is whose right it is: the same, or the agent and the author who authorised him.
    `suspect_key` names the suspect in one form: a work has one open report against one suspect; an impersonation has no
    work. `work_public_id` and `work_title` are the work as it was called when it was reported; it may be renamed or
    removed since. `suspect_work_id` is the copy, where it is known. `accepted_at` is the first answer, moved when
    missing evidence came in; `decided_at` the latest decision. `verdict` is what a machine said.
    """

    __tablename__ = "infringement_report"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("kind IN ('copy', 'impersonation', 'audio', 'picture', 'off_platform')", name="kind"),
        CheckConstraint("(kind = 'impersonation') = (work_id IS NULL)", name="work"),
        CheckConstraint("suspect_url IS NOT NULL OR suspect_author IS NOT NULL", name="suspect"),
        CheckConstraint("(state = 'submitted') = (accepted_at IS NULL)", name="accepted"),
        CheckConstraint(
            "(state IN ('submitted', 'needs_evidence', 'reviewing')) = (decided_at IS NULL)", name="decided"
        ),
        CheckConstraint("accepted_at IS NULL OR accepted_at >= submitted_at", name="accepted_after"),
        CheckConstraint("decided_at IS NULL OR decided_at >= accepted_at", name="decided_after"),
        CheckConstraint("NOT malicious OR state IN ('rejected', 'contested', 'dismissed')", name="malicious"),
        Index(
            "uq_infringement_report_open",
            "work_id",
            "suspect_key",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        # An impersonation has no work: unique indexes take two NULLs for different.
        Index(
            "uq_infringement_report_open_account",
            "owner_id",
            "suspect_key",
            unique=True,
            sqlite_where=_OPEN_ACCOUNT,
            postgresql_where=_OPEN_ACCOUNT,
        ),
        Index("ix_infringement_report_creator_id_submitted_at", "creator_id", "submitted_at"),
        Index("ix_infringement_report_suspect_creator_id", "suspect_creator_id"),
        Index("ix_infringement_report_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), default="copy")
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    work_public_id: Mapped[str] = mapped_column(String(24), default="")
    work_title: Mapped[str] = mapped_column(String(120), default="")
    suspect_key: Mapped[str] = mapped_column(String(600))
    suspect_url: Mapped[str | None] = mapped_column(String(500))
    suspect_author: Mapped[str | None] = mapped_column(String(40))
    suspect_creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    suspect_work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    submitted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    malicious: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[dict[str, Any] | None]

    @property
    def number(self) -> str:
        """What the creator calls it: QQ20220815-0001, the platform's day and the row's id."""
        return f"QQ{self.submitted_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"
