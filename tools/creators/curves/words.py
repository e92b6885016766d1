"""A reading in a creator's words, and as a chart. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from tools.creators.curves.advice import Advice, Step
from tools.creators.curves.comparison import Place
from tools.creators.curves.reading import Curve, Moment, MomentKind, Reading
from tools.kernel.charts import Chart, Drawing, Mark, Series
from tools.kernel.money import rate_text

_BASIS_POINTS = 10_000
_SHOWN_MOMENTS = 2
# Beside next to nothing, a multiple says nothing.
_RARE_TIMES_TENTHS = 200
# Works up to ten minutes are shown by the second, longer ones by five (policy second-by-second 2.2).
_LONGEST_BY_SECOND = 600
_SECONDS_A_STEP = 5


def percent(basis_points: int) -> str:
    """Return a share in basis points as a percentage with one decimal."""
    return rate_text(basis_points, _BASIS_POINTS)


def times(moment: Moment) -> str:
    """Return how many times the baseline a moment is, with one decimal."""
    return f"{moment.times_tenths // 10}.{moment.times_tenths % 10}"


def span(moment: Moment) -> str:
    """Return the moment's seconds: 第 7 秒, 第 25—28 秒."""
    if moment.first == moment.last:
        return f"第 {moment.second} 秒"
    return f"第 {moment.first}—{moment.last} 秒"


def moment_words(moment: Moment) -> str:
    """Return one moment with its second and its evidence."""
    share = rate_text(moment.count, moment.of)
    around = "其他地方" if moment.kind is MomentKind.REPLAY else "前后"
    counts = f"（{moment.count:,}/{moment.of:,}）"
    rare = moment.times_tenths >= _RARE_TIMES_TENTHS
    evidence = f"{around}几乎没有{counts}" if rare else f"是{around}的 {times(moment)} 倍{counts}"
    peak = "" if moment.first == moment.last else f"，最高在第 {moment.second} 秒，"
    match moment.kind:
        case MomentKind.EXIT:
            return f"{span(moment)}{peak}走了 {share}，{evidence}"
        case MomentKind.LIKE:
            return f"{span(moment)}{peak}有 {share} 点赞，{evidence}"
        case MomentKind.REPLAY:
            return f"{span(moment)}{peak}有 {share} 回看，{evidence}"
        case _:
            assert_never(moment.kind)


def moment_lines(reading: Reading) -> list[str]:
    """Return the lines about moments, the strongest of each kind first."""
    lines: list[str] = []
    for words, moments, shown in (
        ("走的人多", reading.exits, _SHOWN_MOMENTS),
        ("点赞集中", reading.likes, _SHOWN_MOMENTS),
        ("反复看", reading.replays, 1),
    ):
        if moments:
            lines.append(f"· {words}：{'；'.join(moment_words(moment) for moment in moments[:shown])}")
    return lines or ["· 开头以后没有哪一秒明显走人、点赞或回看得更多，曲线比较平"]


def own_line(places: Sequence[Place]) -> str:
    """Return the comparison with the creator's own works."""
    parts = "，".join(f"{place.measure.words}中位数 {percent(place.median_bp)}" for place in places)
    return f"· 和自己比：之前 {places[0].works} 条时长相近的作品，{parts}"


def peer_line(cohort: str, places: Sequence[Place]) -> str:
    """Return the comparison with peers."""
    parts = "，".join(
        f"{place.measure.words}超过其中 {place.below_percent}%（中位数 {percent(place.median_bp)}）"
        for place in places
    )
    return f"· 和同类比：{cohort}的 {places[0].works} 条作品里，{parts}"


def advice_words(advice: Advice) -> str:
    """Return the next step."""
    moment = advice.moment
    match advice.step:
        case Step.OPENING if moment:
            return (
                f"前 3 秒留人偏弱，下一条把{span(moment)}那样的画面（点赞最集中）提到开头 3 秒里，别先铺垫。"
            )
        case Step.OPENING:
            return "前 3 秒留人偏弱，下一条开头直接给最好看的画面或结果，别先铺垫。"
        case Step.CUT:
            assert moment
            return f"打开{span(moment)}对照画面，把这几秒剪短或挪走，下一条同样的地方别停顿。"
        case Step.REUSE:
            assert moment
            return f"把{span(moment)}前后剪成一条单独的短视频，或者下一条把它提到开头。"
        case Step.EXPLAIN:
            assert moment
            return f"{span(moment)}大家在倒回去看，下一条把这一步放慢、加字幕，也可以单独拍一条讲透。"
        case Step.KEEP:
            return "保持这个节奏，再发一条时长相近的，回来对比两条的前 3 秒。"
        case _:
            assert_never(advice.step)


def chart(title: str, curve: Curve, reading: Reading) -> Chart:
    """Return viewers, exits and likes over the seconds, with the moments that the words name."""
    step = 1 if curve.duration <= _LONGEST_BY_SECOND else _SECONDS_A_STEP
    starts = range(0, len(curve.viewers), step)
    shown = (*reading.exits[:_SHOWN_MOMENTS], *reading.likes[:_SHOWN_MOMENTS], *reading.replays[:1])
    return Chart(
        title=f"《{title}》逐秒曲线",
        labels=tuple(f"{second} 秒" for second in starts),
        series=(
            Series("还在看", tuple(float(curve.viewers[at]) for at in starts), "人", Drawing.AREA),
            Series("点赞", _steps(curve.likes, starts, step), "次", Drawing.BAR, second_axis=True),
            Series("离开", _steps(curve.exits, starts, step), "次", Drawing.BAR, second_axis=True),
        ),
        marks=tuple(
            Mark(moment.second // step, f"{span(moment)} {_short(moment)}")
            for moment in sorted(shown, key=lambda moment: moment.second)
        ),
        note=f"{day_words(curve.days[0])}到{day_words(curve.days[-1])}的播放，第 0 秒 {curve.started:,} 人",
    )


def _steps(counts: Sequence[int], starts: range, step: int) -> tuple[float, ...]:
    return tuple(float(sum(counts[at : at + step])) for at in starts)


def _short(moment: Moment) -> str:
    share = rate_text(moment.count, moment.of)
    match moment.kind:
        case MomentKind.EXIT:
            return f"走了 {share}"
        case MomentKind.LIKE:
            return f"{share} 点赞"
        case MomentKind.REPLAY:
            return f"{share} 回看"
        case _:
            assert_never(moment.kind)


def day_words(day: date) -> str:
    """Return a day as 8月14日."""
    return f"{day.month}月{day.day}日"
