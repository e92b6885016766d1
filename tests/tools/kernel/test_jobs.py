"""Jobs and tasks on the real DBOS, in processes of their own."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.tools.kernel.job_processes import ended, start_worker, work
from tools.kernel import task_requests
from tools.kernel.db import Json, open_database
from tools.kernel.task_requests import MOST_ATTEMPTS, TaskState, request_task
from tools.schema import metadata

NOW = datetime(2022, 8, 15, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'guanghe.sqlite'}"
    if request.param == "postgresql":
        create_database = request.getfixturevalue("create_database")
        made = create_database("jobs")
    database = open_database(made)
    metadata.create_all(database.engine)
    database.close()
    return made


def ask(url: str, *bodies: Json) -> None:
    database = open_database(url)
    with database.writing() as session:
        for body in bodies:
            request_task(session, name="kernel.note", key=f"note:{body['what']}", body=body, now=NOW)
    database.close()


def began(url: str, what: str, *, times: int) -> None:
    database = open_database(url)
    with database.writing() as session:
        session.execute(
            text("UPDATE task_request SET attempts = :times WHERE key = :key"),
            {"times": times, "key": f"note:{what}"},
        )
    database.close()


def state(url: str, what: str) -> TaskState | None:
    database = open_database(url)
    with database.reading() as session:
        found = task_requests.state_of(session, key=f"note:{what}")
    database.close()
    return found


def lines(folder: Path, what: str) -> list[str]:
    return (folder / f"done-{what}").read_text("utf-8").splitlines()


def appears(path: Path) -> bool:
    until = time.monotonic() + 30
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return path.exists()


class TestRunNow:
    def test_runs_the_job_with_the_platforms_clock(self, tmp_path: Path, url: str) -> None:
        assert work(tmp_path, "job", url) == 0
        assert (tmp_path / "ran").read_text("utf-8") == "2022-08-15T00:00:00+00:00\n"


class TestStart:
    def test_finishes_the_job_that_a_killed_worker_left(self, tmp_path: Path, url: str) -> None:
        assert work(tmp_path, "die", url, counts=True) == -9
        assert (tmp_path / "started").exists()

        assert work(tmp_path, "recover_job", url) == 0

        assert (tmp_path / "ran").read_text("utf-8").count("\n") == 1

    def test_finishes_the_task_that_a_killed_worker_left(self, tmp_path: Path, url: str) -> None:
        ask(url, {"what": "film"})
        assert work(tmp_path, "die", url) == -9
        assert state(url, "film") is TaskState.RUNNING

        assert work(tmp_path, "work", url) == 0

        assert len(lines(tmp_path, "film")) == 1
        assert state(url, "film") is TaskState.FINISHED

    def test_takes_over_from_a_worker_that_dies_while_another_lives(self, tmp_path: Path, url: str) -> None:
        ask(url, {"what": "film"})
        dying = start_worker(tmp_path, "hang", url)
        assert appears(tmp_path / "started")
        living = start_worker(tmp_path, "work", url)
        dying.kill()
        dying.join()

        assert ended(living, 60) == 0

        assert len(lines(tmp_path, "film")) == 1
        assert state(url, "film") is TaskState.FINISHED

    def test_shares_tasks_among_workers_each_run_once(self, tmp_path: Path, url: str) -> None:
        ask(url, *({"what": str(number), "seconds": 0.3} for number in range(12)))

        workers = [start_worker(tmp_path, "work", url) for _ in range(2)]

        assert [ended(worker, 60) for worker in workers] == [0, 0]
        done = [lines(tmp_path, str(number)) for number in range(12)]
        assert all(len(entries) == 1 for entries in done)
        if url.startswith("postgresql"):
            assert len({entry.split()[0] for entries in done for entry in entries}) == 2

    def test_tries_a_task_that_raises_again_and_then_notes_why(self, tmp_path: Path, url: str) -> None:
        ask(url, {"what": "film", "fails": True}, {"what": "other"})

        assert work(tmp_path, "work", url) == 0

        assert len(lines(tmp_path, "film")) == 3
        assert state(url, "film") is TaskState.FAILED
        assert state(url, "other") is TaskState.FINISHED

    def test_gives_up_a_task_that_kills_every_worker(self, tmp_path: Path, url: str) -> None:
        ask(url, {"what": "bomb", "kills": True}, {"what": "other"})

        assert work(tmp_path, "work", url) == -9
        began(url, "bomb", times=MOST_ATTEMPTS - 1)

        ends = [work(tmp_path, "work", url) for _ in range(2)]

        assert ends == [-9, 0]
        assert state(url, "bomb") is TaskState.FAILED
        assert state(url, "other") is TaskState.FINISHED
