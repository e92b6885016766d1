from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from knowledge.search import Policies
from tools.detection import deadlines
from tools.detection.reports import standing
from tools.detection.reports.standing import RULES, paused_until

DAY = timedelta(days=1)


class TestPausedUntil:
    def test_counts_ninety_days_from_the_third_within_a_year(self) -> None:
        days = [date(2022, 1, 10), date(2022, 5, 1), date(2022, 7, 20)]

        assert paused_until(days, on=date(2022, 8, 15)) == date(2022, 10, 18)
        assert paused_until(days, on=date(2022, 10, 17)) == date(2022, 10, 18)
        assert paused_until(days, on=date(2022, 10, 18)) is None

    def test_forgives_two_and_three_in_more_than_a_year(self) -> None:
        assert paused_until([date(2022, 7, 1), date(2022, 7, 2)], on=date(2022, 7, 3)) is None
        spread = [date(2021, 7, 1), date(2022, 1, 1), date(2022, 7, 1)]
        assert paused_until(spread, on=date(2022, 7, 2)) is None
        assert paused_until([spread[0] + DAY, *spread[1:]], on=date(2022, 7, 2)) is not None

    @given(st.lists(st.dates(date(2021, 4, 1), date(2023, 4, 1)), max_size=8))
    def test_depends_on_no_order(self, days: list[date]) -> None:
        assert paused_until(days, on=date(2022, 8, 1)) == paused_until(days[::-1], on=date(2022, 8, 1))

    def test_says_what_the_clause_says(self, policies: Policies) -> None:
        for rule in RULES:
            clause = policies.clause(deadlines.POLICY, standing.CLAUSE, on=rule.starts_on)
            assert clause is not None
            assert f"一年内 {rule.count} 次恶意举报" in clause.text
            assert f"暂停侵权举报权限 {rule.pause_days} 天" in clause.text
            assert rule.within_days == 365
