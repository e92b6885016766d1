from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.goods.ranking import (
    FEATURES,
    SHIPPED,
    Catalogue,
    Taste,
    features,
    in_season,
    rank,
    season_of,
)

ON = date(2022, 8, 15)
KINDS = 3
NOTHING = Taste(np.zeros(KINDS, np.int64), None, None, None, None)


def a_catalogue(count: int, seed: int = 1) -> Catalogue:
    draw = np.random.default_rng(seed)
    women, parents, young = draw.integers(0, 10_001, (3, count))
    return Catalogue(
        product=np.arange(1, count + 1),
        category=draw.integers(0, KINDS, count),
        price_fen=draw.integers(500, 9_000, count),
        commission_bp=draw.integers(0, 4_000, count),
        refund_bp=draw.integers(0, 1_000, count),
        women_bp=women,
        parents_bp=parents,
        young_bp=young,
        months=draw.integers(0, 4_096, count),
        orders=draw.integers(0, 50, count),
        peer_orders=draw.integers(0, 9, count),
    )


def column(name: str, catalogue: Catalogue, taste: Taste) -> list[float]:
    return features(catalogue, taste, categories=KINDS, on=ON)[:, FEATURES.index(name)].tolist()


class TestRank:
    @given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 99))
    def test_gives_the_best_as_sorting_everything_does(self, goods: int, count: int, seed: int) -> None:
        catalogue = a_catalogue(goods, seed)

        found = rank(catalogue, NOTHING, SHIPPED, categories=KINDS, on=ON, count=count)
        whole = features(catalogue, NOTHING, categories=KINDS, on=ON)
        scores = ((whole - np.array(SHIPPED.means)) / SHIPPED.scales * np.array(SHIPPED.weights)).sum(axis=1)

        order = sorted(range(goods), key=lambda place: (-scores[place], catalogue.product[place]))
        assert found.places.tolist() == order[:count]

    def test_puts_a_disliked_category_lower_and_back_again(self) -> None:
        catalogue = a_catalogue(40)
        best = rank(catalogue, NOTHING, SHIPPED, categories=KINDS, on=ON, count=1)
        kind = int(catalogue.category[best.places[0]])

        lowered = rank(
            catalogue,
            replace(NOTHING, disliked=frozenset({kind})),
            SHIPPED,
            categories=KINDS,
            on=ON,
            count=40,
        )

        place = lowered.places.tolist().index(int(best.places[0]))
        assert place > 0
        assert np.isclose(lowered.scores[place], best.scores[0] - 3)

    def test_lowers_only_the_product_that_is_disliked(self) -> None:
        catalogue = a_catalogue(40)
        best = rank(catalogue, NOTHING, SHIPPED, categories=KINDS, on=ON, count=3)
        unwanted = replace(NOTHING, disliked_products=frozenset({int(catalogue.product[best.places[0]])}))

        lowered = rank(catalogue, unwanted, SHIPPED, categories=KINDS, on=ON, count=2)

        assert lowered.places.tolist() == best.places[1:].tolist()


class TestFeatures:
    def test_prefer_the_category_that_fans_bought(self) -> None:
        catalogue = a_catalogue(30)
        bought = replace(NOTHING, orders=np.array([0, 20, 0]), paid_log=8.0)

        lifts = column("own_category", catalogue, bought)

        of_kind = [
            [lift for lift, kind in zip(lifts, catalogue.category, strict=True) if kind == one]
            for one in range(3)
        ]
        assert min(of_kind[1]) > max(of_kind[0] + of_kind[2])

    def test_find_buyers_like_the_fans_nearest(self) -> None:
        catalogue = replace(a_catalogue(3), women_bp=np.array([9_000, 5_000, 1_000]))

        near = column("audience", catalogue, replace(NOTHING, women_bp=1_000))

        assert near == [-0.8, -0.4, 0.0]

    def test_say_nothing_about_fans_nobody_counted(self) -> None:
        assert set(column("audience", a_catalogue(9), NOTHING)) == {0.0}

    def test_find_prices_near_what_fans_paid_nearest(self) -> None:
        catalogue = replace(
            a_catalogue(3), price_fen=np.array([1_000, 3_000, 90_000]), orders=np.zeros(3, np.int64)
        )
        paid = replace(NOTHING, orders=np.array([50, 0, 0]), paid_log=float(np.log(3_000)))

        near = column("price", catalogue, paid)

        assert near.index(max(near)) == 1

    def test_are_finite_for_any_store_without_orders(self) -> None:
        catalogue = a_catalogue(5)
        empty = replace(catalogue, orders=np.zeros(5, np.int64), peer_orders=np.zeros(5, np.int64))

        assert np.isfinite(features(empty, NOTHING, categories=KINDS, on=ON)).all()


class TestInSeason:
    @given(st.sets(st.integers(1, 12), min_size=1), st.integers(1, 12))
    def test_reads_the_months_that_were_written(self, months: set[int], month: int) -> None:
        bits = sum(1 << (one - 1) for one in months)

        assert season_of(bits) == tuple(sorted(months))
        assert in_season(np.array([bits]), date(2022, month, 1)).tolist() == [1 if month in months else -1]
