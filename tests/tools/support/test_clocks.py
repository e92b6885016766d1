from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.kernel.period import PLATFORM_ZONE
from tools.support import clocks
from tools.support.clocks import Clock, Promise
from tools.support.service_rules import business_hours

START = datetime(2022, 8, 15, 20, tzinfo=PLATFORM_ZONE)
HOURS = business_hours()
TARGET = timedelta(hours=5)
# What happens to a clock, each so long after the one before.
DEEDS = st.lists(
    st.tuples(st.sampled_from(["run", "pause", "stop"]), st.timedeltas(timedelta(0), timedelta(hours=20))),
    max_size=8,
)


def started() -> Clock:
    return clocks.start(Promise.RESOLUTION, target=TARGET, at=START)


def played(deeds: list[tuple[str, timedelta]]) -> tuple[Clock, datetime, timedelta]:
    """Return the clock after the deeds, the moment, and what a stopwatch beside it says."""
    clock, at, watched, runs, over = started(), START, timedelta(0), True, False
    for deed, pause in deeds:
        watched += HOURS.elapsed(at, at + pause) if runs else timedelta(0)
        at += pause
        match deed:
            case "run":
                clock, runs = clocks.run(clock, at=at), not over
            case "pause":
                clock, runs = clocks.pause(clock, at=at, hours=HOURS), False
            case _:
                clock, runs, over = clocks.stop(clock, at=at, hours=HOURS), False, True
    return clock, at, watched


class TestSpent:
    @settings(max_examples=80, deadline=None)
    @given(DEEDS)
    def test_counts_business_time_outside_pauses_only(self, deeds: list[tuple[str, timedelta]]) -> None:
        clock, at, watched = played(deeds)

        assert clocks.spent(clock, at=at, hours=HOURS) == watched
        assert clocks.is_breached(clock, at=at, hours=HOURS) == (watched > TARGET)

    def test_stands_still_after_the_stop(self) -> None:
        clock = clocks.stop(started(), at=START + timedelta(hours=1), hours=HOURS)

        later = clocks.stop(clock, at=START + timedelta(days=9), hours=HOURS)

        assert later == clock
        assert clocks.spent(later, at=START + timedelta(days=9), hours=HOURS) == timedelta(hours=1)


class TestDueAt:
    @settings(max_examples=80, deadline=None)
    @given(DEEDS)
    def test_is_the_last_moment_that_keeps_the_promise(self, deeds: list[tuple[str, timedelta]]) -> None:
        clock, at, _ = played(deeds)

        due = clocks.due_at(clock, hours=HOURS)

        assert (due is None) == (clock.running_since is None)
        if due is not None and due >= at:
            assert not clocks.is_breached(clock, at=due, hours=HOURS)
            opens = HOURS.next_opening(due + timedelta(seconds=1))
            assert clocks.is_breached(clock, at=opens + timedelta(seconds=1), hours=HOURS)

    def test_moves_over_the_night_and_away_by_a_pause(self) -> None:
        paused = clocks.pause(started(), at=START + timedelta(hours=1), hours=HOURS)
        again = clocks.run(paused, at=START + timedelta(hours=14))

        assert clocks.due_at(started(), hours=HOURS) == datetime(2022, 8, 16, 12, tzinfo=PLATFORM_ZONE)
        assert clocks.warn_at(started(), hours=HOURS) == datetime(2022, 8, 16, 11, tzinfo=PLATFORM_ZONE)
        assert clocks.due_at(paused, hours=HOURS) is None
        assert clocks.due_at(again, hours=HOURS) == datetime(2022, 8, 16, 14, tzinfo=PLATFORM_ZONE)
