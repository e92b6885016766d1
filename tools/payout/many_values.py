"""Thousands of values in one parameter of a statement that is always the same: PostgreSQL's arrays, SQLite's JSON."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine


def on_postgresql(session: Session) -> bool:
    """Return whether the store is PostgreSQL."""
    return session.connection().dialect.name == "postgresql"


def account_amounts(session: Session) -> str:
    """Return the SQL of a table with the columns account and amount, made of the parameters of `bound_amounts`."""
    if on_postgresql(session):
        return (
            "(SELECT account, amount FROM unnest(CAST(:accounts AS bigint[]), CAST(:amounts AS bigint[])) "
            "AS given (account, amount))"
        )
    return (
        "(SELECT json_extract(value, '$[0]') AS account, json_extract(value, '$[1]') AS amount "
        "FROM json_each(:accounts))"
    )


def bound_amounts(session: Session, amounts: Mapping[int, int]) -> dict[str, str]:
    """Return accounts and their amounts as parameters, in the order of the accounts."""
    ordered = sorted(amounts.items())
    if not on_postgresql(session):
        return {"accounts": json.dumps(ordered)}
    return {
        "accounts": _array(str(account) for account, _ in ordered),
        "amounts": _array(str(amount) for _, amount in ordered),
    }


def bound_ids(session: Session, ids: Collection[int]) -> str:
    """Return ids as one parameter, in order."""
    ordered = sorted(ids)
    return _array(map(str, ordered)) if on_postgresql(session) else json.dumps(ordered)


def bound_texts(session: Session, texts: Sequence[str]) -> str:
    """Return texts as one parameter."""
    return _array(map(_quoted, texts)) if on_postgresql(session) else json.dumps(list(texts))


def among_ids(session: Session, column: InstrumentedAttribute[int], name: str) -> ColumnElement[bool]:
    """Return the test whether a column is among the ids of a parameter."""
    return column.in_(_values(session, name, BigInteger()))


def among_texts(session: Session, column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Return the test whether a column is among the texts of a parameter."""
    return column.in_(_values(session, name, Text()))


def _values(session: Session, name: str, kind: TypeEngine[Any]) -> Select[Any]:  # Any: ids or texts
    given = bindparam(name, type_=Text)
    if on_postgresql(session):
        # A set of rows and no `= ANY`: whatever plan is chosen, the parameter is read once and not for each row.
        return select(func.unnest(cast(given, ARRAY(kind))))
    return select(func.json_each(given).table_valued("value").c.value)


def _array(items: Iterable[str]) -> str:
    """Return an array as PostgreSQL writes it; the driver would look at each element for longer than the server does."""
    return f"{{{','.join(items)}}}"


def _quoted(item: str) -> str:
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
