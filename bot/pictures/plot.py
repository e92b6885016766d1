"""The picture of a chart: a title, a legend, the plot, the marks in words, a note; every size in pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import assert_never

from bot.pictures.glyphs import drawable
from bot.pictures.layout import (
    axis_ticks,
    is_sideways,
    shortened,
    shown_labels,
    spread,
    stacked_on,
    width,
    wrapped,
)
from bot.pictures.numbers import short_number
from bot.pictures.reading import mark_lines, named
from bot.pictures.sheet import GRID, INK, PAPER, QUIET, WIDTH, Point, Sheet, font_characters
from tools.kernel.charts import Chart, Drawing, Series

COLOURS = ("#12935a", "#e8892b", "#3b7fd4", "#8a63c9", "#cf4d4d", "#5f7480")

_TITLE, _WORDS, _NOTE = 40.0, 29.0, 25.0
_EDGE = 36.0
_ROOM = WIDTH - 2 * _EDGE
_LEAST_HEIGHT, _LEAST_PLOT = 720.0, 380.0
_ROW_HEIGHT, _BAR_HEIGHT = 62.0, 40.0
_LONGEST_NAME = 330.0
# Bars this few carry their numbers, and lines this short their points.
_FEW = 12
_BARS_WIDTH = 0.72
_LABELS_HEIGHT = 2.0 * _WORDS
_GAP = 0.5 * _WORDS
_NO_DATA = "这段时间没有数据"


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands around the plot, in the lines in which it fits."""

    title: tuple[str, ...]
    legend: tuple[tuple[int, ...], ...]
    marks: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def above(self) -> float:
        """How much room the words above the plot take."""
        return _EDGE + len(self.title) * 1.3 * _TITLE + len(self.legend) * 1.5 * _WORDS + _WORDS

    @property
    def below(self) -> float:
        """How much room the words below the labels take."""
        marks = len(self.marks) * 1.5 * _WORDS + (_GAP if self.marks else 0)
        return marks + len(self.note) * 1.4 * _NOTE + (_GAP if self.note else 0) + _EDGE * 0.6


