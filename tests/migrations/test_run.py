import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from migrations.check import differences
from migrations.run import is_migrated, migrate
from tools.kernel.db import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database without a table."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        yield database
        database.close()
        return
    create_database: Callable[[str], str] = request.getfixturevalue("create_database")
    database = open_database(create_database("bare"))
    yield database
    database.close()


class TestMigrate:
    def test_makes_the_tables_that_the_code_declares(self, bare: Database) -> None:
        assert differences(bare) == []

    def test_does_nothing_the_second_time(self, bare: Database) -> None:
        migrate(bare)

        migrate(bare)

        assert is_migrated(bare)

    def test_survives_two_processes_that_start_at_once(self, bare: Database) -> None:
        barrier, errors = threading.Barrier(3), list[Exception]()

        def start() -> None:
            barrier.wait()
            try:
                migrate(bare)
            except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
                errors.append(error)

        threads = [threading.Thread(target=start) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert errors == []
        assert "creator" in inspect(bare.engine).get_table_names()


class TestIsMigrated:
    def test_is_false_for_an_empty_database(self, bare: Database) -> None:
        assert not is_migrated(bare)
