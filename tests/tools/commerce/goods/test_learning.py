from datetime import timedelta

import numpy as np
import pytest

from bot.measures.matching_world import CATEGORIES, World, generate
from tools.commerce.goods.learning import LABEL_DAYS, SoldOrders, learn, newly_sold, past
from tools.commerce.goods.ranking import FEATURES, SHIPPED


@pytest.fixture(scope="module")
def world() -> World:
    """Return a small market."""
    return generate(creators=60, products=120, seed=7)


class TestPast:
    def test_knows_nothing_of_what_came_after(self, world: World) -> None:
        on = world.last_day - timedelta(days=LABEL_DAYS)
        before = world.orders.between(on - timedelta(days=365), on)

        whole = past(world.products, world.sellers, world.orders, categories=CATEGORIES, on=on)
        cut = past(world.products, world.sellers, before, categories=CATEGORIES, on=on)

        assert np.array_equal(whole.products.orders, cut.products.orders)
        assert np.array_equal(whole.by_content, cut.by_content)
        assert np.array_equal(whole.bought, cut.bought)
        assert np.array_equal(whole.sold_before, cut.sold_before)

    def test_counts_as_loops_do(self, world: World) -> None:
        on = world.last_day
        found = past(world.products, world.sellers, world.orders, categories=CATEGORIES, on=on)

        rows: list[tuple[int, int, int]] = list(
            zip(
                world.orders.creator.tolist(),
                world.orders.product.tolist(),
                world.orders.day.tolist(),
                strict=True,
            )
        )
        demand = [row for row in rows if row[2] >= on.toordinal() - 30]
        mine = [row for row in rows if row[0] == 3 and row[2] >= on.toordinal() - 90]
        peers = [row for row in demand if world.sellers[int(row[0])].content == world.sellers[3].content]
        assert found.products.orders[5] == sum(product == 5 for _, product, _ in demand)
        assert found.catalogue(3).peer_orders[5] == sum(product == 5 for _, product, _ in peers)
        assert found.taste(3).orders.sum() == len(mine)
        assert set(found.new_to(3).tolist()) == set(range(120)) - {product for _, product, _ in mine}


class TestNewlySold:
    def test_are_first_sold_in_the_weeks_after(self, world: World) -> None:
        then = past(
            world.products, world.sellers, world.orders, categories=CATEGORIES,
            on=world.last_day - timedelta(days=LABEL_DAYS),
        )  # fmt: skip

        for seller, sold in newly_sold(then, world.orders).items():
            assert set(sold.tolist()) <= set(then.new_to(seller).tolist())


class TestLearn:
    def test_finds_that_fans_buy_what_they_bought_and_the_same_again(self, world: World) -> None:
        then = past(
            world.products, world.sellers, world.orders, categories=CATEGORIES,
            on=world.last_day - timedelta(days=LABEL_DAYS),
        )  # fmt: skip

        learned = learn(then, world.orders, seed=1)

        assert learned is not None
        weights = dict(zip(FEATURES, learned[0].weights, strict=True))
        assert weights["own_category"] > 0.3
        assert weights["audience"] > 0.1
        assert learned == learn(then, world.orders, seed=1)

    def test_learns_nothing_where_nothing_was_sold(self, world: World) -> None:
        nothing = SoldOrders(*(np.zeros(0, np.int64) for _ in range(3)))
        then = past(world.products, world.sellers, nothing, categories=CATEGORIES, on=world.last_day)

        assert learn(then, nothing, seed=1) is None


class TestShipped:
    def test_weights_are_what_the_measure_learns_on_its_market(self) -> None:
        market = generate(creators=600, products=800, seed=20220815)
        learned_on = market.last_day - timedelta(days=2 * LABEL_DAYS)
        then = past(market.products, market.sellers, market.orders, categories=CATEGORIES, on=learned_on)

        learned = learn(then, market.orders, seed=20220815)

        assert learned is not None
        assert np.allclose(learned[0].weights, SHIPPED.weights, atol=0.01)
        assert np.allclose(learned[0].means, SHIPPED.means, atol=0.001)
