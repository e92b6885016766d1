"""The background jobs of paid courses."""

from datetime import datetime

from tools.commerce.courses import sales
from tools.kernel.db import Database
from tools.kernel.jobs import Job


def collect_refunds(database: Database, now: datetime) -> None:
    """Take refunds back that creators' income did not hold before, and owe what chapters are a month late."""
    with database.writing() as session:
        sales.refund_late_chapters(session, now=now)
    last: int | None = 0
    while last is not None:
        with database.writing() as session:
            last = sales.collect_owed(session, now=now, after=last)


JOBS = (Job("commerce.collect_course_refunds", "35 * * * *", collect_refunds),)
