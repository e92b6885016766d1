"""Each invariant of orders and courses finds the row that breaks it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.tools.commerce.courses.test_sales import a_course
from tests.tools.commerce.trading import a_brief, a_trader, a_work, broken
from tools.commerce.courses import sales
from tools.commerce.orders import brand_side, service
from tools.kernel.db import Database


def settled(session: Session, now: datetime) -> None:
    """Store an order that is settled and a sale that is not refunded."""
    creator = a_trader(session, "one")
    row = brand_side.invite(session, key=a_brief(session, "BF-001", now=now).key, creator_id=creator, now=now)
    service.accept(session, creator_id=creator, order_id=row.id, now=now)
    ref = a_work(session, creator, "菜", at=now)
    service.submit(session, creator_id=creator, order_id=row.id, work_ref=ref, now=now + timedelta(hours=1))
    brand_side.approve(session, number=row.number, now=now + timedelta(hours=2))
    course = a_course(session, creator, now=now)
    sales.sell(session, course_id=course.id, buyer=1, price_fen=100_00, now=now)


class TestInvariants:
    def test_hold_for_a_settled_order_and_a_sale(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            settled(session, now)

        assert broken(database) == []

    @pytest.mark.parametrize(
        ("statement", "line"),
        [
            (
                "UPDATE brand_order SET paid_fen = 90000",
                "brand_order SD-20220815-0001: order:1 is 92000 fen in the ledger, 82000 in the row",
            ),
            (
                "UPDATE brand_order SET fee_fen = 0",
                "brand_order SD-20220815-0001: the fee is 0 of 100000 fen",
            ),
            (
                "UPDATE brand_order SET rules_from = NULL",
                "brand_order SD-20220815-0001: is settled without the rules it was accepted under",
            ),
            (
                "DELETE FROM order_event WHERE event = 'settle'",
                "brand_order SD-20220815-0001: was settled 0 times",
            ),
            (
                "UPDATE brand_brief SET budget_fen = 400000",
                "brand_brief BF-001: its pool holds 200000 fen, expected 300000",
            ),
            (
                "UPDATE course_sale SET fee_fen = 1000",
                "course_sale 1: the fee is 1000, its rules say 2000",
            ),
            (
                "UPDATE course_sale SET state = 'refunded', refund_fen = 10000, refunded_at = bought_at",
                "course_sale 1: course:1 stands at 8000 fen in the ledger, 0 in the row",
            ),
            ("DELETE FROM course_sale", "ledger_transfer course:1: pays a sale that does not exist"),
        ],
    )
    def test_name_the_row_that_breaks_them(
        self, database: Database, now: datetime, statement: str, line: str
    ) -> None:
        with database.writing() as session:
            settled(session, now)
            session.execute(text(statement))

        assert line in broken(database)
