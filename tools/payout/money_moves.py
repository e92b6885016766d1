"""The ledger's writes for withdrawals, drama shares and Star guarantees: nothing else of theirs posts."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from tools.kernel.period import PLATFORM_ZONE
from tools.payout import ledger, queries, service
from tools.payout.accounts import ensure_accounts
from tools.payout.models import Withdrawal
from tools.payout.posting import (
    Asset,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    incentive_settles_on,
    reversal,
    withdrawal_key,
    withdrawal_tax_key,
)


def program_income(
    *, key: str, creator_id: int, program: str, fen: int, day: date, rules_from: date, source: str, note: str
) -> Posting:
    """Return a programme's cash of a day, which waits for its settlement; these programmes have no pool."""
    return Posting(
        key=key,
        debit=Owner(OwnerKind.EXTERNAL, f"program:{program}"),
        credit=Owner(OwnerKind.UNSETTLED, str(creator_id)),
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.INCENTIVE,
        day=day,
        program=program,
        settles_on=incentive_settles_on(day),
        source=source,
        note=note,
        rules_from=rules_from,
    )


def program_traffic(
    *,
    key: str,
    creator_id: int,
    program: str,
    impressions: int,
    day: date,
    rules_from: date,
    source: str,
    note: str,
) -> Posting:
    """Return a programme's impressions, which are there at once."""
    return Posting(
        key=key,
        debit=Owner(OwnerKind.EXTERNAL, f"program:{program}"),
        credit=Owner(OwnerKind.CREATOR, str(creator_id)),
        asset=Asset.TRAFFIC,
        amount=impressions,
        purpose=Purpose.INCENTIVE,
        day=day,
        program=program,
        source=source,
        note=note,
        rules_from=rules_from,
    )


def post(session: Session, postings: Sequence[Posting], *, now: datetime) -> int:
    """Make the movements exist, all or none; return how many are new."""
    return service.post_transfers(session, postings, now=now) if postings else 0


def taken_back(income: Posting, *, day: date) -> Posting:
    """Return the movement that takes an unsettled income back whole; it can't be settled after that."""
    return reversal(income, day=day)


def reserve(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Hold back what the withdrawal takes, in two legs: what the bank pays, and the tax. Raises OverdrawnError."""
    service.post_transfers(session, legs(row), now=now)


def pay(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Make the withdrawal's legs final: the money is gone."""
    for leg in legs(row):
        ledger.post_reserved(session, key=leg.key, now=now)


def give_back(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Make the withdrawal's legs void: the money is the creator's again."""
    for leg in legs(row):
        ledger.void_reserved(session, key=leg.key, now=now)


def legs(row: Withdrawal) -> list[Posting]:
    """Return the two-phase movements of a withdrawal; a payment without tax has one."""
    day = row.requested_at.astimezone(PLATFORM_ZONE).date()
    parts = (
        (withdrawal_key(row.number), "bank", row.net_fen, Purpose.WITHDRAWAL),
        (withdrawal_tax_key(row.number), "tax_office", row.tax_fen, Purpose.TAX),
    )
    return [
        Posting(
            key=key,
            debit=Owner(OwnerKind.CREATOR, str(row.creator_id)),
            credit=Owner(OwnerKind.EXTERNAL, receiver),
            asset=Asset.CASH,
            amount=amount,
            purpose=purpose,
            day=day,
            source=row.number,
            reserved=True,
        )
        for key, receiver, amount, purpose in parts
        if amount
    ]


def lock_wallet(session: Session, *, creator_id: int) -> None:
    """Hold the creator's wallet until the transaction ends: two decisions about one creator wait for each other."""
    wallet = Owner(OwnerKind.CREATOR, str(creator_id))
    queries.lock_accounts(session, ensure_accounts(session, {(wallet, Asset.CASH)}).values())
