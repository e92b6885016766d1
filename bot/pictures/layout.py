"""Where things stand in a chart: widths of words, ticks of an axis, labels that fit, badges that do not touch."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile
from unicodedata import east_asian_width

from tools.kernel.charts import Chart, Drawing, Series

# Widths in ems of Noto Sans CJK; narrow ones are rounded up, so that words fit where they were said to fit.
_WIDE, _CAPITAL, _NARROW = 1.0, 0.68, 0.57
_CAPITALS = frozenset("ABCDEFGHKLMNOPQRSTUVWXYZmwMW%@&")

# A row of names is no longer a row of bars that anybody compares.
MOST_ROWS = 20
# How many hanzi fit side by side below a plot on a phone.
_ROW_EMS = 31
_TICKS = 5
# What differs by less is the same.
_NOTHING = 1e-9
_STEPS = (1.0, 2.0, 5.0, 10.0)
# Steps between shown labels: tens and half minutes read better than elevenths.
_LABEL_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
# Lines that move in a small part of their height are shown without the empty part below.
_HIGH = 0.6


def width(text: str, *, size: float) -> float:
    """Return how wide the text is at most, in the unit of `size`."""
    return sum(map(_em, text)) * size


def shortened(text: str, *, size: float, room: float) -> str:
    """Return the text, or as much of its beginning as fits with an ellipsis."""
    if width(text, size=size) <= room:
        return text
    kept, used = "", width("…", size=size)
    for character in text:
        used += _em(character) * size
        if used > room:
            break
        kept += character
    return f"{kept.rstrip()}…"


def wrapped(text: str, *, size: float, room: float, most: int) -> tuple[str, ...]:
    """Return the text in at most `most` lines that fit, the last one shortened; a Latin word or number stays whole."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest:
        if len(lines) == most - 1:
            lines.append(shortened(rest, size=size, room=room))
            break
        end = _line_end(rest, size=size, room=room)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(lines)


def is_sideways(chart: Chart) -> bool:
    """Whether the chart's bars lie: names that do not fit below them, of which none can be left out.

    Labels that all have a number (days, seconds, months) are an order, in which a reader fills the gaps.
    """
    only_bars = all(series.drawing is Drawing.BAR and not series.second_axis for series in chart.series)
    names = not all(any(character.isdigit() for character in label) for label in chart.labels)
    few = not chart.stacked and 0 < len(chart.labels) <= MOST_ROWS
    return only_bars and names and few and label_step(chart.labels, size=1, room=_ROW_EMS) > 1


def stacked_on(chart: Chart, series: Series, place: int) -> float:
    """Return where a stacked bar begins: on the bars of the series before it, losses below zero among themselves."""
    value = series.values[place] or 0
    before = takewhile(lambda other: other is not series, chart.series)
    same_side = (
        other.values[place] or 0
        for other in before
        if other.drawing is Drawing.BAR and other.second_axis == series.second_axis
    )
    return sum((amount for amount in same_side if (amount < 0) == (value < 0)), 0.0)


def isolated(values: Sequence[float | None]) -> frozenset[int]:
    """Return the places of values between two gaps: a line through one point is not seen."""
    around = [None, *values, None]
    return frozenset(
        place
        for place, value in enumerate(values)
        if value is not None and around[place] is None and around[place + 2] is None
    )


def lanes(places: Sequence[float], *, gap: float) -> tuple[int, ...]:
    """Return for each place the lowest lane in which no other is nearer than `gap`."""
    last: list[float] = []
    found: dict[int, int] = {}
    for number in sorted(range(len(places)), key=lambda number: places[number]):
        place = places[number]
        lane = next((lane for lane, end in enumerate(last) if place - end >= gap), len(last))
        last[lane : lane + 1] = [place]
        found[number] = lane
    return tuple(found[number] for number in range(len(places)))


