import time
from datetime import date, datetime

import pytest

from tests.tools.detection.conftest import People
from tests.tools.detection.migration.cases import broken, digest
from tools.detection.migration import demo, queries
from tools.kernel.db import Database


class TestLoad:
    def test_gives_both_accounts_their_followers_once(
        self, database: Database, people: People, on: date
    ) -> None:
        digests: list[str] = []
        for _ in range(2):
            with database.writing() as session:
                demo.load(session, on=on)
            digests.append(digest(database, people.author, people.impostor))

        assert digests[0] == digests[1]
        with database.reading() as session:
            totals = queries.totals(session, creator_ids=[people.author, people.impostor])
            assert (totals[people.author].followers, totals[people.impostor].followers) == (388, 640)
        assert broken(database) == []

    def test_needs_no_account_that_is_not_there(self, database: Database, on: date) -> None:
        with database.writing() as session:
            demo.load(session, on=on)

        assert broken(database) == []

    @pytest.mark.usefixtures("people")
    def test_takes_less_than_half_a_second(self, database: Database, now: datetime) -> None:
        started = time.process_time()
        with database.writing() as session:
            demo.load(session, on=now.date())

        assert time.process_time() - started < 0.5
