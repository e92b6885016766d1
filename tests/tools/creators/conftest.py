"""What these tests share: the demo platform, and small exports written by hand."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from tools.creators import demo
from tools.creators.demo_accounts import DEMO_DAY
from tools.creators.exports import BY_NAME
from tools.kernel.db import Database, open_database

Write = Callable[..., Path]


@pytest.fixture
def platform(database: Database, on: date) -> Database:
    """Return the database with the demo platform in it."""
    with database.writing() as session:
        demo.load(session, on=on)
    return database


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Database]:
    """Yield the demo platform for tests that only read what it tells, loaded once."""
    path = tmp_path_factory.mktemp("story") / "demo.sqlite"
    shutil.copy(empty_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        demo.load(session, on=DEMO_DAY)
    yield database
    database.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes one CSV of an export, column names first, and returns its folder."""
    folder = tmp_path / "export"
    folder.mkdir()

    def write_table(name: str, *rows: str, columns: Sequence[str] | None = None) -> Path:
        header = ",".join(columns or BY_NAME[name].column_names)
        (folder / f"{name}.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return folder

    return write_table
