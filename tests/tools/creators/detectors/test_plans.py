"""No statement of a diagnosis reads a big table from end to end."""

from datetime import date

import pytest

from tests.plans import Statement, faults, faults_of, statements
from tools.creators import service as room
from tools.creators.detectors import service
from tools.kernel.db import Database
from tools.kernel.period import last_days

BIG = ("creator", "work", "work_day", "account_day", "violation", "creator_income_day")


@pytest.fixture
def seen(platform: Database, on: date) -> list[Statement]:
    """Return what one diagnosis asks of the database."""
    with statements(platform) as found, platform.reading() as session:
        account = room.find_account(session, handle="laotie")
        assert account
        last = room.last_day_with_figures(session, creator_id=account.id, on=on)
        assert last
        service.account_facts(session, account, window=last_days(7, on=on))
    return found


class TestAccountFacts:
    def test_asks_a_bounded_number_of_times(self, seen: list[Statement]) -> None:
        assert 8 <= len(seen) <= 17

    def test_reads_every_big_table_along_an_index(self, platform: Database, seen: list[Statement]) -> None:
        assert faults_of(platform, seen, tables=BIG) == {}

    def test_would_notice_a_scan(self, platform: Database) -> None:
        with platform.reading() as session:
            assert faults(session, "SELECT sum(plays) FROM work_day", (), tables=BIG)