def label_step(labels: Sequence[str], *, size: float, room: float) -> int:
    """Return which labels are shown, every first, second, third…: so many that they fit side by side."""
    if not labels:
        return 1
    widest = max(width(label, size=size) for label in labels) + size * 0.8
    fitting = (step for step in _LABEL_STEPS if step * room / len(labels) >= widest)
    return next(fitting, max(math.ceil(widest * len(labels) / room), 1))


def shown_labels(labels: Sequence[str], *, size: float, room: float) -> range:
    """Return the places of the labels that fit: a row of seconds keeps its 0, one of days its newest day."""
    step = label_step(labels, size=size, room=room)
    first = 0 if not labels or labels[0].startswith("0") else (len(labels) - 1) % step
    return range(first, len(labels), step)


def axis_ticks(chart: Chart, some: Sequence[Series]) -> tuple[float, ...]:
    """Return the numbers of the axis that these series share."""
    from_zero = any(series.drawing is not Drawing.LINE for series in some)
    return ticks((value for series in some for value in _tops(chart, series)), from_zero=from_zero)


def ticks(values: Iterable[float | None], *, from_zero: bool) -> tuple[float, ...]:
    """Return round numbers from below the smallest value to above the largest, about five of them.

    Bars and areas must begin at zero, or their size would lie; counts have no halves.
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    if from_zero or 0 <= low < _HIGH * high or high < 0:
        low, high = min(low, 0), max(high, 0)
    if high - low < _NOTHING:
        low, high = min(low, 0), max(high, 0)
        high = max(high, low + 1) if high - low < _NOTHING else high
    whole = all(float(value).is_integer() for value in known)
    step = _round_step((high - low) / _TICKS, whole=whole)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # Three steps of 0.1 are 0.3, not 0.30000000000000004.
    return tuple(float(f"{number * step:.12g}") for number in range(first, last + 1))


def spread(places: Sequence[float], *, gap: float, low: float, high: float) -> tuple[float, ...]:
    """Return the places moved as little as keeps them `gap` apart, in order, between `low` and `high`.

    Places that come too close share the room around their middle; with too little room the gap shrinks.
    """
    if len(places) > 1:
        gap = min(gap, (high - low) / (len(places) - 1))
    order = sorted(range(len(places)), key=lambda number: places[number])
    # Blocks of neighbours that touch: the sum of where each would put the block's first, and how many they are.
    blocks: list[tuple[float, int]] = []
    for rank, number in enumerate(order):
        wish, count = places[number] - rank * gap, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= wish / count:
            before, many = blocks.pop()
            wish, count = wish + before, count + many
        blocks.append((wish, count))
    starts = chain.from_iterable([total / count] * count for total, count in blocks)
    highest = high - (len(places) - 1) * gap
    moved = dict(zip(order, (min(max(start, low), highest) for start in starts), strict=True))
    rank_of = {number: rank for rank, number in enumerate(order)}
    return tuple(moved[number] + rank_of[number] * gap for number in range(len(places)))


def _tops(chart: Chart, series: Series) -> Iterator[float | None]:
    """Yield how high each value reaches: a stacked bar as high as all below it and itself."""
    stacked = chart.stacked and series.drawing is Drawing.BAR
    for place, value in enumerate(series.values):
        yield value + stacked_on(chart, series, place) if stacked and value is not None else value


def _em(character: str) -> float:
    if east_asian_width(character) in "WFA":
        return _WIDE
    return _CAPITAL if character in _CAPITALS else _NARROW


def _line_end(text: str, *, size: float, room: float) -> int:
    used, end = 0.0, 0
    for character in text:
        used += _em(character) * size
        if used > room:
            break
        end += 1
    if end == len(text):
        return end
    whole_word = len(list(takewhile(_belongs_together, reversed(text[:end]))))
    splits = _belongs_together(text[end]) and 0 < whole_word < end
    return max(end - whole_word if splits else end, 1)


def _belongs_together(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _round_step(rough: float, *, whole: bool) -> float:
    power: float = 10.0 ** math.floor(math.log10(rough))
    step = next(power * step for step in _STEPS if power * step >= rough * (1 - 1e-9))
    return max(step, 1.0) if whole else step
