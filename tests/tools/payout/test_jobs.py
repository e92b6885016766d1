from datetime import date, datetime

from tests.tools.payout.postings import gift, held
from tools.kernel.db import Database
from tools.payout import service
from tools.payout.jobs import settle


class TestSettle:
    def test_catches_up_with_every_missed_day(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            items = [gift(f"g{day}", to=1, fen=5, settles_on=date(2022, 8, day)) for day in range(1, 21)]
            service.post_transfers(session, items, now=now)

        settle(database, now)
        settle(database, now)

        with database.reading() as session:
            assert held(session, 1) == (75, 25)
