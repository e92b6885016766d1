from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.tools.commerce.goods.conftest import CallOf
from tools.commerce.goods import commissions, queries
from tools.commerce.goods.filters import BoundUnknown
from tools.commerce.goods.models import FanProfile, Product, ProductDay
from tools.commerce.goods.sales import SaleFacts
from tools.commerce.goods.service import NothingDisliked, VerificationNeeded
from tools.commerce.goods.tool import (
    TOOL,
    CategoryUnknown,
    WhatNotToShow,
    WhichProduct,
    commit,
    product_match,
)
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database

MakeProduct = Callable[..., Product]
MakeSeller = Callable[..., int]


def told(call: Call, **arguments: str) -> Reply:
    made = TOOL.run(call, **arguments)
    assert isinstance(made, Reply)
    return made


def proposed(call: Call, **arguments: str) -> Proposal:
    made = TOOL.run(call, **arguments)
    assert isinstance(made, Proposal)
    return made


@pytest.fixture
def creator(database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date, now: datetime) -> int:
    """Return a cook with a shop, twelve sauces sold, ten received and one of these refunded."""
    with database.writing() as session:
        creator = a_seller(session)
        sauce = a_product(session, "P1001", title="手工牛肉酱", months=1 << 7)
        a_product(session, "P1002", title="纯棉四件套", category="家居", price_fen=7_990, women_bp=7_200)
        a_product(session, "P1003", title="男士皮带", category="服饰", commission_bp=3_000, women_bp=2_000)
        facts = [
            SaleFacts(
                f"S{number}", creator, sauce.id, 1, 3_990, 2_000, on - timedelta(days=20),
                on - timedelta(days=15) if number < 10 else None,
                on - timedelta(days=14) if number == 0 else None,
            )
            for number in range(12)
        ]  # fmt: skip
        list(commissions.record(session, facts, categories={creator: "美食"}, now=now))
        session.add(
            ProductDay(creator_id=creator, day=on - timedelta(days=20), product_id=sauce.id, clicks=240)
        )
        session.add(
            FanProfile(creator_id=creator, women_bp=4_600, parents_bp=5_200, young_bp=4_100, counted_on=on)
        )
    return creator


