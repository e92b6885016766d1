"""Many rewards into the ledger at once: COPY and one UPDATE on PostgreSQL, long INSERTs on SQLite."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tools.kernel.db import UtcDateTime
from tools.payout import budget_queries
from tools.payout.granting import SECOND_LEG, Batch, Demand, Pool
from tools.payout.many_values import account_amounts, bound_amounts, on_postgresql
from tools.payout.models import BudgetSlice
from tools.payout.posting import Asset, OwnerKind, Purpose, incentive_settles_on

# What differs from reward to reward, and what all rewards of a demand have alike.
_OWN: Final = ("key", "fingerprint", "credit_account_id", "amount", "source", "note")
_SHARED: Final = (
    "debit_account_id", "asset", "state", "purpose", "program", "day", "settles_on", "rules_from", "at",
)  # fmt: skip
# A leg's values in the order of _OWN.
_Leg = tuple[str, str, int, int, str, str]
# Python's SQLite driver lets other threads go first at each statement: few statements, few waits for the interpreter.
_ROWS_A_STATEMENT: Final = 100
# What COPY reads as something else in a text.
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
# What PostgreSQL says when another transaction took a key first, or two waited for each other: begin again.
_AGAIN: Final = frozenset({"23505", "40P01", "40001"})


def open_accounts(session: Session, owners: Sequence[str], *, asset: Asset) -> dict[str, int]:
    """Return the ids of the creators' accounts that rewards of the asset go to, opened where there were none."""
    kind = credited_kind(asset)
    found = budget_queries.account_ids(session, owners, kind=kind, asset=asset)
    if missing := sorted({owner for owner in owners if owner not in found}):
        rows = [{"kind": kind.value, "owner": owner, "asset": asset.value} for owner in missing]
        session.execute(
            text(
                "INSERT INTO ledger_account (owner_kind, owner, asset, balance, reserved) "
                "VALUES (:kind, :owner, :asset, 0, 0) ON CONFLICT DO NOTHING"
            ),
            rows,
        )
        found |= budget_queries.account_ids(session, missing, kind=kind, asset=asset)
    return found


def credited_kind(asset: Asset) -> OwnerKind:
    """Return which account of the creator a reward goes to: cash waits for its settlement, traffic is there at once."""
    return OwnerKind.UNSETTLED if asset is Asset.CASH else OwnerKind.CREATOR


def store_grants(
    session: Session,
    batch: Batch,
    *,
    debits: Mapping[Pool, int],
    credits_: Mapping[Asset, Mapping[int, int]],
    now: datetime,
) -> None:
    """Store the transfers of new rewards and move the kept balances of both sides, whose accounts are held.

    `debits` maps pools to the account that gives, `credits_` each asset's creators to the account that gets.
    """
    found: list[tuple[tuple[object, ...], list[_Leg]]] = []
    moved = {debits[pool]: -amount for pool, amount in batch.sums.items()}
    for demand in batch.demands:
        for asset in Asset:
            if not (amounts := demand.amounts(asset)):
                continue
            accounts = credits_[asset]
            shared = _shared(demand, asset, debit=debits[Pool(demand.pool, asset)])
            found.append(((*shared, _stored(session, now)), _legs(batch, demand, asset, accounts)))
            for creator, amount in amounts.items():
                account = accounts[creator]
                moved[account] = moved.get(account, 0) + amount
    (_copy if on_postgresql(session) else _insert)(session, found)
    add_to_balances(session, moved)


def add_to_balances(session: Session, amounts: Mapping[int, int]) -> None:
    """Add these amounts to the kept balances of the accounts, which the transaction holds."""
    session.execute(
        text(
            "UPDATE ledger_account SET balance = balance + moved.amount "  # noqa: S608 - our own words
            f"FROM {account_amounts(session)} AS moved WHERE id = moved.account"
        ),
        bound_amounts(session, amounts),
    )


