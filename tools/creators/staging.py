"""Rows on their way into the store: a temporary table for each file, checked by SQL, then merged by natural key.

A file of any size is checked without holding it in memory, and the rows of a synthetic platform take the same way in.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable, DropTable
from sqlalchemy.types import TypeEngine

from tools.creators.exports import EXPORTS, Column, Export, Kind, Row, Value
from tools.creators.models import AccountDay, Creator, Violation, Work, WorkDay
from tools.kernel.bulk import insert_rows
from tools.kernel.db import Base, UtcDateTime

_HANDLE = "handle"
_PUBLIC_ID = "public_id"


_TARGETS: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "creators": (Creator, ("handle",)),
    "works": (Work, ("public_id",)),
    "work_days": (WorkDay, ("work_id", "day")),
    "account_days": (AccountDay, ("creator_id", "day")),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that can't be stored: its number in the file, the column, and what is wrong."""

    row: int
    column: str
    problem: str


def _staged_type(column: Column) -> TypeEngine[Any]:  # Any: five kinds of value
    match column.kind:
        case Kind.TEXT:
            return String()
        case Kind.NUMBER:
            return BigInteger()
        case Kind.YES_NO:
            return Boolean()
        case Kind.DAY:
            return Date()
        case Kind.INSTANT:
            return UtcDateTime()
        case _:
            assert_never(column.kind)


# A metadata of their own: temporary tables are no part of the schema that migrations keep.
_metadata = MetaData()
_tables = {
    export.name: Table(
        f"staged_{export.name}",
        _metadata,
        TableColumn("row_number", Integer, primary_key=True, autoincrement=False),
        *(TableColumn(column.name, _staged_type(column)) for column in export.columns),
        prefixes=["TEMPORARY"],
    )
    for export in EXPORTS
}


@contextmanager
def staging(session: Session) -> Generator[None]:
    """Give the session's transaction its empty staging tables; they are gone afterwards."""
    session.flush()
    for table in _tables.values():
        session.execute(DropTable(table, if_exists=True))
        session.execute(CreateTable(table))
    yield
    # After an error the transaction is rolled back, and the tables with it.
    for table in _tables.values():
        session.execute(DropTable(table))
    # What the session had read before may have been changed behind its back.
    session.expire_all()


def stage(session: Session, export: Export, rows: Sequence[Row], *, numbers: Sequence[int]) -> None:
    """Put rows, in the order of the export's columns, into its staging table under their row numbers."""
    if not rows:
        return
    table = _tables[export.name]
    numbered = [(number, *row) for number, row in zip(numbers, rows, strict=True)]
    insert_rows(session, table, columns=table.columns.keys(), rows=numbered)


def clear(session: Session) -> None:
    """Empty every staging table."""
    for table in _tables.values():
        session.execute(delete(table))


def first_fault(session: Session, export: Export) -> Fault | None:
    """Return the first row that repeats a key, names an unknown creator or work, or takes another's work."""
    if fault := _repeated_key(session, export):
        return fault
    for name in export.references:
        if fault := _unknown(session, export, name):
            return fault
    return _foreign_work(session, export) if {_HANDLE, _PUBLIC_ID} <= set(export.column_names) else None


def _repeated_key(session: Session, export: Export) -> Fault | None:
    table = _tables[export.name]
    key = [table.c[name] for name in export.key]
    last = func.max(table.c.row_number)
    query: Select[*tuple[Any, ...]] = (  # Any: key columns of every type
        select(func.min(table.c.row_number), last, *key)
        .group_by(*key)
        .having(func.count() > 1)
        .order_by(last)
        .limit(1)
    )
    if (row := session.execute(query).one_or_none()) is None:
        return None
    named = ", ".join("-" if value is None else str(value) for value in row[2:])
    return Fault(row[1], export.key[0], f"repeats the key of row {row[0]}: {named}")


def _unknown(session: Session, export: Export, name: str) -> Fault | None:
    table = _tables[export.name]
    known = Creator.handle if name == _HANDLE else Work.public_id
    row = session.execute(
        select(table.c.row_number, table.c[name])
        .where(table.c[name].is_not(None), ~select(1).where(known == table.c[name]).exists())
        .order_by(table.c.row_number)
        .limit(1)
    ).one_or_none()
    what = "creator with this handle" if name == _HANDLE else "work with this ID"
    return Fault(row[0], name, f"no {what}: {row[1]!r}") if row else None


