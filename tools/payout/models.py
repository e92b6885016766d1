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
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from tools.kernel.db import Base
from tools.kernel.period import PLATFORM_ZONE


class LedgerAccount(Base):
    """Who holds what: one account for each owner and asset. Balances are sums over transfers, stored nowhere."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint("owner_kind IN ('external', 'budget', 'unsettled', 'creator')", name="owner_kind"),
        CheckConstraint("asset IN ('cash', 'traffic')", name="asset"),
        UniqueConstraint("owner_kind", "owner", "asset"),
        # What a transfer's two foreign keys point to: an account and its asset together.
        UniqueConstraint("id", "asset"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(60))
    asset: Mapped[str] = mapped_column(String(8))


class LedgerTransfer(Base):
    """One movement with both of its legs: the debit account gives, the credit account gets. Never changed.

    `key` makes posting idempotent, `fingerprint` tells the same body from another one under the same key. `day` is the
    platform's day that the movement belongs to in every statement; `at` is when it was posted. Income goes to the
    creator's unsettled account first and says in `settles_on` from which day it can be withdrawn.
    """

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint("state IN ('posted')", name="state"),
        CheckConstraint(
            "purpose IN ('incentive', 'live_gifts', 'goods', 'brand_orders', 'courses', 'funding', 'settlement', "
            "'withdrawal', 'tax')",
            name="purpose",
        ),
        CheckConstraint("purpose <> 'incentive' OR program IS NOT NULL", name="program"),
        # A transfer moves one asset: both accounts must hold the asset that the transfer names.
        ForeignKeyConstraint(["debit_account_id", "asset"], ["ledger_account.id", "ledger_account.asset"]),
        ForeignKeyConstraint(["credit_account_id", "asset"], ["ledger_account.id", "ledger_account.asset"]),
        Index("ix_ledger_transfer_debit_account_id_day", "debit_account_id", "day"),
        Index("ix_ledger_transfer_credit_account_id_day", "credit_account_id", "day"),
        Index("ix_ledger_transfer_settles_on", "settles_on"),
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
    at: Mapped[datetime]


class Withdrawal(Base):
    """Money that left for the creator's bank: `tax_fen` of `amount_fen` was withheld.

    The transfers behind it are keyed by its number (posting.withdrawal_key).
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("state IN ('paid')", name="state"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("tax_fen >= 0 AND tax_fen < amount_fen", name="tax"),
        CheckConstraint("paid_at >= requested_at", name="paid"),
        UniqueConstraint("creator_id", "requested_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    amount_fen: Mapped[int]
    tax_fen: Mapped[int]
    destination: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8))
    requested_at: Mapped[datetime]
    paid_at: Mapped[datetime]

    @property
    def number(self) -> str:
        """What creators and support call it: TX20220720-0001, the platform's day and the row's id."""
        return f"TX{self.requested_at.astimezone(PLATFORM_ZONE):%Y%m%d}-{self.id:04d}"


def _keep(_mapper: Mapper[LedgerTransfer], _connection: Connection, transfer: LedgerTransfer) -> NoReturn:
    raise AssertionError(f"transfer {transfer.key} is posted for good: a correction is a reversal")


event.listen(LedgerTransfer, "before_update", _keep)
event.listen(LedgerTransfer, "before_delete", _keep)
