"""Figures of turns end after thirteen months."""

from datetime import datetime, timedelta

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.support.turns import queries

_KEPT = timedelta(days=400)
_BATCH = 5_000


def forget(database: Database, now: datetime) -> None:
    """Delete figures older than thirteen months, so many at a time that nobody waits."""
    while True:
        with database.writing() as session:
            if queries.delete_before(session, before=now - _KEPT, limit=_BATCH) < _BATCH:
                return


JOBS = (Job("support.forget_turn_figures", "35 4 * * *", forget),)
