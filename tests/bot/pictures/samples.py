"""Charts of every shape, for the tests of what draws and tells them."""

import math
from dataclasses import replace

from hypothesis import strategies as st

from tools.kernel.charts import Chart, Drawing, Mark, Series

WEEK = tuple(f"8月{day}日" for day in range(1, 8))

CURVE = Chart(
    title="《铁锅炖大鹅》每秒还在看的人",
    labels=tuple(f"{second}秒" for second in range(60)),
    series=(
        Series("还在看", tuple(100 * math.exp(-second / 40) for second in range(60)), "%", Drawing.AREA),
        Series("点赞", tuple(float(second % 7) for second in range(60)), "次", second_axis=True),
    ),
    marks=(
        Mark(3, "3 秒时走了 20% 的人"),
        Mark(4, "转场时又走了一批"),
        Mark(5, "字幕太密"),
        Mark(23, "点赞最多"),
        Mark(24, "继续点赞"),
        Mark(58, "结尾流失加快，建议剪短片尾，或者在这里放下一集的钩子，让人把它看完再走，也别忘了点赞"),
    ),
    note="按 12,345 次播放计算。",
)
GAPS = Chart("播放", WEEK, (Series("播放", (1.0, None, 12_345.0, None, None, 3.0, 4.0), "次"),))
CITIES = Chart(
    "粉丝最多的城市",
    ("沈阳市", "呼和浩特市", "乌鲁木齐市", "齐齐哈尔市", "牡丹江市", "哈尔滨市", "佳木斯市", "鄂尔多斯市"),
    (Series("粉丝", (12_300.0, 8_000.0, 7_000.0, 5_000.0, None, 400.0, -30.0, 0.0), "人", Drawing.BAR),),
    (Mark(0, "你所在的城市"),),
)
STACKED = Chart(
    "收入",
    WEEK,
    (
        Series("打赏", (1.0, 2.0, 3.0, -4.0, None, 0.0, 7.0), "元", Drawing.BAR),
        Series("佣金", (10.0, 20.0, 30.0, -40.0, None, 0.0, 70.0), "元", Drawing.BAR),
    ),
    stacked=True,
)
NOTHING = Chart("收入", WEEK, (Series("收入", (None,) * 7, "元"),))
SINGLE = Chart("只有一天", ("8月1日",), (Series("播放", (12_500.0,), "次"),), (Mark(0, "第一天"),))
EMPTY = Chart("空", (), (Series("播放", (), "次", Drawing.BAR),))
LONG = replace(
    CITIES,
    title="一个非常长的标题，" * 12,
    labels=tuple(f"一家三口吃了一整天的铁锅炖大鹅是什么体验{'！' * place}" for place in range(8)),
    series=(replace(CITIES.series[0], name="每千次播放的收入（含直播打赏与带货佣金）" * 3),),
    note="数据来自平台结算系统，" * 20,
)
SAMPLES = {
    "curve": CURVE,
    "gaps": GAPS,
    "cities": CITIES,
    "stacked": STACKED,
    "nothing": NOTHING,
    "single": SINGLE,
    "empty": EMPTY,
    "long": LONG,
}

texts = st.text(max_size=40)
amounts = st.one_of(
    st.none(), st.integers(-(10**9), 10**12).map(float), st.floats(-1e12, 1e12, allow_nan=False)
)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Return any chart: words in any script, gaps, losses, any drawing, either axis."""
    labels = tuple(draw(st.lists(texts, max_size=40)))
    series = tuple(
        Series(
            draw(texts),
            tuple(draw(st.lists(amounts, min_size=len(labels), max_size=len(labels)))),
            draw(st.sampled_from(["", "元", "%", "$_{x}$"])),
            draw(st.sampled_from(Drawing)),
            draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 4)))
    )
    places = st.builds(Mark, st.integers(0, max(len(labels) - 1, 0)), texts)
    marks = draw(st.lists(places, max_size=6)) if labels else []
    return Chart(draw(texts), labels, series, tuple(marks), draw(texts), draw(st.booleans()))
