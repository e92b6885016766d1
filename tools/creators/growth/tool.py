"""The agent's door to growth advice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import assert_never

from tools.creators import service as creators
from tools.creators.accounts import Account
from tools.creators.growth import hours, service, words
from tools.creators.growth.cohorts import EVERYWHERE, Difference, Doings, Factor, clearest_first
from tools.creators.growth.milestones import Arrival, Milestone, arrival, goal_of, next_milestone
from tools.creators.growth.service import Cohort, Path
from tools.creators.growth.stages import MOST_WEEKS, Stage
from tools.creators.growth.topics import FACTORS, Topic, topic_of
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, Speaker, cite
from tools.kernel.charts import Chart, Drawing, Mark, Series
from tools.kernel.db import Json
from tools.kernel.period import Period

_GUIDE = "creator-growth-guide"
_HUMAN = Button("转人工", "转人工")
_IDEAS = Button("给我几个选题", "给我几个选题")
_TASKS = Button("领成长任务", "有什么任务可以领")
# Works younger than this are still being played: their sums would call the latest hours the worst.
_SETTLED_DAYS = 3
_HOURS_DAYS = 60
# A line at the next milestone is drawn only where the path does not become a flat line below it.
_DRAWN_UP_TO = 2
# What the guide says first to an account of each stage.
_BASICS = {
    Stage.SIGN_UP: ((_GUIDE, "1.2"), "先把入驻任务做完：实名认证、发第一条作品，拿到流量券"),
    Stage.COLD_START: ((_GUIDE, "1.1"), "定一个领域，接下来 30 天每周发 3 至 5 条同一主题的作品"),
    Stage.GROWTH: ((_GUIDE, "2.3"), "把每周更新的条数稳住，在粉丝活跃高峰前 30 分钟到 1 小时发布"),
    Stage.PLATEAU: ((_GUIDE, "2.2"), "挑涨粉最多的 3 条作品，保留题材和开头方式拍新的，每次只改一处"),
    Stage.MATURE: (("youchuang-rules", "1.3"), "近 30 天原创作品做到 8 条以上，对上光合优创的作品条件"),
}


@dataclass(frozen=True, slots=True)
class _Rules:
    """The clauses that a reply leans on, looked up on its day."""

    call: Call
    found: dict[tuple[str, str], Citation]

    def name(self, policy: str, clause: str) -> str:
        """Return 《title》第 n 条 in brackets and remember the citation; empty when no such clause is in force."""
        held = self.call.policies.clause(policy, clause, on=self.call.on)
        if held is None:
            return ""
        self.found[policy, clause] = cite(held)
        return f"（《{held.title}》第 {held.clause} 条）"

    def citations(self) -> tuple[Citation, ...]:
        """Return what was named, in that order."""
        return tuple(self.found.values())


def growth_advice(call: Call, *, topic: str | None = None, category: str | None = None) -> Reply:
    """Advise on growing the account from its own path: its stage and why, what accounts that left the stage did differently, the next follower milestone and what it opens. `topic` narrows it (发布时间, 更新频率, 时长, 直播, 互动, 变现, 起号); `category` compares with another content category."""
    account = creators.account(call.session, creator_id=call.creator_id)
    said = (
        call.transcript[-1].text
        if call.transcript and call.transcript[-1].speaker is Speaker.CREATOR
        else None
    )
    asked = topic_of(topic, said)
    rules = _Rules(call, {})
    match asked:
        case Topic.HOURS:
            return _hours(call, rules)
        case Topic.MONEY:
            return _money(account, rules)
        case (
            Topic.WHOLE
            | Topic.BEGINNING
            | Topic.POSTING
            | Topic.LENGTH
            | Topic.ORIGINAL
            | Topic.LIVE
            | Topic.INTERACTION
            | Topic.COMPLETION
        ):
            goal = goal_of(said) if said else None
            return _advice(
                call, account, rules, asked=asked, category=category or account.category, goal=goal
            )
        case _:
            assert_never(asked)


def _advice(
    call: Call, account: Account, rules: _Rules, *, asked: Topic, category: str, goal: int | None
) -> Reply:
    path = service.path(call.session, creator_id=account.id, followers=account.followers, on=call.on)
    cohort = service.cohort(call.session, category=category, stage=path.stage)
    own = service.doings(call.session, creator_id=account.id, on=call.on)
    chosen = _chosen(cohort, asked)
    milestone = next_milestone(path.followers)
    coming = milestone and arrival(path.followers, milestone.followers, path.pace, on=call.on)
    days = (call.on - account.joined_on).days
    beside = words.cohort_lines(
        cohort, chosen, own, stage=path.stage, category=category, named=asked in FACTORS
    )
    if cohort.differences and chosen:
        beside.append("这是两组账号的差别，不等于照做就一定涨。")
    stage = f"{account.nickname}，你在{path.stage.words}：{path.followers:,} 粉，入驻第 {days} 天。"
    why = f"为什么：{words.why(path)}。"
    ahead = [_milestone_line(path, milestone, coming, rules, call)]
    # A goal that is the next milestone has its line already.
    if goal is not None and (milestone is None or goal != milestone.followers):
        goal_coming = arrival(path.followers, goal, path.pace, on=call.on)
        ahead.append(words.goal_words(path, goal, goal_coming, on=call.on))
    step = _next_step(path, chosen, own, rules, asked=asked)
    return Reply(
        text="\n".join([stage, why, "", *beside, "", *ahead, step]),
        facts=_facts(path, cohort, own, milestone, coming)
        | {
            "topic": asked.value,
            "days": days,
            "goal": goal,
            "shown": {"stage": stage, "why": why, "cohort": beside, "ahead": ahead, "next_step": step},
        },
        citations=rules.citations(),
        buttons=(_IDEAS, _TASKS, Button("几点发好", "几点发好")),
        charts=_charts(path, milestone),
    )


def _chosen(cohort: Cohort, asked: Topic) -> list[Difference]:
    """Return the differences to show: the one asked for whatever its size, else the clear ones.

    Over all categories lengths are left out: a drama is no snack, whoever gets on.
    """
    wanted = FACTORS.get(asked)
    if wanted:
        return [each for each in cohort.differences if each.factor is wanted]
    clear = clearest_first(cohort.differences)
    if cohort.category == EVERYWHERE:
        return [each for each in clear if each.factor is not Factor.SECONDS_A_WORK]
    return clear


def _milestone_line(
    path: Path, milestone: Milestone | None, coming: Arrival | None, rules: _Rules, call: Call
) -> str:
    if milestone is None:
        return "粉丝数的门槛都过了，接下来各激励项目看的是 30 天增长率和违规记录。"
    rule = rules.name(milestone.policy, milestone.clause)
    return words.milestone_words(path, milestone, coming, rule=rule, on=call.on)


def _next_step(
    path: Path, chosen: Sequence[Difference], own: Doings | None, rules: _Rules, *, asked: Topic
) -> str:
    """Return one step: towards the leavers where the account is behind them, else what the guide says first."""
    for each in chosen:
        value = own.value(each.factor, weeks=MOST_WEEKS) if own else None
        if asked is not Topic.BEGINNING and value is not None and each.is_clear and _is_behind(each, value):
            return f"下一步：{words.step_words(each, value)}，试两周再看净涨粉。"
    (policy, clause), step = _BASICS[Stage.COLD_START if asked is Topic.BEGINNING else path.stage]
    return f"下一步：{step}{rules.name(policy, clause)}。"


def _is_behind(each: Difference, value: float) -> bool:
    return value < each.leaver_mean if each.effect > 0 else value > each.leaver_mean


def _facts(
    path: Path, cohort: Cohort, own: Doings | None, milestone: Milestone | None, coming: Arrival | None
) -> Json:
    return {
        "stage": path.stage.value,
        "followers": path.followers,
        "pace": asdict(path.pace) if path.pace else None,
        "cohort": {
            "category": cohort.category if cohort.category != EVERYWHERE else None,
            "counted_on": cohort.counted_on.isoformat() if cohort.counted_on else None,
            "leavers": cohort.leavers,
            "stayers": cohort.stayers,
            "differences": [asdict(each) | {"factor": each.factor.value} for each in cohort.differences],
        },
        "own": {factor.value: own.value(factor, weeks=MOST_WEEKS) for factor in Factor} if own else None,
        "milestone": {
            "followers": milestone.followers,
            "left": milestone.followers - path.followers,
            "policy": milestone.policy,
            "clause": milestone.clause,
        }
        if milestone
        else None,
        "arrival": {
            "earliest": coming.earliest.isoformat(),
            "expected": coming.expected.isoformat() if coming.expected else None,
            "latest": coming.latest.isoformat() if coming.latest else None,
        }
        if coming
        else None,
    }


def _charts(path: Path, milestone: Milestone | None) -> tuple[Chart, ...]:
    days = path.days
    if len(days) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    series = [Series("粉丝数", tuple(float(each.followers) for each in days), "粉", Drawing.AREA)]
    if milestone and milestone.followers <= path.followers * _DRAWN_UP_TO:
        series.append(Series(f"{milestone.followers:,} 粉", (float(milestone.followers),) * len(days), "粉"))
    return (
        Chart(
            title="粉丝走势",
            labels=tuple(f"{each.day.month}/{each.day.day}" for each in days),
            series=tuple(series),
            marks=tuple(_marks(path)),
            note="每天结束时的粉丝数，来自账号每日数据",
        ),
    )


def _marks(path: Path) -> list[Mark]:
    best = max(range(len(path.days)), key=lambda place: (path.days[place].new_followers, -place))
    marks = (
        [Mark(best, f"新增最多 {path.days[best].new_followers:,}")] if path.days[best].new_followers else []
    )
    for place in range(1, len(path.days)):
        before, after = path.days[place - 1].followers, path.days[place].followers
        passed = next_milestone(before)
        if passed and after >= passed.followers:
            marks.append(Mark(place, f"过 {passed.followers:,} 粉"))
    return sorted(marks, key=lambda mark: mark.at)


def _hours(call: Call, rules: _Rules) -> Reply:
    ends_on = call.on - timedelta(days=_SETTLED_DAYS)
    period = Period(ends_on - timedelta(days=_HOURS_DAYS), ends_on, "")
    found = service.publications(call.session, creator_id=call.creator_id, period=period)
    best = hours.stretches(found)
    general = rules.name("traffic-distribution", "3.2")
    span = f"{words.day_words(period.starts_on, on=call.on)}到{words.day_words(period.last_day, on=call.on)}"
    lines = [f"看你自己 {span}发的 {len(found)} 条作品，按发布时间分，单条播放的中位数："]
    lines += [f"· {each.words}：{each.median_plays:,} 次（{each.works} 条）" for each in best]
    if len(best) > 1:
        lines.append(f"目前{best[0].words}发的最好，这是你自己的数据，换题材后要重新看。")
    else:
        lines = [
            f"你 {span}发了 {len(found)} 条作品，没有两个时段都满 {hours.FEWEST_WORKS} 条，还比不出哪个时段更好。"
        ]
    lines += [
        f"平台没有统一的黄金时段，看自己粉丝的活跃时段就行{general}。",
        f"下一步：固定一个时段连发 {hours.FEWEST_WORKS} 条以上，在粉丝活跃高峰前 30 分钟到 1 小时发{rules.name(_GUIDE, '2.3')}。",
    ]
    return Reply(
        text="\n".join(lines),
        facts={
            "topic": Topic.HOURS.value,
            "works": len(found),
            "fewest_works": hours.FEWEST_WORKS,
            "span": span,
            "stretches": [asdict(each) | {"shown": f"{each.median_plays:,}"} for each in best],
            "rules": [f"{each.policy} {each.clause}：{each.quote}" for each in rules.citations()],
        },
        citations=rules.citations(),
        buttons=(_IDEAS, _HUMAN),
    )


def _money(account: Account, rules: _Rules) -> Reply:
    milestone = next_milestone(account.followers)
    text = {
        "now": f"你现在 {account.followers:,} 粉。没有货源先从快分销选品做起，有手艺的开付费课堂，满 1,000 粉可以开通磁力聚星接商单{rules.name(_GUIDE, '3.1')}。",
        "programmes": "平台激励按各项目条件走，满足就能报，不收任何费用。",
    }
    lines = [text["now"], text["programmes"]]
    if milestone:
        left = milestone.followers - account.followers
        text["milestone"] = (
            f"离下一个粉丝门槛 {milestone.followers:,} 粉还差 {left:,}，到了就过{milestone.opens}{rules.name(milestone.policy, milestone.clause)}。"
        )
        lines.append(text["milestone"])
    text["step"] = (
        f"下一步：先看看你现在够哪些激励的条件；收费的“起号课”“保证涨粉”不要信{rules.name(_GUIDE, '3.2')}。"
    )
    lines.append(text["step"])
    return Reply(
        text="\n".join(lines),
        facts={"topic": Topic.MONEY.value, "followers": account.followers, "text": text},
        citations=rules.citations(),
        buttons=(Button("有哪些激励能报", "有哪些激励我能报"), Button("看我的收益", "看看我的收益"), _HUMAN),
    )


TOOL = AgentTool(
    growth_advice,
    asks=(
        "我一个做饭的，咋从5000粉干到一万",
        "新手起号有啥路子",
        "几点发好",
        "怎么涨粉",
        "怎么把号做起来",
        "给我点运营建议",
        "我现在处在哪个阶段",
        "我下一步该往哪发展",
        "涨到一万粉还要多久",
        "照这个速度啥时候能到十万粉",
        "卡在瓶颈了怎么突破",
        "平台期怎么过",
        "新号怎么起号",
        "给点发展建议",
        "涨粉技巧有没有",
        "别人是怎么从几千做到几万的",
        "一周更几条合适",
        "视频拍多长比较好",
        "什么时候发布视频流量好",
        "我该不该多开直播",
        "怎么变现",
        "冷启动怎么做",
        "我适合往哪个方向发展",
        "帮我做个成长规划",
        "怎么才能更快涨粉",
        "同阶段的人走出来都做了什么",
        "万粉以后该怎么发展",
        "how do I grow faster",
        "小白怎么从零开始做",
        "离下一个门槛还差多少",
        "怎么提高互动",
        "成长引导",
        "日更好还是周更好",
        "视频做15秒还是1分钟好",
        "单集拍多长合适",
        "一天更新几集合适",
        "一天发几条好",
        "要不要开直播对涨粉有没有用",
        "短视频之外要不要加直播",
        "怎么提升粉丝互动",
        "卡在五千粉了怎么破",
        "多久能到一万粉",
        "八千粉咋能做到两万",
        "涨粉太费劲了支支招",
        "新手先干点啥",
        "下一步重点放在哪",
        "剧集几点上线流量好",
        "涨粉攻略",
        "照这样涨啥时候能到十万",
        "离下个粉丝门槛还有多远",
        "粉丝不多怎么变现",
        "什么方向有前途",
        "往后咋往下走给拿个主意",
        "几百粉怎么起飞",
    ),
    nouns=(
        "起号",
        "涨粉",
        "运营建议",
        "变现",
        "成长阶段",
        "阶段",
        "平台期",
        "瓶颈",
        "冷启动",
        "新手",
        "成长规划",
        "发布时间",
        "更新频率",
        "门槛",
        "发展",
        "grow",
    ),
    actions=("怎么涨", "做起来", "突破", "规划", "建议", "起号", "几点发", "涨到", "干到", "走出来"),
)
