"""How growth advice says its figures; every text that has a number in it is a fact of the reply."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from tools.creators.growth.cohorts import EVERYWHERE, FEWEST, Difference, Doings, Factor
from tools.creators.growth.milestones import FARTHEST_DAYS, Arrival, Milestone
from tools.creators.growth.service import Cohort, Path
from tools.creators.growth.stages import MOST_WEEKS, Pace, Stage

_SHOWN = 3


def day_words(day: date, *, on: date) -> str:
    """Return a day with its year where that is another one."""
    return f"{day.month}月{day.day}日" if day.year == on.year else f"{day.year}年{day.month}月{day.day}日"


def number(value: float) -> str:
    """Return a figure with one decimal, none where it is nought."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def percent(share: float) -> str:
    """Return a share as a signed percentage with one decimal."""
    return f"{100 * share:+.1f}%"


def why(path: Path) -> str:
    """Return why the account is in its stage, with the figures it rests on."""
    pace = path.pace
    if pace is None:
        return "连续的每日数据还不满两周，先只按粉丝数算阶段"
    weeks = "、".join(f"{net:+,}" for net in pace.weeks)
    rate = percent(pace.monthly_rate(pace.mean_a_day))
    low, high = percent(pace.monthly_rate(pace.low_a_day)), percent(pace.monthly_rate(pace.high_a_day))
    return f"最近 {len(pace.weeks)} 个整周净涨粉依次是 {weeks}，折合 30 天 {rate}（90% 区间 {low} 到 {high}），{_ground(path.stage, pace)}"


def _ground(stage: Stage, pace: Pace) -> str:
    match stage:
        case Stage.SIGN_UP:
            return "不到 100 粉算入驻期"
        case Stage.COLD_START:
            return "100 到 999 粉算冷启动期"
        case Stage.GROWTH:
            return "过了 1,000 粉还在涨，算成长期"
        case Stage.MATURE:
            return "过了 1 万粉，30 天增长不到 10%，算成熟期"
        case Stage.PLATEAU:
            if pace.latest_two <= 0:
                return f"近两周合计 {pace.latest_two:+,}，没有再涨，算平台期"
            return "30 天增长基本在 1% 以下，算平台期"


def cohort_lines(
    cohort: Cohort,
    chosen: Sequence[Difference],
    own: Doings | None,
    *,
    stage: Stage,
    category: str,
    named: bool,
) -> list[str]:
    """Return what the leavers did differently, each with both means, the account's own figure and the effect."""
    if not cohort.differences:
        return [
            f"同阶段的对照样本不够：{MOST_WEEKS} 周里走出{stage.words}的只有 {cohort.leavers} 个账号，不到 {FEWEST} 个，不拿来下结论。"
        ]
    whose = f"{cohort.category}领域" if cohort.category != EVERYWHERE else f"全站（{category}领域样本不够）"
    head = f"{whose}{MOST_WEEKS} 周前同在{stage.words}的账号，{cohort.leavers} 个走了出来，{cohort.stayers} 个还在原地"
    if not chosen:
        return [f"{head}；两边在更新、时长、原创、直播、互动、完播上没有明显差别。"]
    lines = [f"{head}，{'你问的这一项' if named and not chosen[0].is_clear else '差别明显的'}："]
    return lines + [f"· {difference_words(each, own)}" for each in chosen[:_SHOWN]]


def difference_words(each: Difference, own: Doings | None) -> str:
    """Return one difference with its sample, effect size and the account's own figure."""
    left = each.factor.words.format(value=number(each.leaver_mean))
    value = own.value(each.factor, weeks=MOST_WEEKS) if own else None
    mine = "" if value is None else f"，你是 {number(value)}"
    return (
        f"走出来的{left}，没走出来的 {number(each.stayer_mean)}{mine}"
        f"（{each.leavers} 比 {each.stayers} 个账号，效应量 {each.effect:.2f}，90% 区间 {each.low:.2f} 到 {each.high:.2f}）"
    )


def step_words(each: Difference, own: float) -> str:
    """Return what to do about a factor in which the account is behind those that left."""
    goal, mine = number(each.leaver_mean), number(own)
    match each.factor:
        case Factor.POSTS_A_WEEK:
            return f"把更新提到每周 {goal} 条左右（你现在 {mine} 条）"
        case Factor.SECONDS_A_WORK:
            return f"把单条往 {goal} 秒左右靠（你现在平均 {mine} 秒）"
        case Factor.ORIGINAL_PERCENT:
            return f"把原创占比往 {goal}% 提（你现在 {mine}%），搬来的素材先停掉"
        case Factor.LIVE_HOURS_A_WEEK:
            return f"把开播往每周 {goal} 小时靠（你现在 {mine} 小时），固定两晚同一个点开"
        case Factor.INTERACTIONS_PER_THOUSAND:
            return f"每千次播放的互动先从 {mine} 次往 {goal} 次提，结尾留一个一句话就能答的问题"
        case Factor.COMPLETED_PERCENT:
            return f"完播率先从 {mine}% 往 {goal}% 提，看一遍最近一条在哪几秒掉人，只改开头"
        case _:
            assert_never(each.factor)


def milestone_words(path: Path, milestone: Milestone, coming: Arrival | None, *, rule: str, on: date) -> str:
    """Return the next milestone, how far it is, what it opens, and when it comes at the present pace."""
    left = milestone.followers - path.followers
    text = f"下一个门槛：{milestone.followers:,} 粉，还差 {left:,}，到了就过{milestone.opens}{rule}。"
    return text + _coming_words(path, coming, on=on)


def goal_words(path: Path, goal: int, coming: Arrival | None, *, on: date) -> str:
    """Return how far the creator's own goal is, and when it comes at the present pace."""
    if goal <= path.followers:
        return f"你说的 {goal:,} 粉已经到了。"
    text = f"你说的 {goal:,} 粉还差 {goal - path.followers:,}。"
    return text + _coming_words(path, coming, on=on)


def _coming_words(path: Path, coming: Arrival | None, *, on: date) -> str:
    if path.pace is None:
        return "现在的数据还估不出到达时间。"
    if coming is None:
        if path.pace.mean_a_day <= 0:
            return "照最近几周的走势粉丝不涨，估不出到达时间。"
        return f"照现在的速度，{FARTHEST_DAYS} 天内到不了。"
    earliest = day_words(coming.earliest, on=on)
    expected = f"大约{day_words(coming.expected, on=on)}到" if coming.expected else ""
    if coming.latest:
        return f"照现在的速度{expected}（{earliest}到{day_words(coming.latest, on=on)}之间）。"
    middle = f"{expected}，" if expected else ""
    return f"照现在的速度{middle}最快{earliest}，走势不稳，慢的话不一定到得了。"
