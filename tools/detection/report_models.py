"""What surrounds an infringement report: its log, its measure, appeals, and who may report for whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tools.kernel.db import Base


class ReportStep(Base):
    """One step of a case, never changed: replaying a report's steps in order gives its state.

    `actor` is a creator's id, a reviewer's name or empty; `sequence` counts from 1 without a gap.
    """

    __tablename__ = "infringement_step"
    __table_args__ = (
        UniqueConstraint("report_id", "sequence"),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint(
            "actor_kind IN ('reporter', 'accused', 'reviewer', 'machine', 'clock')", name="actor_kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("infringement_report.id"))
    sequence: Mapped[int]
    event: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)


class WorkMeasure(Base):
    """What an upheld report does to a work, an account or a site elsewhere; `ends_at` None while it is in force."""

    __tablename__ = "infringement_measure"
    __table_args__ = (
        CheckConstraint(
            "measure IN ('takedown', 'limit', 'pay', 'track', 'mute', 'rename', 'letter')", name="measure"
        ),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after"),
        CheckConstraint(
            "measure IN ('rename', 'letter') OR (work_id IS NOT NULL AND creator_id IS NOT NULL)",
            name="target",
        ),
        CheckConstraint("measure <> 'rename' OR creator_id IS NOT NULL", name="account"),
        Index("ix_infringement_measure_work_id", "work_id"),
        Index("ix_infringement_measure_creator_id", "creator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("infringement_report.id"), unique=True)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    measure: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class InfringementAppeal(Base):
    """One side's appeal against a decision: at most one of each side in a case (infringement-appeal-rules 1.2)."""

    __tablename__ = "infringement_appeal"
    __table_args__ = (
        UniqueConstraint("report_id", "side"),
        CheckConstraint("side IN ('accused', 'reporter')", name="side"),
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided"),
        CheckConstraint("decided_at IS NULL OR decided_at >= submitted_at", name="decided_after"),
        Index("ix_infringement_appeal_creator_id", "creator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("infringement_report.id"))
    side: Mapped[str] = mapped_column(String(8))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    reason: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str] = mapped_column(String(16))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class CopyChoice(Base):
    """What a creator wants done with copies of the own originals; the newest row of a creator counts."""

    __tablename__ = "infringement_choice"
    __table_args__ = (
        CheckConstraint("choice IN ('block', 'limit', 'pay', 'track')", name="choice"),
        Index("ix_infringement_choice_creator_id", "creator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    choice: Mapped[str] = mapped_column(String(8))
    chosen_at: Mapped[datetime]


class ReportAuthorisation(Base):
    """A registered power of attorney: the agent may report copies of the owner's works from a day until before another."""

    __tablename__ = "infringement_authorisation"
    __table_args__ = (
        CheckConstraint("owner_id <> agent_id", name="sides"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="days"),
        Index("ix_infringement_authorisation_agent_id", "agent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(120))


def _refuse_change(_mapper: Mapper[ReportStep], _connection: Connection, step: ReportStep) -> None:
    raise AssertionError(f"step {step.sequence} of report {step.report_id} is written and stays as it is")


event.listen(ReportStep, "before_update", _refuse_change)
event.listen(ReportStep, "before_delete", _refuse_change)
