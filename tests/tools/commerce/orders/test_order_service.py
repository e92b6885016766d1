from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.tools.commerce.trading import a_brief, a_trader, a_work, broken, earned_fen
from tools.commerce.orders import brand_side, jobs, queries, service
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.refusals import (
    AcceptingPaused,
    BudgetGone,
    ForbiddenWording,
    NotForYou,
    OrderUnknown,
    PriceIsFixed,
    PriceTooHigh,
    QuotedAlready,
    QuotedTooOften,
    TooLate,
    WorkNotOfOrder,
    WrongTime,
)
from tools.commerce.orders.states import OrderState
from tools.creators.models import WorkDay
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError, Refusal
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.payout import trade

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def invited(session: Session, brief: BrandBrief, creator: int, *, now: datetime) -> BrandOrder:
    return brand_side.invite(session, key=brief.key, creator_id=creator, now=now)


def accepted(session: Session, brief: BrandBrief, creator: int, *, now: datetime) -> BrandOrder:
    row = invited(session, brief, creator, now=now)
    return service.accept(session, creator_id=creator, order_id=row.id, now=now + HOUR)


def submitted(session: Session, brief: BrandBrief, creator: int, *, now: datetime) -> BrandOrder:
    row = accepted(session, brief, creator, now=now)
    ref = a_work(session, creator, f"一道菜 {row.number}", at=now + 2 * HOUR)
    return service.submit(session, creator_id=creator, order_id=row.id, work_ref=ref, now=now + 3 * HOUR)


