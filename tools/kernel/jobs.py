"""Background work on DBOS: jobs by the clock and tasks on demand, resumed after a crash, shared by many workers."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS, SetWorkflowID, WorkflowHandle, error
from sqlalchemy import make_url

from tools.kernel import job_workers, task_requests
from tools.kernel.db import Database, Json
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.task_requests import TaskGivenUpError

logger = logging.getLogger(__name__)

_APPLICATION = "guanghe"
_QUEUE = "guanghe.tasks"
_QUEUE_SECONDS = 0.5
_HAND_OVER_SECONDS = 0.5
_HANDED_AT_ONCE = 500
# A worker that gave no sign of life for so long is taken for dead; it gives this many in that time.
LOST_AFTER_SECONDS = 20
_SIGNS = 5
# A task that raises is tried so often, the pauses growing from the first.
_TRIES = 3
_FIRST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """Work that nobody waits for. `run` opens its own transactions and may be run again for the same moment.

    `cron` is in the platform's time zone; `name` is `room.what_it_does`.
    """

    name: str
    cron: str
    run: Callable[[Database, datetime], None]


@dataclass(frozen=True, slots=True)
class Task:
    """Work that somebody asked for with `task_requests.request_task`; `name` is `room.what_it_does`.

    `run` gets the request's body. It opens its own transactions and runs at least once: after a crash again, and
    beside itself when a worker was taken for dead, so that what it writes must be the same the second time.
    """

    name: str
    run: Callable[[Database, datetime, Json], None]


class JobRunner:
    """The jobs and tasks of one process; DBOS allows one running JobRunner a process.

    Its own state lives beside the database: `jobs.sqlite`, or the schema `dbos` of the same PostgreSQL. A runner
    without tasks leaves requested ones to others.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        *,
        database: Database,
        clock: Callable[[], datetime],
        state_url: str,
        tasks: Iterable[Task] = (),
        tasks_at_once: int = 2,
        lost_after_seconds: int = LOST_AFTER_SECONDS,
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._tasks = {task.name: task for task in tasks}
        self._tasks_at_once = tasks_at_once
        # The platform's own clock, which in the demo is not the scheduler's.
        self._clock = clock
        self._database = database
        self._state_url = state_url
        self._lost_after_seconds = lost_after_seconds
        self._worker = ""
        self._stopping = threading.Event()
        self._tending: threading.Thread | None = None
        self._hand_over: Callable[[int], object] = int

    def start(self) -> None:
        """Begin to run jobs when they are due and tasks when they are asked for; a dead worker's are run first."""
        with self._database.writing() as session:
            self._worker = job_workers.join(session)
        DBOS(
            config={
                "name": _APPLICATION,
                "system_database_url": self._state_url,
                # Workers of one release must find each other's unfinished runs after a restart.
                "application_version": _APPLICATION,
                "executor_id": self._worker,
                "log_level": "WARNING",
            }
        )
        DBOS.listen_queues([_QUEUE] if self._tasks else [])
        run_job = self._declare_job()
        run_task = self._declare_task()
        self._hand_over = lambda request: DBOS.enqueue_workflow(_QUEUE, run_task, request)
        DBOS.launch()
        if self._tasks:
            DBOS.register_queue(
                _QUEUE,
                worker_concurrency=self._tasks_at_once,
                polling_interval_sec=_QUEUE_SECONDS,
                on_conflict="always_update",
            )
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
        self._stopping.clear()
        self._tending = threading.Thread(target=self._tend, name="guanghe.jobs", daemon=True)
        self._tending.start()

    def run_now(self, name: str) -> None:
        """Run one job for this moment and wait until it ended."""
        handle: WorkflowHandle[None] = DBOS.trigger_schedule(name)
        handle.get_result()

    def finish_tasks(self) -> None:
        """Wait until no requested task is left, failed ones being finished."""
        assert self._tasks, "a runner without tasks would wait forever"
        while not self._stopping.wait(_HAND_OVER_SECONDS):
            with self._database.reading() as session:
                if not task_requests.unfinished(session):
                    return

    def stop(self) -> None:
        """End the threads; what is running is finished by another worker or the next start."""
        self._stopping.set()
        if self._tending is not None:
            self._tending.join()
        DBOS.destroy(destroy_registry=True)
        with self._database.writing() as session:
            job_workers.leave(session, self._worker)

    def _declare_job(self) -> Callable[[datetime, str], None]:
        @DBOS.step(name="guanghe.job")
        def step(name: str) -> None:
            self._jobs[name].run(self._database, self._clock())

        @DBOS.workflow(name="guanghe.run_job")
        def run_job(at: datetime, name: str) -> None:
            step(name)
            logger.info("job %s ran, due at %s", name, at.isoformat())

        return run_job

    def _declare_task(self) -> Callable[[int], None]:
        @DBOS.step(
            name="guanghe.task",
            retries_allowed=True,
            max_attempts=_TRIES,
            interval_seconds=_FIRST_PAUSE_SECONDS,
            backoff_rate=4.0,
            should_retry=lambda raised: not isinstance(raised, TaskGivenUpError),
        )
        def step(request: int) -> None:
            self._run_task(request)

        @DBOS.workflow(name="guanghe.run_task")
        def run_task(request: int) -> None:
            failed: str | None = None
            try:
                step(request)
            except error.DBOSMaxStepRetriesExceeded as exceeded:
                last = exceeded.errors[-1]
                failed = f"{type(last).__name__}: {last}"
            except TaskGivenUpError as given_up:
                failed = str(given_up)
            with self._database.writing() as session:
                task_requests.finish(session, request, failed=failed, now=self._clock())

        return run_task

    def _run_task(self, request: int) -> None:
        with self._database.writing() as session:
            found = task_requests.begin(session, request)
        if found is None:
            return
        if (task := self._tasks.get(found.name)) is None:
            raise TaskGivenUpError(f"no worker knows the task {found.name!r}")
        try:
            task.run(self._database, self._clock(), found.body)
        except Exception:
            logger.exception("task %s (request %d) raised", found.name, request)
            raise

    def _tend(self) -> None:
        """Hand requests to the queue, give signs of life and take over from the dead, until stopped."""
        rounds_a_sign = max(1, int(self._lost_after_seconds / _SIGNS / _HAND_OVER_SECONDS))
        rounds = 0
        while True:
            try:
                if rounds % rounds_a_sign == 0:
                    self._give_sign()
                if self._tasks:
                    self._hand_over_new()
            except Exception:
                # The edge of this thread: a database that is away for a while must not end it.
                logger.exception("the worker could not look after its queue")
            rounds += 1
            if self._stopping.wait(_HAND_OVER_SECONDS):
                return

    def _hand_over_new(self) -> None:
        with self._database.reading() as session:
            waiting = task_requests.not_handed(session, limit=_HANDED_AT_ONCE)
        if not waiting:
            return
        for request, name in waiting:
            # The queue takes a name once: a crash before the note below, or a worker beside this one, does no harm.
            with SetWorkflowID(name):
                self._hand_over(request)
        with self._database.writing() as session:
            task_requests.mark_handed(session, [request for request, _ in waiting], now=self._clock())

    def _give_sign(self) -> None:
        with self._database.writing() as session:
            job_workers.give_sign(session, self._worker)
        with self._database.reading() as session:
            lost = job_workers.lost(session, after_seconds=self._lost_after_seconds)
        for worker in lost:
            if worker != self._worker:
                self._take_over(worker)

    def _take_over(self, worker: str) -> None:
        """Queue again what a dead worker was running; the transaction lets only one heir do it."""
        with self._database.writing() as session:
            if not job_workers.bury(session, worker):
                return
            for left in DBOS.list_workflows(
                status="PENDING", executor_id=worker, load_input=False, load_output=False
            ):
                DBOS.resume_workflow(left.workflow_id, queue_name=left.queue_name)


def state_url(*, database_url: str, jobs_file: str) -> str:
    """Return where the jobs' state lives: beside a SQLite database, inside a PostgreSQL one."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{jobs_file}"
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
