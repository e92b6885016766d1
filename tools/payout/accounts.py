"""The ledger's accounts: opened once, their kept balances moved by what is posted."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.payout import queries
from tools.payout.models import LedgerAccount
from tools.payout.posting import Asset, Change, Owner

# Another process may open an account between our look and our insert; then we look again, and it is there.
_ATTEMPTS: Final = 3


def ensure_accounts(
    session: Session, owners: Collection[tuple[Owner, Asset]]
) -> dict[tuple[Owner, Asset], int]:
    """Return the ids of these accounts, opened where there were none."""
    for _ in range(_ATTEMPTS):
        found = queries.accounts(session, owners)
        # In one order for all, so that two processes opening the same accounts wait in line, not crosswise.
        missing = sorted(
            (owner.kind.value, owner.name, asset.value)
            for owner, asset in owners
            if (owner, asset) not in found
        )
        if not missing:
            return found
        rows = [{"owner_kind": kind, "owner": name, "asset": asset} for kind, name, asset in missing]
        try:
            with session.begin_nested():
                session.execute(insert(LedgerAccount), rows)
        except IntegrityError:
            continue
    raise AssertionError("an account that another transaction has opened can be read after it")


def keep_balances(
    session: Session,
    moved: Mapping[tuple[Owner, Asset], Change],
    *,
    ids: Mapping[tuple[Owner, Asset], int],
) -> None:
    """Move the kept balances of these accounts, which the transaction has locked."""
    rows = [
        {"account": ids[account], "more": change.balance, "held_back": change.reserved}
        for account, change in moved.items()
        if change.balance or change.reserved
    ]
    if not rows:
        return
    statement = (
        update(LedgerAccount)
        .where(LedgerAccount.id == bindparam("account"))
        .values(
            balance=LedgerAccount.balance + bindparam("more"),
            reserved=LedgerAccount.reserved + bindparam("held_back"),
        )
    )
    session.connection().execute(statement, sorted(rows, key=lambda row: row["account"]))
