from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tools.creators.detectors.facts import longest_gap

UNTIL = date(2022, 8, 15)


def back(*days: int) -> list[date]:
    return [UNTIL - timedelta(days=day) for day in days]


class TestLongestGap:
    def test_finds_the_longest_time_without_a_work(self) -> None:
        gap = longest_gap(
            back(28, 20, 15, 5, 1), until=UNTIL, lookback_days=30, since=UNTIL - timedelta(days=30)
        )

        assert gap == (UNTIL - timedelta(days=14), UNTIL - timedelta(days=6))

    def test_counts_on_to_the_end_when_nothing_came_since(self) -> None:
        gap = longest_gap(back(9), until=UNTIL, lookback_days=10, since=UNTIL - timedelta(days=3))

        assert gap == (UNTIL - timedelta(days=8), UNTIL - timedelta(days=1))

    def test_leaves_out_gaps_that_were_over_before(self) -> None:
        assert (
            longest_gap(back(20, 3, 2, 1), until=UNTIL, lookback_days=30, since=UNTIL - timedelta(days=2))
            is None
        )

    def test_prefers_the_latest_of_equally_long_ones(self) -> None:
        gap = longest_gap(back(7, 4, 1), until=UNTIL, lookback_days=7, since=UNTIL - timedelta(days=7))

        assert gap == (UNTIL - timedelta(days=3), UNTIL - timedelta(days=2))

    @given(st.lists(st.integers(-5, 50)), st.integers(1, 40))
    def test_agrees_with_counting_day_by_day(self, posted: list[int], lookback: int) -> None:
        days = back(*posted)
        first = UNTIL - timedelta(days=lookback)
        longest = run = 0
        for number in range(lookback):
            run = 0 if first + timedelta(days=number) in days else run + 1
            longest = max(longest, run)

        gap = longest_gap(days, until=UNTIL, lookback_days=lookback, since=first - timedelta(days=1))

        assert ((gap[1] - gap[0]).days + 1 if gap else 0) == longest
