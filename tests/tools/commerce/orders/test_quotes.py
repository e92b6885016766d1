from statistics import quantiles

from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.orders.quotes import FEWEST_PEERS, median_fen, price_range

PRICES = st.lists(st.integers(10_00, 10**8), min_size=FEWEST_PEERS, max_size=60)


class TestPriceRange:
    @given(prices=PRICES)
    def test_is_that_of_the_standard_library_to_ten_yuan(self, prices: list[int]) -> None:
        found = price_range(prices)

        assert found is not None
        for fen, exact in zip(
            (found.low_fen, found.median_fen, found.high_fen),
            quantiles(prices, method="inclusive"),
            strict=True,
        ):
            assert abs(fen - exact) <= 5_01
            assert fen % 10_00 == 0

    @given(prices=st.lists(st.integers(1, 10**8), max_size=FEWEST_PEERS - 1))
    def test_tells_nothing_of_too_few(self, prices: list[int]) -> None:
        assert price_range(prices) is None


class TestMedianFen:
    def test_is_a_price_that_was_named(self) -> None:
        assert median_fen([300, 100, 200, 400]) == 200

    def test_is_none_without_a_history(self) -> None:
        assert median_fen([]) is None
