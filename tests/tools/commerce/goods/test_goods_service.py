from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tools.commerce.goods import counting, queries, service
from tools.commerce.goods.categories import CATEGORIES
from tools.commerce.goods.filters import Buyers, Filters, Limits
from tools.commerce.goods.invariants import INVARIANTS
from tools.commerce.goods.models import FanProfile, Product, Sale
from tools.commerce.goods.service import Matched
from tools.kernel.db import Database

MakeProduct = Callable[..., Product]
MakeSeller = Callable[..., int]


def sold(
    session: Session, creator: int, product: Product, day: date, *, times: int = 1, of: str = "美食"
) -> None:
    for number in range(times):
        session.add(
            Sale(
                number=f"{creator}-{product.id}-{day}-{number}", creator_id=creator, product_id=product.id,
                content_category=of, quantity=1, paid_fen=1_000, commission_bp=1_000, commission_fen=100,
                bought_on=day, state="ordered", owed=False,
            )
        )  # fmt: skip
    session.flush()


def codes(found: Matched) -> list[str]:
    return [one.product.code for one in found.matches]


class TestMatch:
    def test_leaves_out_what_cannot_be_sold(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            a_product(session, "P1001")
            a_product(session, "P1002", stock=0)
            a_product(session, "P1003", state="delisted")
            a_product(session, "P1004", refund_bp=1_001)

            found = service.match(session, creator_id=creator, filters=Filters(), on=on, count=9)

            assert (codes(found), found.among) == (["P1001"], 1)

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(price_fen=Limits(most=8_000)), {"P1001", "P1003"}),
            (Filters(commission_bp=Limits(least=2_500)), {"P1002", "P1003"}),
            (Filters(buyers=Buyers.MEN), {"P1003"}),
            (Filters(category="家居"), {"P1002"}),
            (Filters(words="四件套"), {"P1002"}),
            (Filters(words="100%"), set[str]()),
            (Filters(category="家居", price_fen=Limits(most=8_000)), set[str]()),
        ],
    )
    def test_keeps_to_the_filters(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date,
        filters: Filters, expected: set[str],
    ) -> None:  # fmt: skip
        with database.writing() as session:
            creator = a_seller(session)
            a_product(session, "P1001", price_fen=8_000, women_bp=6_000)
            a_product(
                session, "P1002", title="纯棉四件套", category="家居", price_fen=9_900, commission_bp=2_500,
                women_bp=7_000,
            )  # fmt: skip
            a_product(session, "P1003", price_fen=500, commission_bp=3_000, women_bp=2_000)

            found = service.match(session, creator_id=creator, filters=filters, on=on, count=9)

            assert set(codes(found)) == expected

    def test_puts_first_what_this_creators_fans_buy(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date
    ) -> None:
        with database.writing() as session:
            cook, painter = a_seller(session), a_seller(session, "xinren")
            sauce = a_product(session, "P1001")
            lipstick = a_product(session, "P1002", title="口红", category="美妆")
            a_product(session, "P1003", title="面膜", category="美妆")
            sold(session, cook, sauce, on - timedelta(days=40), times=9)
            sold(session, painter, lipstick, on - timedelta(days=40), times=9)

            mine = service.match(session, creator_id=cook, filters=Filters(), on=on, count=1)
            theirs = service.match(session, creator_id=painter, filters=Filters(), on=on, count=3)

            assert (codes(mine), mine.matches[0].own_orders) == (["P1001"], 9)
            assert codes(theirs)[-1] == "P1001"

    def test_counts_peers_of_the_same_content_and_the_season(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date
    ) -> None:
        with database.writing() as session:
            creator, peer = a_seller(session), a_seller(session, "peer")
            product = a_product(session, "P1001", months=1 << 7)
            sold(session, peer, product, on - timedelta(days=1), times=4)
            sold(session, peer, product, on - timedelta(days=31), times=2)
            sold(session, peer, product, on - timedelta(days=2), times=3, of="美妆")
            counting.count_peers(session, on=on)

            [one] = service.match(session, creator_id=creator, filters=Filters(), on=on, count=1).matches

            assert (one.peer_orders, one.peer_creators, one.orders) == (4, 1, 7)

    def test_reads_who_the_fans_are(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            a_product(session, "P1001", women_bp=9_000)
            a_product(session, "P1002", women_bp=2_000)
            session.add(
                FanProfile(
                    creator_id=creator, women_bp=2_000, parents_bp=5_000, young_bp=5_000, counted_on=on
                )
            )
            session.flush()

            assert codes(service.match(session, creator_id=creator, filters=Filters(), on=on, count=2)) == [
                "P1002",
                "P1001",
            ]

    def test_learns_what_not_to_show_and_unlearns_it(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            a_product(session, "P1001")
            a_product(session, "P1002", title="口红", category="美妆")

            def first() -> str:
                return codes(service.match(session, creator_id=creator, filters=Filters(), on=on, count=1))[0]

            before = first()
            kind = "食品" if before == "P1001" else "美妆"
            service.dislike(session, creator_id=creator, category=kind, product_id=None, now=now)
            lowered = first()
            service.undo_dislikes(session, creator_id=creator, category=None, product_id=None, now=now)

            assert lowered != before
            assert first() == before
            with pytest.raises(service.NothingDisliked):
                service.undo_dislikes(session, creator_id=creator, category=None, product_id=None, now=now)


class TestCatalogue:
    def test_brings_every_figure_as_it_is_stored(self, database: Database, a_product: MakeProduct) -> None:
        extremes = {"women_bp": 10_000, "parents_bp": 0, "young_bp": 10_000, "months": 4_095}
        with database.writing() as session:
            rows = [
                a_product(
                    session,
                    "P1001",
                    category=CATEGORIES[-1],
                    commission_bp=9_000,
                    refund_bp=1_000,
                    **extremes,
                ),
                a_product(
                    session, "P1002", commission_bp=0, refund_bp=0, women_bp=1, parents_bp=10_000, months=1
                ),
            ]

            found, _ = queries.catalogue(session, filters=Filters(), content="美食")

            assert [CATEGORIES[place] for place in found.category] == [row.category for row in rows]
            for name in (
                "price_fen",
                "commission_bp",
                "refund_bp",
                "women_bp",
                "parents_bp",
                "young_bp",
                "months",
            ):
                assert getattr(found, name).tolist() == [getattr(row, name) for row in rows]


class TestShelf:
    def test_holds_a_product_once_until_it_is_taken_off(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001")

            service.add(session, creator_id=creator, product_id=product.id, now=now)
            with pytest.raises(service.OnShelfAlready, match="P1001"):
                service.add(session, creator_id=creator, product_id=product.id, now=now)
            service.remove(session, creator_id=creator, product_id=product.id, now=now)
            with pytest.raises(service.NotOnShelf):
                service.remove(session, creator_id=creator, product_id=product.id, now=now)
            service.add(session, creator_id=creator, product_id=product.id, now=now)

            assert [one.code for one in service.shelf(session, creator_id=creator)] == ["P1001"]

    def test_is_for_creators_with_a_shop(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session, shop=False), a_product(session, "P1001")

            with pytest.raises(service.VerificationNeeded, match="开通快手电商"):
                service.add(session, creator_id=creator, product_id=product.id, now=now)

    def test_takes_nothing_that_is_sold_out(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001", stock=0)

            with pytest.raises(service.NotOnSale, match="已经卖完"):
                service.add(session, creator_id=creator, product_id=product.id, now=now)

    def test_is_audited(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001")
            service.add(session, creator_id=creator, product_id=product.id, now=now)
            product.state = "delisted"
            session.flush()

            assert [line for one in INVARIANTS for line in one.violations(session)] == [
                "shelf_item 1: P1001 is taken down and still on the shelf"
            ]


class TestRequestSample:
    def test_asks_for_ten_orders_in_thirty_days(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001")
            sold(session, creator, product, on - timedelta(days=30), times=9)
            sold(session, creator, product, on - timedelta(days=31), times=9)

            with pytest.raises(service.SampleOrdersMissing, match="你现在是 9 单，还差 1 单"):
                service.request_sample(session, creator_id=creator, product_id=product.id, on=on, now=now)

    def test_gives_five_a_month_one_of_a_product(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            goods = [a_product(session, f"P100{number}") for number in range(1, 7)]
            sold(session, creator, goods[0], on - timedelta(days=1), times=10)

            rows = [
                service.request_sample(session, creator_id=creator, product_id=one.id, on=on, now=now)
                for one in goods[:5]
            ]

            assert len({row.number for row in rows}) == 5
            assert [one.samples for one in goods] == [4, 4, 4, 4, 4, 5]
            with pytest.raises(service.SampleAskedAlready, match=rows[0].number):
                service.request_sample(session, creator_id=creator, product_id=goods[0].id, on=on, now=now)
            with pytest.raises(service.SamplesUsedUp):
                service.request_sample(session, creator_id=creator, product_id=goods[5].id, on=on, now=now)

    def test_gives_none_that_is_not_there(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001", samples=0)
            sold(session, creator, product, on - timedelta(days=1), times=10)

            with pytest.raises(service.NoSamples):
                service.request_sample(session, creator_id=creator, product_id=product.id, on=on, now=now)


class TestResolve:
    def test_finds_by_code_place_and_title(self, database: Database, a_product: MakeProduct) -> None:
        with database.writing() as session:
            a_product(session, "P1001")
            a_product(session, "P1002", title="纯棉四件套")

            def found(text: str) -> str:
                return service.resolve(session, text=text, shown=("P1002", "P1001")).code

            assert [found(text) for text in ("p1001", "ord:1", "ord:-1", "四件套")] == [
                "P1001",
                "P1002",
                "P1001",
                "P1002",
            ]
            with pytest.raises(service.ProductUnknown):
                found("ord:3")

    def test_asks_which_where_several_are_meant(self, database: Database, a_product: MakeProduct) -> None:
        with database.writing() as session:
            a_product(session, "P1001")
            a_product(session, "P1002")

            with pytest.raises(service.ProductAmbiguous, match="P1001《牛肉酱 P1001》、P1002"):
                service.resolve(session, text="牛肉酱")


class TestLearnRanking:
    def test_learns_nothing_from_too_little(
        self, database: Database, a_seller: MakeSeller, a_product: MakeProduct, on: date
    ) -> None:
        with database.writing() as session:
            creator, product = a_seller(session), a_product(session, "P1001")
            a_product(session, "P1002")
            sold(session, creator, product, on - timedelta(days=3), times=3)

            assert counting.learn_ranking(session, on=on) is False
            assert queries.latest_fit(session) is None