@dataclass(frozen=True, slots=True)
class _Box:
    """Where the plot stands, and which numbers its lower left and its upper right corner mean."""

    left: float
    right: float
    top: float
    bottom: float
    across: tuple[float, float] = (0, 1)
    up: tuple[float, float] = (0, 1)

    def x(self, value: float) -> float:
        """Return how far from the left a number of the lower edge stands."""
        low, high = self.across
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return how far from the top a number of the left edge stands."""
        low, high = self.up
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def plot(chart: Chart) -> bytes:
    """Return the chart as a PNG."""
    chart = _with_font(chart)
    if is_sideways(chart):
        return _lying(chart)
    return _standing(chart)


def _with_font(chart: Chart) -> Chart:
    """Return the chart with words that the font can show."""

    def shown(text: str) -> str:
        return drawable(text, font=font_characters())

    return replace(
        chart,
        title=shown(chart.title),
        labels=tuple(map(shown, chart.labels)),
        series=tuple(
            replace(series, name=shown(series.name), unit=shown(series.unit)) for series in chart.series
        ),
        marks=tuple(replace(mark, words=shown(mark.words)) for mark in chart.marks),
        note=shown(chart.note),
    )


def _standing(chart: Chart) -> bytes:
    """Draw values upwards over a row of labels."""
    words = _words(chart)
    top = words.above + (2.2 * _WORDS if chart.marks else 0)
    around = top + _LABELS_HEIGHT + words.below
    bottom = top + max(_LEAST_PLOT, _LEAST_HEIGHT - around)
    sheet = Sheet(height=bottom + _LABELS_HEIGHT + words.below)
    first = [series for series in chart.series if not series.second_axis]
    second = [series for series in chart.series if series.second_axis]
    scale, right_scale = axis_ticks(chart, first), axis_ticks(chart, second)
    box = _Box(
        left=_EDGE * 0.7 + _axis_width(first, scale),
        right=WIDTH - (_EDGE * 0.7 + _axis_width(second, right_scale) if second else _EDGE),
        top=top,
        bottom=bottom,
        across=_across(chart),
        up=(scale[0], scale[-1]),
    )
    right_box = replace(box, up=(right_scale[0], right_scale[-1]))
    _write_words(sheet, chart, words, below=bottom + _LABELS_HEIGHT)
    _axis(sheet, first, scale, box)
    if second:
        _axis(sheet, second, right_scale, right_box, right=True)
    _labels(sheet, chart, box)
    # No bar may hide a line.
    for series in sorted(chart.series, key=lambda series: series.drawing is not Drawing.BAR):
        _draw_series(sheet, chart, series, right_box if series.second_axis else box)
    _badges(sheet, chart, right_box if chart.series[0].second_axis else box)
    _say_if_empty(sheet, chart, box)
    return sheet.png()


def _lying(chart: Chart) -> bytes:
    """Draw bars to the right of a column of names, each with its number."""
    words = _words(chart)
    height = max(_ROW_HEIGHT, _BAR_HEIGHT * len(chart.series)) * len(chart.labels)
    bottom = words.above + max(height, _LEAST_HEIGHT - words.above - words.below)
    sheet = Sheet(height=bottom + words.below)
    names = [shortened(label, size=_WORDS, room=_LONGEST_NAME) for label in chart.labels]
    numbers = [_value(value) for series in chart.series for value in series.values]
    beside = max(width(number, size=_WORDS) for number in numbers) + (2 * _WORDS if chart.marks else 0)
    longest = max(width(name, size=_WORDS) for name in names)
    box = _Box(_EDGE + longest + _WORDS * 0.6, WIDTH - _EDGE - beside, words.above, bottom)
    _write_words(sheet, chart, words, below=bottom)
    row = (box.bottom - box.top) / len(names)
    for place, name in enumerate(names):
        sheet.write(name, box.left - _WORDS * 0.6, box.top + (place + 0.5) * row, size=_WORDS, align="right")
    _lying_bars(sheet, chart, box, row)
    _say_if_empty(sheet, chart, box)
    return sheet.png()


def _lying_bars(sheet: Sheet, chart: Chart, box: _Box, row: float) -> None:
    known = [value for series in chart.series for value in series.values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    box = replace(box, across=(low, high if high > low else low + 1))
    sheet.line((box.x(0), box.x(0)), (box.top, box.bottom), colour=GRID)
    thick = min(_BARS_WIDTH * row / len(chart.series), _BAR_HEIGHT)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            y = box.top + (place + 0.5) * row + (number - (len(chart.series) - 1) / 2) * thick
            reach = (y - thick * 0.45, y + thick * 0.45)
            sheet.bar((box.x(0), box.x(value or 0)), reach, colour=_colour(chart, series))
            sheet.write(_value(value), box.x(max(value or 0, 0)) + 10, y, size=_WORDS * 0.9, colour=QUIET)
    for number, mark in enumerate(chart.marks):
        before = sum(1 for earlier in chart.marks[:number] if earlier.at == mark.at)
        x = WIDTH - _EDGE - 0.6 * _WORDS - before * 1.6 * _WORDS
        sheet.badge(number + 1, x, box.top + (mark.at + 0.5) * row, size=_WORDS * 0.8)


def _words(chart: Chart) -> _Words:
    legend: list[list[int]] = [[]]
    used = 0.0
    for place, series in enumerate(chart.series):
        needed = width(_legend(chart, series), size=_WORDS) + 2.2 * _WORDS
        if legend[-1] and used + needed > _ROOM:
            legend.append([])
            used = 0.0
        legend[-1].append(place)
        used += needed
    return _Words(
        title=wrapped(chart.title, size=_TITLE, room=_ROOM, most=2),
        legend=tuple(map(tuple, legend)),
        marks=tuple(shortened(line, size=_WORDS, room=_ROOM - 1.8 * _WORDS) for line in mark_lines(chart)),
        note=wrapped(chart.note, size=_NOTE, room=_ROOM, most=2),
    )


def _write_words(sheet: Sheet, chart: Chart, words: _Words, *, below: float) -> None:
    y = _EDGE * 0.8
    for line in words.title:
        y += 1.3 * _TITLE
        sheet.write(line, _EDGE, y - 0.65 * _TITLE, size=_TITLE)
    for row in words.legend:
        y += 1.5 * _WORDS
        _legend_row(sheet, chart, row, y - 0.6 * _WORDS)
    y = below + (_GAP if words.marks else 0)
    for number, line in enumerate(words.marks, start=1):
        y += 1.5 * _WORDS
        sheet.badge(number, _EDGE + 0.6 * _WORDS, y - 0.75 * _WORDS, size=_WORDS * 0.8)
        sheet.write(line, _EDGE + 1.8 * _WORDS, y - 0.75 * _WORDS, size=_WORDS)
    y += _GAP
    for line in words.note:
        y += 1.4 * _NOTE
        sheet.write(line, _EDGE, y - 0.7 * _NOTE, size=_NOTE, colour=QUIET)


def _legend_row(sheet: Sheet, chart: Chart, row: Sequence[int], y: float) -> None:
    x = _EDGE
    for place in row:
        series = chart.series[place]
        half = 0.35 * _WORDS
        sheet.bar((x, x + 2 * half), (y - half, y + half), colour=_colour(chart, series))
        text = shortened(_legend(chart, series), size=_WORDS, room=_ROOM - _WORDS)
        sheet.write(text, x + _WORDS, y, size=_WORDS, colour=QUIET)
        x += width(text, size=_WORDS) + 2.2 * _WORDS


def _legend(chart: Chart, series: Series) -> str:
    """Return the series' name and unit, and that it is the right axis' where there are two."""
    if series.second_axis and any(not other.second_axis for other in chart.series):
        return named(replace(series, unit=f"{series.unit}，右轴" if series.unit else "右轴"))
    return named(series)


def _axis(
    sheet: Sheet, some: Sequence[Series], scale: Sequence[float], box: _Box, *, right: bool = False
) -> None:
    """Write an axis' numbers; only the left one has lines across the plot."""
    for tick in scale:
        y = box.y(tick)
        if right:
            sheet.write(_tick(tick, some), box.right + 12, y, size=_WORDS * 0.93, colour=QUIET)
        else:
            sheet.line((box.left, box.right), (y, y), colour=GRID)
            sheet.write(_tick(tick, some), box.left - 12, y, size=_WORDS * 0.93, colour=QUIET, align="right")


