"""The agent's door to accounts."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from tools.creators import service
from tools.creators.accounts import Account
from tools.creators.diagnosis import Finding, change_text, day_text, diagnose, times_text
from tools.creators.figures import AccountFacts, Figures, Penalty
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.money import rate_text
from tools.kernel.period import Period, parse_period

# Marks, not numbers: every number of an answer is a figure.
_PLACES = "①②③"
_HUMAN = Button("转人工", "转人工")
_BUTTONS = (
    Button("有哪些激励能报", "有哪些激励我能报"),
    Button("看我的收益", "看看我的收益"),
    _HUMAN,
)


def account_diagnosis(call: Call, *, period: str = "last_7_days") -> Reply:
    """Diagnose the creator's own account over a period: plays, completion, interaction, followers, posting, penalties; what is wrong, why, and one next step."""
    account = service.account(call.session, creator_id=call.creator_id)
    asked = parse_period(period, on=call.on)
    last_day = service.last_day_with_figures(call.session, creator_id=account.id, on=call.on)
    if last_day is None:
        return Reply(
            text=f"{account.nickname}，你的账号还没有每日数据。账号有数据的第二天就能来做诊断。",
            buttons=(_HUMAN,),
        )
    # What is not over has no complete figures yet: it is compared with as many days before.
    window = Period(asked.starts_on, min(asked.ends_on, last_day + timedelta(days=1)), asked.words)
    if window.starts_on >= window.ends_on:
        return _no_figures(asked, last_day=day_text(last_day))
    facts = service.figures(call.session, creator_id=account.id, window=window)
    if not facts.current.days:
        return _no_figures(asked, last_day=day_text(last_day))
    facts, rules = _with_rules(call, facts)
    diagnosis = diagnose(facts)
    shown = diagnosis.findings[: len(_PLACES)]
    overview = _overview(facts)
    return Reply(
        text=_words(account, facts, overview, shown, diagnosis.unjudged),
        facts={
            "period": {
                "words": window.words,
                "from": window.starts_on.isoformat(),
                "to": window.last_day.isoformat(),
            },
            "overview": overview,
            "current": asdict(facts.current),
            "before": asdict(facts.before),
            "findings": [_finding_facts(finding) for finding in diagnosis.findings],
            "unjudged": list(diagnosis.unjudged),
        },
        citations=tuple(rules[rule] for finding in shown if (rule := finding.facts.get("rule")) in rules),
        buttons=_BUTTONS,
    )


def _with_rules(call: Call, facts: AccountFacts) -> tuple[AccountFacts, dict[str, Citation]]:
    """Return the facts with each penalty's rule by name, and the clauses by those names."""
    rules: dict[str, Citation] = {}
    named: list[Penalty] = []
    for penalty in facts.penalties:
        clause = call.policies.clause(penalty.policy, penalty.clause, on=penalty.day)
        if clause is None:
            named.append(penalty)
            continue
        rule = f"《{clause.title}》第 {clause.clause} 条"
        rules[rule] = cite(clause)
        named.append(replace(penalty, rule=rule))
    return replace(facts, penalties=tuple(named)), rules


def _no_figures(asked: Period, *, last_day: str) -> Reply:
    return Reply(
        text=f"{asked.words}（{_days(asked)}）还没有你的数据，现在的数据截至{last_day}。可以先看最近 7 天。",
        facts={"asked": _days(asked), "last_day": last_day, "days": 7},
        buttons=(Button("看最近 7 天", "看看我最近7天的账号诊断"), _HUMAN),
    )


def _overview(facts: AccountFacts) -> Json:
    """Return the figures of the overview as they are shown."""
    now, before = facts.current, facts.before
    return {
        "days": now.days,
        "days_text": _days(facts.window),
        "span": facts.window.days,
        "plays": times_text(now.plays),
        "plays_change": change_text(now.plays, before.plays),
        "completion": rate_text(now.completed_plays, now.plays),
        "completion_before": rate_text(before.completed_plays, before.plays),
        "interaction": rate_text(now.interactions, now.plays),
        "interaction_before": rate_text(before.interactions, before.plays),
        "net_followers": _signed(now.net_followers),
        "net_followers_before": _signed(before.net_followers),
        "new_followers": f"{now.new_followers:,}",
        "lost_followers": f"{now.lost_followers:,}",
        "followers": f"{facts.followers:,}",
        "works": now.works_published,
        "works_before": before.works_published,
        "live_hours": _hours(now),
    }


