import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.calls import a_creator
from tests.tools.notices.conftest import DAY, an_activity
from tools.catalog import all_invariants
from tools.kernel import task_requests
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.notices import broadcasts, deliveries, queries, service
from tools.notices.jobs import TASKS
from tools.notices.models import Broadcast, Notice
from tools.notices.topics import Lane

ROOT = Path(__file__).parents[3]
KEY = "HD-1"


@pytest.fixture
def members(database: Database, now: datetime) -> list[int]:
    """Store an activity, seven creators that it is meant for and three that it is not; return the seven."""
    with database.writing() as session:
        an_activity(session, now, audience="followers >= 10000")
        found = [a_creator(session, f"big{number}") for number in range(7)]
        for number in range(3):
            a_creator(session, f"small{number}", followers=500)
    return found


def sent(database: Database, now: datetime) -> Broadcast:
    with database.writing() as session:
        return broadcasts.send(session, key=KEY, on=now.date(), now=now)


def told(database: Database) -> list[int]:
    with database.reading() as session:
        return sorted(session.scalars(select(Notice.creator_id)))


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for invariant in all_invariants() for line in invariant.violations(session)]


class TestPlan:
    def test_counts_and_names_without_telling_anybody(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        with database.reading() as session:
            found = broadcasts.plan(session, key=KEY, on=now.date(), samples=2)

        assert (found.members, found.creators, found.samples) == (len(members), 10, ("big0", "big1"))
        assert "《夏日美食季》" in found.text
        assert told(database) == []

    def test_knows_no_other_activity(self, database: Database, now: datetime) -> None:
        with database.reading() as session, pytest.raises(OperatorError, match="there is no activity 'x'"):
            broadcasts.plan(session, key="x", on=now.date(), samples=0)


class TestSend:
    def test_tells_each_member_once_however_often_the_task_runs(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        row = sent(database, now)

        for _ in range(2):
            broadcasts.store_notices(database, now, {"broadcast": row.id})

        assert told(database) == members
        with database.reading() as session:
            found = broadcasts.report(session, key=KEY)
            [first, *_] = service.unsent(session)
        assert (found.state, found.members, found.stored, found.queued) == ("done", 7, 7, 7)
        assert first.text == row.text
        assert [button.send for button in first.buttons] == ["报名活动《夏日美食季》", "别再给我发活动通知"]
        assert first.expires_at == now + 5 * DAY
        assert broken(database) == []

    def test_begins_once_and_in_time(self, database: Database, members: list[int], now: datetime) -> None:
        row = sent(database, now)

        with pytest.raises(OperatorError, match=f"broadcast {row.id} is running"):
            sent(database, now)
        with pytest.raises(OperatorError, match="sign-up is over"):
            sent(database, now + 6 * DAY)

    def test_is_a_task_of_the_workers(self, database: Database, members: list[int], now: datetime) -> None:
        row = sent(database, now)

        with database.reading() as session:
            assert task_requests.unfinished(session, key_prefix=f"{broadcasts.TASK}:{row.id}:")
        assert broadcasts.TASK in {task.name for task in TASKS}


class TestPause:
    def test_stops_storing_and_telling_until_it_is_resumed(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        row = sent(database, now)
        with database.writing() as session:
            broadcasts.pause(session, key=KEY)
        broadcasts.store_notices(database, now, {"broadcast": row.id})
        nobody = told(database)

        with database.writing() as session:
            broadcasts.resume(session, key=KEY, now=now)
        broadcasts.store_notices(database, now, {"broadcast": row.id})
        with database.writing() as session:
            for notice in session.scalars(select(Notice)):
                notice.state = "waiting"
            session.flush()
            due = deliveries.due(session, lane=Lane.BULK, now=now, after=None, limit=99)
            broadcasts.pause(session, key=KEY)
            paused = deliveries.due(session, lane=Lane.BULK, now=now, after=None, limit=99)
            held = deliveries.hold(session, due)
            state = broadcasts.resume(session, key=KEY, now=now).state

        assert nobody == []
        assert told(database) == members
        assert (len(due), paused, held, state) == (7, [], [], "done")

    def test_refuses_what_is_so_already(self, database: Database, members: list[int], now: datetime) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match="nobody was told"):
            broadcasts.pause(session, key=KEY)
        sent(database, now)
        with database.writing() as session:
            with pytest.raises(OperatorError, match="not paused"):
                broadcasts.resume(session, key=KEY, now=now)
            broadcasts.pause(session, key=KEY)
            with pytest.raises(OperatorError, match="paused already"):
                broadcasts.pause(session, key=KEY)


class TestKilled:
    def test_tells_each_member_once_whenever_it_dies(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        row = sent(database, now)
        url = database.engine.url.render_as_string(hide_password=False)

        for when, commit in (("before_commit", 2), ("after_commit", 2)):
            died = subprocess.run(
                [sys.executable, "-c", _DIES, url, now.isoformat(), str(row.id), when, str(commit)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=False,
            )
            assert died.returncode == -signal.SIGKILL
        halfway = told(database)
        broadcasts.store_notices(database, now, {"broadcast": row.id})

        assert halfway == members[:6]
        assert told(database) == members
        assert broken(database) == []


class TestInvariants:
    def test_find_a_notice_too_many_and_one_too_few(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        row = sent(database, now)
        broadcasts.store_notices(database, now, {"broadcast": row.id})
        with database.writing() as session:
            session.delete(session.scalars(select(Notice).order_by(Notice.id)).first())

        assert broken(database) == [
            f"broadcast {row.id} says 7 notices up to creator {members[-1]}, there are 6 up to {members[-1]}"
        ]
        with database.writing() as session:
            twice = session.scalars(select(Notice).order_by(Notice.id)).first()
            assert twice is not None
            service.leave_broadcast(
                session, [members[0]], broadcast_id=row.id, category="", now=now, expires_at=now + DAY
            )
            twice.creator_id = members[0]
        assert broken(database) == [f"broadcast {row.id} has 7 notices for 6 creators"]

    def test_find_what_was_told_late_or_with_nobody(
        self, database: Database, members: list[int], now: datetime
    ) -> None:
        row = sent(database, now)
        broadcasts.store_notices(database, now, {"broadcast": row.id})
        with database.writing() as session:
            first, second = session.scalars(select(Notice).order_by(Notice.id).limit(2))
            first.state, first.sent_at, first.sent_with = "sent", now + 6 * DAY, first.id
            second.state, second.sent_at, second.sent_with = "sent", now + timedelta(hours=1), first.id

        assert broken(database) == [
            f"notice {second.id} was told with notice {first.id}, which was not told to the same creator then",
            f"notice {first.id} was told after it had expired",
        ]


class TestQueries:
    def test_count_by_state(self, database: Database, members: list[int], now: datetime) -> None:
        row = sent(database, now)
        broadcasts.store_notices(database, now, {"broadcast": row.id})

        with database.reading() as session:
            assert queries.states_of(session, broadcast_id=row.id) == {"new": 7}


_DIES = """
import os, signal, sys
from datetime import datetime
from itertools import count
from sqlalchemy import event
from sqlalchemy.orm import Session
import tools.schema
from tools.kernel.db import open_database
from tools.notices import broadcasts

url, now, number, when, commit = sys.argv[1:]
commits = count(1)

def die(session):
    if not session.in_nested_transaction() and next(commits) == int(commit):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Session, when, die)
broadcasts.store_notices(open_database(url), datetime.fromisoformat(now), {"broadcast": int(number)}, at_once=2)
"""
