from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.kernel.period import PLATFORM_ZONE
from tools.support.service_rules import business_hours

# Over the Labour Day holiday of 2022, and around the change of the rules on July 29.
BEGIN = datetime(2022, 4, 10, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=130)).map(lambda passed: BEGIN + passed)
SPANS = st.timedeltas(timedelta(0), timedelta(hours=60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PLATFORM_ZONE)


class TestElapsed:
    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("2022-08-15 12:00", "2022-08-15 13:30", 1.5),
            ("2022-08-15 21:00", "2022-08-16 10:00", 2),  # over a night
            ("2022-08-13 12:00", "2022-08-14 12:00", 13),  # a weekend is served since July 29
            ("2022-07-15 18:00", "2022-07-18 11:00", 2),  # before, it was not
            ("2022-04-29 18:00", "2022-05-05 11:00", 2),  # Labour Day
            ("2022-05-07 10:00", "2022-05-07 19:00", 9),  # a Saturday that is worked instead
            ("2022-07-28 18:00", "2022-07-29 10:00", 2),  # the old rules' last hour, the new ones' first
            ("2022-08-15 23:00", "2022-08-16 08:59", 0),
            ("2022-08-15 13:00", "2022-08-15 12:00", 0),
        ],
    )
    def test_counts_only_hours_of_service(self, start: str, end: str, hours: float) -> None:
        assert business_hours().elapsed(at(start), at(end)) == timedelta(hours=hours)

    @settings(max_examples=60, deadline=None)
    @given(MOMENTS, SPANS, SPANS)
    def test_adds_up_and_never_runs_faster_than_the_clock(
        self, start: datetime, first: timedelta, second: timedelta
    ) -> None:
        hours, middle = business_hours(), start + first
        end = middle + second

        whole = hours.elapsed(start, end)

        assert whole == hours.elapsed(start, middle) + hours.elapsed(middle, end)
        assert timedelta(0) <= whole <= end - start


class TestAfter:
    @settings(max_examples=60, deadline=None)
    @given(MOMENTS, SPANS)
    def test_is_the_first_moment_by_which_the_time_has_passed(self, start: datetime, span: timedelta) -> None:
        hours = business_hours()

        end = hours.after(start, span)

        assert hours.elapsed(start, end) == span
        if span:
            assert hours.elapsed(start, end - timedelta(microseconds=1)) < span

    def test_of_an_evening_is_the_next_morning(self) -> None:
        assert business_hours().after(at("2022-08-15 21:55"), timedelta(minutes=10)) == at("2022-08-16 09:05")


class TestNextOpening:
    @settings(max_examples=60, deadline=None)
    @given(MOMENTS)
    def test_is_open_and_nothing_is_before_it(self, moment: datetime) -> None:
        hours = business_hours()

        opens = hours.next_opening(moment)

        assert hours.is_open(opens)
        assert opens >= moment
        assert hours.elapsed(moment, opens) == timedelta(0)

    def test_skips_a_holiday(self) -> None:
        assert business_hours().next_opening(at("2022-04-29 20:00")) == at("2022-05-05 10:00")
        assert business_hours().open_on(date(2022, 5, 2)) is None
