"""Background jobs of tasks, live incentive, 青云 and traffic coupons; each catches up what was missed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import coupon_service, live_service, qingyun, tasks_service

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


def turn_coupons(database: Database, now: datetime) -> None:
    """Issue a coupon for every granted impression, and void those whose time has passed."""
    turns: tuple[Callable[[Session], int], ...] = (
        coupon_service.issue,
        lambda session: coupon_service.expire(session, now=now),
    )
    for turn in turns:
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
    Job("payout.grant_finished_tasks", "20 * * * *", grant_finished_tasks),
    # After 10:00, when the figures of the day before are there (earnings-settlement 2.3).
    Job("payout.settle_live_months", "15 11 * * *", settle_live_months),
    Job("payout.share_qingyun", "30 11 * * *", share_qingyun),
    Job("payout.turn_coupons", "40 * * * *", turn_coupons),
)
