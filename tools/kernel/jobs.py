"""Background jobs: scheduled, run once a moment even with many workers, resumed after a crash (DBOS)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS, WorkflowHandle
from sqlalchemy import make_url

from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE

logger = logging.getLogger(__name__)

_APPLICATION = "guanghe"


@dataclass(frozen=True, slots=True)
class Job:
    """Work that nobody waits for. `run` opens its own transactions and may be run again for the same moment.

    `cron` is in the platform's time zone; `name` is `room.what_it_does`.
    """

    name: str
    cron: str
    run: Callable[[Database, datetime], None]


class JobRunner:
    """The jobs of one process; DBOS allows one running JobRunner a process.

    Its own state lives beside the database: `jobs.sqlite`, or the schema `dbos` of the same PostgreSQL.
    """

    def __init__(
        self, jobs: Iterable[Job], *, database: Database, clock: Callable[[], datetime], state_url: str
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        # The platform's own clock, which in the demo is not the scheduler's.
        self._clock = clock
        self._database = database
        self._state_url = state_url

    def start(self) -> None:
        """Begin to run the jobs when they are due; what a killed process left unfinished is run first."""
        DBOS(
            config={
                "name": _APPLICATION,
                "system_database_url": self._state_url,
                # Workers of one release must find each other's unfinished runs after a restart.
                "application_version": _APPLICATION,
                "log_level": "WARNING",
            }
        )

        @DBOS.step(name="guanghe.job")
        def step(name: str) -> None:
            self._jobs[name].run(self._database, self._clock())

        @DBOS.workflow(name="guanghe.run_job")
        def run_job(at: datetime, name: str) -> None:
            step(name)
            logger.info("job %s ran, due at %s", name, at.isoformat())

        DBOS.launch()
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": job.name,
                    "workflow_fn": run_job,
                    "schedule": job.cron,
                    "context": job.name,
                    "cron_timezone": PLATFORM_ZONE.key,
                }
                for job in self._jobs.values()
            ]
        )

    def run_now(self, name: str) -> None:
        """Run one job for this moment and wait until it ended."""
        handle: WorkflowHandle[None] = DBOS.trigger_schedule(name)
        handle.get_result()

    def stop(self) -> None:
        """End the threads; what is running is finished by the next start."""
        DBOS.destroy(destroy_registry=True)


def state_url(*, database_url: str, jobs_file: str) -> str:
    """Return where the jobs' state lives: beside a SQLite database, inside a PostgreSQL one."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{jobs_file}"
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
