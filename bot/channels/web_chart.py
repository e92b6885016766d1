"""A chart that can be looked into: ECharts in the page, its colours those of the page, its words for everybody."""

import json
from collections.abc import Sequence
from typing import Any

from nicegui.elements.echart import EChart

from bot.channels.web_elements import box, describe, words
from bot.pictures.layout import axis_ticks, is_sideways, isolated, lanes
from bot.pictures.reading import mark_lines, named, summary, values
from tools.kernel.charts import Chart, Drawing, Series

# In the light and on the dark page alike.
_COLOURS = ("#12a066", "#e8892b", "#4a90e2", "#9b78d3", "#dd5c5c", "#7d929e")
_LINES = "rgba(128, 140, 134, .28)"
_NUMBERS = tuple("①②③④⑤⑥⑦⑧⑨⑩")

_HEIGHT, _ROW_HEIGHT, _AROUND_ROWS = 260, 30, 48
_LANE_HEIGHT, _LEGEND_HEIGHT = 20, 30
# A mark's number is this part of the plot's width on a phone.
_NUMBER_WIDTH = 0.075
# More points than this are a line without dots.
_FEW = 31
_NAMES_WIDTH = 92

_AXIS_NUMBER = "(value) => window.guanghe.number(value)"
_LABEL_NUMBER = "(point) => point.value == null ? '' : window.guanghe.number(point.value)"


def show_chart(chart: Chart, *, picture: str | None) -> None:
    """Add the chart with its title, marks, numbers and note; `picture` is the address of the same as an image."""
    with box("figure", "chart"):
        words("figcaption", chart.title, "chart-title")
        drawn = EChart(options(chart), renderer="svg").style(f"height: {_height(chart)}px")
        describe(drawn, role="img", aria_label=summary(chart))
        if chart.marks:
            with box("ul", "chart-marks"):
                for number, line in enumerate(mark_lines(chart)):
                    words("li", f"{_number(number)} {line}")
        if chart.note:
            words("div", chart.note, "chart-note")
        with box("div", "chart-more"):
            with box("details"):
                words("summary", "看具体数字")
                words("div", values(chart), "words chart-values")
            if picture is not None:
                describe(words("a", "存成图片", "file-link"), href=picture, download="")


def options(chart: Chart) -> dict[str, Any]:
    """Return what ECharts draws; every text of the chart is data in it, none is code or HTML."""
    sideways = is_sideways(chart)
    names: dict[str, Any] = {
        "type": "category",
        "data": list(chart.labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": _LINES}},
        "axisLabel": {"hideOverlap": True},
        "boundaryGap": len(chart.labels) == 1
        or any(series.drawing is Drawing.BAR for series in chart.series),
    }
    if sideways:
        names["inverse"] = True
        names["axisLabel"] = {"width": _NAMES_WIDTH, "overflow": "truncate", "interval": 0}
    scales = [_scale(chart, second=second) for second in (False, True)]
    if sideways:
        # Each bar has its number beside it.
        scales[0] |= {"axisLabel": {"show": False}, "splitLine": {"show": False}}
    return {
        "animation": False,
        "color": list(_COLOURS),
        "textStyle": {"fontFamily": "inherit"},
        "legend": {
            "top": 0,
            "left": 0,
            "type": "scroll",
            "icon": "roundRect",
            "itemWidth": 14,
            "textStyle": {"width": _NAMES_WIDTH * 1.5, "overflow": "truncate"},
        },
        "grid": {"left": 4, "right": 16, "bottom": 4, "top": _above(chart), "containLabel": True},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "backgroundColor": "var(--surface)",
            "borderColor": "var(--line)",
            "textStyle": {"color": "var(--words)"},
            "extraCssText": "max-width: 100%; white-space: normal; overflow-wrap: anywhere",
            "axisPointer": {"type": "shadow" if sideways else "line"},
        },
        "xAxis": scales[0] if sideways else names,
        "yAxis": names if sideways else scales,
        "series": [_series(chart, series, sideways=sideways) for series in chart.series],
    }


