from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.rewarding import at
from tools.creators.days import CreatorDays, DayFigures, Published
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Metric, Stage, find_program, tasks
from tools.payout.tasks import (
    Offer,
    TaskUnknown,
    chosen,
    counted,
    heard,
    most_lacking,
    next_monday,
    stage_of,
)

FIRST = date(2022, 8, 15)
DAYS = st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days))
FIGURES = st.builds(
    DayFigures,
    plays=st.integers(0, 10**6),
    interactions=st.integers(0, 10**4),
    new_followers=st.integers(0, 10**4),
    live_seconds=st.integers(0, 86_400),
)
WORKS = st.lists(
    st.builds(
        Published,
        at=st.builds(at, DAYS, st.integers(0, 23), st.integers(0, 59)),
        kind=st.sampled_from(["video", "drama", "live"]),
        original=st.booleans(),
        seconds=st.integers(1, 10**4),
    ),
    max_size=12,
)


def offers(*, stage: Stage = Stage.MATURE, recent: int = 0) -> list[Offer]:
    program = find_program(packaged_programs(), "lifecycle")
    return [
        Offer(program, task, FIRST, FIRST + timedelta(days=7), recent)
        for task in tasks(program, FIRST)
        if task.stage is stage
    ]


def ids(found: list[Offer]) -> list[str]:
    return [offer.task.id for offer in found]


class TestPackagedTasks:
    def test_are_at_least_fifteen_with_three_or_more_a_stage(self) -> None:
        program = find_program(packaged_programs(), "lifecycle")
        found = tasks(program, FIRST)

        assert len(found) >= 15
        for stage in (Stage.NEWCOMER, Stage.COLD_START, Stage.GROWTH, Stage.MATURE):
            assert sum(task.stage is stage for task in found) >= 3
        assert len({task.id for task in found}) == len(found)


class TestStageOf:
    @pytest.mark.parametrize(
        ("followers", "stage"),
        [
            (0, Stage.NEWCOMER), (99, Stage.NEWCOMER), (100, Stage.COLD_START), (999, Stage.COLD_START),
            (1_000, Stage.GROWTH), (9_999, Stage.GROWTH), (10_000, Stage.MATURE), (10**8, Stage.MATURE),
        ],
    )  # fmt: skip
    def test_changes_at_the_counts_of_the_rules(self, followers: int, stage: Stage) -> None:
        assert stage_of(followers) is stage


class TestCounted:
    @given(
        st.dictionaries(DAYS, FIGURES), WORKS, st.sampled_from(Metric), st.integers(0, 9), st.integers(0, 9)
    )
    def test_never_falls_as_days_pass(
        self,
        days: dict[date, DayFigures],
        works: list[Published],
        metric: Metric,
        shorter: int,
        longer: int,
    ) -> None:
        shorter, longer = sorted((shorter, longer))
        found = CreatorDays(days, tuple(works))

        early = counted(metric, found, starts_on=FIRST, ends_on=FIRST + timedelta(days=shorter))
        late = counted(metric, found, starts_on=FIRST, ends_on=FIRST + timedelta(days=longer))

        assert 0 <= early <= late

    @given(st.dictionaries(DAYS, FIGURES), WORKS, WORKS, st.sampled_from(Metric))
    def test_never_falls_as_works_come_out(
        self, days: dict[date, DayFigures], works: list[Published], more: list[Published], metric: Metric
    ) -> None:
        def count(published: list[Published]) -> int:
            found = CreatorDays(days, tuple(published))
            return counted(
                metric, found, starts_on=FIRST, ends_on=FIRST + timedelta(days=7), claimed_at=at(FIRST, 8)
            )

        assert count(works) <= count(works + more)

    def test_takes_days_by_the_platforms_clock(self) -> None:
        midnight = datetime.fromisoformat("2022-08-21T23:59:59+08:00")
        works = tuple(Published(midnight + timedelta(seconds=n), "video", True, 30) for n in (0, 1))  # noqa: FBT003 - a dataclass of the rows

        assert (
            counted(
                Metric.ORIGINAL_WORKS,
                CreatorDays({}, works),
                starts_on=FIRST,
                ends_on=date(2022, 8, 22),
            )
            == 1
        )


