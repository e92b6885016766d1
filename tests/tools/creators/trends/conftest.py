"""The demo platform with its trends, loaded once for tests that only read it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.creators import demo
from tools.creators.demo_accounts import DEMO_DAY
from tools.creators.trends.demo import load
from tools.kernel.db import Database, open_database


@pytest.fixture(scope="session")
def trend_story(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Database]:
    """Yield the demo platform with its trends; tests only read it."""
    path = tmp_path_factory.mktemp("trends") / "demo.sqlite"
    shutil.copy(empty_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        demo.load(session, on=DEMO_DAY)
        load(session, on=DEMO_DAY)
    yield database
    database.close()
