import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tools.commerce.goods import commissions, queries
from tools.commerce.goods.commissions import Outcome, record
from tools.commerce.goods.invariants import INVARIANTS
from tools.commerce.goods.models import Product
from tools.commerce.goods.sales import SaleContradictionError, SaleFacts, settles_on
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import service as payout
from tools.payout import trade
from tools.payout.invariants import INVARIANTS as LEDGER_INVARIANTS
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose

BOUGHT = date(2022, 8, 1)
RECEIVED = BOUGHT + timedelta(days=3)
REFUNDED = BOUGHT + timedelta(days=5)
# Every example is an order of its own.
NUMBERS = itertools.count()


@pytest.fixture
def ordered(database: Database, a_seller: Callable[..., int], a_product: Callable[..., Product]) -> SaleFacts:
    """Return an order of one jar, nothing of it stored."""
    with database.writing() as session:
        return SaleFacts("S1", a_seller(session), a_product(session, "P1001").id, 1, 3_990, 2_000, BOUGHT)


def told(session: Session, *facts: SaleFacts, now: datetime) -> list[Outcome]:
    return list(record(session, facts, categories={facts[0].creator_id: "美食"}, now=now))


def broken(session: Session) -> list[str]:
    return [line for one in (*INVARIANTS, *LEDGER_INVARIANTS) for line in one.violations(session)]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=PLATFORM_ZONE)


class TestRecord:
    def test_pays_on_receipt_what_can_be_withdrawn_after_the_days_of_return(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        with database.writing() as session:
            told(session, ordered, now=now)
            before = payout.balance(session, creator_id=ordered.creator_id)
            told(session, replace(ordered, received_on=RECEIVED), now=at(RECEIVED))
            waiting = payout.balance(session, creator_id=ordered.creator_id)
            payout.settle_due(session, now=at(settles_on(RECEIVED)))
            after = payout.balance(session, creator_id=ordered.creator_id)

            assert before.unsettled_fen == 0
            assert (waiting.unsettled_fen, waiting.unsettled[0].first_on) == (798, settles_on(RECEIVED))
            assert (after.unsettled_fen, after.available_fen) == (0, 798)
            assert broken(session) == []

    def test_takes_the_rate_of_the_order_not_of_the_product(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        with database.writing() as session:
            queries.product_for_update(session, ordered.product_id).commission_bp = 100

            told(session, replace(ordered, received_on=RECEIVED), now=at(RECEIVED))

            assert payout.balance(session, creator_id=ordered.creator_id).unsettled_fen == 798

    @pytest.mark.parametrize("settled", [False, True])
    def test_takes_a_refund_back(
        self, database: Database, ordered: SaleFacts, now: datetime, *, settled: bool
    ) -> None:
        with database.writing() as session:
            told(session, replace(ordered, received_on=RECEIVED), now=at(RECEIVED))
            if settled:
                payout.settle_due(session, now=at(settles_on(RECEIVED)))

            told(session, replace(ordered, refunded_on=REFUNDED), now=now)

            balance = payout.balance(session, creator_id=ordered.creator_id)
            assert (balance.available_fen, balance.unsettled_fen) == (0, 0)
            assert broken(session) == []

    def test_notes_what_is_owed_where_it_was_withdrawn_and_collects_it_later(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        with database.writing() as session:
            told(session, replace(ordered, received_on=RECEIVED), now=now)
            payout.settle_due(session, now=at(settles_on(RECEIVED)))
            wallet = Owner(OwnerKind.CREATOR, str(ordered.creator_id))
            bank = Owner(OwnerKind.EXTERNAL, "bank")
            payout.post_transfer(
                session, Posting("out", wallet, bank, Asset.CASH, 798, Purpose.LAPSE, BOUGHT), now=now
            )

            told(session, replace(ordered, refunded_on=REFUNDED), now=now)
            first = commissions.collect_owed(session, after=0, now=now)
            owed = queries.sales_by_number(session, ["S1"])["S1"].owed
            payout.post_transfer(
                session, Posting("in", bank, wallet, Asset.CASH, 1_000, Purpose.LAPSE, BOUGHT), now=now
            )
            commissions.collect_owed(session, after=0, now=now)

            row = queries.sales_by_number(session, ["S1"])["S1"]
            assert (owed, row.owed) == (True, False)
            assert first == row.id
            assert payout.balance(session, creator_id=ordered.creator_id).available_fen == 202
            assert list(INVARIANTS[0].violations(session)) == []

    def test_refuses_another_price_of_the_same_order(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        with database.writing() as session:
            told(session, ordered, now=now)

            with pytest.raises(SaleContradictionError, match="was 3990 before"):
                told(session, replace(ordered, paid_fen=1), now=now)

    def test_says_what_each_fact_changed(self, database: Database, ordered: SaleFacts, now: datetime) -> None:
        with database.writing() as session:
            received = replace(ordered, received_on=RECEIVED)

            assert told(session, ordered, ordered, received, received, now=now) == [
                Outcome.NEW,
                Outcome.UNCHANGED,
                Outcome.CHANGED,
                Outcome.UNCHANGED,
            ]

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        events=st.lists(
            st.sampled_from(["ordered", "received", "refunded", "both", "settle"]), min_size=1, max_size=7
        )
    )
    def test_ends_the_same_under_any_sequence_of_events(
        self, database: Database, ordered: SaleFacts, now: datetime, events: list[str]
    ) -> None:
        order = replace(ordered, number=f"N{next(NUMBERS)}")
        facts = {
            "ordered": order,
            "received": replace(order, received_on=RECEIVED),
            "refunded": replace(order, refunded_on=REFUNDED),
            "both": replace(order, received_on=RECEIVED, refunded_on=REFUNDED),
        }
        with database.writing() as session:
            before = payout.balance(session, creator_id=order.creator_id)
            for event in events:
                if event == "settle":
                    payout.settle_due(session, now=at(settles_on(RECEIVED)))
                else:
                    told(session, facts[event], now=now)

            after = payout.balance(session, creator_id=order.creator_id)
            refunded = "refunded" in events or "both" in events
            expected = 798 if "received" in events and not refunded else 0
            gained = after.available_fen + after.unsettled_fen - before.available_fen - before.unsettled_fen
            assert gained == expected
            assert broken(session) == []


class TestInvariants:
    def test_see_a_commission_that_the_ledger_has_otherwise(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        with database.writing() as session:
            told(session, replace(ordered, received_on=RECEIVED), now=now)
            trade.take_back(session, key="goods:S1", reason="x", now=now)

            assert broken(session) == ["sale S1: 0 fen stand in the ledger, 798 by the order"]

    def test_see_a_commission_of_no_order(
        self, database: Database, ordered: SaleFacts, now: datetime
    ) -> None:
        earning = trade.Earning(
            key="goods:S9",
            creator_id=ordered.creator_id,
            purpose=Purpose.GOODS,
            payer=trade.buyers("goods"),
            gross_fen=5,
            fee_fen=0,
            day=BOUGHT,
            settles_on=settles_on(BOUGHT),
            source="S9",
        )
        with database.writing() as session:
            trade.earn(session, earning, now=now)

            assert broken(session) == [
                "ledger_transfer goods:S9: pays the commission of an order that does not exist"
            ]
