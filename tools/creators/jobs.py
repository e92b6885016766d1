"""The creators room's background jobs."""

from datetime import datetime, timedelta

from tools.creators import queries
from tools.creators.formulas import service as formulas
from tools.creators.growth import service as growth
from tools.creators.inspiration import service as inspiration
from tools.creators.inspiration.load import packaged
from tools.creators.leaderboards import service as leaderboards
from tools.creators.trends import service as trends
from tools.kernel.db import Database
from tools.kernel.jobs import Job
from tools.kernel.period import PLATFORM_ZONE

# Long enough to answer a creator who asks the next day why a code did not work.
_KEPT = timedelta(days=2)
_ALERTS_AT_ONCE = 500


def forget_link_codes(database: Database, now: datetime) -> None:
    """Delete one-time codes that ended and wrong attempts that no longer count."""
    with database.writing() as session:
        queries.delete_old_links(session, before=now - _KEPT)


def look_at_metric_alerts(database: Database, now: datetime) -> None:
    """Store which metrics crossed their creators' bounds on the days that are over; again, it stores nothing twice."""
    on, after = now.astimezone(PLATFORM_ZONE).date(), 0
    while True:
        with database.writing() as session:
            done = formulas.look_at_alerts(session, on=on, now=now, after=after, limit=_ALERTS_AT_ONCE)
        if done is None:
            return
        after = done


def build_leaderboards(database: Database, now: datetime) -> None:
    """Build the boards of the days, weeks and months that are over, and delete those that are not kept."""
    on = now.astimezone(PLATFORM_ZONE).date()
    leaderboards.build(database.writing, on=on, now=now)


def build_trends(database: Database, now: datetime) -> None:
    """Build the trends of the day from the two weeks before it."""
    with database.writing() as session:
        trends.build(session, on=now.astimezone(PLATFORM_ZONE).date(), now=now)


def count_growth(database: Database, now: datetime) -> None:
    """Count what accounts that left their stage did, without holding the writer while the platform is read."""
    with database.reading() as session:
        snapshot = growth.count(session, on=now.astimezone(PLATFORM_ZONE).date())
    with database.writing() as session:
        growth.replace(session, snapshot)


def count_ideas(database: Database, now: datetime) -> None:
    """Count how works of each idea of the catalogue did, without holding the writer while the platform is read."""
    with database.reading() as session:
        snapshot = inspiration.count(session, packaged(), on=now.astimezone(PLATFORM_ZONE).date())
    with database.writing() as session:
        inspiration.replace(session, snapshot)


JOBS = (
    Job("creators.forget_link_codes", "41 4 * * *", forget_link_codes),
    # Account days are complete at 10:00 (policy metrics-definitions 3.1).
    Job("creators.look_at_metric_alerts", "20 10 * * *", look_at_metric_alerts),
    # Boards come out at 10:00 (policy leaderboard-rules 1.1), from the same figures.
    Job("creators.build_leaderboards", "0 10 * * *", build_leaderboards),
    Job("creators.build_trends", "10 10 * * *", build_trends),
    Job("creators.count_growth", "30 10 * * *", count_growth),
    Job("creators.count_ideas", "40 10 * * *", count_ideas),
)
