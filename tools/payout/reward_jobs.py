"""Background jobs of budgets, tasks, live incentive, 青云 and traffic coupons; each catches up what was missed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import budget_raises, coupon_service, live_service, qingyun, reward_notices, tasks_service
from tools.payout.program_files import packaged_programs

logger = logging.getLogger(__name__)

# 青云 shares of a day that no worker ran on are given as long as their coupons would still hold.
_SHARED_DAYS_BACK = 7


def grant_finished_tasks(database: Database, now: datetime) -> None:
    """Reward every claim whose goal is reached, and end those whose time has passed, some hundreds a transaction."""
    _through(database, lambda session, after: tasks_service.grant_finished(session, now=now, after=after))
    turn_coupons(database, now)


def settle_live_months(database: Database, now: datetime) -> None:
    """Reward every claimed month of live incentive that is over."""
    _through(database, lambda session, after: live_service.settle_months(session, now=now, after=after))
    turn_coupons(database, now)


def share_qingyun(database: Database, now: datetime) -> None:
    """Give the shares of the day before, and of days that were missed, oldest first."""
    today = now.astimezone(PLATFORM_ZONE).date()
    for back in range(_SHARED_DAYS_BACK, 0, -1):
        with database.writing() as session:
            qingyun.share_day(session, day=today - timedelta(days=back), now=now)
    turn_coupons(database, now)


def raise_running_budgets(database: Database, now: datetime) -> None:
    """Give running budgets what their programmes' files say by now, where that is more."""
    with database.writing() as session:
        for found in budget_raises.raise_budgets(session, packaged_programs(), now=now):
            logger.warning(
                "payout: budget %s %s raised from %d to %d",
                found.pool,
                found.asset,
                found.before,
                found.after,
            )


def turn_coupons(database: Database, now: datetime) -> None:
    """Issue the coupons of what was granted since the last time, and void those whose time has passed."""
    _while_any(database, lambda session: coupon_service.issue_new(session, now=now))
    _while_any(database, lambda session: coupon_service.expire(session, now=now))


def tell_rewards(database: Database, now: datetime) -> None:
    """Leave words about every reward that was granted since the last time."""
    _while_any(database, lambda session: reward_notices.tell_rewards(session, now=now))


def remind_of_tasks(database: Database, now: datetime) -> None:
    """Leave reminders of tasks whose last days have come."""
    _through(database, lambda session, after: reward_notices.remind_of_tasks(session, now=now, after=after))


def check_coupons(database: Database, now: datetime) -> None:  # noqa: ARG001 - every job gets the moment
    """Issue a coupon for every granted impression that has none, however old: what the watermark passed by mistake."""
    _while_any(database, coupon_service.issue)


def _while_any(database: Database, turn: Callable[[Session], int]) -> None:
    more = 1
    while more:
        with database.writing() as session:
            more = turn(session)


def _through(database: Database, step: Callable[[Session, int], int | None]) -> None:
    last: int | None = 0
    while last is not None:
        with database.writing() as session:
            last = step(session, last)


JOBS = (
    Job("payout.raise_running_budgets", "5 * * * *", raise_running_budgets),
    Job("payout.grant_finished_tasks", "20 * * * *", grant_finished_tasks),
    # After 10:00, when the figures of the day before are there (earnings-settlement 2.3).
    Job("payout.settle_live_months", "15 11 * * *", settle_live_months),
    Job("payout.share_qingyun", "30 11 * * *", share_qingyun),
    Job("payout.turn_coupons", "40 * * * *", turn_coupons),
    Job("payout.tell_rewards", "*/10 * * * *", tell_rewards),
    # In the morning, when there is a day left to do it, and yesterday's figures are there.
    Job("payout.remind_of_tasks", "10 10 * * *", remind_of_tasks),
    Job("payout.check_coupons", "50 4 * * *", check_coupons),
)
