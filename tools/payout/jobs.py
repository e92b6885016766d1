"""The payout room's background jobs."""

from datetime import datetime

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.payout import service


def settle(database: Database, now: datetime) -> None:
    """Make every income withdrawable whose day has come, a few thousand a transaction; missed days are caught up."""
    while True:
        with database.writing() as session:
            if not service.settle_due(session, now=now):
                return


JOBS = (Job("payout.settle", "5 0 * * *", settle),)
