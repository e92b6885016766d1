from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.period import UnknownPeriod, parse_period

MONDAY = date(2022, 8, 15)


class TestParsePeriod:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("today", "2022-08-15", "2022-08-15"),
            ("yesterday", "2022-08-14", "2022-08-14"),
            ("this_week", "2022-08-15", "2022-08-21"),
            ("last_week", "2022-08-08", "2022-08-14"),
            ("next_week", "2022-08-22", "2022-08-28"),
            ("this_month", "2022-08-01", "2022-08-31"),
            ("last_month", "2022-07-01", "2022-07-31"),
            ("this_year", "2022-01-01", "2022-12-31"),
            ("last_year", "2021-01-01", "2021-12-31"),
            ("last_7_days", "2022-08-08", "2022-08-14"),
            ("last_30_days", "2022-07-16", "2022-08-14"),
            ("month:7", "2022-07-01", "2022-07-31"),
            ("month:8", "2022-08-01", "2022-08-31"),
            ("month:11", "2021-11-01", "2021-11-30"),
            ("month:2020-02", "2020-02-01", "2020-02-29"),
            ("q:2", "2022-04-01", "2022-06-30"),
            ("q:4", "2021-10-01", "2021-12-31"),
            ("range:2022-08-01..2022-08-10", "2022-08-01", "2022-08-10"),
        ],
    )
    def test_means_the_days_a_creator_would_count(self, text: str, first: str, last: str) -> None:
        period = parse_period(text, on=MONDAY)

        assert (period.starts_on.isoformat(), period.last_day.isoformat()) == (first, last)

    def test_ends_a_week_in_the_same_week_on_every_day_of_it(self) -> None:
        weeks = {parse_period("this_week", on=MONDAY + timedelta(days=day)) for day in range(7)}

        assert len(weeks) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "soon",
            "month:13",
            "month:0",
            "q:5",
            "last_0_days",
            "last_9999_days",
            "range:2022-08-10..2022-08-01",
            "range:2022-02-30..2022-03-01",
            "range:0001-01-01..9999-12-31",
            "month:0000-05",
            "range:0001-01-01..0001-01-02",
        ],
    )
    def test_refuses_politely_what_names_no_days(self, text: str) -> None:
        with pytest.raises(UnknownPeriod, match="没看懂"):
            parse_period(text, on=MONDAY)

    @given(st.text(max_size=40), st.dates(min_value=date(2005, 1, 1), max_value=date(2200, 1, 1)))
    def test_gives_whole_days_or_refuses_for_any_text(self, text: str, on: date) -> None:
        try:
            period = parse_period(text, on=on)
        except UnknownPeriod:
            return

        assert period.days >= 1
        assert period.before().ends_on == period.starts_on
