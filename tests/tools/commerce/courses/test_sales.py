from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.tools.commerce.trading import a_trader, broken, earned_fen
from tools.commerce.courses import jobs, queries, sales
from tools.commerce.courses.models import Course, CourseChapter
from tools.commerce.courses.states import SaleStepError
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import service as payout
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose

DAY = timedelta(days=1)
PRICE_FEN = 100_00


def a_course(session: Session, creator: int, *, now: datetime, chapters: int = 5) -> Course:
    course = Course(
        creator_id=creator, title="修手机入门", state="published", price_fen=PRICE_FEN, created_at=now
    )
    session.add(course)
    session.flush()
    for place in range(1, chapters + 1):
        session.add(
            CourseChapter(
                course_id=course.id, place=place, title=f"第{place}节", seconds=400, published_on=now.date()
            )
        )
    session.flush()
    return course


def spend_all(session: Session, creator: int, *, now: datetime) -> None:
    payout.settle_due(session, now=now)
    fen = payout.balance(session, creator_id=creator).available_fen
    posting = Posting(
        key=f"spent:{creator}",
        debit=Owner(OwnerKind.CREATOR, str(creator)),
        credit=Owner(OwnerKind.EXTERNAL, "shop"),
        asset=Asset.CASH,
        amount=fen,
        purpose=Purpose.LEASE,
        day=now.date(),
    )
    payout.post_transfer(session, posting, now=now)


class TestSell:
    def test_pays_the_creator_what_the_rules_of_the_day_leave(
        self, database: Database, now: datetime
    ) -> None:
        later = datetime(2023, 1, 1, 0, 0, tzinfo=PLATFORM_ZONE)
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            for buyer, at in ((1, later - timedelta(seconds=1)), (2, later)):
                sales.sell(session, course_id=course.id, buyer=buyer, price_fen=PRICE_FEN, now=at)

            assert earned_fen(session, creator) == 80_00 + 85_00
        assert broken(database) == []

    def test_sells_to_a_buyer_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            first, again = (
                sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)
                for _ in range(2)
            )

            assert first.id == again.id
            assert earned_fen(session, creator) == 80_00

    def test_waits_for_the_end_of_the_days_of_refunds(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)
            payout.settle_due(session, now=now + 7 * DAY)
            assert payout.balance(session, creator_id=creator).available_fen == 0

            payout.settle_due(session, now=now + 8 * DAY)

            assert payout.balance(session, creator_id=creator).available_fen == 80_00

    def test_sells_nothing_above_its_price(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            course = a_course(session, a_trader(session, "one"), now=now)

            with pytest.raises(OperatorError, match="its price"):
                sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN + 1, now=now)


class TestAskRefund:
    def test_takes_all_back_within_the_rule(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            sale = sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)

            sales.ask_refund(session, sale_id=sale.id, progress_bp=2_000, reason="买错了", now=now + 7 * DAY)

            assert (sale.state, sale.refund_fen, earned_fen(session, creator)) == ("refunded", PRICE_FEN, 0)
            with pytest.raises(SaleStepError):
                sales.ask_refund(session, sale_id=sale.id, progress_bp=0, reason="", now=now + 7 * DAY)
        assert broken(database) == []

    def test_leaves_the_rest_to_people(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            sale = sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)
            sales.ask_refund(session, sale_id=sale.id, progress_bp=5_000, reason="", now=now + DAY)
            assert (sale.state, earned_fen(session, creator)) == ("asked", 80_00)

            sales.grant_refund(session, sale_id=sale.id, fen=33_33, now=now + 2 * DAY)

            # 66.67 stay paid: the platform's fifth of that is 13.33, what does not divide is the creator's.
            assert (sale.state, earned_fen(session, creator)) == ("refunded", 53_34)
        assert broken(database) == []


class TestCollect:
    def test_waits_until_the_creator_holds_what_is_owed(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            sale = sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)
            spend_all(session, creator, now=now + 9 * DAY)
            sales.ask_refund(session, sale_id=sale.id, progress_bp=0, reason="", now=now + 9 * DAY)
            sales.grant_refund(session, sale_id=sale.id, fen=PRICE_FEN, now=now + 9 * DAY)
            assert sale.state == "owed"
            sales.sell(session, course_id=course.id, buyer=2, price_fen=PRICE_FEN, now=now + 9 * DAY)
        assert broken(database) == []
        with database.writing() as session:
            payout.settle_due(session, now=now + 17 * DAY)

        jobs.collect_refunds(database, now + 17 * DAY)

        with database.reading() as session:
            [(row, _), _] = queries.all_sales(session)
            assert (row.state, earned_fen(session, creator)) == ("refunded", 0)
        assert broken(database) == []


class TestRefundLateChapters:
    def test_gives_the_missing_share_back_a_month_after_the_promise(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            course.promised_chapters, course.promised_by = 8, date(2022, 9, 1)
            sales.sell(session, course_id=course.id, buyer=1, price_fen=PRICE_FEN, now=now)
        first = datetime(2022, 10, 1, 12, tzinfo=PLATFORM_ZONE)
        jobs.collect_refunds(database, first)
        with database.writing() as session:
            [(row, _)] = queries.all_sales(session)
            assert row.state == "paid"
            # Without the worker's settlement the sale still waits; the refund does not mind.
            payout.settle_due(session, now=first)

        for _ in range(2):
            jobs.collect_refunds(database, first + DAY)

        with database.reading() as session:
            [(row, _)] = queries.all_sales(session)
            assert (row.state, row.refund_fen) == ("refunded", 37_50)
            assert earned_fen(session, creator) == 50_00
        assert broken(database) == []


class TestAnyOrderOfEvents:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        moves=st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 60), st.integers(1, 110_00)),
            max_size=20,
        )
    )
    def test_keeps_every_invariant_of_the_audit(
        self, fresh: Callable[[], Database], now: datetime, moves: list[tuple[int, int, int, int]]
    ) -> None:
        database = fresh()
        with database.writing() as session:
            creator = a_trader(session, "one")
            course = a_course(session, creator, now=now)
            course.promised_chapters, course.promised_by = 8, now.date()
            ids = [
                sales.sell(session, course_id=course.id, buyer=buyer, price_fen=PRICE_FEN, now=now).id
                for buyer in range(3)
            ]
            at = now
            for place, deed, hours, fen in moves:
                at += timedelta(hours=hours)
                act(session, ids[place], deed, fen=fen, now=at)
            kept = sum(
                row.price_fen - (row.refund_fen if row.state == "refunded" else 0)
                for row, _ in queries.all_sales(session)
            )

            # A fifth of each is the platform's; a fen at most of each stays with the creator.
            assert 0 <= earned_fen(session, creator) * 5 - kept * 4 < 3 * 5
        assert broken(database) == []


def act(session: Session, sale_id: int, deed: int, *, fen: int, now: datetime) -> None:
    """Do one of the deeds; one that can't be done now changes nothing."""
    try:
        with session.begin_nested():
            match deed:
                case 0:
                    sales.ask_refund(session, sale_id=sale_id, progress_bp=fen, reason="", now=now)
                case 1:
                    sales.grant_refund(session, sale_id=sale_id, fen=fen, now=now)
                case 2:
                    sales.refuse_refund(session, sale_id=sale_id, now=now)
                case 3:
                    sales.collect(session, sale_id=sale_id, now=now)
                case 4:
                    sales.refund_late_chapters(session, now=now)
                case _:
                    payout.settle_due(session, now=now)
    except SaleStepError:
        session.expire_all()
