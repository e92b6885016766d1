"""Workers as processes of their own, for tests that kill them: DBOS keeps one instance a process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent

WORKER = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from tools.kernel.db import open_database
from tools.kernel.jobs import Job, JobRunner, Task, state_url

folder, behaviour, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def count(database, now):
    if behaviour == "die":
        (folder / "started").touch()
        os.kill(os.getpid(), 9)
    with open(folder / "ran", "a") as log:
        log.write(now.isoformat() + "\\n")

def note(database, now, body):
    if body.get("kills"):
        os.kill(os.getpid(), 9)
    if behaviour == "die":
        (folder / "started").touch()
        os.kill(os.getpid(), 9)
    if behaviour == "hang":
        (folder / "started").touch()
        time.sleep(600)
    with open(folder / f"done-{body['what']}", "a") as log:
        log.write(f"{os.getpid()} {now.isoformat()}\\n")
    if body.get("fails"):
        raise ValueError("no such film")
    time.sleep(body.get("seconds", 0))

database = open_database(url)
runner = JobRunner(
    [Job("kernel.count", "0 0 1 1 *", count)],
    database=database,
    clock=lambda: datetime(2022, 8, 15, tzinfo=UTC),
    state_url=state_url(database_url=url, jobs_file=str(folder / "jobs.sqlite")),
    tasks=[] if behaviour in ("job", "recover_job") else [Task("kernel.note", note)],
    tasks_at_once=1,
)
runner.start()
if behaviour == "job" or (behaviour == "die" and len(sys.argv) > 4):
    runner.run_now("kernel.count")
elif behaviour == "recover_job":
    until = time.monotonic() + 30
    while not (folder / "ran").exists() and time.monotonic() < until:
        time.sleep(0.05)
else:
    runner.finish_tasks()
runner.stop()
"""


def start_worker(folder: Path, behaviour: str, url: str, *more: str) -> subprocess.Popen[bytes]:
    """Start a worker; it ends when no task is left."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(folder), behaviour, url, *more],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def work(folder: Path, behaviour: str, url: str, *more: str) -> int:
    """Run a worker to its end and return how it ended."""
    worker = start_worker(folder, behaviour, url, *more)
    try:
        return worker.wait(90)
    finally:
        worker.kill()
