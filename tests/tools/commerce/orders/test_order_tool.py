from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.tools.commerce.conftest import CallOf
from tests.tools.commerce.trading import a_brief, a_trader, a_work, broken
from tools.commerce.orders import brand_side, service
from tools.commerce.orders.refusals import NoOrderWaits, OrderUnknown, PriceNeeded, TooLate, WhichOrder
from tools.commerce.orders.tool import PriceUnclear, brand_orders, commit_order
from tools.kernel import case_requests
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database

HOUR = timedelta(hours=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def reply(call: Call, **arguments: str) -> Reply:
    answer = brand_orders(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Reply)
    return answer


def proposal(call: Call, **arguments: str) -> Proposal:
    answer = brand_orders(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Proposal)
    return answer


class TestList:
    def test_puts_the_best_fit_first_and_says_why(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        creator = a_trader(session, "one")
        a_brief(session, "BF-001", now=now, category="美妆")
        a_brief(session, "BF-002", now=now, category="美食")

        answer = reply(call_of(session, creator))

        assert [each["brief"] for each in answer.facts["offers"]] == ["BF-002", "BF-001"]
        assert "领域对口：美食" in answer.text

    def test_keeps_to_category_and_price(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        a_brief(session, "BF-001", now=now, category="美妆", price_fen=6_000_00, budget_fen=6_000_00)
        a_brief(session, "BF-002", now=now, category="美妆")
        a_brief(session, "BF-003", now=now, price_fen=9_000_00, budget_fen=9_000_00)

        answer = reply(call_of(session, creator), category="美妆", min_price="5000")

        assert [each["brief"] for each in answer.facts["offers"]] == ["BF-001"]

    def test_leaves_out_what_the_creator_is_no_audience_of(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        creator = a_trader(session, "one")
        a_brief(session, "BF-001", now=now, audience="followers >= 50000")

        assert reply(call_of(session, creator)).facts["count"] == 0

    def test_says_what_is_missing_to_who_may_not_take_orders(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        a_brief(session, "BF-001", now=now)

        answer = reply(call_of(session, a_trader(session, "one", verified=False)))

        assert answer.facts["gaps"] == ["还没完成实名认证"]
        assert [each.clause for each in answer.citations] == ["1.1"]

    def test_shows_the_brief_at_a_place(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        a_brief(session, "BF-001", now=now, forbidden=("最好用",))

        answer = reply(call_of(session, creator), order_id="ord:1")

        assert answer.facts["brief"] == "BF-001"
        assert "禁用说法：最好用" in answer.text


class TestAccept:
    def test_proposes_and_takes_the_order_only_when_confirmed(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        creator = a_trader(session, "one")
        row = brand_side.invite(
            session, key=a_brief(session, "BF-001", now=now).key, creator_id=creator, now=now
        )
        call = call_of(session, creator)

        found = proposal(call, action="accept")

        assert row.state == "invited"
        assert "到手最多 920.00 元" in found.summary
        assert {each.clause for each in found.citations} == {"2.1", "2.3", "3.1"}
        commit_order(call, found.payload)
        assert row.state == "accepted"

    def test_is_checked_again_at_the_button(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        brand_side.invite(session, key=a_brief(session, "BF-001", now=now).key, creator_id=creator, now=now)
        found = proposal(call_of(session, creator), action="accept")

        with pytest.raises(TooLate):
            commit_order(call_of(session, creator, now=now + 24 * HOUR), found.payload)

    def test_asks_which_of_several(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        for key in ("BF-001", "BF-002"):
            brand_side.invite(session, key=a_brief(session, key, now=now).key, creator_id=creator, now=now)

        with pytest.raises(WhichOrder, match="SD-20220815"):
            brand_orders(call_of(session, creator), action="accept")

    def test_knows_an_order_by_its_brand(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        rows = [
            brand_side.invite(session, key=a_brief(session, key, now=now).key, creator_id=creator, now=now)
            for key in ("BF-001", "BF-002")
        ]

        found = proposal(call_of(session, creator, said="接品牌BF-002那一单"), action="accept")

        assert found.payload["order"] == rows[1].id

    def test_signs_up_for_a_place_of_the_list(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        a_brief(session, "BF-001", now=now)
        a_brief(session, "BF-002", now=now)
        call = call_of(session, creator)

        found = proposal(call, action="accept", order_id="ord:2")
        commit_order(call, found.payload)

        [(row, brief)] = service.orders(session, creator_id=creator)
        assert (row.state, brief.key) == ("quoted", "BF-002")

    def test_knows_no_order_of_somebody_else(self, session: Session, call_of: CallOf, now: datetime) -> None:
        row = brand_side.invite(
            session, key=a_brief(session, "BF-001", now=now).key, creator_id=a_trader(session, "one"), now=now
        )

        with pytest.raises(OrderUnknown):
            brand_orders(call_of(session, a_trader(session, "two")), action="accept", order_id=row.number)


class TestQuote:
    def test_tells_the_range_of_peers_when_there_are_enough(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        a_brief(session, "BF-001", now=now, kind="bid")
        for place in range(5):
            service.quote(
                session,
                creator_id=a_trader(session, f"peer{place}"),
                brief_key="BF-001",
                price_fen=(600 + 100 * place) * 100,
                now=now,
            )

        answer = reply(call_of(session, a_trader(session, "one")), action="quote")

        assert answer.facts["range"] == {
            "low_fen": 700_00,
            "median_fen": 800_00,
            "high_fen": 900_00,
            "peers": 5,
        }
        assert "5 位创作者" in answer.text

    def test_says_that_there_is_not_enough_data(self, session: Session, call_of: CallOf) -> None:
        answer = reply(call_of(session, a_trader(session, "one")), action="quote")

        assert answer.facts["range"] is None
        assert "数据还不够" in answer.text

    def test_asks_for_the_price_of_a_bid(self, session: Session, call_of: CallOf, now: datetime) -> None:
        a_brief(session, "BF-001", now=now, kind="bid")

        with pytest.raises(PriceNeeded, match="BF-001 报价"):
            brand_orders(call_of(session, a_trader(session, "one")), action="quote", order_id="BF-001")

    def test_takes_no_price_that_is_none(self, session: Session, call_of: CallOf, now: datetime) -> None:
        a_brief(session, "BF-001", now=now, kind="bid")

        with pytest.raises(PriceUnclear, match="很多"):
            brand_orders(
                call_of(session, a_trader(session, "one")), action="quote", order_id="BF-001", amount="很多"
            )


class TestTheWholeWay:
    def test_goes_from_the_invitation_to_the_money(
        self, database: Database, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_trader(session, "one")
            brief = a_brief(session, "BF-001", now=now)
            row = brand_side.invite(session, key=brief.key, creator_id=creator, now=now)
            for hours, arguments in ((1, {"action": "accept"}), (3, {"action": "submit"})):
                a_work(session, creator, "新菜", at=now + 2 * HOUR) if hours == 3 else None
                call = call_of(session, creator, now=now + hours * HOUR)
                commit_order(call, proposal(call, **arguments).payload)
            brand_side.revise(session, number=row.number, wanted="口播再清楚一点", now=now + 4 * HOUR)
            call = call_of(session, creator, now=now + 5 * HOUR)
            told = reply(call, action="status", order_id=row.number)
            commit_order(call, proposal(call, action="submit").payload)
            brand_side.approve(session, number=row.number, now=now + 6 * HOUR)
            ended = reply(call_of(session, creator, now=now + 7 * HOUR), action="status")

        assert "口播再清楚一点" in told.text
        assert "到手 920.00 元" in ended.text
        assert broken(database) == []


class TestEnding:
    def test_disputes_hand_over_to_a_person(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        row = brand_side.invite(
            session, key=a_brief(session, "BF-001", now=now).key, creator_id=creator, now=now
        )
        service.accept(session, creator_id=creator, order_id=row.id, now=now)
        call = call_of(session, creator, said="品牌一直不给验收")

        answer = commit_order(call, proposal(call, action="dispute").payload)

        assert row.state == "disputed"
        assert answer.buttons[0].send.startswith("转人工")
        assert service.steps_of(session, row)[-1][2] == "品牌一直不给验收"
        (asked,) = case_requests.waiting(session, limit=10)
        assert (asked.business, asked.reference, asked.reason) == (
            "商单争议",
            row.number,
            "品牌一直不给验收",
        )

    def test_says_that_there_is_nothing_to_decline(self, session: Session, call_of: CallOf) -> None:
        with pytest.raises(NoOrderWaits):
            brand_orders(call_of(session, a_trader(session, "one")), action="decline")
