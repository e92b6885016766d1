"""Background jobs of goods."""

from datetime import datetime

from tools.commerce.goods import commissions, counting
from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.kernel.period import PLATFORM_ZONE


def count_peers(database: Database, now: datetime) -> None:
    """Count what sold in the last thirty days."""
    with database.writing() as session:
        counting.count_peers(session, on=now.astimezone(PLATFORM_ZONE).date())


def learn_ranking(database: Database, now: datetime) -> None:
    """Learn the ranking's weights anew."""
    with database.writing() as session:
        counting.learn_ranking(session, on=now.astimezone(PLATFORM_ZONE).date())


def collect_owed(database: Database, now: datetime) -> None:
    """Take back refunded commissions from creators who hold that much again."""
    last: int | None = 0
    while last is not None:
        with database.writing() as session:
            last = commissions.collect_owed(session, after=last, now=now)


JOBS = (
    Job("goods.count_peers", "10 5 * * *", count_peers),
    Job("goods.learn_ranking", "30 5 * * 1", learn_ranking),
    Job("goods.collect_owed", "20 10 * * *", collect_owed),
)