class TestMatch:
    def test_ranks_with_reasons_and_a_next_step(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator))

        lines = reply.text.splitlines()
        assert lines[:3] == [
            "在售的 3 款商品里，最适合你的是：",
            "1. P1001《手工牛肉酱》39.90 元，佣金 20%（每件 7.98 元），库存 100 件，沈阳发货，可免费试样",
            "   你的粉丝近 90 天买过 12 单食品；价格接近你粉丝平时买的；8 月正当季",
        ]
        assert lines[-1] == "下一步：看中哪个就说“把 P1001 加到橱窗”，想先试用可以申请免费样品。"
        assert {item.clause for item in reply.citations} == {"1.2", "1.3"}
        assert reply.facts["products"][0]["parts"]["own_category"] > 0

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"product": "四件套", "price": "<80", "category": "家居"}, "P1002"),
            ({"commission": ">20", "category": "穿搭"}, "P1003"),
            ({"audience": "男粉"}, "P1003"),
            ({"product": "零食"}, "P1001"),
            ({"product": "P1003"}, "P1003"),
        ],
    )
    def test_takes_the_filters_of_a_chat(
        self, database: Database, call_of: CallOf, creator: int, arguments: dict[str, str], code: str
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator), **arguments)

        assert reply.facts["products"][0]["code"] == code

    def test_says_that_nothing_is_left_and_offers_more(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator), category="家居", price="<10")

        assert reply.text == "按家居类、价格 10 元以内没有找到在售的商品。放宽价格或佣金再找找。"
        assert reply.buttons[0].send == "家居类还有哪些货"

    def test_refuses_what_it_does_not_understand(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            call = call_of(session, creator)
            with pytest.raises(BoundUnknown):
                product_match(call, price="便宜")
            with pytest.raises(CategoryUnknown, match="搞笑"):
                product_match(call, category="搞笑")


class TestShelf:
    def test_is_changed_only_after_confirming(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator, shown="1. P1003《男士皮带》\n2. P1002《纯棉四件套》")
            proposal = proposed(call, action="add", product="ord:2")
            before = told(call, action="shelf")
            done = commit(call, proposal.payload)
            after = told(call, action="shelf")

        assert "加到橱窗：P1002《纯棉四件套》79.90 元" in proposal.summary
        assert before.facts["shelf"] == []
        assert done.text == "P1002《纯棉四件套》已经加到橱窗。"
        assert after.facts["shelf"] == ["P1002"]

    def test_names_the_licence_that_food_needs(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            proposal = proposed(call_of(session, creator), action="add", product="P1001")

        assert "食品类要先报备食品经营许可证" in proposal.summary
        assert ("shop-rules", "1.2") in {(item.policy, item.clause) for item in proposal.citations}

    def test_checks_again_when_it_is_confirmed(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            first, again = (proposed(call, action="add", product="P1002") for _ in range(2))
            commit(call, first.payload)

            with pytest.raises(Exception, match="已经在你的橱窗里"):
                commit(call, again.payload)
            commit(call, proposed(call, action="remove", product="P1002").payload)
            assert told(call, action="shelf").facts["shelf"] == []

    def test_asks_which_product(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.reading() as session, pytest.raises(WhichProduct, match="加到橱窗要选哪个"):
            product_match(call_of(session, creator), action="add")

    def test_needs_a_shop(
        self, database: Database, call_of: CallOf, creator: int, a_seller: MakeSeller
    ) -> None:
        with database.writing() as session:
            beginner = a_seller(session, "xinren", shop=False)

            with pytest.raises(VerificationNeeded):
                product_match(call_of(session, beginner), action="add", product="P1001")


class TestSample:
    def test_is_asked_for_once_confirmed(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            proposal = proposed(call, action="sample", product="P1002")
            before = queries.products_by_code(session, ["P1002"])["P1002"].samples
            reply = commit(call, proposal.payload)

            assert "这个月还能申请 5 件（含这件）" in proposal.summary
            assert before == 5
            assert reply.facts["number"] == f"YP202208-{creator:06d}-1"
            assert queries.products_by_code(session, ["P1002"])["P1002"].samples == 4


class TestResults:
    def test_tell_orders_conversion_and_commissions(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator), action="results")

        assert reply.text.splitlines() == [
            "最近30天成交 12 单，点击 240 次，转化率 5.0%。",
            "已确认收货的佣金 71.82 元，等收货的 15.96 元，退款 1 单（没有佣金）。",
            "· P1001《手工牛肉酱》12 单 12 件，转化率 5.0%，佣金 71.82 元",
            "佣金在确认收货、7 天无理由退货期结束之后可以提现。",
        ]

    def test_show_nobody_elses(
        self, database: Database, call_of: CallOf, creator: int, a_seller: MakeSeller
    ) -> None:
        with database.writing() as session:
            other = a_seller(session, "other")

            assert told(call_of(session, other), action="results").facts == {"orders": 0, "clicks": 0}


class TestDislike:
    def test_lowers_a_kind_until_it_is_undone(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            proposal = proposed(call, action="dislike", category="食品")
            commit(call, proposal.payload)
            lowered = told(call)
            commit(call, proposed(call, action="restore").payload)
            restored = told(call)

        assert "食品类商品" in proposal.summary
        assert lowered.facts["products"][0]["code"] != "P1001"
        assert "你说过不想看食品类，已经往后排。" in lowered.text
        assert restored.facts["products"][0]["code"] == "P1001"

    def test_takes_this_kind_of_the_product_that_was_shown(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            shown = "1. P1002《纯棉四件套》"
            kind = proposed(
                call_of(session, creator, shown=shown, said="不想看第一个这类"),
                action="dislike",
                product="ord:1",
            )
            one = proposed(
                call_of(session, creator, shown=shown, said="不想看第一个"), action="dislike", product="ord:1"
            )

        assert kind.facts == {"category": "家居", "product": None}
        assert one.facts == {"category": "家居", "product": "P1002"}

    def test_hears_the_kind_in_the_creators_own_words(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            proposal = proposed(call_of(session, creator, said="不想看到家居这类商品了"), action="dislike")

        assert proposal.payload == {"deed": "dislike", "category": "家居", "product": None}

    def test_asks_what(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.reading() as session:
            call = call_of(session, creator)
            with pytest.raises(WhatNotToShow):
                product_match(call, action="dislike")
            with pytest.raises(NothingDisliked):
                product_match(call, action="restore")