def add_slice(session: Session, *, budget_id: int, account_id: int, holder: str, expires_at: datetime) -> int:
    """Store a slice that holds nothing yet; return its id."""
    row = BudgetSlice(
        budget_id=budget_id, account_id=account_id, holder=holder, limit_amount=0, granted=0, expires_at=expires_at
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def move_limit(session: Session, slice_id: int, *, more: int) -> None:
    """Raise a slice's limit, or lower it by what it returns."""
    session.execute(
        update(BudgetSlice)
        .where(BudgetSlice.id == slice_id)
        .values(limit_amount=BudgetSlice.limit_amount + more)
        .execution_options(synchronize_session=False)
    )


def count_granted(session: Session, slice_id: int, *, amount: int, expires_at: datetime) -> None:
    """Count what a slice gave, and renew its lease: its holder is alive."""
    session.execute(
        update(BudgetSlice)
        .where(BudgetSlice.id == slice_id)
        .values(granted=BudgetSlice.granted + amount, expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )


def release_slice(session: Session, slice_id: int, *, now: datetime) -> None:
    """End a lease whose rest has been returned."""
    session.execute(
        update(BudgetSlice)
        .where(BudgetSlice.id == slice_id)
        .values(released_at=now)
        .execution_options(synchronize_session=False)
    )


def another_was_first(error: BaseException) -> bool:
    """Whether the same work can succeed when it is begun again, because another transaction went first."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _AGAIN


def _legs(batch: Batch, demand: Demand, asset: Asset, accounts: Mapping[int, int]) -> list[_Leg]:
    """Return what the asset's transfers of a demand have of their own."""
    grants, keys, fingerprints = batch.grants, batch.keys, batch.fingerprints
    legs: list[_Leg] = []
    for number in demand.numbers:
        grant = grants[number]
        if asset is Asset.CASH:
            key, amount = keys[number], grant.cash_fen
        else:
            key = SECOND_LEG + grant.key if grant.cash_fen else keys[number]
            amount = grant.impressions
        if amount:
            account = accounts[grant.creator_id]
            legs.append((key, fingerprints[number], account, amount, grant.source, grant.note))
    return legs


def _shared(demand: Demand, asset: Asset, *, debit: int) -> tuple[object, ...]:
    """Return the columns but the last that all of a demand's transfers of one asset have alike, in their order."""
    settles_on = incentive_settles_on(demand.day).isoformat() if asset is Asset.CASH else None
    days = demand.day.isoformat(), settles_on, demand.rules_from.isoformat()
    return debit, asset.value, "posted", Purpose.INCENTIVE.value, demand.program, *days


def _stored(session: Session, now: datetime) -> str:
    """Return a moment as the store's own text: the driver gets plain values, since SQLAlchemy takes longer than it."""
    dialect = session.connection().dialect
    if (write := UtcDateTime().dialect_impl(dialect).bind_processor(dialect)) is not None:
        now = write(now)
    return str(now)


def _copy(session: Session, found: Sequence[tuple[tuple[object, ...], list[_Leg]]]) -> None:
    lines: list[str] = []
    for shared, legs in found:
        head = "\t".join(r"\N" if value is None else str(value).translate(_ESCAPES) for value in shared)
        lines += [
            f"{key.translate(_ESCAPES)}\t{fingerprint}\t{account}\t{amount}\t"
            f"{source.translate(_ESCAPES)}\t{note.translate(_ESCAPES)}\t{head}\n"
            for key, fingerprint, account, amount, source, note in legs
        ]
    # In one order for all: two transactions that want the same keys wait in line, not crosswise.
    lines.sort()
    # Any: psycopg's connection, which SQLAlchemy hands out untyped
    driver: Any = session.connection().connection.dbapi_connection
    columns = ", ".join((*_OWN, *_SHARED))
    with driver.cursor() as cursor, cursor.copy(f"COPY ledger_transfer ({columns}) FROM STDIN") as copy:
        copy.write("".join(lines))


def _insert(session: Session, found: Sequence[tuple[tuple[object, ...], list[_Leg]]]) -> None:
    connection = session.connection()
    columns = ", ".join((*_SHARED, *_OWN))
    statement = f"INSERT INTO ledger_transfer ({columns}) VALUES "  # noqa: S608 - names of our own columns
    for shared, legs in found:
        legs.sort()
        whole = len(legs) - len(legs) % _ROWS_A_STATEMENT
        for start in range(0, whole, _ROWS_A_STATEMENT):
            values = (*shared, *chain.from_iterable(legs[start : start + _ROWS_A_STATEMENT]))
            connection.exec_driver_sql(statement + _MANY_ROWS, values)
        if rest := [(*shared, *leg) for leg in legs[whole:]]:
            connection.exec_driver_sql(statement + _ONE_ROW, rest)


def _marks(rows: int) -> str:
    """Return SQLite's parameters of so many rows: the shared values are bound once, at the front."""
    alike = ", ".join(f"?{place}" for place in range(1, len(_SHARED) + 1))
    firsts = range(len(_SHARED) + 1, len(_SHARED) + 1 + rows * len(_OWN), len(_OWN))
    owns = (", ".join(f"?{place}" for place in range(first, first + len(_OWN))) for first in firsts)
    return ", ".join(f"({alike}, {own})" for own in owns)


_ONE_ROW: Final = _marks(1)
_MANY_ROWS: Final = _marks(_ROWS_A_STATEMENT)
