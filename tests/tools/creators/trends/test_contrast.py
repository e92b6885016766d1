from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.trends.contrast import SMALLEST_COHORT, cliffs_delta, contrasts, top_tenth

SAMPLE = st.lists(st.integers(-3, 3), min_size=2, max_size=15)


def by_pairs(ones: list[int], others: list[int]) -> tuple[float, float]:
    """Return Cliff's delta and its variance from the matrix of all pairs."""
    signs = np.sign(np.subtract.outer(ones, others)).astype(float)
    m, n = signs.shape
    delta = signs.mean()
    spread = (
        n**2 * ((signs.mean(axis=1) - delta) ** 2).sum() + m**2 * ((signs.mean(axis=0) - delta) ** 2).sum()
    )
    variance = (spread - ((signs - delta) ** 2).sum()) / (m * n * (m - 1) * (n - 1))
    return float(delta), max(float(variance), (1 - delta**2) / (m * n - 1))


class TestCliffsDelta:
    @given(SAMPLE, SAMPLE)
    def test_is_that_of_all_pairs(self, ones: list[int], others: list[int]) -> None:
        delta, low, high = cliffs_delta(np.array(ones, float), np.array(others, float))

        expected, variance = by_pairs(ones, others)
        assert delta == pytest.approx(expected)
        if abs(expected) < 1:
            z = NormalDist().inv_cdf(0.975)
            wide = z * (variance * ((1 - delta**2) ** 2 + z**2 * variance)) ** 0.5
            below = 1 - delta**2 + z**2 * variance
            assert low == pytest.approx((delta - delta**3 - wide) / below)
            assert high == pytest.approx((delta - delta**3 + wide) / below)

    @given(SAMPLE, SAMPLE)
    def test_turns_around_with_its_samples(self, ones: list[int], others: list[int]) -> None:
        one = cliffs_delta(np.array(ones, float), np.array(others, float))
        other = cliffs_delta(np.array(others, float), np.array(ones, float))

        assert one == pytest.approx((-other[0], -other[2], -other[1]))

    def test_is_less_sure_the_more_is_asked(self) -> None:
        ones, others = np.arange(20.0) + 5, np.arange(40.0)

        assert cliffs_delta(ones, others, questions=8)[1] < cliffs_delta(ones, others)[1]


class TestContrasts:
    def test_find_the_factor_that_separates_and_not_the_noise(self) -> None:
        draw = np.random.default_rng(2)
        plays = draw.integers(0, 10**6, 600)
        factors = {"noise": draw.normal(size=600), "works": plays / 10**5 + draw.normal(size=600)}

        found = contrasts(factors, top=top_tenth(plays))

        assert [each.factor for each in found] == ["works", "noise"]
        assert [each.separates for each in found] == [True, False]

    def test_hardly_ever_separate_by_chance(self) -> None:
        draw = np.random.default_rng(3)
        wrong = 0
        for _ in range(200):
            factors = {str(number): draw.normal(size=200) for number in range(7)}
            top = top_tenth(draw.integers(0, 10**6, 200))
            wrong += any(each.separates for each in contrasts(factors, top=top))

        assert wrong / 200 <= 0.08

    def test_leave_out_a_factor_that_too_few_have(self) -> None:
        top = top_tenth(np.arange(SMALLEST_COHORT))

        assert contrasts({"rate": np.full(SMALLEST_COHORT, np.nan)}, top=top) == []


class TestTopTenth:
    def test_is_a_tenth_rounded_down_with_the_most_plays(self) -> None:
        assert np.nonzero(top_tenth(np.array([1, 9, 9, *[0] * 12])))[0].tolist() == [1]
