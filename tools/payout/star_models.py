"""The tables of Star applications and contracts (FACTS S4)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE


class StarContract(Base):
    """An application to the Star programme and the contract that comes of it; what was agreed is there once signed."""

    __tablename__ = "star_contract"
    __table_args__ = (
        CheckConstraint(
            "state IN ('applied', 'screening', 'passed', 'signed', 'running', 'ended', 'rejected')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('signed', 'running') OR starts_on IS NOT NULL", name="signed"),
        CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL) AND ends_on > starts_on", name="term"),
        CheckConstraint(
            "floor_fen >= 0 AND impressions >= 0 AND outside_impressions >= 0 AND planning_sessions >= 0 "
            "AND works_a_month >= 0 AND live_seconds_a_month >= 0",
            name="terms",
        ),
        Index("ix_star_contract_creator_id", "creator_id"),
        Index("ix_star_contract_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    agency: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    applied_at: Mapped[datetime]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    floor_fen: Mapped[int] = mapped_column(default=0)
    works_a_month: Mapped[int] = mapped_column(default=0)
    live_seconds_a_month: Mapped[int] = mapped_column(default=0)
    impressions: Mapped[int] = mapped_column(default=0)
    outside_impressions: Mapped[int] = mapped_column(default=0)
    planning_sessions: Mapped[int] = mapped_column(default=0)
    specialist: Mapped[str] = mapped_column(String(40), default="")

    @property
    def number(self) -> str:
        """What creators and operators call it: KS-20220720-0001, the platform's day and the row's id."""
        return f"KS-{self.applied_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"


class StarStep(Base):
    """A step of an application or a contract, and what was said at it."""

    __tablename__ = "star_step"
    __table_args__ = (UniqueConstraint("contract_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("star_contract.id"))
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")


class StarMonth(Base):
    """A month of a contract that was settled: what was earned, and what the guarantee added to it."""

    __tablename__ = "star_month"
    __table_args__ = (
        CheckConstraint("floor_fen >= 0 AND earned_fen >= 0 AND top_up_fen >= 0", name="amounts"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("star_contract.id"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    floor_fen: Mapped[int]
    earned_fen: Mapped[int]
    done: Mapped[int]
    required: Mapped[int]
    top_up_fen: Mapped[int]


class StarUse(Base):
    """A benefit that was used: planning sessions, impressions on the platform or outside it."""

    __tablename__ = "star_use"
    __table_args__ = (
        CheckConstraint("kind IN ('planning', 'impressions', 'outside')", name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_star_use_contract_id", "contract_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("star_contract.id"))
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
