from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.notices.test_quiet_hours import HOURS, ZONES
from tools.kernel.period import PLATFORM_ZONE
from tools.notices.quiet_hours import is_quiet
from tools.notices.timing import Fate, Preferences, Timing, timing, week_of
from tools.notices.topics import MUTABLE, Lane, Topic

NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
NIGHT = datetime(2022, 8, 15, 23, tzinfo=PLATFORM_ZONE)
MORNING = datetime(2022, 8, 16, 8, tzinfo=PLATFORM_ZONE)
EVENING = datetime(2022, 8, 15, 19, tzinfo=PLATFORM_ZONE)
DAY = timedelta(days=1)

PREFERENCES = st.builds(
    Preferences,
    muted=st.frozensets(st.tuples(st.sampled_from(list(Topic)), st.sampled_from(["", "美食"])), max_size=4),
    quiet=st.none() | HOURS,
    digest_at=st.none() | st.integers(0, 23).map(time),
    zone=st.sampled_from(ZONES),
)


def found(
    topic: Topic,
    *,
    now: datetime = NOON,
    lane: Lane | None = None,
    category: str = "",
    created_at: datetime | None = None,
    expires_at: datetime | None = None,
    preferences: Preferences | None = None,
    told: int = 0,
) -> Timing:
    return timing(
        topic=topic,
        category=category,
        lane=lane or topic.lane,
        created_at=created_at or now,
        expires_at=expires_at or now + 7 * DAY,
        preferences=preferences or Preferences(),
        told_this_week=told,
        now=now,
    )


class TestTiming:
    @given(
        topic=st.sampled_from(list(Topic)),
        lane=st.sampled_from(list(Lane)),
        category=st.sampled_from(["", "美食"]),
        preferences=PREFERENCES,
        lives=st.integers(1, 14 * 24 * 60),
        told=st.integers(0, 4),
        after=st.integers(0, 15 * 24 * 60),
    )
    @settings(max_examples=250, deadline=None)
    def test_never_tells_what_is_over_unwanted_or_at_night(
        self,
        topic: Topic,
        lane: Lane,
        category: str,
        preferences: Preferences,
        lives: int,
        told: int,
        after: int,
    ) -> None:
        created = datetime(2022, 10, 28, 9, 30, tzinfo=UTC)
        now, ends = created + timedelta(minutes=after), created + timedelta(minutes=lives)

        decided = found(
            topic, lane=lane, category=category, now=now, created_at=created, expires_at=ends,
            preferences=preferences, told=told,
        )  # fmt: skip

        assert (decided.fate is Fate.EXPIRED) == (now >= ends)
        if decided.fate is Fate.GOES:
            assert not preferences.mutes(topic, category)
            assert not (topic is Topic.ACTIVITY and lane is Lane.BULK and told >= 3)
            if lane is Lane.BULK and preferences.quiet:
                assert not is_quiet(preferences.quiet, zone=preferences.zone, at=now)
        if decided.fate is Fate.WAITS:
            assert decided.until is not None
            assert decided.until > now
            assert lane is not Lane.CASE
            # What is looked at again at its moment goes then, or has expired: nothing waits for ever.
            later = found(
                topic, lane=lane, category=category, now=decided.until, created_at=created, expires_at=ends,
                preferences=preferences, told=0,
            )  # fmt: skip
            assert later.fate in {Fate.GOES, Fate.EXPIRED} or (
                topic is Topic.ACTIVITY and told >= 3 and later.fate is Fate.WAITS
            )
        if decided.fate is Fate.MUTED:
            assert topic in MUTABLE

    def test_answers_at_any_hour(self) -> None:
        assert found(Topic.REPORT, now=NIGHT) == Timing(Fate.GOES)

    def test_lets_deadlines_wait_for_the_morning_and_ignore_the_digest(self) -> None:
        assert found(Topic.TASK) == Timing(Fate.GOES)
        assert found(Topic.TASK, now=NIGHT) == Timing(Fate.WAITS, MORNING)

    def test_wakes_for_a_deadline_that_the_morning_would_miss(self) -> None:
        assert found(Topic.ORDER, now=NIGHT, expires_at=MORNING) == Timing(Fate.GOES)

    def test_gathers_bulk_for_the_digest(self) -> None:
        assert found(Topic.REWARD) == Timing(Fate.WAITS, EVENING)
        assert found(Topic.REWARD, created_at=NOON, now=EVENING) == Timing(Fate.GOES)
        assert found(Topic.REWARD, now=EVENING + timedelta(minutes=1)).until == EVENING + DAY

    def test_tells_at_once_what_would_expire_before_the_digest(self) -> None:
        assert found(Topic.ACTIVITY, expires_at=EVENING) == Timing(Fate.GOES)

    def test_tells_one_by_one_who_wants_no_digest(self) -> None:
        each = Preferences(digest_at=None)

        assert found(Topic.REWARD, preferences=each) == Timing(Fate.GOES)
        assert found(Topic.REWARD, preferences=each, now=NIGHT) == Timing(Fate.WAITS, MORNING)

    def test_tells_no_fourth_activity_in_a_week(self) -> None:
        each = Preferences(digest_at=None)
        monday = datetime(2022, 8, 22, 8, tzinfo=PLATFORM_ZONE)

        assert found(Topic.ACTIVITY, preferences=each, told=2) == Timing(Fate.GOES)
        assert found(Topic.ACTIVITY, preferences=each, told=3) == Timing(Fate.WAITS, monday)
        # A reminder was asked for, and a reward is no activity.
        assert found(Topic.ACTIVITY, preferences=each, told=3, lane=Lane.DEADLINE) == Timing(Fate.GOES)
        assert found(Topic.REWARD, preferences=each, told=3) == Timing(Fate.GOES)

    @pytest.mark.parametrize("topic", [topic for topic in Topic if not topic.mutable])
    def test_tells_what_concerns_rights_even_when_switched_off(self, topic: Topic) -> None:
        off = Preferences(muted=frozenset({(topic, "")}), digest_at=None)

        assert found(topic, preferences=off) == Timing(Fate.GOES)

    def test_mutes_a_category_and_no_other(self) -> None:
        off = replace(Preferences(digest_at=None), muted=frozenset({(Topic.ACTIVITY, "直播")}))

        assert found(Topic.ACTIVITY, category="直播", preferences=off) == Timing(Fate.MUTED)
        assert found(Topic.ACTIVITY, category="美食", preferences=off) == Timing(Fate.GOES)


class TestWeekOf:
    @pytest.mark.parametrize("day", range(15, 22))
    def test_begins_on_monday_by_the_platforms_clock(self, day: int) -> None:
        began, ends = week_of(datetime(2022, 8, day, 0, 30, tzinfo=PLATFORM_ZONE))

        assert (began, ends) == (NOON.replace(hour=0), NOON.replace(hour=0) + 7 * DAY)
