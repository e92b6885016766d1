from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import PackagedPolicies
from tools.creators.growth.milestones import FARTHEST_DAYS, MILESTONES, arrival, goal_of, next_milestone
from tools.creators.growth.stages import pace_of

ON = date(2022, 8, 15)


class TestMilestones:
    def test_stand_in_the_clauses_that_they_name(self) -> None:
        policies = PackagedPolicies()

        for milestone in MILESTONES:
            clause = policies.clause(milestone.policy, milestone.clause, on=ON)
            assert clause
            assert f"{milestone.followers:,}" in clause.text or f" {milestone.followers} " in clause.text

    def test_are_in_order(self) -> None:
        assert [each.followers for each in MILESTONES] == sorted({each.followers for each in MILESTONES})


class TestNextMilestone:
    @given(st.integers(0, 10_000_000))
    def test_is_the_lowest_above(self, followers: int) -> None:
        above = [each.followers for each in MILESTONES if each.followers > followers]

        found = next_milestone(followers)

        assert (found.followers if found else None) == min(above, default=None)


class TestGoalOf:
    @pytest.mark.parametrize(
        ("said", "goal"),
        [
            ("怎么涨到两万粉", 20_000),
            ("我一个做饭的，咋从5000粉干到一万", 10_000),
            ("啥时候能到10w粉丝", 100_000),
            ("粉丝怎么破百万", 1_000_000),
            ("做到三万五要多久", 35_000),
            ("早上发到8点有人看吗", None),
            ("怎么涨粉", None),
            ("冲到第3名", None),
        ],
    )
    def test_is_the_count_that_is_said_last(self, said: str, goal: int | None) -> None:
        assert goal_of(said) == goal


class TestArrival:
    @given(st.integers(0, 99_999), st.lists(st.integers(-3_000, 9_000), min_size=2, max_size=4))
    def test_is_when_the_sum_of_days_reaches_the_milestone(self, followers: int, nets: list[int]) -> None:
        milestone = next_milestone(followers)
        pace = pace_of(nets, followers_before=followers)
        assert milestone
        assert pace

        found = arrival(followers, milestone.followers, pace, on=ON)

        left = milestone.followers - followers
        for day, a_day in (
            (found and found.earliest, pace.high_a_day),
            (found and found.expected, pace.mean_a_day),
            (found and found.latest, pace.low_a_day),
        ):
            if day is None:
                assert a_day <= 0 or left / a_day > FARTHEST_DAYS - 1
            else:
                days = (day - ON) / timedelta(days=1)
                assert days - 1 < left / a_day <= days + 1e-6

    def test_is_unknown_without_a_pace(self) -> None:
        assert arrival(500, 1_000, None, on=ON) is None
