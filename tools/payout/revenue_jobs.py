"""The background jobs of drama shares, Star contracts and payouts."""

from collections.abc import Callable
from datetime import date, datetime

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.payout import drama_service, payout_runs, star_guarantees
from tools.payout.bank import Bank

# A transaction of this size holds its locks for less than a second.
_CREATORS_AT_ONCE = 100


def grant_drama_shares(database: Database, now: datetime) -> None:
    """Make every drama share what the plays are worth, some creators a transaction; missed days are caught up."""
    after = 0
    while True:
        with database.writing() as session:
            creator_ids = drama_service.next_creators(session, after=after, limit=_CREATORS_AT_ONCE)
            if not creator_ids:
                return
            drama_service.grant_shares(session, creator_ids=creator_ids, now=now)
        after = creator_ids[-1]


def look_after_contracts(database: Database, now: datetime) -> None:
    """Begin and end Star contracts on their days, and settle their months that are over."""
    with database.writing() as session:
        star_guarantees.grant_guarantees(session, now=now)
        star_guarantees.move_on(session, now=now)


def pay_out_job(open_bank: Callable[[date], Bank]) -> Job:
    """Return the job that pays withdrawals out through this bank; what a killed process left is finished by the next."""

    def run(database: Database, now: datetime) -> None:
        payout_runs.pay_out(database, now, open_bank=open_bank)

    return Job("payout.pay_out", "*/10 * * * *", run)


JOBS = (
    # Figures of the day before are complete at 10:00 (earnings-settlement 2.3).
    Job("payout.drama_shares", "30 10 * * *", grant_drama_shares),
    Job("payout.star_contracts", "30 3 * * *", look_after_contracts),
)
