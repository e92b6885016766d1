from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.leaderboards.boards import Measure, Span, asked_board, before, complete, latest

ON = date(2022, 8, 17)


class TestAskedBoard:
    @pytest.mark.parametrize(
        ("period", "span", "first", "exact"),
        [
            (None, Span.WEEK, date(2022, 8, 8), True),
            ("yesterday", Span.DAY, date(2022, 8, 16), True),
            ("today", Span.DAY, date(2022, 8, 16), False),
            ("last_week", Span.WEEK, date(2022, 8, 8), True),
            ("this_week", Span.WEEK, date(2022, 8, 8), False),
            ("last_7_days", Span.WEEK, date(2022, 8, 8), False),
            ("last_month", Span.MONTH, date(2022, 7, 1), True),
            ("this_month", Span.MONTH, date(2022, 7, 1), False),
            ("month:6", Span.MONTH, date(2022, 6, 1), True),
            ("q:2", Span.MONTH, date(2022, 6, 1), False),
        ],
    )
    def test_is_the_nearest_complete_period(
        self, period: str | None, span: Span, first: date, *, exact: bool
    ) -> None:
        found = asked_board(period, on=ON)

        assert (found.span, found.period.starts_on, found.exact) == (span, first, exact)


class TestComplete:
    @given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.sampled_from(list(Span)))
    def test_is_over_and_follows_the_one_before(self, on: date, span: Span) -> None:
        period = complete(span, on=on)

        assert period.ends_on <= on
        assert before(span, period).ends_on == period.starts_on
        assert complete(span, on=period.ends_on) == period
        assert len({each.starts_on for each in latest(span, on=on)}) == span.kept


class TestMeasure:
    def test_names_values_with_their_units(self) -> None:
        assert Measure.COMPLETION.text(3_305) == "33.05%"
        assert Measure.GROWTH.text(12) == "+12 粉"
        assert Measure.LIVE.text(7_290) == "2 小时 1 分"
        assert Measure.LIVE.gap_text(90) == "1 分 30 秒"
