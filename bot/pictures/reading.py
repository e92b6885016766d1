"""A chart in words: for people who do not see it, and below it for people who want the numbers."""

from collections.abc import Iterator

from bot.pictures.numbers import full_number
from tools.kernel.charts import Chart, Series

# More lines than this nobody hears to the end; the ends of the range and the marks say what matters.
_MOST_LINES = 62

_NO_VALUES = "没有数据"


def summary(chart: Chart) -> str:
    """Return what the chart shows in a paragraph: its range, each series' ends and extremes, its marks."""
    return "".join(_sentences(chart))


def values(chart: Chart) -> str:
    """Return the chart's numbers, a line for each label; of many labels every second, third… is told."""
    step = -(-len(chart.labels) // _MOST_LINES) if chart.labels else 1
    marked = {mark.at for mark in chart.marks}
    told = [place for place in range(len(chart.labels)) if place % step == 0 or place in marked]
    return "\n".join(f"{chart.labels[place]}：{_values_at(chart, place)}" for place in told)


def mark_lines(chart: Chart) -> tuple[str, ...]:
    """Return the marks in order with the label at which each stands, unless its words say it."""
    lines = ((chart.labels[mark.at], mark.words) for mark in chart.marks)
    return tuple(
        words if "".join(label.split()) in "".join(words.split()) else f"{label}：{words}"
        for label, words in lines
    )


def named(series: Series) -> str:
    """Return the series' name with its unit."""
    return f"{series.name}（{series.unit}）" if series.unit else series.name


def _sentences(chart: Chart) -> Iterator[str]:
    yield f"{chart.title}。"
    if chart.labels:
        first, last = chart.labels[0], chart.labels[-1]
        yield (
            f"从{first}到{last}，共 {len(chart.labels)} 项。"
            if len(chart.labels) > 1
            else f"只有{first}一项。"
        )
    for series in chart.series:
        yield _extremes(chart, series)
    for line in mark_lines(chart):
        yield f"{line.rstrip('。')}。"
    if chart.note:
        yield f"{chart.note.rstrip('。')}。"


def _extremes(chart: Chart, series: Series) -> str:
    known = [(value, place) for place, value in enumerate(series.values) if value is not None]
    if not known:
        return f"{series.name}{_NO_VALUES}。"
    # The first of equals: a tie is told where it was reached.
    (high, high_at), (low, low_at) = max(known, key=lambda point: point[0]), min(known)
    if high == low:
        return f"{series.name}都是 {full_number(high)}{series.unit}。"
    return (
        f"{series.name}最高 {full_number(high)}{series.unit}（{chart.labels[high_at]}），"
        f"最低 {full_number(low)}{series.unit}（{chart.labels[low_at]}），最后 {full_number(known[-1][0])}{series.unit}。"
    )


def _values_at(chart: Chart, place: int) -> str:
    return "，".join(_value(series, series.values[place]) for series in chart.series)


def _value(series: Series, value: float | None) -> str:
    return (
        f"{series.name}{_NO_VALUES}" if value is None else f"{series.name} {full_number(value)}{series.unit}"
    )
