"""The relational store: SQLite in one process, PostgreSQL beyond; the same rules on both."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from tools.kernel.errors import OperatorError

# A writer waits this long for another writer before SQLite says "database is locked".
_BUSY_MILLISECONDS = 30_000
_WRITES = "guanghe_writes"
_FILES = "guanghe_files"
_NO_FILES = "this database was opened without its folder of files"

Json = dict[str, Any]  # Any: the shape belongs to the room that stores it


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware datetimes in, UTC in the store, aware UTC out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "an instant carries its zone"
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one metadata of all rooms; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this name from the class
        int: BigInteger().with_variant(Integer(), "sqlite"),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        list[Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
    }


@event.listens_for(Table, "after_parent_attach")
def _number_once(table: Table, metadata: MetaData) -> None:
    """Let SQLite, like PostgreSQL, give a number once: a deleted row's lives on in messages, logs and open pages."""
    if metadata is Base.metadata and table.autoincrement_column is not None:
        table.dialect_options["sqlite"]["autoincrement"] = len(table.primary_key.columns) == 1


class Database:
    """Sessions on one database; a `with` block is one transaction, rolled back when it raises.

    `files` is the folder of the files that rows refer to, GUANGHE_HOME: processes that share the database share it.
    """

    def __init__(self, engine: Engine, *, files: Path | None = None) -> None:
        self.engine = engine
        self._files = files
        # SQLite's read transactions are snapshots by themselves; PostgreSQL's have to be asked.
        snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._snapshots = engine.execution_options(**snapshot)
        # SQLite lets one writer in and makes the others ask again and again, with pauses up to a tenth of a second; this
        # process's own wait in line instead.
        self._turn: AbstractContextManager[object] = nullcontext() if snapshot else threading.RLock()

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Yield a session on one snapshot of the data; what it changes is thrown away."""
        with Session(self._snapshots, expire_on_commit=False, info=self._info) as session:
            yield session

    @contextmanager
    def writing(self) -> Generator[Session]:
        """Yield a session that commits at the end; on SQLite it holds the write lock from the start.

        Taking the lock at the start (BEGIN IMMEDIATE) means that what was read is still true when it writes.
        """
        engine = self.engine.execution_options(**{_WRITES: True})
        with (
            self._turn,
            Session(engine, expire_on_commit=False, info=self._info) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Return every connection."""
        self.engine.dispose()

    @property
    def files(self) -> Path:
        """The folder of files."""
        assert self._files is not None, _NO_FILES
        return self._files

    @property
    def _info(self) -> dict[Any, Any]:  # Any: what SQLAlchemy's Session takes
        return {_FILES: self._files}


def files_of(session: Session) -> Path:
    """Return the folder of the files that this database's rows refer to."""
    folder = session.info.get(_FILES)
    assert isinstance(folder, Path), _NO_FILES
    return folder


def open_database(url: str, *, files: Path | None = None) -> Database:
    """Return the database at a SQLAlchemy URL, `sqlite:///…` or `postgresql+psycopg://…`, with its folder of files.

    Raises OperatorError when the URL is none of the two. Nothing is connected yet.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise OperatorError(f"GUANGHE_DATABASE_URL is not a database URL: {error}") from error
    match parsed.get_backend_name():
        case "sqlite":
            engine = create_engine(parsed, connect_args={"check_same_thread": False})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        case "postgresql":
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10
            )
        case other:
            raise OperatorError(f"GUANGHE_DATABASE_URL names {other!r}; known are sqlite and postgresql")
    return Database(engine, files=files)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction guessing is switched off: `begin` below decides.
    connection.isolation_level = None  # pyright: ignore[reportAttributeAccessIssue] - sqlite3 has it, DBAPI does not name it
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
