from datetime import date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.tools.detection.migration.cases import (
    JULY,
    a_third_account,
    an_approved_case,
    broken,
    digest,
    followers_of,
    two_accounts,
    with_blocks,
    with_followers,
)
from tools.detection.migration import jobs, moving, queries, service
from tools.detection.migration.following import block, follow, unfollow
from tools.detection.migration.models import FollowerEdge, FollowerMigration, InactiveViewer
from tools.detection.migration.outcomes import Counts, MigrationState
from tools.detection.models import InfringementReport
from tools.kernel.db import Database


@pytest.fixture
def case(database: Database, now: datetime) -> FollowerMigration:
    """Return an approved case: twenty followers, two of whom follow both, one blocked, one gone, two earlier."""
    with database.writing() as session:
        original, impostor = two_accounts(session)
        with_followers(session, impostor, range(18))
        with_followers(session, impostor, range(18, 20), day=date(2022, 6, 30))
        with_followers(session, original, (3, 4, 100))
        with_blocks(session, original, [5])
        session.add(InactiveViewer(follower_id=6, reason="closed"))
        case = an_approved_case(session, original=original, impostor=impostor, now=now)
        case.followed_from = date(2022, 7, 1)
        return case


def run(database: Database, case: FollowerMigration, now: datetime, *, size: int = 4) -> MigrationState:
    return moving.run(database, migration_id=case.id, clock=lambda: now, size=size)


def step(session: Session, case: FollowerMigration, now: datetime, *, size: int = 4) -> None:
    moving.advance(session, migration_id=case.id, now=now, size=size)


def counts(database: Database, case: FollowerMigration) -> Counts:
    with database.reading() as session:
        found = queries.migration(session, case.id)
        assert found is not None
        return moving.counts_of(found)


def begin_return(database: Database, case: FollowerMigration, now: datetime) -> None:
    with database.writing() as session:
        service.begin_return(session, number=case.number, by="审核员乙", now=now)


def decide_report(database: Database, case: FollowerMigration, state: str) -> None:
    with database.writing() as session:
        session.execute(
            update(InfringementReport).where(InfringementReport.id == case.report_id).values(state=state)
        )


