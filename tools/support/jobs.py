"""The support room's background jobs."""

from datetime import datetime, timedelta

from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.support import queries, watch
from tools.support.notices import deliver_notices

# Telegram offers an update again for at most 24 hours; after that a duplicate cannot come.
_KEPT = timedelta(days=30)
_BATCH = 1_000


def forget_finished_updates(database: Database, now: datetime) -> None:
    """Delete inbox updates that were answered long ago, a batch a transaction."""
    while True:
        with database.writing() as session:
            if queries.delete_finished_updates(session, before=now - _KEPT, limit=_BATCH) < _BATCH:
                return


JOBS = (
    Job("support.forget_finished_updates", "17 4 * * *", forget_finished_updates),
    # The web server and the bot do the same every few seconds; this is for where neither runs.
    Job("support.deliver_notices", "* * * * *", deliver_notices),
    Job("support.open_requested_cases", "* * * * *", watch.open_requested_cases),
    Job("support.watch_holders", "* * * * *", watch.watch_holders),
    Job("support.watch_queue", "* * * * *", watch.watch_queue),
    Job("support.watch_clocks", "* * * * *", watch.watch_clocks),
    Job("support.forget_old_tries", "43 4 * * *", watch.forget_old_tries),
)