def _foreign_work(session: Session, export: Export) -> Fault | None:
    table = _tables[export.name]
    row = session.execute(
        select(table.c.row_number, table.c.public_id, Creator.handle)
        .join(Work, Work.public_id == table.c.public_id)
        .join(Creator, Creator.id == Work.creator_id)
        .where(Creator.handle != table.c.handle)
        .order_by(table.c.row_number)
        .limit(1)
    ).one_or_none()
    return Fault(row[0], _PUBLIC_ID, f"work {row[1]!r} belongs to creator {row[2]!r}") if row else None


def merge(session: Session, export: Export) -> None:
    """Insert what is staged, and bring rows that are there under the same natural key up to date."""
    if export.name == "violations":
        _merge_violations(session)
        return
    target, key = _TARGETS[export.name]
    table = _tables[export.name]
    query = select(table)
    source: dict[str, ColumnElement[Any]] = {}  # Any: columns of every type
    for name in export.column_names:
        if name not in export.references:
            source[name] = table.c[name]
        elif name == _HANDLE:
            source["creator_id"] = Creator.id.expression
            query = query.join(Creator, Creator.handle == table.c.handle)
        else:
            source["work_id"] = Work.id.expression
            query = query.join(Work, Work.public_id == table.c.public_id)
    # SQLite reads "ON CONFLICT" after a SELECT as a join's condition unless there is a WHERE.
    query = query.with_only_columns(*source.values()).where(table.c.row_number > 0)
    upsert = (postgresql if _on_postgresql(session) else sqlite).insert(target)
    upsert = upsert.from_select(list(source), query)
    changed = {name: upsert.excluded[name] for name in source if name not in key}
    session.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=changed))


def _merge_violations(session: Session) -> None:
    # A penalty about no work has no work_id, and NULLs never conflict: the key is compared here.
    table = _tables["violations"]
    found = (
        select(
            Creator.id.label("creator_id"),
            Work.id.label("work_id"),
            *(table.c[name] for name in ("day", "severity", "policy", "clause", "note")),
        )
        .join_from(table, Creator, Creator.handle == table.c.handle)
        .outerjoin(Work, Work.public_id == table.c.public_id)
        .subquery()
    )
    same = and_(
        Violation.creator_id == found.c.creator_id,
        Violation.work_id.is_not_distinct_from(found.c.work_id),
        Violation.day == found.c.day,
        Violation.policy == found.c.policy,
        Violation.clause == found.c.clause,
    )
    session.execute(update(Violation).values(severity=found.c.severity, note=found.c.note).where(same))
    new = select(found).where(~select(Violation.id).where(same).correlate(found).exists())
    session.execute(insert(Violation).from_select([column.name for column in found.columns], new))


def refresh_followers(session: Session) -> None:
    """Set the follower count of every creator that is staged to the one at the end of their last day."""
    latest = (
        select(AccountDay.followers)
        .where(AccountDay.creator_id == Creator.id)
        .order_by(AccountDay.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        update(Creator)
        .values(followers=func.coalesce(latest, Creator.followers))
        .where(Creator.id.in_(staged_creators()))
    )


def staged_creators() -> Select[int]:
    """Return the ids of the creators that the staged creators and account days are about."""
    handles = union_all(select(_tables["creators"].c.handle), select(_tables["account_days"].c.handle))
    return select(Creator.id).where(Creator.handle.in_(handles))


def staged_works() -> Select[int]:
    """Return the ids of the works that the staged works and their days are about."""
    public_ids = union_all(select(_tables["works"].c.public_id), select(_tables["work_days"].c.public_id))
    return select(Work.id).where(Work.public_id.in_(public_ids))


def row_of(session: Session, export: Export, key: Mapping[str, Value]) -> int | None:
    """Return the number of the staged row with these values, if there is one."""
    table = _tables[export.name]
    matches = [table.c[name] == value for name, value in key.items()]
    return session.scalar(select(func.min(table.c.row_number)).where(*matches))


def _on_postgresql(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"
