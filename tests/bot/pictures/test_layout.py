from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.layout import (
    axis_ticks,
    is_sideways,
    isolated,
    label_step,
    lanes,
    shortened,
    shown_labels,
    spread,
    stacked_on,
    ticks,
    width,
    wrapped,
)
from tests.bot.pictures.samples import CITIES, GAPS, STACKED, WEEK, texts
from tools.kernel.charts import Chart, Drawing, Series

SIZE = 10.0
values = st.lists(st.floats(-1e12, 1e12), max_size=30)
places = st.lists(st.floats(0, 100), max_size=6)


class TestShortened:
    @given(texts, st.floats(20, 400))
    def test_fits_and_says_that_something_is_missing(self, text: str, room: float) -> None:
        short = shortened(text, size=SIZE, room=room)

        assert width(short, size=SIZE) <= room
        assert short == text or short.endswith("…")

    def test_keeps_what_fits(self) -> None:
        assert shortened("铁锅炖", size=SIZE, room=30) == "铁锅炖"
        assert shortened("铁锅炖大鹅", size=SIZE, room=30) == "铁锅…"


class TestWrapped:
    @given(texts, st.floats(20, 400), st.integers(1, 3))
    def test_fits_and_loses_nothing_before_the_last_line(self, text: str, room: float, most: int) -> None:
        lines = wrapped(text, size=SIZE, room=room, most=most)

        assert len(lines) <= most
        assert all(width(line, size=SIZE) <= room for line in lines)
        said = "".join("".join(lines).removesuffix("…").split())
        assert "".join(text.split()).startswith(said)

    def test_does_not_cut_a_number(self) -> None:
        assert wrapped("一共收入 12,345.67 元", size=SIZE, room=80, most=3) == ("一共收入", "12,345.67 元")


class TestTicks:
    @given(values, st.sampled_from(["bars", "lines"]))
    def test_are_even_and_hold_every_value(self, known: list[float], drawn: str) -> None:
        found = ticks(known, from_zero=drawn == "bars")

        span = found[-1] - found[0]
        tolerance = max(map(abs, [*known, span])) * 1e-9 + 1e-9
        assert 2 <= len(found) <= 8
        assert all(found[0] - tolerance <= value <= found[-1] + tolerance for value in known)
        assert all(abs((b - a) - span / (len(found) - 1)) <= tolerance for a, b in pairwise(found))

    @given(values)
    def test_of_bars_have_the_zero_in_reach(self, known: list[float]) -> None:
        found = ticks(known, from_zero=True)

        assert found[0] <= 0 <= found[-1]

    def test_of_counts_are_whole(self) -> None:
        assert ticks([0, 1, 2], from_zero=True) == (0, 1, 2)

    def test_of_a_line_far_from_zero_leave_the_empty_part_out(self) -> None:
        assert ticks([12_000, 12_170], from_zero=False)[0] == 12_000


class TestAxisTicks:
    def test_of_a_stack_reach_the_sum(self) -> None:
        found = axis_ticks(STACKED, STACKED.series)

        assert found[-1] >= 77
        assert found[0] <= -44


class TestStackedOn:
    def test_is_the_sum_of_the_earlier_on_the_same_side(self) -> None:
        mixed = replace(STACKED, series=(*STACKED.series, Series("其他", (-1.0,) * 7, "元", Drawing.BAR)))

        assert [stacked_on(mixed, mixed.series[1], place) for place in (0, 3, 4)] == [1.0, -4.0, 0.0]
        assert [stacked_on(mixed, mixed.series[2], place) for place in (0, 3)] == [0.0, -44.0]


class TestShownLabels:
    @given(st.lists(st.sampled_from(["8月15日", "0秒", "12秒", ""]), max_size=200), st.floats(200, 1000))
    def test_do_not_touch(self, labels: list[str], room: float) -> None:
        shown = shown_labels(labels, size=SIZE, room=room)

        widest = max((width(label, size=SIZE) for label in labels), default=0)
        assert shown.step == label_step(labels, size=SIZE, room=room)
        assert len(shown) <= 1 or shown.step * room / len(labels) >= widest

    def test_keep_the_newest_day(self) -> None:
        days = [f"8月{day}日" for day in range(1, 31)]

        shown = [days[place] for place in shown_labels(days, size=SIZE, room=300)]

        assert shown[-1] == "8月30日"
        assert len(shown) < 30

    def test_keep_the_second_0(self) -> None:
        seconds = [f"{second}秒" for second in range(60)]

        shown = [seconds[place] for place in shown_labels(seconds, size=SIZE, room=300)]

        assert shown[:2] == ["0秒", "10秒"]


class TestSpread:
    @given(places)
    def test_keeps_the_order_the_gap_and_the_room(self, wanted: list[float]) -> None:
        moved = spread(wanted, gap=10, low=0, high=100)

        by_wish = sorted(range(len(wanted)), key=lambda number: wanted[number])
        in_order = [moved[number] for number in by_wish]
        assert all(b - a >= 10 - 1e-6 for a, b in pairwise(in_order))
        assert all(-1e-6 <= place <= 100 + 1e-6 for place in moved)

    def test_leaves_alone_what_is_far_enough_apart(self) -> None:
        assert spread([50, 10, 90], gap=10, low=0, high=100) == (50, 10, 90)

    def test_shares_the_room_between_neighbours(self) -> None:
        assert spread([50, 50], gap=10, low=0, high=100) == (45, 55)


class TestLanes:
    @given(places)
    def test_part_what_would_touch(self, wanted: list[float]) -> None:
        found = lanes(wanted, gap=10)

        for lane in set(found):
            same = sorted(place for place, at in zip(wanted, found, strict=True) if at == lane)
            assert all(b - a >= 10 for a, b in pairwise(same))

    def test_are_one_where_nothing_touches(self) -> None:
        assert lanes([0, 50, 99], gap=10) == (0, 0, 0)


class TestIsSideways:
    def test_is_for_names_that_do_not_fit(self) -> None:
        assert is_sideways(CITIES)
        assert not is_sideways(replace(CITIES, labels=tuple("一二三四五六七八")))

    def test_is_not_for_days_lines_stacks_or_long_rows(self) -> None:
        bars = Series("播放", (1.0,) * 30, "次", Drawing.BAR)
        days = Chart("播放", tuple(f"2022年8月{day}日" for day in range(30)), (bars,))
        names = Chart("播放", tuple(f"名字{'长' * 9}" for _ in range(30)), (bars,))
        lines = replace(CITIES, series=(replace(CITIES.series[0], drawing=Drawing.LINE),))

        assert not any(map(is_sideways, (days, names, lines, replace(CITIES, stacked=True))))


class TestIsolated:
    def test_are_the_values_between_two_gaps(self) -> None:
        assert isolated(GAPS.series[0].values) == {0, 2}
        assert len(WEEK) == 7