class TestMostLacking:
    def test_orders_by_what_is_there_of_the_goal(self) -> None:
        found = [
            Offer(each.program, each.task, each.starts_on, each.ends_on, recent)
            for each, recent in zip(offers(), (5, 0, 3_600, 3_600, 300, 99_999), strict=True)
        ]

        assert ids(most_lacking(found)) == [
            "posting-days-5", "live-5h", "mature-live-2h", "plays-100k", "works-5", "followers-300",
        ]  # fmt: skip


class TestChosen:
    @pytest.mark.parametrize(
        ("task", "exclude", "expected"),
        [
            ("开播2小时", None, ["mature-live-2h"]),
            ("开播两小时的任务", None, ["mature-live-2h"]),
            ("直播5小时", None, ["live-5h"]),
            ("直播", None, ["mature-live-2h", "live-5h"]),
            ("开播2小时和发布5条", None, ["works-5", "mature-live-2h"]),
            ("涨粉、播放", None, ["followers-300", "plays-100k"]),
            ("播放10万", None, ["plays-100k"]),
            ("mature-live-2h", None, ["mature-live-2h"]),
            (None, "直播", ["works-5", "posting-days-5", "followers-300", "plays-100k"]),
            ("全部", "涨粉和发作品", ["mature-live-2h", "live-5h", "plays-100k"]),
            ("全领", "短剧", ["works-5", "posting-days-5", "mature-live-2h", "live-5h", "followers-300", "plays-100k"]),
            ("直播", "5小时", ["mature-live-2h"]),
        ],
    )  # fmt: skip
    def test_understands_a_creators_words(
        self, task: str | None, exclude: str | None, expected: list[str]
    ) -> None:
        assert ids(chosen(offers(), task=task, exclude=exclude)) == expected

    @pytest.mark.parametrize("task", ["开播3小时", "种树", "发布500条", "播放2万", "开播2小时、种树"])
    def test_refuses_what_is_not_there_and_says_what_is(self, task: str) -> None:
        with pytest.raises(TaskUnknown, match="开播2小时"):
            chosen(offers(), task=task, exclude=None)

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_takes_any_text(self, task: str, exclude: str) -> None:
        try:
            found = chosen(offers(), task=task, exclude=exclude)
        except TaskUnknown:
            return
        assert set(ids(found)) <= set(ids(offers()))


class TestHeard:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("领一下开播2小时的任务", ["mature-live-2h"]),
            ("除了直播的，其它任务都领了", ["works-5", "posting-days-5", "followers-300", "plays-100k"]),
            ("不要涨粉的，其他任务领了", ["works-5", "posting-days-5", "mature-live-2h", "live-5h", "plays-100k"]),
            ("开播任务帮我领了", ["mature-live-2h", "live-5h"]),
            ("领发布5条作品的任务", ["works-5"]),
            ("涨粉那个任务领一下", ["followers-300"]),
            ("领取成长周期任务", ["works-5", "posting-days-5", "mature-live-2h", "live-5h", "followers-300", "plays-100k"]),
            ("任务全领了", ["works-5", "posting-days-5", "mature-live-2h", "live-5h", "followers-300", "plays-100k"]),
        ],
    )  # fmt: skip
    def test_finds_the_tasks_in_a_sentence(self, text: str, expected: list[str]) -> None:
        task, exclude = heard(offers(), text)

        assert ids(chosen(offers(), task=task, exclude=exclude)) == expected


class TestNextMonday:
    @given(st.dates(date(2022, 1, 1), date(2030, 1, 1)))
    def test_is_a_monday_within_a_week(self, day: date) -> None:
        found = next_monday(day)

        assert found.weekday() == 0
        assert 1 <= (found - day).days <= 7
