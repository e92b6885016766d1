"""The double-entry ledger of cash and impressions, and withdrawals (FACTS S22)."""

from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE


class LedgerAccount(Base):
    """Who holds what: one account for each owner and asset.

    `balance` is kept by every posting (got less gave), `reserved` is what pending transfers will take of it; the audit
    recomputes both. External accounts keep none: nobody asks, and one row would make every payment wait in line.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(
            "owner_kind IN ('external', 'budget', 'slice', 'unsettled', 'creator')", name="owner_kind"
        ),
        CheckConstraint("reserved >= 0 AND (owner_kind = 'external' OR balance >= reserved)", name="balance"),
        CheckConstraint("asset IN ('cash', 'traffic')", name="asset"),
        UniqueConstraint("owner_kind", "owner", "asset"),
        # What a transfer's two foreign keys point to: an account and its asset together.
        UniqueConstraint("id", "asset"),
        # Room on each page for the row's next version: PostgreSQL then moves a balance without touching the indexes.
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(60))
    asset: Mapped[str] = mapped_column(String(8))
    balance: Mapped[int] = mapped_column(default=0, server_default="0")
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")


class LedgerTransfer(Base):
    """One movement with both of its legs: the debit account gives, the credit account gets. Never changed.

    A two-phase transfer is pending first (the debit account's amount is reserved) and posted or voided at `decided_at`:
    the one change that is allowed. `corrects` is the key of the transfer that this one takes back. `rules_from` names the
    programme's rules that a reward was granted under, by their first day.

    `key` makes posting idempotent, `fingerprint` tells the same body from another one under the same key. `day` is the
    platform's day that the movement belongs to in every statement; `at` is when it was posted. Income goes to the
    creator's unsettled account first and says in `settles_on` from which day it can be withdrawn.
    """

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint("state IN ('pending', 'posted', 'voided')", name="state"),
        CheckConstraint(
            "(state <> 'pending' OR decided_at IS NULL) AND (state <> 'voided' OR decided_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "purpose IN ('incentive', 'live_gifts', 'goods', 'brand_orders', 'courses', 'funding', 'settlement', "
            "'withdrawal', 'tax', 'lease', 'reversal', 'delivery', 'lapse', 'service_fee', 'refund')",
            name="purpose",
        ),
        CheckConstraint("purpose <> 'incentive' OR program IS NOT NULL", name="program"),
        CheckConstraint("(purpose = 'reversal') = (corrects IS NOT NULL)", name="corrects"),
        # A transfer moves one asset: both accounts must hold the asset that the transfer names.
        ForeignKeyConstraint(["debit_account_id", "asset"], ["ledger_account.id", "ledger_account.asset"]),
        ForeignKeyConstraint(["credit_account_id", "asset"], ["ledger_account.id", "ledger_account.asset"]),
        Index("ix_ledger_transfer_debit_account_id_day", "debit_account_id", "day"),
        Index("ix_ledger_transfer_credit_account_id_day", "credit_account_id", "day"),
        Index("ix_ledger_transfer_settles_on", "settles_on"),
        # A transfer is taken back once.
        Index(
            "uq_ledger_transfer_corrects",
            "corrects",
            unique=True,
            postgresql_where=text("corrects IS NOT NULL"),
            sqlite_where=text("corrects IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
    asset: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="posted")
    purpose: Mapped[str] = mapped_column(String(12))
    program: Mapped[str | None] = mapped_column(String(31))
    source: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(200))
    day: Mapped[date]
    settles_on: Mapped[date | None]
    rules_from: Mapped[date | None]
    corrects: Mapped[str | None] = mapped_column(ForeignKey("ledger_transfer.key"))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Withdrawal(Base):
    """Money on its way to the creator's bank: `tax_fen` of `amount_fen` is withheld.

    requested: reserved in the ledger; cancelled: given back before the bank heard of it; sent: handed to the bank under its
    number, maybe without an answer yet; paid or returned: answered. `account` is the payment service's token of the bank account, never a card number.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'sent', 'paid', 'returned', 'cancelled')", name="state"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("tax_fen >= 0 AND tax_fen < amount_fen", name="tax"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL) AND paid_at >= requested_at", name="paid"),
        CheckConstraint("(state = 'returned') = (returned_at IS NOT NULL)", name="returned"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("state <> 'cancelled' OR sent_at IS NULL", name="cancelled_unsent"),
        UniqueConstraint("creator_id", "requested_at"),
        Index("ix_withdrawal_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    amount_fen: Mapped[int]
    tax_fen: Mapped[int]
    destination: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(120), default="")

    @property
    def net_fen(self) -> int:
        """What the bank is asked to pay."""
        return self.amount_fen - self.tax_fen

    @property
    def number(self) -> str:
        """What creators and support call it: TX20220720-0001, the platform's day and the row's id."""
        return f"TX{self.requested_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"


class Budget(Base):
    """What a pool may give in a period, of one asset; `amount` was funded when it was opened.

    Its account holds what is free: neither leased to a slice nor granted.
    """

    __tablename__ = "budget"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    amount: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class BudgetSlice(Base):
    """A part of a budget that one holder grants from, so that grants of many holders do not wait for one row.

    The slice's own account holds `limit_amount - granted`. A lease that ended, or that another holder needs, returns
    what is left: then `limit_amount` falls, to no less than `granted`.
    """

    __tablename__ = "budget_slice"
    __table_args__ = (
        CheckConstraint("granted >= 0 AND granted <= limit_amount", name="granted"),
        CheckConstraint("released_at IS NULL OR granted = limit_amount", name="released"),
        Index("ix_budget_slice_budget_id_released_at", "budget_id", "released_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budget.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    holder: Mapped[str] = mapped_column(String(60))
    limit_amount: Mapped[int]
    granted: Mapped[int]
    expires_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class BankAccount(Base):
    """Where a creator's money goes: the payment service's token, and the words that the creator knows it by."""

    __tablename__ = "bank_account"
    __table_args__ = (CheckConstraint("account <> '' AND words <> ''", name="named"),)

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    words: Mapped[str] = mapped_column(String(60))


class BankAnswer(Base):
    """What the bank said about a withdrawal, as it said it: the invariants hold our books against it."""

    __tablename__ = "bank_answer"
    __table_args__ = (CheckConstraint("state IN ('paid', 'failed')", name="state"),)

    withdrawal_id: Mapped[int] = mapped_column(ForeignKey("withdrawal.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    amount_fen: Mapped[int]
    reason: Mapped[str] = mapped_column(String(120), default="")
    answered_on: Mapped[date]
    at: Mapped[datetime]


class PayoutHold(Base):
    """Money of a creator that can't be withdrawn for now, and why (withdrawal-rules 3.2); no amount holds everything."""

    __tablename__ = "payout_hold"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_payout_hold_creator_id_released_at", "creator_id", "released_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    amount_fen: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(120))
    placed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


def _keep(_mapper: Mapper[LedgerTransfer], _connection: Connection, transfer: LedgerTransfer) -> NoReturn:
    raise AssertionError(f"transfer {transfer.key} is posted for good: a correction is a reversal")


event.listen(LedgerTransfer, "before_update", _keep)
event.listen(LedgerTransfer, "before_delete", _keep)


class TaskClaim(Base):
    """A task that a creator took, with everything its card said then: a later rule changes no claimed task.

    `starts_on` to before `ends_on` are the days that count. A claim is granted once; one whose time has passed without
    the goal is expired.
    """

    __tablename__ = "task_claim"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'granted', 'expired')", name="state"),
        CheckConstraint("(state = 'active') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("goal > 0 AND cash_fen >= 0 AND impressions >= 0", name="amounts"),
        CheckConstraint("ends_on > starts_on", name="days"),
        UniqueConstraint("creator_id", "program", "task", "starts_on"),
        # However often a button is pressed: one running claim of a task.
        Index(
            "uq_task_claim_active",
            "creator_id",
            "program",
            "task",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_task_claim_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    program: Mapped[str] = mapped_column(String(31))
    task: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    metric: Mapped[str] = mapped_column(String(20))
    goal: Mapped[int]
    cash_fen: Mapped[int]
    impressions: Mapped[int]
    claimed_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8))
    decided_at: Mapped[datetime | None]

    @property
    def key(self) -> str:
        """What the ledger calls the reward of this claim."""
        return f"task:{self.program}:{self.task}:{self.creator_id}:{self.starts_on}"


class TrafficCoupon(Base):
    """Impressions that a creator may put on one work; `source` is the key of the transfer that granted them.

    Using it, or letting it run out, takes the impressions from the creator's account (keys `<source>:delivery` and
    `<source>:lapse`).
    """

    __tablename__ = "traffic_coupon"
    __table_args__ = (
        CheckConstraint("impressions > 0", name="impressions"),
        CheckConstraint("state IN ('available', 'used', 'expired')", name="state"),
        CheckConstraint("(state = 'used') = (used_at IS NOT NULL)", name="used"),
        CheckConstraint("(state = 'used') = (work_id IS NOT NULL)", name="work"),
        Index("ix_traffic_coupon_creator_id_state", "creator_id", "state"),
        Index("ix_traffic_coupon_state_valid_until", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    program: Mapped[str] = mapped_column(String(31))
    impressions: Mapped[int]
    source: Mapped[str] = mapped_column(String(120), unique=True)
    granted_on: Mapped[date]
    valid_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)
    used_at: Mapped[datetime | None]

    @property
    def number(self) -> str:
        """What creators call it: LQ000012."""
        return f"LQ{self.id:06d}"


class CouponDay(Base):
    """What the recommendation system delivered for a coupon on one day, and the plays that came of it."""

    __tablename__ = "coupon_day"
    __table_args__ = (CheckConstraint("impressions >= 0 AND plays BETWEEN 0 AND impressions", name="counts"),)

    coupon_id: Mapped[int] = mapped_column(ForeignKey("traffic_coupon.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    impressions: Mapped[int]
    plays: Mapped[int]


class CouponWatermark(Base):
    """The one row that says how far transfers were read for coupons: whatever is granted up to there has its coupon."""

    __tablename__ = "coupon_watermark"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int]
