import json
from typing import cast

from hypothesis import given

from bot.channels.web_chart import options
from bot.pictures.layout import axis_ticks
from tests.bot.pictures.samples import CITIES, CURVE, GAPS, STACKED, charts
from tools.kernel.charts import Chart


def code_in(value: object) -> list[str]:
    """Return what the page would run: the values of keys that begin with a colon."""
    if isinstance(value, dict):
        parts = cast("dict[str, object]", value)
        own = [str(text) for name, text in parts.items() if name.startswith(":")]
        return own + [code for part in parts.values() for code in code_in(part)]
    if isinstance(value, list):
        return [code for part in cast("list[object]", value) for code in code_in(part)]
    return []


class TestOptions:
    @given(charts())
    def test_are_json_for_any_chart(self, chart: Chart) -> None:
        drawn = options(chart)

        assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn
        assert len(drawn["series"]) == len(chart.series)

    @given(charts())
    def test_run_none_of_the_charts_words(self, chart: Chart) -> None:
        units = {json.dumps(series.unit) for series in chart.series}

        for code in code_in(options(chart)):
            for unit in units:
                code = code.replace(f", {unit})", ")")  # noqa: PLW2901 - peeled
            assert code in {
                "(value) => window.guanghe.number(value)",
                "(point) => point.value == null ? '' : window.guanghe.number(point.value)",
                "(value) => window.guanghe.amount(value)",
            }

    def test_leave_gaps_and_dot_what_stands_alone(self) -> None:
        data = options(GAPS)["series"][0]["data"]

        assert data[1] is None
        assert data[0] == {"value": 1.0, "symbol": "circle", "symbolSize": 7}
        assert data[5:] == [3.0, 4.0]

    def test_part_the_numbers_of_near_marks(self) -> None:
        marks = options(CURVE)["series"][0]["markLine"]["data"]

        assert [mark["label"]["formatter"] for mark in marks] == list("①②③④⑤⑥")
        assert [mark["label"]["offset"][1] for mark in marks[:3]] == [0, -20, -40]

    def test_have_the_axes_of_the_picture(self) -> None:
        left, right = options(CURVE)["yAxis"]

        assert (left["min"], left["max"]) == (0, axis_ticks(CURVE, CURVE.series[:1])[-1])
        assert right["show"]
        assert options(CURVE)["series"][1]["yAxisIndex"] == 1

    def test_lay_names_down_and_stack_what_adds_up(self) -> None:
        assert options(CITIES)["yAxis"]["data"] == list(CITIES.labels)
        assert {series["stack"] for series in options(STACKED)["series"]} == {"left"}
