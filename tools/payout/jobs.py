"""The payout room's background jobs."""

from datetime import datetime

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.payout import budgets, income_days, late_withdrawals, revenue_jobs, reward_jobs, service


def settle(database: Database, now: datetime) -> None:
    """Make every income withdrawable whose day has come, a few thousand a transaction; missed days are caught up."""
    while True:
        with database.writing() as session:
            if not service.settle_due(session, now=now):
                return


def return_expired_leases(database: Database, now: datetime) -> None:
    """Make what crashed holders had leased free again."""
    with database.writing() as session:
        budgets.return_expired(session, now=now)


JOBS = (
    Job("payout.settle", "5 0 * * *", settle),
    Job("payout.return_expired_leases", "* * * * *", return_expired_leases),
    Job("payout.publish_income", "40 0 * * *", income_days.publish_daily),
    Job("payout.ask_about_late_withdrawals", "20 9 * * *", late_withdrawals.ask_for_people),
    *reward_jobs.JOBS,
    *revenue_jobs.JOBS,
)
