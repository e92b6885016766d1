"""What can happen to a transfer after it was written: a reserved one is posted or voided, a posted one taken back."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from tools.kernel.period import PLATFORM_ZONE
from tools.payout import budget_queries, queries, service
from tools.payout.accounts import keep_balances
from tools.payout.models import LedgerTransfer
from tools.payout.posting import (
    SETTLEMENT_PREFIX,
    Change,
    KeyReusedError,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
)

_REVERSAL_PREFIX = "reversal:"


class TransferStateError(ValueError):
    """There is no such transfer, or it is past the state in which this can happen to it."""


def reserve(session: Session, posting: Posting, *, now: datetime) -> bool:
    """Set the amount aside in the debit account until it is posted or voided; True when that is new.

    Raises as service.post_transfer does.
    """
    return service.post_transfer(session, replace(posting, reserved=True), now=now)


def post_reserved(session: Session, *, key: str, now: datetime) -> bool:
    """Move what was reserved under this key; False when it was moved before. Raises TransferStateError."""
    return _decide(session, key=key, state="posted", now=now)


def void_reserved(session: Session, *, key: str, now: datetime) -> bool:
    """Give back what was reserved under this key; False when it was given back before. Raises TransferStateError."""
    return _decide(session, key=key, state="voided", now=now)


def reverse_transfer(session: Session, *, key: str, reason: str, now: datetime) -> bool:
    """Take a posted transfer back by a transfer of its own; False when that was done before.

    Income that is settled comes out of the creator's withdrawable balance; a reward goes back to its budget. Raises
    TransferStateError, and OverdrawnError when the money is not there any more.
    """
    found = budget_queries.transfer_by_key(session, key)
    if found is None or found[0].state != "posted" or found[0].purpose == Purpose.REVERSAL.value:
        raise TransferStateError(f"{key} is no posted transfer that can be taken back")
    moved = queries.posting(*found)
    for _ in range(2):
        # Settled in between: the second look finds the settlement, whose key the first reversal wanted too.
        settled = budget_queries.transfer_by_key(session, SETTLEMENT_PREFIX + key)
        if settled is not None and settled[0].corrects == key:
            return False
        waits = moved.credit.kind is OwnerKind.UNSETTLED and settled is None
        reversal = _reversal(moved, waits=waits, reason=reason, now=now)
        before = budget_queries.transfer_by_key(session, reversal.key)
        if before is not None and before[0].corrects == key:
            return False
        try:
            return service.post_transfer(session, reversal, now=now)
        except KeyReusedError:
            continue
    raise AssertionError("a settlement that another transaction has posted can be read after it")


def _reversal(moved: Posting, *, waits: bool, reason: str, now: datetime) -> Posting:
    giver = moved.credit
    if giver.kind is OwnerKind.UNSETTLED and not waits:
        giver = Owner(OwnerKind.CREATOR, giver.name)
    taker = moved.debit
    if taker.kind is OwnerKind.SLICE:
        # The lease may have ended; what comes back is free for everyone.
        taker = Owner(OwnerKind.BUDGET, taker.name.partition("/")[0])
    # An income that waits ends once, settled or taken back: both have the settlement's key.
    prefix = SETTLEMENT_PREFIX if waits else _REVERSAL_PREFIX
    return Posting(
        key=prefix + moved.key,
        debit=giver,
        credit=taker,
        asset=moved.asset,
        amount=moved.amount,
        purpose=Purpose.REVERSAL,
        day=now.astimezone(PLATFORM_ZONE).date(),
        program=moved.program,
        source=moved.key,
        note=reason,
        corrects=moved.key,
    )


def _decide(session: Session, *, key: str, state: str, now: datetime) -> bool:
    found = budget_queries.transfer_by_key(session, key, lock=True)
    if found is None:
        raise TransferStateError(f"nothing is reserved under {key}")
    transfer, debit, credit = found
    if transfer.state != "pending":
        if transfer.state == state and transfer.decided_at is not None:
            return False
        raise TransferStateError(f"{key} is {transfer.state} for good")
    session.execute(
        update(LedgerTransfer)
        .where(LedgerTransfer.id == transfer.id)
        .values(state=state, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire(transfer)
    amount, asset = transfer.amount, queries.posting(transfer, debit, credit).asset
    giver, taker = (
        Owner(OwnerKind(debit.owner_kind), debit.owner),
        Owner(OwnerKind(credit.owner_kind), credit.owner),
    )
    moved = {(giver, asset): Change(-amount if state == "posted" else 0, -amount)}
    if state == "posted":
        moved[taker, asset] = Change(amount)
    ids = {(giver, asset): debit.id, (taker, asset): credit.id}
    keep_balances(
        session,
        {account: change for account, change in moved.items() if not account[0].kind.may_owe},
        ids=ids,
    )
    return True