class TestRun:
    def test_moves_whom_the_rules_let_move(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        assert run(database, case, now) is MigrationState.MOVED

        assert counts(database, case) == Counts(moved=14, already=2, blocked=1, inactive=1, earlier=2)
        assert followers_of(database, case.impostor_id) == {3, 4, 5, 6, 18, 19}
        assert followers_of(database, case.original_id) == {*range(18), 100} - {5, 6}
        assert broken(database) == []

    def test_changes_nothing_the_second_time(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        run(database, case, now)
        before = digest(database, case.original_id, case.impostor_id)

        assert run(database, case, now) is MigrationState.MOVED
        assert digest(database, case.original_id, case.impostor_id) == before

    def test_returns_exactly_what_it_moved(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        first = digest(database, case.original_id, case.impostor_id)
        with database.writing() as session:
            step(session, case, now)
            step(session, case, now)
        begin_return(database, case, now)

        assert run(database, case, now) is MigrationState.RETURNED

        assert digest(database, case.original_id, case.impostor_id) == first
        assert broken(database) == []

    def test_leaves_alone_who_acted_by_themselves_since(
        self, database: Database, case: FollowerMigration, now: datetime, on: date
    ) -> None:
        run(database, case, now)
        with database.writing() as session:
            unfollow(session, creator_id=case.original_id, follower_id=0)
            block(session, creator_id=case.original_id, follower_id=1)
            block(session, creator_id=case.impostor_id, follower_id=2)
            follow(session, creator_id=case.impostor_id, follower_id=7, on=on)
            # Unfollowed and followed again: the own act counts, not the migration.
            unfollow(session, creator_id=case.original_id, follower_id=8)
            follow(session, creator_id=case.original_id, follower_id=8, on=on)
        begin_return(database, case, now)

        run(database, case, now)

        found = counts(database, case)
        assert (found.returned, found.merged, found.kept) == (9, 1, 4)
        assert followers_of(database, case.original_id) == {2, 3, 4, 8, 100}
        assert followers_of(database, case.impostor_id) == set(range(3, 20)) - {8}
        assert broken(database) == []

    def test_meets_followers_who_come_and_go_meanwhile(
        self, database: Database, case: FollowerMigration, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            step(session, case, now)
        with database.writing() as session:
            # Behind the job: they came after it had passed, by their own act, and stay.
            follow(session, creator_id=case.impostor_id, follower_id=1, on=on)
            # Before it: gone when it comes, there when it comes, and following the original by then.
            unfollow(session, creator_id=case.impostor_id, follower_id=10)
            follow(session, creator_id=case.impostor_id, follower_id=30, on=on)
            follow(session, creator_id=case.original_id, follower_id=11, on=on)

        run(database, case, now)

        assert followers_of(database, case.impostor_id) == {1, 3, 4, 5, 6, 11, 18, 19}
        assert followers_of(database, case.original_id) == {*range(18), 30, 100} - {5, 6, 10}
        assert broken(database) == []

    def test_does_not_take_on_whom_another_case_brought(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        run(database, case, now)
        with database.writing() as session:
            third = a_third_account(session)
            back = an_approved_case(session, original=third, impostor=case.original_id, now=now)
        first = digest(database, third, case.original_id)

        run(database, back, now)

        assert counts(database, back).moved_before == 14
        assert followers_of(database, third) == {3, 4, 100}
        begin_return(database, back, now)
        run(database, back, now)
        assert digest(database, third, case.original_id) == first
        assert broken(database) == []


class TestAppealOfTheImpostor:
    def test_pauses_the_case_and_lets_it_go_on_when_the_report_stands(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        with database.writing() as session:
            step(session, case, now)
        decide_report(database, case, "appealed")
        assert run(database, case, now) is MigrationState.PAUSED
        assert counts(database, case).examined == 4

        decide_report(database, case, "confirmed")
        jobs.migrate_followers(database, now)

        assert counts(database, case).examined == 20
        assert broken(database) == []

    def test_brings_everybody_back_when_it_is_granted(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        first = digest(database, case.original_id, case.impostor_id)
        run(database, case, now)
        decide_report(database, case, "restored")

        jobs.migrate_followers(database, now)

        assert digest(database, case.original_id, case.impostor_id) == first
        with database.reading() as session:
            assert service.by_number(session, case.number).state is MigrationState.RETURNED
        assert broken(database) == []

    def test_waits_while_another_case_hands_out_the_same_followers(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        first = digest(database, case.original_id, case.impostor_id)
        run(database, case, now)
        with database.writing() as session:
            third = a_third_account(session)
            other = an_approved_case(session, original=third, impostor=case.impostor_id, now=now)
        decide_report(database, case, "restored")

        assert run(database, case, now) is MigrationState.MOVED
        run(database, other, now)
        begin_return(database, other, now)
        run(database, other, now)
        jobs.migrate_followers(database, now)

        assert digest(database, case.original_id, case.impostor_id) == first
        assert broken(database) == []

    def test_ends_a_case_that_has_not_begun(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        decide_report(database, case, "restored")

        assert run(database, case, now) is MigrationState.REJECTED
        assert counts(database, case) == Counts()


class TestInvariants:
    def test_see_a_lost_follower_a_wrong_count_and_a_false_mark(
        self, database: Database, case: FollowerMigration, now: datetime
    ) -> None:
        run(database, case, now)
        with database.writing() as session:
            totals = queries.totals(session, creator_ids=[case.original_id])
            totals[case.original_id].followers += 1
            found = session.get_one(FollowerMigration, case.id)
            found.moved += 1
        with database.writing() as session:
            with_followers(session, case.impostor_id, [500], day=JULY)
            session.get_one(FollowerEdge, (case.impostor_id, 500)).migration_id = case.id

        assert broken(database) == [
            f"follower_total {case.original_id}: 18, but 17 follow",
            f"follower_migration {case.id}: moved is 15, but 14 rows say so",
            (
                f"follower_edge: follower 500 of creator {case.impostor_id} is marked with migration {case.id}, "
                "which did not leave them there"
            ),
        ]
