"""Every SELECT about transfers that a business outside this room has posted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import OwnerKind, Purpose


@dataclass(frozen=True, slots=True)
class Booked:
    """A posted transfer as the audit of a business reads it; `taken_back` when a reversal has undone it."""

    amount: int
    payer_kind: str
    payer: str
    receiver_kind: str
    receiver: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Income:
    """What a creator was paid for something, as it stands in the ledger."""

    key: str
    creator_id: int
    fen: int
    day: date
    taken_back: bool


def is_posted(session: Session, *, key: str) -> bool:
    """Whether a transfer was posted under this key."""
    found = session.scalar(
        select(LedgerTransfer.id).where(LedgerTransfer.key == key, LedgerTransfer.state == "posted")
    )
    return found is not None


def booked(session: Session, *, prefix: str) -> dict[str, Booked]:
    """Return the posted transfers whose key begins with `prefix`, by key."""
    payer, receiver, undone = aliased(LedgerAccount), aliased(LedgerAccount), aliased(LedgerTransfer)
    rows = session.execute(
        select(
            LedgerTransfer.key,
            LedgerTransfer.amount,
            payer.owner_kind,
            payer.owner,
            receiver.owner_kind,
            receiver.owner,
            undone.id.is_not(None),
        )
        .join(payer, payer.id == LedgerTransfer.debit_account_id)
        .join(receiver, receiver.id == LedgerTransfer.credit_account_id)
        .outerjoin(undone, undone.corrects == LedgerTransfer.key)
        .where(LedgerTransfer.key.startswith(prefix, autoescape=True), LedgerTransfer.state == "posted")
        .order_by(LedgerTransfer.key)
    )
    return {
        key: Booked(amount, payer_kind, payer_name, receiver_kind, receiver_name, taken_back)
        for key, amount, payer_kind, payer_name, receiver_kind, receiver_name, taken_back in rows
    }


def incomes(session: Session, *, purpose: Purpose, creator_id: int | None = None) -> list[Income]:
    """Return the posted incomes of a purpose, oldest first, of one creator when given."""
    assert purpose.is_income
    credit, undone = aliased(LedgerAccount), aliased(LedgerTransfer)
    query = (
        select(LedgerTransfer, credit.owner, undone.id.is_not(None))
        .join(credit, credit.id == LedgerTransfer.credit_account_id)
        .outerjoin(undone, undone.corrects == LedgerTransfer.key)
        .where(LedgerTransfer.purpose == purpose.value, LedgerTransfer.state == "posted")
        .where(credit.owner_kind == OwnerKind.UNSETTLED.value)
        .order_by(LedgerTransfer.day, LedgerTransfer.id)
    )
    if creator_id is not None:
        query = query.where(credit.owner == str(creator_id))
    return [
        Income(row.key, int(owner), row.amount, row.day, taken_back)
        for row, owner, taken_back in session.execute(query)
    ]
