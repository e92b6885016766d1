from hypothesis import given

from bot.pictures.reading import mark_lines, summary, values
from tests.bot.pictures.samples import CITIES, CURVE, GAPS, NOTHING, SINGLE, charts
from tools.kernel.charts import Chart, Series


class TestSummary:
    def test_tells_range_extremes_marks_and_source(self) -> None:
        said = summary(CITIES)

        assert said == (
            "粉丝最多的城市。从沈阳市到鄂尔多斯市，共 8 项。粉丝最高 12,300人（沈阳市），最低 -30人（佳木斯市），最后 0人。"
            "沈阳市：你所在的城市。"
        )
        assert summary(CURVE).endswith("按 12,345 次播放计算。")

    def test_says_when_there_is_nothing_or_one_thing(self) -> None:
        assert summary(NOTHING).endswith("收入没有数据。")
        assert "只有8月1日一项。播放都是 12,500次。" in summary(SINGLE)

    @given(charts())
    def test_can_be_said_of_every_chart(self, chart: Chart) -> None:
        assert summary(chart).startswith(chart.title)


class TestValues:
    def test_are_a_line_for_each_label(self) -> None:
        lines = values(GAPS).splitlines()

        assert lines[:3] == ["8月1日：播放 1次", "8月2日：播放没有数据", "8月3日：播放 12,345次"]
        assert len(lines) == 7

    def test_of_a_long_row_are_thinned_but_keep_the_marks(self) -> None:
        labels = tuple(f"{second}秒" for second in range(600))
        long = Chart("曲线", labels, (Series("观看", (1.0,) * 600, "人"),), CURVE.marks)

        lines = values(long).splitlines()

        assert len(lines) < 80
        assert {"3秒：观看 1人", "58秒：观看 1人"} <= set(lines)


class TestMarkLines:
    def test_name_their_label_once(self) -> None:
        assert mark_lines(CURVE)[:2] == ("3 秒时走了 20% 的人", "4秒：转场时又走了一批")
