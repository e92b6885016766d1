"""The words of answers about custom metrics, and their chart."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from tools.creators.formulas.alerts import Threshold
from tools.creators.formulas.evaluate import Absent, Value
from tools.creators.formulas.service import Curve, Fired, Metric
from tools.creators.formulas.shown import Shape, drawn, rounded, shape_of, unit_of, value_text
from tools.creators.formulas.tree import Node, written
from tools.kernel.charts import Chart, Drawing, Mark, Series
from tools.kernel.db import Json

_SHOWN_FIRED = 3
_ENOUGH_DAYS = 3
_HUNDRED = 100


def has_value(value: Value) -> bool:
    """Whether there is a value."""
    return isinstance(value, Fraction)


def latest(curve: Curve | None, node: Node) -> str:
    """Return the last day's value in words: 8月14日是 3.21 人/千次，比前一天高 8.3%."""
    if curve is None:
        return "还没有数据"
    day, value = curve.last
    return f"{day_text(day)}是 {value_text(value, node)}{_change(curve, node)}"


def _change(curve: Curve, node: Node) -> str:
    now = curve.values[-1][1]
    before = curve.values[-2][1] if len(curve.values) > 1 else Absent.NO_FIGURES
    if isinstance(now, Absent) or isinstance(before, Absent):
        return ""
    if now == before:
        return "，和前一天一样"
    words = "高" if now > before else "低"
    if shape_of(node) is not Shape.NUMBER:
        points = abs(drawn(now, node) - drawn(before, node))
        return f"，比前一天{words} {rounded(points, decimals=2)} 个百分点"
    if before == 0:
        return f"，前一天是 {value_text(before, node)}"
    share = abs(now - before) / abs(before) * _HUNDRED
    return f"，比前一天{words} {rounded(share, decimals=1)}%"


def listing(
    own: Sequence[Metric], values: Mapping[str, Curve | None], fired: Sequence[Fired], *, most: int
) -> str:
    """Return the creator's metrics with their latest values, alerts and what fired."""
    if not own:
        return f"你还没有自定义指标，最多能建 {most} 个。\n说“建个指标 名字=公式”就能建，比如“建个指标 千播涨粉=涨粉/播放*1000”；也有现成的可以直接加：完播率、互动率、点赞率、掉粉比、赞粉比。"
    lines = [f"你有 {len(own)} 个自定义指标（最多 {most} 个）："]
    for metric in own:
        bound = f"；{metric.threshold.words(metric.node)}时提醒" if metric.threshold else ""
        lines.append(
            f"· {metric.name} = {written(metric.node)}：{latest(values[metric.name], metric.node)}{bound}"
        )
    return "\n".join([*lines, *_fired_lines(fired)])


def shown(metric: Metric, curve: Curve, fired: Sequence[Fired], *, of: str = "") -> str:
    """Return a metric over a period: the last day and its change, the whole, the best and worst day."""
    node = metric.node
    lines = [f"{of}{metric.name} = {written(node)}", f"{latest(curve, node)}。"]
    have = [(day, value) for day, value in curve.values if isinstance(value, Fraction)]
    first, last = day_text(curve.period.starts_on), day_text(curve.period.last_day)
    if len(have) >= _ENOUGH_DAYS:
        best, worst = max(have, key=lambda one: one[1]), min(have, key=lambda one: one[1])
        whole = f"合起来是 {value_text(curve.whole, node)}，" if curve.whole is not None else ""
        lines.append(
            f"{curve.period.words}（{first}—{last}）{whole}最高 {day_text(best[0])} {value_text(best[1], node)}，"
            f"最低 {day_text(worst[0])} {value_text(worst[1], node)}。"
        )
    elif len(curve.values) > 1:
        lines.append(f"{curve.period.words}（{first}—{last}）有数值的只有 {len(have)} 天，看不出走势。")
    zero = sum(value is Absent.DIVIDED_BY_ZERO for _, value in curve.values)
    early = sum(value is Absent.NO_FIGURES for _, value in curve.values)
    if zero:
        lines.append(f"其中 {zero} 天分母为 0，显示无数据，不按 0 算。")
    if early:
        lines.append(f"其中 {early} 天往前的数据不够，算不出来。")
    if metric.threshold:
        lines.append(f"已设提醒：{metric.threshold.words(node)}时提醒你。")
    return "\n".join([*lines, *_fired_lines(fired)])


def _fired_lines(fired: Sequence[Fired]) -> list[str]:
    if not fired:
        return []
    lines = [f"最近 7 天触发过 {len(fired)} 次提醒："]
    lines += [f"· {day_text(one.day)} {one.metric} {one.value}，{one.bound}" for one in fired[:_SHOWN_FIRED]]
    return lines


