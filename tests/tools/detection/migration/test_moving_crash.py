"""Workers die by kill -9 while they move followers; going on ends where nobody was killed."""

import random
import signal
from datetime import date, datetime

from tests.tools.detection.migration.cases import (
    a_worker,
    an_approved_case,
    broken,
    digest,
    followers_of,
    two_accounts,
    with_blocks,
    with_followers,
)
from tools.detection.migration import moving, queries, service
from tools.detection.migration.following import block, follow, unfollow
from tools.detection.migration.outcomes import MigrationState
from tools.kernel.db import Database

FOLLOWERS = 5_000
CHUNK = 100
KILLS = 6


def prepared(database: Database, now: datetime) -> tuple[int, int, int, str]:
    """Store a case whose followers take fifty chunks; return it, its sides and its number."""
    with database.writing() as session:
        original, impostor = two_accounts(session)
        with_followers(session, impostor, range(FOLLOWERS))
        with_followers(session, original, range(0, 2 * FOLLOWERS, 5))
        with_blocks(session, original, range(1, FOLLOWERS, 211))
        case = an_approved_case(session, original=original, impostor=impostor, now=now)
        return case.id, original, impostor, case.number


def cursor(database: Database, case: int) -> int:
    with database.reading() as session:
        found = queries.migration(session, case)
        assert found is not None
        return found.cursor


def killed_often(database: Database, case: int, now: datetime, *, draw: random.Random) -> int:
    """Kill six workers, each after it has gone on a while; let the last one finish. Return the deaths."""
    deaths = 0
    for _ in range(KILLS):
        before = cursor(database, case)
        worker = a_worker(database, case, now=now, size=CHUNK)
        while worker.is_alive() and cursor(database, case) == before:
            worker.join(0.005)
        worker.join(draw.random() * 0.05)
        worker.kill()
        worker.join()
        deaths += worker.exitcode == -signal.SIGKILL
    moving.run(database, migration_id=case, clock=lambda: now)
    return deaths


class TestKilledWorker:
    def test_ends_and_returns_as_if_nobody_had_been_killed(self, database: Database, now: datetime) -> None:
        case, original, impostor, number = prepared(database, now)
        first = digest(database, original, impostor)
        draw = random.Random(7)  # noqa: S311 - the moments of death are repeatable

        deaths = killed_often(database, case, now, draw=draw)

        both = set(range(0, 2 * FOLLOWERS, 5))
        stay = {each for each in range(FOLLOWERS) if each in both or each % 211 == 1}
        assert deaths == KILLS
        assert followers_of(database, impostor) == stay
        assert followers_of(database, original) == both | (set(range(FOLLOWERS)) - stay)
        assert broken(database) == []
        after_kills = digest(database, original, impostor)

        with database.writing() as session:
            service.begin_return(session, number=number, by="审核员乙", now=now)
        moving.run(database, migration_id=case, clock=lambda: now)
        assert digest(database, original, impostor) == first
        assert broken(database) == []
        assert after_kills != first

    def test_leaves_the_digest_of_an_undisturbed_run(self, database: Database, now: datetime) -> None:
        case, original, impostor, number = prepared(database, now)
        moving.run(database, migration_id=case, clock=lambda: now)
        undisturbed = followers_of(database, original), followers_of(database, impostor)
        with database.writing() as session:
            service.begin_return(session, number=number, by="审核员乙", now=now)
        draw = random.Random(8)  # noqa: S311 - as above
        deaths = killed_often(database, case, now, draw=draw)
        with database.writing() as session:
            again = service.apply(session, creator_id=original, target="muren_guanfang", now=now)
            service.approve(session, number=again.number, by="审核员甲", now=now)

        deaths += killed_often(database, again.id, now, draw=draw)

        assert deaths >= KILLS
        assert (followers_of(database, original), followers_of(database, impostor)) == undisturbed
        assert broken(database) == []


class TestTwoWorkers:
    def test_move_nobody_twice(self, database: Database, now: datetime) -> None:
        case, original, impostor, _ = prepared(database, now)

        workers = [a_worker(database, case, now=now, size=500) for _ in range(2)]
        for worker in workers:
            worker.join()

        assert [worker.exitcode for worker in workers] == [0, 0]
        with database.reading() as session:
            found = queries.migration(session, case)
            assert found is not None
            assert found.state == MigrationState.MOVED
            assert moving.counts_of(found).examined == FOLLOWERS
        everybody = set(range(FOLLOWERS)) | set(range(0, 2 * FOLLOWERS, 5))
        assert followers_of(database, original) | followers_of(database, impostor) == everybody
        assert broken(database) == []


class TestFollowersBesideTheWorker:
    def test_are_counted_and_keep_their_blocks(self, database: Database, now: datetime, on: date) -> None:
        case, original, impostor, _ = prepared(database, now)
        draw = random.Random(9)  # noqa: S311 - as above
        blocked: set[int] = set()

        worker = a_worker(database, case, now=now, size=CHUNK)
        while worker.is_alive():
            viewer = draw.randrange(FOLLOWERS)
            with database.writing() as session:
                match draw.randrange(4):
                    case 0:
                        follow(session, creator_id=impostor, follower_id=viewer, on=on)
                    case 1:
                        unfollow(session, creator_id=impostor, follower_id=viewer)
                    case 2:
                        follow(session, creator_id=original, follower_id=viewer, on=on)
                    case _:
                        block(session, creator_id=original, follower_id=viewer)
                        blocked.add(viewer)
            worker.join(0.001)
        worker.join()

        assert worker.exitcode == 0
        assert blocked
        assert not blocked & followers_of(database, original)
        assert broken(database) == []