def _scale(chart: Chart, *, second: bool) -> dict[str, Any]:
    some = [series for series in chart.series if series.second_axis == second]
    numbers = axis_ticks(chart, some)
    return {
        "type": "value",
        "show": bool(some),
        "min": numbers[0],
        "max": numbers[-1],
        "interval": numbers[1] - numbers[0],
        "splitLine": {"show": not second, "lineStyle": {"color": _LINES}},
        "axisLabel": {":formatter": _AXIS_NUMBER, "hideOverlap": True},
    }


def _series(chart: Chart, series: Series, *, sideways: bool) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "name": named(series),
        "type": "bar" if series.drawing is Drawing.BAR else "line",
        "data": _points(series),
        "tooltip": {":valueFormatter": _amount(series)},
    }
    if chart.stacked and series.drawing is Drawing.BAR:
        drawn["stack"] = "right" if series.second_axis else "left"
    if not sideways:
        drawn["yAxisIndex"] = 1 if series.second_axis else 0
    if series.drawing is not Drawing.BAR:
        drawn["symbol"] = "circle" if len(series.values) <= _FEW else "none"
        drawn["z"] = 3
    if series.drawing is Drawing.AREA:
        drawn["areaStyle"] = {"opacity": 0.2}
    if sideways:
        drawn["label"] = {"show": True, "position": "right", ":formatter": _LABEL_NUMBER}
    if series is chart.series[0] and chart.marks:
        drawn["markLine"] = _mark_lines(chart, sideways=sideways)
    return drawn


def _points(series: Series) -> list[Any]:
    """Return the values; one between two gaps is a dot, since a line through it is not seen."""
    alone = frozenset[int]() if series.drawing is Drawing.BAR else isolated(series.values)
    return [
        {"value": value, "symbol": "circle", "symbolSize": 7} if place in alone else value
        for place, value in enumerate(series.values)
    ]


def _mark_lines(chart: Chart, *, sideways: bool) -> dict[str, Any]:
    axis = "yAxis" if sideways else "xAxis"
    data = [
        {
            axis: mark.at,
            "label": {"formatter": _number(number), "offset": [0, 0 if sideways else -_LANE_HEIGHT * lane]},
        }
        for number, (mark, lane) in enumerate(zip(chart.marks, _lanes(chart), strict=True))
    ]
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"type": "dashed", "color": "rgba(128, 140, 134, .8)", "opacity": 0 if sideways else 1},
        "label": {"position": "end", "distance": 4, "fontSize": 16},
        "data": data,
    }


def _lanes(chart: Chart) -> tuple[int, ...]:
    places: Sequence[float] = [mark.at for mark in chart.marks]
    return lanes(places, gap=max(len(chart.labels) - 1, 1) * _NUMBER_WIDTH)


def _above(chart: Chart) -> int:
    """Return how much stands above the plot: the legend, and the marks' numbers in as many lanes as they need."""
    if is_sideways(chart) or not chart.marks:
        return _LEGEND_HEIGHT + 8
    return _LEGEND_HEIGHT + _LANE_HEIGHT * (max(_lanes(chart)) + 1) + 4


def _height(chart: Chart) -> int:
    if is_sideways(chart):
        return _AROUND_ROWS + _ROW_HEIGHT * len(chart.labels) * max(1, len(chart.series) * 2 // 3)
    return _HEIGHT + _above(chart) - _LEGEND_HEIGHT


def _amount(series: Series) -> str:
    # The unit is a tool's or a creator's text: as a JSON string it is data in the page's code too.
    return f"(value) => window.guanghe.amount(value, {json.dumps(series.unit)})"


def _number(place: int) -> str:
    return _NUMBERS[place] if place < len(_NUMBERS) else f"({place + 1})"
