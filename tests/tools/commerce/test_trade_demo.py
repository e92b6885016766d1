from datetime import date, datetime, timedelta

import pytest

from tests.tools.commerce.trading import a_trader, a_work, broken
from tools.commerce.courses import demo as courses
from tools.commerce.courses import queries as course_queries
from tools.commerce.orders import demo as orders
from tools.commerce.orders import queries as order_queries
from tools.creators import service as creators
from tools.kernel.db import Database

HANDLES = {"laotie": 12_000, "dianshang": 22_000, "mingxing": 3_000_000, "yuanchuang": 150_000}


@pytest.fixture
def demo_accounts(database: Database, now: datetime) -> Database:
    with database.writing() as session:
        for handle, followers in HANDLES.items():
            creator = a_trader(session, handle, followers=followers)
            a_work(session, creator, "一把椅子", at=now - timedelta(days=15))
    return database


class TestLoad:
    def test_breaks_no_invariant_and_changes_nothing_the_second_time(
        self, demo_accounts: Database, on: date
    ) -> None:
        found: list[tuple[list[tuple[str, str]], int]] = []
        for later in (0, 0, 3):
            with demo_accounts.writing() as session:
                orders.load(session, on=on + timedelta(days=later))
                courses.load(session, on=on + timedelta(days=later))
                rows = [(row.number, row.state) for row in order_queries.all_orders(session)]
                found.append((rows, len(course_queries.all_sales(session))))

        assert found[0] == found[1] == found[2]
        assert sorted(state for _, state in found[0][0]) == ["invited", "invited", "quoted", "settled"]
        assert found[0][1] == 14
        assert broken(demo_accounts) == []

    def test_needs_no_account_that_is_not_there(self, database: Database, on: date) -> None:
        with database.writing() as session:
            orders.load(session, on=on)
            courses.load(session, on=on)

            assert order_queries.all_orders(session) == []

    def test_lets_laotie_answer_today(self, demo_accounts: Database, on: date, now: datetime) -> None:
        with demo_accounts.writing() as session:
            orders.load(session, on=on)
            laotie = creators.find_account(session, handle="laotie")
            assert laotie is not None

            [row] = order_queries.orders_of(session, creator_id=laotie.id)

            assert row.answer_by is not None
            assert now < row.answer_by < now + timedelta(hours=24)