def preview(metric: Metric, earlier: Metric | None, curve: Curve | None) -> str:
    """Return what would be saved, with its latest value."""
    lines = (
        [
            f"把指标「{metric.name}」的公式从 {written(earlier.node)} 改成 {written(metric.node)}",
            *(["原来的提醒会取消。"] if earlier.threshold else []),
        ]
        if earlier
        else [f"新建指标「{metric.name}」= {written(metric.node)}"]
    )
    lines.append(
        f"按现在的数据，{latest(curve, metric.node)}。" if curve else "现在还没有数据，有数据后每天更新。"
    )
    return "\n".join([*lines, "确认后保存，每天 10:00 后更新前一天的值。"])


def alert_preview(metric: Metric, bound: Threshold, curve: Curve | None) -> str:
    """Return the alert that would be set, and how the metric stands to it now."""
    lines = [f"「{metric.name}」{bound.words(metric.node)}时提醒你，每天 10:00 后看一次前一天的值。"]
    if metric.threshold:
        lines.append(f"原来设的“{metric.threshold.words(metric.node)}”会被替换。")
    if metric.id is None:
        lines.append(f"会先把「{metric.name}」= {written(metric.node)} 存成你的指标。")
    if curve:
        crossed = sum(bound.crossed_by(value) for _, value in curve.values)
        lines.append(
            f"现在{latest(curve, metric.node)}；最近 {len(curve.values)} 天里有 {crossed} 天会触发。"
        )
    return "\n".join(lines)


def how_to() -> str:
    """Return how a metric is made."""
    return (
        "告诉我名字和公式就能建，比如“建个指标 千播涨粉=涨粉/播放*1000”。\n"
        "能用的数据：播放、完播、粉丝播放、观看时长、点赞、评论、转发、收藏、涨粉、掉粉、粉丝、主页访问、开播时长、发布。\n"
        "运算用 + - × ÷ 和括号；函数有 平均、最大、最小、合计、中位数、增长；看一段时间写 近7天(播放) 或 平均(播放, 7天)。\n"
        "现成的可以直接加：完播率、互动率、点赞率、千播涨粉、掉粉比、赞粉比、周均播放。"
    )


def charts(metric: Metric, curve: Curve, *, of: str = "") -> tuple[Chart, ...]:
    """Return the metric by day as a chart; none for a single day or for days without any value."""
    values = tuple(
        float(drawn(value, metric.node)) if isinstance(value, Fraction) else None for _, value in curve.values
    )
    known = [place for place, value in enumerate(values) if value is not None]
    if len(values) <= 1 or not known:
        return ()
    series = [Series(metric.name, values, unit_of(metric.node), Drawing.LINE)]
    if metric.threshold:
        bound = float(drawn(metric.threshold.value, metric.node))
        series.append(Series("提醒线", (bound,) * len(values), unit_of(metric.node)))
    last_day, last = curve.values[known[-1]]
    mark = Mark(known[-1], f"{day_text(last_day)} {value_text(last, metric.node)}")
    return (
        Chart(
            title=f"{of}{metric.name}（{curve.period.words}）",
            labels=tuple(f"{day.month}/{day.day}" for day, _ in curve.values),
            series=tuple(series),
            marks=(mark,),
            note=f"{metric.name} = {written(metric.node)}，按天",
        ),
    )


def curve_facts(metric: Metric, curve: Curve) -> Json:
    """Return a curve's values as exact fractions and as they are shown."""
    return {
        "from": curve.period.starts_on.isoformat(),
        "to": curve.period.last_day.isoformat(),
        "period": curve.period.words,
        "days": len(curve.values),
        "days_with_value": sum(has_value(value) for _, value in curve.values),
        "days_divided_by_zero": sum(value is Absent.DIVIDED_BY_ZERO for _, value in curve.values),
        "days_without_figures": sum(value is Absent.NO_FIGURES for _, value in curve.values),
        "unit": unit_of(metric.node),
        "values": {day.isoformat(): str(value) for day, value in curve.values},
        "shown": {day.isoformat(): value_text(value, metric.node) for day, value in curve.values},
        "whole": None if curve.whole is None else str(curve.whole),
        "whole_shown": None if curve.whole is None else value_text(curve.whole, metric.node),
        "latest": latest(curve, metric.node),
    }


def fired_fact(fired: Fired) -> Json:
    """Return a fired alert as facts."""
    return {"metric": fired.metric, "day": fired.day.isoformat(), "value": fired.value, "bound": fired.bound}


def day_text(day: date) -> str:
    """Return a day as it is said."""
    return f"{day.month}月{day.day}日"
