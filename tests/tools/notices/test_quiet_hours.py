from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.notices.quiet_hours import QuietHours, first_loud, is_quiet, next_time

# Zones with summer time on both halves of the earth, half an hour of it (Lord Howe), odd offsets, and none.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Auckland",
        "Asia/Kathmandu", "America/St_Johns", "UTC",
    )
]  # fmt: skip
MINUTE = timedelta(minutes=1)
CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
# Around the nights of 2022 in which clocks changed somewhere, and any other time.
CHANGES = [
    datetime(2022, *day, tzinfo=UTC)
    for day in ((3, 13), (3, 27), (4, 3), (9, 25), (10, 2), (10, 30), (11, 6))
]


def minutes_after(day: datetime, minutes: int) -> datetime:
    return day + minutes * MINUTE


MOMENTS = st.one_of(
    st.builds(minutes_after, st.sampled_from(CHANGES), st.integers(-1500, 2500)),
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside
)
HOURS = st.lists(CLOCKS, min_size=2, max_size=2, unique=True).map(lambda pair: QuietHours(*pair))


class TestFirstLoud:
    @given(hours=HOURS, zone=st.sampled_from(ZONES), at=MOMENTS)
    @settings(max_examples=150, deadline=None)
    def test_is_the_first_minute_at_which_the_clock_on_the_wall_is_loud(
        self, hours: QuietHours, zone: ZoneInfo, at: datetime
    ) -> None:
        found = first_loud(hours, zone=zone, at=at)

        assert not is_quiet(hours, zone=zone, at=found)
        minute = at
        while minute < found:
            assert is_quiet(hours, zone=zone, at=minute)
            minute += MINUTE

    @given(hours=HOURS, zone=st.sampled_from(ZONES), at=MOMENTS)
    @settings(max_examples=100, deadline=None)
    def test_is_now_when_it_is_loud_and_within_a_day_and_an_hour(
        self, hours: QuietHours, zone: ZoneInfo, at: datetime
    ) -> None:
        found = first_loud(hours, zone=zone, at=at)

        assert (found == at) != is_quiet(hours, zone=zone, at=at)
        assert found - at <= timedelta(hours=25)


class TestIsQuiet:
    def test_goes_over_midnight_with_its_first_minute_and_without_its_last(self) -> None:
        night, zone = QuietHours(time(22), time(8)), ZoneInfo("Asia/Shanghai")

        quiet = [
            is_quiet(night, zone=zone, at=datetime(2022, 8, 15, hour, minute, tzinfo=zone))
            for hour, minute in ((21, 59), (22, 0), (0, 0), (7, 59), (8, 0))
        ]

        assert quiet == [False, True, True, True, False]

    def test_goes_by_the_zone_of_the_creator(self) -> None:
        night, at = QuietHours(time(22), time(8)), datetime(2022, 8, 15, 4, 0, tzinfo=UTC)

        assert not is_quiet(night, zone=ZoneInfo("Asia/Shanghai"), at=at)
        assert is_quiet(night, zone=ZoneInfo("America/New_York"), at=at)


class TestNextTime:
    @given(clock=CLOCKS, zone=st.sampled_from(ZONES), at=MOMENTS)
    @settings(max_examples=150, deadline=None)
    def test_comes_within_a_day_and_an_hour_and_shows_the_time_unless_that_hour_is_left_out(
        self, clock: time, zone: ZoneInfo, at: datetime
    ) -> None:
        found = next_time(at, clock=clock, zone=zone)

        assert timedelta(0) <= found - at <= timedelta(hours=25)
        shown = found.astimezone(zone).time()
        if shown != clock:
            # The clock jumped over it: a moment before, it was earlier than asked.
            before = (found - timedelta(hours=1)).astimezone(zone).time()
            assert before < clock < shown
