"""Workers as processes of their own, for tests that kill them: DBOS keeps one instance a process."""

import os
import time
from datetime import UTC, datetime
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.processes import start_silent
from tools.kernel.db import Database, Json, open_database
from tools.kernel.jobs import Job, JobRunner, Task, state_url


def _count(folder: Path, behaviour: str, _database: Database, now: datetime) -> None:
    if behaviour == "die":
        _die(folder)
    _log(folder / "ran", now.isoformat())


def _note(folder: Path, behaviour: str, _database: Database, now: datetime, body: Json) -> None:
    if body.get("kills"):
        os.kill(os.getpid(), 9)
    if behaviour == "die":
        _die(folder)
    if behaviour == "hang":
        (folder / "started").touch()
        time.sleep(600)
    _log(folder / f"done-{body['what']}", f"{os.getpid()} {now.isoformat()}")
    if body.get("fails"):
        raise ValueError("no such film")
    time.sleep(body.get("seconds", 0))


def _die(folder: Path) -> None:
    (folder / "started").touch()
    os.kill(os.getpid(), 9)


def _log(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as log:
        log.write(f"{line}\n")


def _work(folder: Path, behaviour: str, url: str, *, counts: bool) -> None:
    runner = JobRunner(
        [Job("kernel.count", "0 0 1 1 *", partial(_count, folder, behaviour))],
        database=open_database(url),
        clock=lambda: datetime(2022, 8, 15, tzinfo=UTC),
        state_url=state_url(database_url=url, jobs_file=str(folder / "jobs.sqlite")),
        tasks=[]
        if behaviour in {"job", "recover_job"}
        else [Task("kernel.note", partial(_note, folder, behaviour))],
        tasks_at_once=1,
    )
    runner.start()
    if behaviour == "job" or (behaviour == "die" and counts):
        runner.run_now("kernel.count")
    elif behaviour == "recover_job":
        until = time.monotonic() + 30
        while not (folder / "ran").exists() and time.monotonic() < until:
            time.sleep(0.05)
    else:
        runner.finish_tasks()
    runner.stop()


def start_worker(folder: Path, behaviour: str, url: str, *, counts: bool = False) -> BaseProcess:
    """Start a worker; it ends when no task is left."""
    return start_silent(partial(_work, folder, behaviour, url, counts=counts))


def ended(worker: BaseProcess, seconds: float) -> int | None:
    """Return how the worker ended, None when it still runs after so long."""
    worker.join(seconds)
    return worker.exitcode


def work(folder: Path, behaviour: str, url: str, *, counts: bool = False) -> int | None:
    """Run a worker to its end and return how it ended."""
    worker = start_worker(folder, behaviour, url, counts=counts)
    try:
        return ended(worker, 90)
    finally:
        worker.kill()
