"""The job that forgets finished tasks."""

from datetime import datetime, timedelta

from tools.kernel import task_requests
from tools.kernel.db import Database
from tools.kernel.jobs import Job

# Long enough that whoever asked has seen the end; the key is free again afterwards.
_KEPT = timedelta(days=90)
_BATCH = 1_000


def forget_finished(database: Database, now: datetime) -> None:
    """Delete tasks that ended long ago, a batch a transaction."""
    while True:
        with database.writing() as session:
            if task_requests.forget(session, before=now - _KEPT, limit=_BATCH) < _BATCH:
                return


JOBS = (Job("kernel.forget_finished_tasks", "53 4 * * *", forget_finished),)