def _words(
    account: Account, facts: AccountFacts, overview: Json, shown: Sequence[Finding], unjudged: Sequence[str]
) -> str:
    lines = [f"{account.nickname}，{facts.window.words}（{overview['days_text']}）的账号诊断："]
    lines += _overview_lines(overview, compared=facts.comparable, live=facts.current.live_seconds > 0)
    if shown:
        worst = shown[0]
        lines += ["", "最该看的" if len(shown) > 1 else "要看的只有一点"]
        lines += [_finding_line(place, finding) for place, finding in enumerate(shown)]
        lines += ["", f"下一步：{worst.words(worst.next_step)}。"]
    else:
        lines += [
            "",
            "没有发现要马上处理的问题。",
            "",
            "下一步：保持现在的更新节奏，下周这个时候再来看一次。",
        ]
    if unjudged:
        lines.append(f"数据还太少，这次没有判断：{'、'.join(unjudged)}。")
    return "\n".join(lines)


def _overview_lines(overview: Json, *, compared: bool, live: bool) -> list[str]:
    def against(template: str) -> str:
        return f"（{template.format_map(overview)}）" if compared else ""

    lines = [
        "播放 {plays}".format_map(overview) + against("比前 {span} 天 {plays_change}"),
        "完播率 {completion}".format_map(overview) + against("前 {span} 天 {completion_before}"),
        "互动率 {interaction}".format_map(overview) + against("前 {span} 天 {interaction_before}"),
        "净涨粉 {net_followers}：新增 {new_followers}，取关 {lost_followers}，现在 {followers} 粉".format_map(
            overview
        )
        + against("前 {span} 天净涨 {net_followers_before}"),
        "发布 {works} 条作品".format_map(overview) + against("前 {span} 天 {works_before} 条"),
    ]
    if live:
        lines.append("开播 {live_hours} 小时".format_map(overview))
    if not compared:
        lines.append("再往前 {span} 天的数据不全，这次不做对比".format_map(overview))
    return [f"· {line}" for line in lines]


def _finding_line(place: int, finding: Finding) -> str:
    return f"{_PLACES[place]} {finding.title}：{finding.words(finding.statement)}。{finding.words(finding.cause)}。"


def _finding_facts(finding: Finding) -> Json:
    return {
        "kind": finding.kind,
        "title": finding.title,
        "severity": finding.severity.value,
        "evidence": asdict(finding.evidence),
        "statement": finding.words(finding.statement),
        "cause": finding.words(finding.cause),
        "next_step": finding.words(finding.next_step),
        "numbers": finding.facts,
    }


def _days(period: Period) -> str:
    first, last = day_text(period.starts_on), day_text(period.last_day)
    return first if period.days == 1 else f"{first}—{last}"


def _signed(count: int) -> str:
    return f"{count:+,}" if count else "0"


def _hours(figures: Figures) -> str:
    tenths = figures.live_seconds * 10 // 3_600
    return f"{tenths // 10}.{tenths % 10}"


TOOLS = (
    AgentTool(
        account_diagnosis,
        asks=(
            "帮我诊断一下账号",
            "我的号最近是不是出问题了",
            "看看我账号数据怎么样",
            "最近一周的账号数据发我瞅瞅",
            "这个月播放咋掉这么厉害，帮我查查原因",
            "我号是不是被限流了啊",
            "为啥最近没人看我视频了",
            "给我的账号做个体检",
            "账号健康状况",
            "我这几天一直在掉粉，咋回事",
            "上个月账号表现总结一下",
            "昨天账号数据如何",
            "涨粉怎么越来越慢了，给看看是哪儿的毛病",
            "粉丝都不涨了，是不是号废了",
            "我的完播率跟同行比算高还是低",
            "整体互动率多少，正常不",
            "上周和这周比数据差在哪",
            "七月份我的号总体情况怎么样",
            "帐号诊断",
            "最近30天流量走势给我分析分析",
            "家人们都刷不到我了，账号权重是不是降了",
            "check一下我的account最近的performance",
            "我账号有没有违规记录影响推荐",
            "出个账号诊断报告",
            "播放量断崖式下跌，急，帮我找找原因",
            "我好几天没更新了对账号有影响吗，看看数据",
            "咱这号现在啥水平",
            "账号总览",
            "近七天新增多少粉丝掉了多少",
            "我这号还有救没",
        ),
        nouns=(
            "账号",
            "帐号",
            "我的号",
            "这个号",
            "权重",
            "掉粉",
            "涨粉",
            "限流",
            "健康",
            "流量",
            "播放量",
            "完播率",
            "互动率",
            "数据",
            "同行",
            "体检",
        ),
        actions=("诊断", "体检", "看看", "分析", "查查", "总结", "对比", "找原因", "检查", "check"),
    ),
)
