"""Rows by the ten thousand into a table: building a dictionary for each would take longer than storing it."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import LargeBinary, Table
from sqlalchemy.orm import Session

from tools.kernel.db import Base


def table_of(model: type[Base]) -> Table[Any]:  # Any: the columns' types
    """Return a model's table."""
    table: Any = model.__table__  # Any: a FromClause to the types, a Table wherever a class declares one
    return table


def insert_rows(
    session: Session, table: Table[Any], *, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Store rows, each with a value for every one of `columns`: by COPY in PostgreSQL, through the driver in SQLite.

    What the table checks is checked; defaults that live in Python are not filled in.
    """
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        # Any: psycopg's connection, which SQLAlchemy hands out untyped
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    kinds = [table.columns[name].type.dialect_impl(connection.dialect) for name in columns]
    # Bytes go in as they are; of days and the like there are few different ones.
    converters = [
        (place, cache(convert))
        for place, kind in enumerate(kinds)
        if not isinstance(kind, LargeBinary) and (convert := kind.bind_processor(connection.dialect))
    ]
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(statement, [_converted(row, converters) for row in rows])


def _converted(
    row: Sequence[object], converters: Sequence[tuple[int, Callable[[object], object]]]
) -> tuple[object, ...]:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return tuple(values)
