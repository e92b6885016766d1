from math import sqrt
from statistics import fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.growth.cohorts import (
    FEWEST,
    Difference,
    Doings,
    Factor,
    Moments,
    clearest_first,
    difference,
    has_left,
)
from tools.creators.growth.stages import Stage

values = st.lists(st.floats(0, 500), min_size=FEWEST, max_size=40)


def moments(*numbers: float) -> Moments:
    found = Moments()
    for number in numbers:
        found.add(number)
    return found


class TestDifference:
    @given(values, values)
    def test_is_hedges_g_of_the_values(self, left: list[float], stayed: list[float]) -> None:
        found = difference(Factor.POSTS_A_WEEK, leavers=moments(*left), stayers=moments(*stayed))

        many, few = len(left), len(stayed)
        pooled = ((many - 1) * variance(left) + (few - 1) * variance(stayed)) / (many + few - 2)
        if found is None:
            assert pooled < 1e-6
        elif pooled > 1e-3:
            g = (1 - 3 / (4 * (many + few) - 9)) * (fmean(left) - fmean(stayed)) / sqrt(pooled)
            assert found.effect == pytest.approx(g, rel=1e-5, abs=1e-5)
            assert found.low < found.effect < found.high
            assert (found.leavers, found.stayers) == (many, few)

    def test_says_nothing_below_the_minimum_on_either_side(self) -> None:
        enough, few = moments(*range(FEWEST)), moments(*range(FEWEST - 1))

        assert difference(Factor.POSTS_A_WEEK, leavers=few, stayers=enough) is None
        assert difference(Factor.POSTS_A_WEEK, leavers=enough, stayers=few) is None
        assert difference(Factor.POSTS_A_WEEK, leavers=enough, stayers=enough)

    def test_says_nothing_where_all_are_the_same(self) -> None:
        same = moments(*[3.0] * 20)

        assert difference(Factor.POSTS_A_WEEK, leavers=same, stayers=same) is None


class TestClearestFirst:
    def test_leaves_out_what_may_be_chance_and_what_is_small(self) -> None:
        def a_difference(effect: float, margin: float) -> Difference:
            return Difference(Factor.POSTS_A_WEEK, 20, 20, 2, 1, effect, effect - margin, effect + margin)

        clear, chance, small, large = (
            a_difference(0.5, 0.3), a_difference(0.5, 0.6), a_difference(0.1, 0.05), a_difference(-1, 0.4)
        )  # fmt: skip

        assert clearest_first([clear, chance, small, large]) == [large, clear]


class TestHasLeft:
    @pytest.mark.parametrize(
        ("stage", "followers", "now", "followers_now", "left"),
        [
            (Stage.COLD_START, 900, Stage.GROWTH, 1_000, True),
            (Stage.COLD_START, 900, Stage.COLD_START, 999, False),
            (Stage.GROWTH, 9_000, Stage.PLATEAU, 9_100, False),
            (Stage.GROWTH, 9_000, Stage.MATURE, 10_000, True),
            (Stage.PLATEAU, 5_000, Stage.GROWTH, 5_100, True),
            (Stage.PLATEAU, 5_000, Stage.PLATEAU, 5_000, False),
            (Stage.PLATEAU, 1_010, Stage.COLD_START, 990, False),
            (Stage.MATURE, 20_000, Stage.GROWTH, 23_000, True),
            (Stage.MATURE, 20_000, Stage.PLATEAU, 20_000, False),
            (Stage.MATURE, 200_000, Stage.MATURE, 210_000, False),
        ],
    )
    def test_goes_by_the_next_milestone_or_growth_after_standing_still(
        self, stage: Stage, followers: int, now: Stage, followers_now: int, *, left: bool
    ) -> None:
        assert has_left(stage=stage, followers=followers, now=now, followers_now=followers_now) is left


class TestDoings:
    def test_has_no_value_where_nothing_was_done(self) -> None:
        nothing = Doings(0, 0, 0, 0, 0, 0, 0)

        assert [nothing.value(factor, weeks=4) for factor in Factor] == [0, None, None, 0, None, None]

    def test_has_each_factor_on_its_scale(self) -> None:
        done = Doings(8, 320, 6, 4 * 7_200, 1_000, 400, 55)

        assert [done.value(factor, weeks=4) for factor in Factor] == [2, 40, 75, 2, 55, 40]
