"""The background job of follower migrations."""

from datetime import datetime

from tools.detection.migration import moving, queries
from tools.kernel.db import Database
from tools.kernel.jobs import Job


def migrate_followers(database: Database, now: datetime) -> None:
    """Bring every case that is under way to its end; what a killed worker began goes on where it stopped."""
    with database.reading() as session:
        cases = queries.to_do(session)
    for migration_id in cases:
        moving.run(database, migration_id=migration_id, clock=lambda: now)


JOBS = (Job("detection.migrate_followers", "*/10 * * * *", migrate_followers),)