def _labels(sheet: Sheet, chart: Chart, box: _Box) -> None:
    names = [shortened(label, size=_WORDS, room=_LONGEST_NAME) for label in chart.labels]
    room = (box.x(1) - box.x(0)) * max(len(names), 1)
    for place in shown_labels(names, size=_WORDS, room=room):
        half = width(names[place], size=_WORDS) / 2
        x = min(max(box.x(place), half + 8), WIDTH - half - 8)
        sheet.write(names[place], x, box.bottom + 1.2 * _WORDS, size=_WORDS, colour=QUIET, align="center")


def _draw_series(sheet: Sheet, chart: Chart, series: Series, box: _Box) -> None:
    colour = _colour(chart, series)
    match series.drawing:
        case Drawing.BAR:
            _bars(sheet, chart, series, box)
        case Drawing.AREA:
            for run in _runs(series, box):
                sheet.area(run, floor=box.y(0), colour=colour)
            _line(sheet, series, box, colour)
        case Drawing.LINE:
            _line(sheet, series, box, colour)
        case _:
            assert_never(series.drawing)


def _bars(sheet: Sheet, chart: Chart, series: Series, box: _Box) -> None:
    bars = [series] if chart.stacked else [other for other in chart.series if other.drawing is Drawing.BAR]
    thick = _BARS_WIDTH / len(bars)
    number = next(place for place, other in enumerate(bars) if other is series)
    for place, value in enumerate(series.values):
        middle = place + (number - (len(bars) - 1) / 2) * thick
        edges = (box.x(middle - thick * 0.46), box.x(middle + thick * 0.46))
        if value is not None:
            base = stacked_on(chart, series, place) if chart.stacked else 0
            sheet.bar(edges, (box.y(base), box.y(base + value)), colour=_colour(chart, series))


def _line(sheet: Sheet, series: Series, box: _Box, colour: str) -> None:
    few = len(series.values) <= _FEW
    for run in _runs(series, box):
        sheet.curve(run, colour=colour)
        # A value between two gaps is no line: without a dot it would not be seen.
        if few or len(run) == 1:
            sheet.dots(run, colour=colour, size=10)


def _runs(series: Series, box: _Box) -> Iterator[list[Point]]:
    """Yield the series' points, in the pieces between its gaps."""
    places = enumerate(series.values)
    for known, run in groupby(places, key=lambda point: point[1] is not None):
        if known:
            yield [(box.x(place), box.y(value)) for place, value in run if value is not None]


def _badges(sheet: Sheet, chart: Chart, box: _Box) -> None:
    """Put the marks' numbers above the plot, side by side where they would touch, each with a line to its label.

    A dot shows where the line meets the first series.
    """
    wanted = [box.x(mark.at) for mark in chart.marks]
    moved = spread(wanted, gap=1.5 * _WORDS, low=box.left, high=box.right)
    y = box.top - 1.4 * _WORDS
    for number, (x, to, mark) in enumerate(zip(moved, wanted, chart.marks, strict=True), start=1):
        sheet.line((x, to), (y, box.top), colour=QUIET)
        sheet.line((to, to), (box.top, box.bottom), colour=QUIET, dashed=True)
        sheet.badge(number, x, y, size=_WORDS * 0.8)
        value = chart.series[0].values[mark.at]
        if value is not None and chart.series[0].drawing is not Drawing.BAR:
            sheet.dots([(to, box.y(value))], colour=INK, size=16, edge=PAPER)


def _say_if_empty(sheet: Sheet, chart: Chart, box: _Box) -> None:
    if all(value is None for series in chart.series for value in series.values):
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        sheet.write(_NO_DATA, *middle, size=_TITLE, colour=QUIET, align="center")


def _axis_width(some: Sequence[Series], scale: Sequence[float]) -> float:
    return max(width(_tick(tick, some), size=_WORDS * 0.93) for tick in scale) + 14


def _tick(value: float, some: Sequence[Series]) -> str:
    percent = all(series.unit == "%" for series in some)
    return f"{short_number(value, decimals=4)}{'%' if percent else ''}"


def _value(value: float | None) -> str:
    return "无数据" if value is None else short_number(value)


def _across(chart: Chart) -> tuple[float, float]:
    last = len(chart.labels) - 1
    if last < 1 or any(series.drawing is Drawing.BAR for series in chart.series):
        return -0.5, max(last, 0) + 0.5
    margin = last * 0.015
    return -margin, last + margin


def _colour(chart: Chart, series: Series) -> str:
    place = next(number for number, other in enumerate(chart.series) if other is series)
    return COLOURS[place % len(COLOURS)]
