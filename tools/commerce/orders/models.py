"""The tables of brand orders (FACTS S19)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE


class BrandBrief(Base):
    """What a brand wants made: for whom (`audience`, a rule over creator facts), for how much, until when.

    `price_fen` is what one creator gets for a fixed brief, the most a quote may ask for a bid, and the price of a
    thousand plays for one by effect; `ceiling_fen` is the most that one order can cost. The budget lies in the ledger's
    pool `brief:<key>`.
    """

    __tablename__ = "brand_brief"
    __table_args__ = (
        CheckConstraint("kind IN ('fixed', 'bid', 'effect')", name="kind"),
        CheckConstraint("price_fen > 0 AND ceiling_fen > 0 AND budget_fen >= ceiling_fen", name="amounts"),
        Index("ix_brand_brief_open", "closed_at", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True)
    brand: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80))
    wants: Mapped[str] = mapped_column(String(400))
    category: Mapped[str | None] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(600))
    kind: Mapped[str] = mapped_column(String(6))
    budget_fen: Mapped[int]
    price_fen: Mapped[int]
    ceiling_fen: Mapped[int]
    deadline: Mapped[date]
    forbidden: Mapped[list[Any]]
    imported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def pool(self) -> str:
        """The ledger pool that holds the budget."""
        return f"brief:{self.key}"


class BrandOrder(Base):
    """A creator's order on a brief: one of each, from the invitation or the quote to its end."""

    __tablename__ = "brand_order"
    __table_args__ = (
        CheckConstraint(
            "state IN ('invited', 'quoted', 'placed', 'accepted', 'submitted', 'revising', 'approved', 'disputed', "
            "'settled', 'declined', 'lapsed', 'cancelled')",
            name="state",
        ),
        CheckConstraint("price_fen > 0 AND held_fen >= 0 AND held_fen <= price_fen", name="held"),
        CheckConstraint(
            "paid_fen >= 0 AND paid_fen <= price_fen AND fee_fen BETWEEN 0 AND paid_fen", name="paid"
        ),
        CheckConstraint("(state IN ('invited', 'placed')) = (answer_by IS NOT NULL)", name="asked"),
        CheckConstraint("(state = 'settled') = (paid_fen > 0)", name="settled"),
        CheckConstraint(
            "(state IN ('accepted', 'submitted', 'revising', 'approved', 'disputed')) = (held_fen > 0)",
            name="holding",
        ),
        UniqueConstraint("brief_id", "creator_id"),
        Index("ix_brand_order_creator_id", "creator_id"),
        Index("ix_brand_order_answer_by", "answer_by"),
        Index("ix_brand_order_state", "state"),
        Index("ix_brand_order_tier_opened_at", "tier", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("brand_brief.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    state: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int]
    held_fen: Mapped[int] = mapped_column(default=0)
    paid_fen: Mapped[int] = mapped_column(default=0)
    fee_fen: Mapped[int] = mapped_column(default=0)
    revisions: Mapped[int] = mapped_column(default=0)
    quotes: Mapped[int] = mapped_column(default=0)
    # Whose price this was, for the ranges that peers are shown: the account's category and tier when it was opened.
    category: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    # The rules that the order was accepted under, by their first day.
    rules_from: Mapped[date | None]
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))

    @property
    def number(self) -> str:
        """What creators and operators call it: SD-20220815-0001, the platform's day and the row's id."""
        return f"SD-{self.opened_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"


class BrandOrderEvent(Base):
    """What happened to an order; `tells` are the words that were left to the creator as a notice, if any."""

    __tablename__ = "order_event"
    __table_args__ = (
        # A reminder of one moment is given once, however often the job runs.
        UniqueConstraint("order_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("brand_order.id"))
    key: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(200), default="")
    tells: Mapped[str] = mapped_column(String(200), default="")
