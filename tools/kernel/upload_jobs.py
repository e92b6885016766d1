"""The job that forgets old uploads."""

from datetime import datetime, timedelta

from tools.kernel import uploads
from tools.kernel.db import Database
from tools.kernel.jobs import Job

_BATCH = 1_000


def forget_uploads_job(*, kept_days: int) -> Job:
    """Return the job that deletes what creators sent more than so many days ago, unless a report or check refers to it."""

    def run(database: Database, now: datetime) -> None:
        forget_old(database, now, kept_days=kept_days)

    return Job("kernel.forget_uploads", "41 4 * * *", run)


def forget_old(database: Database, now: datetime, *, kept_days: int) -> None:
    """Delete the rows a batch a transaction, then the bytes that no row names any more."""
    before = now - timedelta(days=kept_days)
    while True:
        with database.writing() as session:
            if uploads.forget(session, before=before, limit=_BATCH) < _BATCH:
                break
    # Looking takes long where there are many files, so it holds nobody up; deleting looks again.
    with database.reading() as session:
        paths = uploads.leftovers(session)
    with database.writing() as session:
        uploads.sweep(session, paths)
