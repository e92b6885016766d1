from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.growth.stages import Pace, Stage, pace_of, stage_of

ORDER = (Stage.SIGN_UP, Stage.COLD_START, Stage.GROWTH, Stage.MATURE)
weeks = st.lists(st.integers(-5_000, 5_000), min_size=2, max_size=4)


def a_pace(*nets: int, before: int = 5_000) -> Pace:
    pace = pace_of(nets, followers_before=before)
    assert pace
    return pace


class TestStageOf:
    @pytest.mark.parametrize(
        ("followers", "stage"),
        [
            (0, Stage.SIGN_UP),
            (99, Stage.SIGN_UP),
            (100, Stage.COLD_START),
            (999, Stage.COLD_START),
            (1_000, Stage.GROWTH),
            (9_999, Stage.GROWTH),
            (10_000, Stage.MATURE),
            (3_000_000, Stage.MATURE),
        ],
    )
    def test_goes_by_followers_alone_without_a_pace(self, followers: int, stage: Stage) -> None:
        assert stage_of(followers, None) is stage

    def test_is_a_plateau_after_two_weeks_without_gain(self) -> None:
        assert stage_of(5_000, a_pace(300, 300, 10, -10)) is Stage.PLATEAU

    def test_is_a_plateau_when_growth_is_surely_below_one_percent(self) -> None:
        assert stage_of(5_000, a_pace(5, 6, 5, 6)) is Stage.PLATEAU

    def test_is_still_growth_above_ten_thousand_from_ten_percent_a_month(self) -> None:
        assert stage_of(20_000, a_pace(500, 500, 500, 500, before=20_000)) is Stage.GROWTH
        assert stage_of(20_000, a_pace(400, 400, 400, 400, before=20_000)) is Stage.MATURE

    def test_calls_no_small_account_a_plateau(self) -> None:
        assert stage_of(500, a_pace(-5, -5, -5, -5, before=520)) is Stage.COLD_START

    @given(weeks, st.integers(0, 200_000), st.integers(0, 200_000))
    def test_never_goes_back_for_more_followers_at_the_same_pace(
        self, nets: list[int], fewer: int, more: int
    ) -> None:
        fewer, more = sorted((fewer, more))
        pace = a_pace(*nets)
        # Above the mature line a fast pace counts as growth: compared are the lines that followers draw.
        slow = pace.monthly_rate(pace.mean_a_day) < 0.1
        first, second = stage_of(fewer, pace), stage_of(more, pace)

        if slow and Stage.PLATEAU not in (first, second):
            assert ORDER.index(first) <= ORDER.index(second)

    @given(weeks, st.integers(1_000, 200_000), st.integers(1, 5_000))
    def test_never_becomes_a_plateau_by_gaining_more_every_week(
        self, nets: list[int], followers: int, more: int
    ) -> None:
        before = stage_of(followers, a_pace(*nets))
        after = stage_of(followers, a_pace(*(net + more for net in nets)))

        assert before is Stage.PLATEAU or after is not Stage.PLATEAU


class TestPaceOf:
    def test_needs_two_whole_weeks(self) -> None:
        assert pace_of([100], followers_before=1_000) is None

    @given(weeks)
    def test_is_the_mean_with_students_interval(self, nets: list[int]) -> None:
        pace = a_pace(*nets)

        student = {2: 6.314, 3: 2.920, 4: 2.353}[len(nets)]
        margin = student * stdev(nets) / len(nets) ** 0.5
        assert pace.mean_a_day == pytest.approx(fmean(nets) / 7)
        assert pace.low_a_day == pytest.approx((fmean(nets) - margin) / 7)
        assert pace.high_a_day == pytest.approx((fmean(nets) + margin) / 7)

    def test_says_what_a_month_adds(self) -> None:
        assert a_pace(70, 70, 70, 70, before=3_000).monthly_rate(10) == pytest.approx(0.1)
