"""`guanghe payout grant FILE.csv` dies by kill -9 at any moment; repeated, it leaves exactly what the file says."""

import csv
import json
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.processes import Running, environment_of
from tests.tools.payout.granting_clients import count, stored
from tools.kernel.db import Database, open_database

if TYPE_CHECKING:
    from bot.settings import Settings

ROWS = 24_000
KILLS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, demo_settings: "Settings") -> dict[str, str]:
    """Return the environment of a demo home, with its tables in SQLite and in PostgreSQL."""
    mine = {"GUANGHE_HOME": str(demo_settings.home)}
    if request.param == "postgresql":
        create_database: Callable[[str], str] = request.getfixturevalue("create_database")
        mine["GUANGHE_DATABASE_URL"] = create_database("grant_crash")
        run(mine, "init", "--demo")
    return mine


def run(environment: dict[str, str], *arguments: str) -> str:
    """Run the command to its end; return what it printed."""
    code, out, err = started(environment, *arguments).wait()
    assert code == 0, err
    return out


def started(environment: dict[str, str], *arguments: str) -> Running:
    """Start the command in a process of its own."""
    home = Path(environment["GUANGHE_HOME"])
    return Running(arguments, environment=environment_of(home) | environment, cwd=home, typed="")


def database_of(environment: dict[str, str]) -> Database:
    path = Path(environment["GUANGHE_HOME"]) / "guanghe.sqlite"
    return open_database(environment.get("GUANGHE_DATABASE_URL", f"sqlite:///{path}"))


def rewards(database: Database) -> dict[str, int]:
    """Return the amounts of the file's rewards that are stored."""
    return {key: fen for key, fen in stored(database).items() if key.startswith("crash-")}


def kill_while_it_grants(
    environment: dict[str, str], path: Path, database: Database, draw: random.Random
) -> int | None:
    """Start the command and kill it a moment after it has granted something; return how it ended."""
    before = count(database)
    command = started(environment, "payout", "grant", str(path))
    while command.process.is_alive() and count(database) <= before:
        command.process.join(0.01)
    command.process.join(draw.random() * 0.1)
    return command.kill()


class TestKilledCommand:
    def test_leaves_what_repeating_it_completes(self, environment: dict[str, str], tmp_path: Path) -> None:
        database = database_of(environment)
        with database.reading() as session:
            handles = sorted(session.scalars(text("SELECT handle FROM creator")))
        wanted = {f"crash-{number:06d}": number % 37 + 1 for number in range(ROWS)}
        path = tmp_path / "grants.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["key", "creator", "program", "asset", "amount"])
            for number, (key, fen) in enumerate(wanted.items()):
                lines.writerow([key, handles[number % len(handles)], "guanghe", "cash", f"0.{fen:02d}"])
        draw = random.Random(9)  # noqa: S311 - the moments of death are repeatable

        deaths = [kill_while_it_grants(environment, path, database, draw) for _ in range(KILLS)]
        before = rewards(database)
        report = json.loads(run(environment, "payout", "grant", str(path), "--json"))

        assert deaths.count(-signal.SIGKILL) >= KILLS // 2
        assert before.items() <= wanted.items()
        assert (report["granted"], report["duplicates"]) == (ROWS - len(before), len(before))
        assert report["refused"] == 0
        assert rewards(database) == wanted
        run(environment, "audit")
        database.close()