class TestAccept:
    def test_sets_the_price_aside_under_the_rules_of_the_day(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            row = accepted(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)

            assert (row.state, row.held_fen, str(row.rules_from)) == ("accepted", 1_000_00, "2022-01-01")
        assert broken(database) == []

    def test_is_refused_after_24_hours(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            row = invited(session, a_brief(session, "BF-001", now=now), creator, now=now)

            with pytest.raises(TooLate, match="8月16日 12:00"):
                service.accept(session, creator_id=creator, order_id=row.id, now=now + DAY)

    def test_is_refused_when_others_took_the_budget(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            brief = a_brief(session, "BF-001", now=now, budget_fen=1_500_00)
            first, second = a_trader(session, "one"), a_trader(session, "two")
            late = invited(session, brief, second, now=now)
            accepted(session, brief, first, now=now)

            with pytest.raises(BudgetGone):
                service.accept(session, creator_id=second, order_id=late.id, now=now + HOUR)

    def test_knows_no_order_of_somebody_else(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            row = invited(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)

            with pytest.raises(OrderUnknown):
                service.accept(session, creator_id=a_trader(session, "two"), order_id=row.id, now=now)

    def test_is_paused_after_three_that_were_given_back(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            for place in range(3):
                row = accepted(session, a_brief(session, f"BF-00{place}", now=now), creator, now=now)
                service.cancel(session, creator_id=creator, order_id=row.id, now=now + 2 * HOUR)
            row = invited(session, a_brief(session, "BF-009", now=now), creator, now=now + 3 * HOUR)

            with pytest.raises(AcceptingPaused, match=r"3 次.*8月30日"):
                service.accept(session, creator_id=creator, order_id=row.id, now=now + 4 * HOUR)
            assert service.paused_until(session, creator_id=creator, now=now + 16 * DAY) is None

    def test_gives_the_last_of_the_budget_to_one_of_two_at_the_same_moment(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            brief = a_brief(session, "BF-001", now=now, budget_fen=1_500_00)
            creators = [a_trader(session, handle) for handle in ("one", "two")]
            orders = [invited(session, brief, creator, now=now).id for creator in creators]
        together = Barrier(2)

        def take(place: int) -> str:
            together.wait()
            try:
                with database.writing() as session:
                    service.accept(session, creator_id=creators[place], order_id=orders[place], now=now)
            except BudgetGone:
                return "gone"
            return "taken"

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(take, range(2)))

        assert answers == ["gone", "taken"]
        assert broken(database) == []


class TestQuote:
    def test_waits_for_the_brand_and_then_48_hours(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            brief, creator = a_brief(session, "BF-001", now=now, kind="bid"), a_trader(session, "one")
            row = service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=800_00, now=now)
            brand_side.place(session, number=row.number, now=now + HOUR)

            assert (row.state, row.price_fen, row.answer_by) == ("placed", 800_00, now + 49 * HOUR)
            service.accept(session, creator_id=creator, order_id=row.id, now=now + 48 * HOUR)
            assert queries.taken_fen(session, brief_id=brief.id) == 800_00

    def test_may_be_changed_twice(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_brief(session, "BF-001", now=now, kind="bid")
            creator = a_trader(session, "one")
            for price in (800_00, 790_00, 780_00):
                service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=price, now=now)

            with pytest.raises(QuotedTooOften):
                service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=700_00, now=now)

    def test_is_not_above_what_the_brief_allows(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_brief(session, "BF-001", now=now, kind="bid")

            with pytest.raises(PriceTooHigh, match=r"1,000.00"):
                service.quote(
                    session,
                    creator_id=a_trader(session, "one"),
                    brief_key="BF-001",
                    price_fen=1_000_01,
                    now=now,
                )

    def test_has_no_other_price_where_it_is_fixed(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_brief(session, "BF-001", now=now)
            creator = a_trader(session, "one")

            with pytest.raises(PriceIsFixed):
                service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=900_00, now=now)
            service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=None, now=now)
            with pytest.raises(QuotedAlready):
                service.quote(session, creator_id=creator, brief_key="BF-001", price_fen=None, now=now)

    def test_says_which_condition_is_missing(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            a_brief(session, "BF-001", now=now, audience="followers >= 50000")

            with pytest.raises(NotForYou, match=r"实名认证.*粉丝还差 38,000 人"):
                service.quote(
                    session,
                    creator_id=a_trader(session, "one", verified=False),
                    brief_key="BF-001",
                    price_fen=None,
                    now=now,
                )


class TestSubmit:
    def test_takes_only_a_work_of_after_the_acceptance(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            row = accepted(session, a_brief(session, "BF-001", now=now), creator, now=now)
            old = a_work(session, creator, "旧菜", at=now - DAY)

            with pytest.raises(WorkNotOfOrder, match="接单之前"):
                service.submit(session, creator_id=creator, order_id=row.id, work_ref=old, now=now + 3 * HOUR)

    def test_takes_no_title_that_the_brand_forbids(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            brief = a_brief(session, "BF-001", now=now, forbidden=("最好用",))
            row = accepted(session, brief, creator, now=now)
            work = a_work(session, creator, "全网最 好用的锅", at=now + 2 * HOUR)

            with pytest.raises(ForbiddenWording, match="“最好用”"):
                service.submit(
                    session, creator_id=creator, order_id=row.id, work_ref=work, now=now + 3 * HOUR
                )


class TestApprove:
    def test_pays_the_price_less_the_fee_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            row = submitted(session, a_brief(session, "BF-001", now=now), creator, now=now)
            brand_side.approve(session, number=row.number, now=now + DAY)

            assert (row.state, row.paid_fen, row.fee_fen) == ("settled", 1_000_00, 80_00)
            with pytest.raises(OperatorError, match="does not follow"):
                brand_side.approve(session, number=row.number, now=now + DAY)
            assert earned_fen(session, creator) == 920_00
        assert broken(database) == []

    def test_keeps_the_rules_of_the_day_of_acceptance(self, database: Database, now: datetime) -> None:
        later = now.replace(year=2022, month=12, day=31)
        with database.writing() as session:
            creator = a_trader(session, "one")
            row = submitted(session, a_brief(session, "BF-001", now=later), creator, now=later)
            brand_side.approve(session, number=row.number, now=later + DAY)

            assert row.fee_fen == 80_00
            newer = submitted(session, a_brief(session, "BF-002", now=later), creator, now=later + 2 * DAY)
            brand_side.approve(session, number=newer.number, now=later + 3 * DAY)
            assert newer.fee_fen == 50_00

    def test_pays_an_order_by_effect_for_its_plays_up_to_the_ceiling(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            brief = a_brief(
                session,
                "BF-001",
                now=now,
                kind="effect",
                price_fen=15_00,
                ceiling_fen=500_00,
                budget_fen=500_00,
            )
            row = submitted(session, brief, creator, now=now)
            assert row.work_id is not None
            session.add(
                WorkDay(
                    work_id=row.work_id, day=(now + DAY).date(), plays=10_400, likes=0, comments=0, shares=0,
                    favourites=0, new_followers=0, completed_plays=0, watch_seconds=0, follower_plays=0,
                )
            )  # fmt: skip
            brand_side.approve(session, number=row.number, now=now + DAY)
            assert row.state == "approved"
        jobs.settle(database, now + 7 * DAY)
        assert state(database, row.id) == ("approved", 0)

        jobs.settle(database, now + 9 * DAY)

        assert state(database, row.id) == ("settled", 156_00)
        assert broken(database) == []


class TestJobs:
    def test_end_what_nobody_answered(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            row = invited(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)
        jobs.lapse(database, now + DAY - timedelta(seconds=1))
        assert state(database, row.id) == ("invited", 0)

        jobs.lapse(database, now + DAY)

        assert state(database, row.id) == ("lapsed", 0)

    def test_remind_once_for_each_moment(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            row = invited(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)
        for hours in (1, 13, 14, 23, 23, 25):
            jobs.remind(database, now + hours * HOUR)

        with database.reading() as session:
            told = [each for each in queries.events(session, order_id=row.id) if each.event == "remind"]
        assert [each.key for each in told] == ["remind:invited:12h", "remind:invited:2h"]
        assert all(row.number in each.tells for each in told)

    def test_leave_notices_of_what_others_did_until_the_time_to_answer_ends(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            row = submitted(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)
            brand_side.approve(session, number=row.number, now=now)

        with database.reading() as session:
            found = notices.unsent(session)
        assert [(each.topic, each.facts["event"]) for each in found] == [
            (Topic.OFFER, "invite"),
            (Topic.ORDER, "approve"),
            (Topic.ORDER, "settle"),
        ]
        assert found[0].expires_at == now + DAY
        assert row.number in found[1].text

    def test_accept_work_that_the_brand_overlooked(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            row = submitted(session, a_brief(session, "BF-001", now=now), a_trader(session, "one"), now=now)
        jobs.settle(database, now + 3 * DAY)
        assert state(database, row.id) == ("submitted", 0)

        jobs.settle(database, now + 3 * DAY + 3 * HOUR)

        assert state(database, row.id) == ("settled", 1_000_00)

    def test_cancel_what_was_accepted_and_not_handed_in_by_the_end_of_the_deadline(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            brief = a_brief(session, "BF-001", now=now)
            row = accepted(session, brief, a_trader(session, "one"), now=now)
        ends = datetime.combine(brief.deadline, datetime.min.time(), now.tzinfo) + DAY
        jobs.settle(database, ends - HOUR)
        in_time = state(database, row.id)[0]

        for _ in range(2):
            jobs.settle(database, ends + HOUR)

        assert (in_time, state(database, row.id)) == ("accepted", ("cancelled", 0))
        with database.reading() as session:
            assert [each.text for each in notices.unsent(session)][-1].endswith("算一次接单后取消。")
            assert trade.pool_fen(session, name=brief.pool) == 0
        assert broken(database) == []

    def test_give_a_brand_back_what_is_left_after_the_deadline(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            brief = a_brief(session, "BF-001", now=now)
            row = submitted(session, brief, a_trader(session, "one"), now=now)
            brand_side.approve(session, number=row.number, now=now + DAY)

        for _ in range(2):
            jobs.settle(database, now + 30 * DAY)

        with database.reading() as session:
            assert trade.pool_fen(session, name=brief.pool) == 0
        assert broken(database) == []


class TestDispute:
    def test_holds_the_money_until_a_person_has_decided(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            row = submitted(session, a_brief(session, "BF-001", now=now), creator, now=now)
            service.dispute(session, creator_id=creator, order_id=row.id, reason="不给验收", now=now + DAY)
            with pytest.raises(OperatorError):
                brand_side.approve(session, number=row.number, now=now + DAY)
            with pytest.raises(OperatorError, match="set aside"):
                brand_side.rule(session, number=row.number, fen=1_000_01, reason="多给", now=now + DAY)

            brand_side.rule(session, number=row.number, fen=600_00, reason="各担一部分", now=now + 2 * DAY)

            assert (row.state, row.paid_fen, earned_fen(session, creator)) == ("settled", 600_00, 552_00)
        assert broken(database) == []


class TestRecommend:
    def test_offers_to_those_who_meet_the_conditions_and_says_why(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            a_brief(session, "BF-001", now=now, audience="followers >= 20000")
            for handle, followers in (("small", 12_000), ("large", 30_000), ("larger", 60_000)):
                a_trader(session, handle, followers=followers)

            found = brand_side.recommend(session, key="BF-001", on=now.date(), top=5)

        assert [each.handle for each in found] == ["large", "larger"]
        assert "领域对口：美食" in found[0].fit.reasons


class TestAnyOrderOfEvents:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(moves=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9), st.integers(0, 20)), max_size=25))
    def test_keeps_every_invariant_of_the_audit(
        self, fresh: Callable[[], Database], now: datetime, moves: list[tuple[int, int, int]]
    ) -> None:
        database = fresh()
        with database.writing() as session:
            brief = a_brief(session, "BF-001", now=now, budget_fen=1_500_00)
            creators = [a_trader(session, "one"), a_trader(session, "two")]
            rows = [invited(session, brief, creator, now=now) for creator in creators]
            at = now
            for place, deed, hours in moves:
                at += hours * HOUR
                act(session, rows[place], deed, now=at)
            paid = sum(row.paid_fen for row in rows)

            assert sum(earned_fen(session, creator) for creator in creators) == paid - sum(
                row.fee_fen for row in rows
            )
            assert trade.pool_fen(session, name=brief.pool) == brief.budget_fen - paid
            assert queries.taken_fen(session, brief_id=brief.id) <= brief.budget_fen
        assert broken(database) == []


def act(session: Session, row: BrandOrder, deed: int, *, now: datetime) -> None:
    """Do one of the deeds; one that can't be done now changes nothing."""
    creator, number = row.creator_id, row.number
    try:
        with session.begin_nested():
            match deed:
                case 0:
                    service.accept(session, creator_id=creator, order_id=row.id, now=now)
                case 1:
                    service.decline(session, creator_id=creator, order_id=row.id, now=now)
                case 2:
                    ref = a_work(session, creator, f"菜 {now:%d%H%M}", at=now)
                    service.submit(session, creator_id=creator, order_id=row.id, work_ref=ref, now=now)
                case 3:
                    brand_side.revise(session, number=number, wanted="换个开头", now=now)
                case 4 | 5:
                    brand_side.approve(session, number=number, now=now)
                case 6:
                    service.cancel(session, creator_id=creator, order_id=row.id, now=now)
                case 7:
                    service.dispute(session, creator_id=creator, order_id=row.id, reason="", now=now)
                case 8:
                    brand_side.rule(session, number=number, fen=row.held_fen // 3, reason="定了", now=now)
                case _:
                    brand_side.lapse_due(session, now=now)
    except (Refusal, OperatorError, WrongTime):
        session.expire_all()


def state(database: Database, order_id: int) -> tuple[str, int]:
    with database.reading() as session:
        row = queries.order(session, order_id=order_id)
        assert row is not None
        return OrderState(row.state).value, row.paid_fen
