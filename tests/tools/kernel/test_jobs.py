"""Jobs on the real DBOS, in processes of their own: DBOS keeps one instance a process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent

WORKER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from tools.kernel.db import open_database
from tools.kernel.jobs import Job, JobRunner, state_url

folder, behaviour = Path(sys.argv[1]), sys.argv[2]

def count(database, now):
    if behaviour == "die":
        (folder / "started").touch()
        os.kill(os.getpid(), 9)
    with open(folder / "ran", "a") as log:
        log.write(now.isoformat() + "\\n")

url = sys.argv[3]
database = open_database(url)
runner = JobRunner(
    [Job("kernel.count", "0 0 1 1 *", count)],
    database=database,
    clock=lambda: datetime(2022, 8, 15, tzinfo=UTC),
    state_url=state_url(database_url=url, jobs_file=str(folder / "jobs.sqlite")),
)
runner.start()
if behaviour != "recover":
    runner.run_now("kernel.count")
else:
    import time
    until = time.monotonic() + 30
    while not (folder / "ran").exists() and time.monotonic() < until:
        time.sleep(0.05)
runner.stop()
"""


def work(folder: Path, behaviour: str, url: str) -> int:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(folder), behaviour, url],
        cwd=ROOT,
        capture_output=True,
        timeout=90,
        check=False,
    )
    return done.returncode


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'guanghe.sqlite'}"
    create_database = request.getfixturevalue("create_database")
    made: str = create_database("jobs")
    return made


class TestRunNow:
    def test_runs_the_job_with_the_platforms_clock(self, tmp_path: Path, url: str) -> None:
        assert work(tmp_path, "work", url) == 0
        assert (tmp_path / "ran").read_text("utf-8") == "2022-08-15T00:00:00+00:00\n"


class TestStart:
    def test_finishes_what_a_killed_worker_left(self, tmp_path: Path, url: str) -> None:
        assert work(tmp_path, "die", url) == -9
        assert (tmp_path / "started").exists()

        assert work(tmp_path, "recover", url) == 0

        assert (tmp_path / "ran").read_text("utf-8").count("\n") == 1
