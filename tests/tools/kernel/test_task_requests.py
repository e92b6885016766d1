from datetime import datetime, timedelta

from sqlalchemy import text

from tools.kernel import task_requests
from tools.kernel.db import Database
from tools.kernel.task_request_jobs import forget_finished
from tools.kernel.task_requests import TaskState, request_task


def ask(database: Database, key: str, *, now: datetime) -> None:
    with database.writing() as session:
        request_task(session, name="kernel.note", key=key, body={"what": key}, now=now)


def state(database: Database, key: str) -> TaskState | None:
    with database.reading() as session:
        return task_requests.state_of(session, key=key)


class TestRequestTask:
    def test_is_one_request_however_often_it_is_asked(self, database: Database, now: datetime) -> None:
        ask(database, "a", now=now)
        ask(database, "a", now=now)
        ask(database, "b", now=now)

        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM task_request")) == 2

    def test_is_nothing_when_the_transaction_is_rolled_back(self, database: Database, now: datetime) -> None:
        with database.reading() as session:
            request_task(session, name="kernel.note", key="a", body={}, now=now)

        assert state(database, "a") is None


class TestStateOf:
    def test_follows_the_task_from_the_request_to_its_end(self, database: Database, now: datetime) -> None:
        ask(database, "a", now=now)
        states = [state(database, "a")]
        with database.writing() as session:
            found = task_requests.begin(session, 1)
        states.append(state(database, "a"))
        with database.writing() as session:
            task_requests.finish(session, 1, failed=None, now=now)
            task_requests.finish(session, 1, failed="too late to count", now=now)
            assert task_requests.begin(session, 1) is None
        states.append(state(database, "a"))

        assert states == [TaskState.WAITING, TaskState.RUNNING, TaskState.FINISHED]
        assert found is not None
        assert found.body == {"what": "a"}


class TestNotHanded:
    def test_names_what_the_queue_lacks_oldest_first(self, database: Database, now: datetime) -> None:
        ask(database, "a", now=now)
        ask(database, "b", now=now)
        with database.writing() as session:
            first = task_requests.not_handed(session, limit=10)
            task_requests.mark_handed(session, [first[0][0]], now=now)
            second = task_requests.not_handed(session, limit=10)

        assert [request for request, _ in first] == [1, 2]
        assert second == first[1:]
        assert len({name for _, name in first}) == 2


class TestForgetFinished:
    def test_deletes_what_ended_long_ago_and_nothing_else(self, database: Database, now: datetime) -> None:
        for key in ("old", "young", "waiting"):
            ask(database, key, now=now)
        with database.writing() as session:
            task_requests.finish(session, 1, failed=None, now=now - timedelta(days=91))
            task_requests.finish(session, 2, failed="broken", now=now - timedelta(days=89))

        forget_finished(database, now)

        assert [state(database, key) for key in ("old", "young", "waiting")] == [
            None,
            TaskState.FAILED,
            TaskState.WAITING,
        ]
