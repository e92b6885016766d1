import threading
from datetime import datetime

from tests.calls import a_creator
from tools.kernel import case_requests
from tools.kernel.db import Database


def asked(database: Database, creator: int, now: datetime, *, key: str = "k") -> bool:
    with database.writing() as session:
        return case_requests.request_case(
            session,
            creator_id=creator,
            business="提现",
            reference="TX-1",
            reason=" 还没\n到账 " + "长" * 300,
            key=key,
            now=now,
        )


class TestRequestCase:
    def test_asks_once_for_a_key_and_goes_with_its_transaction(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")

        new = [asked(database, creator, now, key=key) for key in ("a", "a", "b")]

        with database.reading() as session:
            waiting = case_requests.waiting(session, limit=10)
        assert new == [True, False, True]
        assert [one.reason[:6] for one in waiting] == ["还没 到账 "] * 2
        assert {len(one.reason) for one in waiting} == {200}

    def test_asked_by_many_at_once_is_asked_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        barrier, new = threading.Barrier(4), list[bool]()

        def run() -> None:
            barrier.wait()
            new.append(asked(database, creator, now))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(new) == [False, False, False, True]


class TestClaim:
    def test_is_won_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        asked(database, creator, now)

        with database.writing() as session:
            (one,) = case_requests.waiting(session, limit=10)
            won = [case_requests.claim(session, one.id, now=now) for _ in range(2)]

            assert won == [True, False]
            assert case_requests.waiting(session, limit=10) == []
