"""What tests of migrations begin with: two accounts, an upheld report, followers, an approved case."""

from collections.abc import Iterable
from datetime import date, datetime
from multiprocessing.process import BaseProcess

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.processes import start
from tools.creators.models import Creator
from tools.detection.migration import moving, queries, service
from tools.detection.migration.following import locked_totals
from tools.detection.migration.invariants import INVARIANTS
from tools.detection.migration.models import FollowerBlock, FollowerEdge, FollowerMigration
from tools.detection.models import InfringementReport
from tools.kernel.db import Database, open_database

JULY = date(2022, 7, 20)


def an_upheld_report(
    session: Session, *, original: int, impostor: int, now: datetime, state: str = "upheld"
) -> int:
    """Store an impersonation report that was decided at that moment; return its id."""
    report = InfringementReport(
        creator_id=original,
        owner_id=original,
        kind="impersonation",
        suspect_key=f"account:{impostor}",
        suspect_author="impostor",
        suspect_creator_id=impostor,
        reason="",
        state=state,
        submitted_at=now,
        accepted_at=now,
        decided_at=now,
    )
    session.add(report)
    session.flush()
    return report.id


def two_accounts(session: Session) -> tuple[int, int]:
    """Store the original, whose name is known, and the impostor."""
    original, impostor = a_creator(session, "muren"), a_creator(session, "muren_guanfang")
    session.get_one(Creator, original).real_name_verified = True
    session.flush()
    return original, impostor


def a_third_account(session: Session) -> int:
    """Store another account that may ask for followers."""
    third = a_creator(session, "disan")
    session.get_one(Creator, third).real_name_verified = True
    session.flush()
    return third


def with_followers(session: Session, creator: int, followers: Iterable[int], *, day: date = JULY) -> None:
    """Let the viewers follow the account since that day."""
    rows = [{"creator_id": creator, "follower_id": follower, "followed_on": day} for follower in followers]
    total = locked_totals(session, creator_ids=[creator])[creator]
    if rows:
        session.execute(insert(FollowerEdge), rows)
    total.followers += len(rows)
    session.flush()


def with_blocks(session: Session, creator: int, viewers: Iterable[int]) -> None:
    """Put blocks between the account and the viewers."""
    rows = [{"creator_id": creator, "follower_id": viewer} for viewer in viewers]
    session.execute(insert(FollowerBlock), rows)


def an_approved_case(session: Session, *, original: int, impostor: int, now: datetime) -> FollowerMigration:
    """Apply after a report that was upheld, approve, and return the case."""
    an_upheld_report(session, original=original, impostor=impostor, now=now)
    handle = session.get_one(Creator, impostor).handle
    made = service.apply(session, creator_id=original, target=handle, now=now)
    service.approve(session, number=made.number, by="审核员甲", now=now)
    return session.get_one(FollowerMigration, made.id)


def broken(database: Database) -> list[str]:
    """Return what the audit says about migrations."""
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


def digest(database: Database, *creators: int) -> str:
    """Return the digest of the accounts' followers."""
    with database.reading() as session:
        return queries.digest(session, creator_ids=creators)


def followers_of(database: Database, creator: int) -> set[int]:
    """Return who follows the account."""
    with database.reading() as session:
        return {follower for _, follower, _, _ in queries.edges(session, creator_ids=[creator])}


def migrate(url: str, migration_id: int, size: int, now: datetime) -> None:
    """Go on with a case: the body of a worker's process."""
    database = open_database(url)
    moving.run(database, migration_id=migration_id, clock=lambda: now, size=size)
    database.close()


def a_worker(database: Database, migration_id: int, *, now: datetime, size: int) -> BaseProcess:
    """Start a real process that goes on with the case."""
    url = database.engine.url.render_as_string(hide_password=False)
    return start(migrate, url, migration_id, size, now)
