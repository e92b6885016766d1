"""Where the agent's state lives: one LangGraph checkpoint a conversation, the one after its last complete turn."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from sqlalchemy import make_url

_SQLITE_TABLES = ("checkpoints", "writes")


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A LangGraph checkpointer and how to drop what no turn will read again."""

    saver: BaseCheckpointSaver[Any]  # Any: the saver's version type differs by backend
    forget_before: Callable[[str, str], None]
    close: Callable[[], None]

    def latest(self, thread: str) -> str:
        """Return the id of the thread's newest checkpoint."""
        found = self.saver.get_tuple({"configurable": {"thread_id": thread}})
        assert found is not None, "a turn that ended has a checkpoint"
        return found.checkpoint["id"]


def open_checkpoints(*, home: Path, database_url: str) -> Checkpoints:
    """Return the checkpoints beside the database: a SQLite file in `home`, or tables of the same PostgreSQL."""
    if make_url(database_url).get_backend_name() == "postgresql":
        return _postgresql(database_url)
    return _sqlite(home / "agent.sqlite")


def _sqlite(path: Path) -> Checkpoints:
    from langgraph.checkpoint.sqlite import SqliteSaver  # noqa: PLC0415 - only one backend is ever needed

    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    saver = SqliteSaver(connection)
    saver.setup()

    def forget_before(thread: str, checkpoint: str) -> None:
        with saver.lock, closing(connection.cursor()) as cursor:
            for table in _SQLITE_TABLES:
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < ?",  # noqa: S608 - two constants
                    (thread, checkpoint),
                )
            connection.commit()

    return Checkpoints(saver, forget_before, connection.close)


def _postgresql(url: str) -> Checkpoints:
    # Only one backend is ever needed.
    from langgraph.checkpoint.postgres import PostgresSaver  # noqa: PLC0415
    from psycopg.rows import dict_row  # noqa: PLC0415
    from psycopg_pool import ConnectionPool  # noqa: PLC0415

    plain_url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    pool = ConnectionPool(
        plain_url,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        min_size=1,
        max_size=10,
        open=True,
    )
    saver = PostgresSaver(pool)  # pyright: ignore[reportArgumentType] - the pool's row type is set by its kwargs
    saver.setup()

    def forget_before(thread: str, checkpoint: str) -> None:
        with pool.connection() as connection, connection.transaction():
            for statement in _POSTGRESQL_FORGET:
                connection.execute(statement, {"thread": thread, "checkpoint": checkpoint})

    return Checkpoints(saver, forget_before, pool.close)


_POSTGRESQL_FORGET = (
    "DELETE FROM checkpoint_writes WHERE thread_id = %(thread)s AND checkpoint_id < %(checkpoint)s",
    "DELETE FROM checkpoints WHERE thread_id = %(thread)s AND checkpoint_id < %(checkpoint)s",
    # A blob is a channel's value at a version; what no kept checkpoint names is never read again.
    """DELETE FROM checkpoint_blobs AS blob WHERE blob.thread_id = %(thread)s AND NOT EXISTS (
        SELECT 1 FROM checkpoints AS kept WHERE kept.thread_id = blob.thread_id
        AND kept.checkpoint -> 'channel_versions' ->> blob.channel = blob.version)""",
)
