"""What happens to reports by the clock alone."""

from datetime import datetime

from tools.detection.reports import review
from tools.kernel.db import Database
from tools.kernel.jobs import Job


def close_unsupplied(database: Database, now: datetime) -> None:
    """Close the reports whose missing evidence did not come in time, a few hundred a transaction."""
    while True:
        with database.writing() as session:
            if not review.close_unsupplied(session, now=now):
                return


JOBS = (Job("detection.close_unsupplied", "20 * * * *", close_unsupplied),)
