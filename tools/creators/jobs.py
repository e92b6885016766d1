"""The creators room's background jobs."""

from datetime import datetime, timedelta

from tools.creators import queries
from tools.kernel.db import Database
from tools.kernel.jobs import Job

# Long enough to answer a creator who asks the next day why a code did not work.
_KEPT = timedelta(days=2)


def forget_link_codes(database: Database, now: datetime) -> None:
    """Delete one-time codes that ended and wrong attempts that no longer count."""
    with database.writing() as session:
        queries.delete_old_links(session, before=now - _KEPT)


JOBS = (Job("creators.forget_link_codes", "41 4 * * *", forget_link_codes),)
