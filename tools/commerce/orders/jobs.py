"""The background jobs of brand orders; each catches up what was missed and may run again at any moment."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from tools.commerce.orders import brand_side, queries, reminders
from tools.commerce.orders.steps import platform_day
from tools.kernel.db import Database
from tools.kernel.jobs import Job


def lapse(database: Database, now: datetime) -> None:
    """End what nobody answered in time."""
    more = 1
    while more:
        with database.writing() as session:
            more = brand_side.lapse_due(session, now=now)


def remind(database: Database, now: datetime) -> None:
    """Store the reminders that are due."""
    _through(database, lambda session, after: reminders.remind(session, now=now, after=after))


def settle(database: Database, now: datetime) -> None:
    """Cancel what was not handed in, accept work that the brand overlooked, pay what is counted, close briefs that are over."""
    _through(database, lambda session, after: brand_side.cancel_late(session, now=now, after=after))
    _through(database, lambda session, after: brand_side.approve_overlooked(session, now=now, after=after))
    _through(database, lambda session, after: brand_side.settle_effects(session, now=now, after=after))
    with database.reading() as session:
        ended = queries.ended_briefs(session, on=platform_day(now))
    for key in ended:
        with database.writing() as session:
            brand_side.close(session, key=key, now=now)


def _through(database: Database, act: Callable[[Session, int], int | None]) -> None:
    last: int | None = 0
    while last is not None:
        with database.writing() as session:
            last = act(session, last)


JOBS = (
    Job("commerce.lapse_orders", "*/5 * * * *", lapse),
    Job("commerce.remind_orders", "*/10 * * * *", remind),
    Job("commerce.settle_orders", "25 * * * *", settle),
)
