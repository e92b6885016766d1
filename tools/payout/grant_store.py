"""Many rewards into the ledger at once: COPY and one UPDATE on PostgreSQL, prepared statements on SQLite."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tools.kernel.db import UtcDateTime
from tools.payout import budget_queries
from tools.payout.granting import Grant, Pool
from tools.payout.models import BudgetSlice
from tools.payout.posting import Asset, OwnerKind, Purpose, incentive_settles_on

_COLUMNS: Final = (
    "key", "fingerprint", "debit_account_id", "credit_account_id", "asset", "amount", "state", "purpose", "program",
    "source", "note", "day", "settles_on", "rules_from", "at",
)  # fmt: skip
# Python's SQLite driver lets other threads go first at each statement: few statements, few waits for the interpreter.
_ROWS_A_STATEMENT: Final = 100
_SQLITE_MOVE: Final = (
    "UPDATE ledger_account SET balance = balance + moved.amount FROM ("
    "SELECT json_extract(value, '$[0]') AS account, json_extract(value, '$[1]') AS amount FROM json_each(?)"
    ") AS moved WHERE id = moved.account"
)
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
    grants: Sequence[Grant],
    *,
    debits: Mapping[Pool, int],
    credits_: Mapping[Asset, Mapping[int, int]],
    now: datetime,
) -> dict[Pool, int]:
    """Store the transfers of new rewards and move the creators' kept balances; return what each pool gave.

    `debits` maps pools to the account that gives, `credits_` each asset's creators to the account that gets.
    """
    rows: list[tuple[Any, ...]] = []  # Any: values on their way to the driver
    got: dict[int, int] = {}
    gave: dict[Pool, int] = {}
    purpose = Purpose.INCENTIVE.value
    for grant in grants:
        for leg in grant.legs:
            pool, amount = leg.pool, leg.amount
            credit = credits_[pool.asset][grant.creator_id]
            settles_on = incentive_settles_on(grant.day) if pool.asset is Asset.CASH else None
            rows.append(
                (leg.key, grant.fingerprint, debits[pool], credit, pool.asset.value, amount, "posted", purpose,
                 grant.program, grant.source, grant.note, grant.day, settles_on, grant.rules_from, now)
            )  # fmt: skip
            got[credit] = got.get(credit, 0) + amount
            gave[pool] = gave.get(pool, 0) + amount
    # In one order for all: two transactions that want the same keys or accounts wait in line, not crosswise.
    rows.sort(key=itemgetter(0))
    _insert(session, rows)
    add_to_balances(session, got)
    return gave


def add_to_balances(session: Session, amounts: Mapping[int, int]) -> None:
    """Add these amounts to the kept balances of the accounts."""
    ordered = sorted(amounts.items())
    if not budget_queries.on_postgresql(session):
        session.connection().exec_driver_sql(_SQLITE_MOVE, (json.dumps(ordered),))
        return
    budget_queries.lock_to_move(session, amounts.keys())
    session.execute(
        text(
            "UPDATE ledger_account SET balance = balance + moved.amount "
            "FROM unnest(CAST(:accounts AS bigint[]), CAST(:amounts AS bigint[])) AS moved (account, amount) "
            "WHERE id = moved.account"
        ),
        {"accounts": [account for account, _ in ordered], "amounts": [amount for _, amount in ordered]},
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


def _insert(session: Session, rows: list[tuple[Any, ...]]) -> None:  # Any: as in store_grants
    names = ", ".join(_COLUMNS)
    connection = session.connection()
    if budget_queries.on_postgresql(session):
        # Any: psycopg's connection, which SQLAlchemy hands out untyped
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY ledger_transfer ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    if not rows:
        return
    # The driver gets plain values in the columns' own text forms: SQLAlchemy would take longer than SQLite.
    moment = UtcDateTime().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    assert moment is not None
    at, days = moment(rows[0][-1]), _COLUMNS.index("day")
    texts = [(*row[:days], *(day and day.isoformat() for day in row[days:-1]), at) for row in rows]
    marks = f"({', '.join('?' * len(_COLUMNS))})"
    statement = f"INSERT INTO ledger_transfer ({names}) VALUES "  # noqa: S608 - names of our own columns
    whole = len(texts) - len(texts) % _ROWS_A_STATEMENT
    for start in range(0, whole, _ROWS_A_STATEMENT):
        values = tuple(chain.from_iterable(texts[start : start + _ROWS_A_STATEMENT]))
        connection.exec_driver_sql(statement + ", ".join([marks] * _ROWS_A_STATEMENT), values)
    if rest := texts[whole:]:
        connection.exec_driver_sql(statement + marks, rest)
