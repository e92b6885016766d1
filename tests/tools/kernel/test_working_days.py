from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.holidays import read_years, working_calendar
from tools.kernel.working_days import WorkingCalendar

CALENDAR = working_calendar()
WEEKENDS_ONLY = WorkingCalendar({})


class TestWorkingCalendar:
    @pytest.mark.parametrize(
        ("year", "off", "worked"),
        # Days off and weekend days worked, summed from the notices; a leap year is none of them.
        [(2022, 7 + 3 + 3 + 5 + 3 + 3 + 7, 7), (2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 6)],
    )
    def test_has_the_days_of_the_notices(self, year: int, off: int, worked: int) -> None:
        known = CALENDAR.years[year]

        assert (len(known.off), len(known.worked)) == (off, worked)
        assert known.notice

    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2022, 1, 29), True),  # a Saturday worked for 春节
            (date(2022, 1, 31), False),  # a Monday off
            (date(2022, 2, 7), True),
            (date(2022, 8, 13), False),  # any Saturday
            (date(2022, 8, 15), True),  # any Monday
            (date(2022, 10, 9), True),  # a Sunday worked for 国庆节
            (date(2026, 2, 23), False),
            (date(2026, 2, 28), True),
        ],
    )
    def test_follows_holidays_and_the_days_worked_instead(self, day: date, works: bool) -> None:  # noqa: FBT001 - a parameter of the table
        assert CALENDAR.is_working_day(day) is works

    def test_skips_the_holiday_and_counts_the_weekend_worked_after_it(self) -> None:
        asked_on = date(2022, 9, 30)

        assert CALENDAR.after(asked_on, 3).day == date(2022, 10, 10)
        assert WEEKENDS_ONLY.after(asked_on, 3).day == date(2022, 10, 5)

    def test_says_which_years_were_counted_by_weekends(self) -> None:
        known, partly = CALENDAR.after(date(2022, 8, 15), 3), CALENDAR.after(date(2022, 12, 30), 3)

        assert (known.unknown_years, known.remark) == ((), "")
        assert partly.unknown_years == (2023,)
        assert partly.remark == "（2023 年的放假安排还没有收录，这里只扣除了周末）"

    @given(st.dates(date(2021, 6, 1), date(2027, 6, 1)), st.integers(0, 60))
    def test_ends_on_a_working_day_with_exactly_as_many_in_between(self, day: date, count: int) -> None:
        deadline = CALENDAR.after(day, count)

        assert CALENDAR.between(day, deadline.day) == count
        if count:
            assert CALENDAR.is_working_day(deadline.day)
        passed = [day + timedelta(days=step) for step in range(1, (deadline.day - day).days + 1)]
        assert sum(map(CALENDAR.is_working_day, passed)) == count
        assert set(deadline.unknown_years) == {each.year for each in passed} - {2022, 2026}

    @given(st.dates(date(2021, 6, 1), date(2027, 6, 1)), st.integers(0, 30), st.integers(0, 30))
    def test_counts_in_two_steps_what_it_counts_in_one(self, day: date, first: int, then: int) -> None:
        assert (
            CALENDAR.after(CALENDAR.after(day, first).day, then).day == CALENDAR.after(day, first + then).day
        )

    @given(st.dates(date(2023, 1, 1), date(2025, 12, 31)))
    def test_knows_weekends_alone_in_a_year_without_a_notice(self, day: date) -> None:
        assert CALENDAR.is_working_day(day) is (day.weekday() < 5)

    def test_counts_nothing_backwards(self) -> None:
        assert CALENDAR.between(date(2022, 8, 15), date(2022, 8, 1)) == 0


class TestReadYears:
    @pytest.mark.parametrize(
        ("off", "worked", "reason"),
        [
            ("{name: a, from: 2024-01-02, until: 2024-01-02}", "", "is not after from"),
            ("{name: a, from: 2023-12-31, until: 2024-01-02}", "", "2023-12-31 is not in 2024"),
            ("{name: a, from: 2024-01-01, until: 2024-01-08}", "2024-01-06", "is worked anyway, or off"),
            ("{name: a, from: 2024-01-01, until: 2024-01-02}", "2024-01-03", "is worked anyway, or off"),
            (
                "{name: a, from: 2024-01-01, until: 2024-01-05}, {name: b, from: 2024-01-04, until: 2024-01-06}",
                "",
                "b begins before a ends",
            ),
        ],
    )
    def test_refuses_days_that_contradict_each_other(self, off: str, worked: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            read_years(f"- {{year: 2024, notice: n, holidays: [{off}], worked: [{worked}]}}")
