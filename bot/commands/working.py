"""A process that works: the runner of jobs and tasks over an App."""
# Commands import what they need when they run, so that `guanghe --help` is quick.
# ruff: noqa: PLC0415

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings
    from tools.kernel.jobs import Job, JobRunner

_Arguments = ParamSpec("_Arguments")


def known_jobs(settings: "Settings") -> "dict[str, Job]":
    """Return every job by name, payouts going through the bank's folder of this home."""
    from tools.catalog import all_jobs
    from tools.kernel.upload_jobs import forget_uploads_job
    from tools.payout.bank import FileBank
    from tools.payout.revenue_jobs import pay_out_job

    bank_folder = settings.home.absolute() / "bank"
    pay_out = pay_out_job(lambda day: FileBank(bank_folder, day=day))
    forget_uploads = forget_uploads_job(kept_days=settings.upload_days)
    return {job.name: job for job in (*all_jobs(), pay_out, forget_uploads)}


@contextmanager
def working_beside(app: "App") -> Generator[None]:
    """Work in this process too where the database is the embedded one: nobody starts a worker for a demo.

    With PostgreSQL the workers are processes of their own, as many as there is work.
    """
    if app.database.engine.dialect.name != "sqlite":
        yield
        return
    runner = job_runner(app)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


def job_runner(app: "App", *, tasks: bool = True, at_once: int = 2) -> "JobRunner":
    """Return a runner of every job, and of requested tasks unless asked to leave them to others.

    Whoever runs tasks knows all jobs too: a schedule that falls due is run by any one of the processes.
    """
    from tools.catalog import all_tasks
    from tools.kernel.jobs import JobRunner, state_url

    return JobRunner(
        [replace(job, run=_watched(app, job.name, job.run)) for job in known_jobs(app.settings).values()],
        database=app.database,
        clock=app.clock,
        state_url=state_url(
            database_url=app.settings.resolved_database_url,
            jobs_file=str(app.settings.home.absolute() / "jobs.sqlite"),
        ),
        tasks=(
            [replace(task, run=_watched(app, task.name, task.run)) for task in all_tasks()] if tasks else ()
        ),
        tasks_at_once=at_once,
    )


def _watched(app: "App", name: str, run: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    def watched(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> None:
        with app.watch.job(name):
            run(*arguments, **named)

    return watched
