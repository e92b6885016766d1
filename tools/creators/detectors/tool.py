"""The agent's door to the account diagnosis."""

from datetime import timedelta

from tools.creators import service as room
from tools.creators.detectors import service
from tools.creators.detectors.finding import Finding, day_text
from tools.creators.detectors.registry import diagnose
from tools.creators.detectors.words import SHOWN, answer, chart_of, days_text, numbers_of
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.period import Period, parse_period

_HUMAN = Button("转人工", "转人工")
_BUTTONS = (
    Button("有哪些激励能报", "有哪些激励我能报"),
    Button("看我的收益", "看看我的收益"),
    _HUMAN,
)


def account_diagnosis(call: Call, *, period: str = "last_7_days") -> Reply:
    """Diagnose the creator's own account over a period: plays, completion, interaction, followers, posting, penalties; what is wrong, why, and one next step."""
    account = room.account(call.session, creator_id=call.creator_id)
    asked = parse_period(period, on=call.on)
    last_day = room.last_day_with_figures(call.session, creator_id=account.id, on=call.on)
    if last_day is None:
        return Reply(
            text=f"{account.nickname}，你的账号还没有每日数据。账号有数据的第二天就能来做诊断。",
            buttons=(_HUMAN,),
        )
    # What is not over has no complete figures yet: it is compared with as many days before.
    window = Period(asked.starts_on, min(asked.ends_on, last_day + timedelta(days=1)), asked.words)
    if window.starts_on >= window.ends_on:
        return _no_figures(asked, last_day=day_text(last_day))
    facts = service.account_facts(call.session, account, window=window)
    if not facts.current.days:
        return _no_figures(asked, last_day=day_text(last_day))
    diagnosis = diagnose(facts)
    numbers = numbers_of(facts, diagnosis)
    rules = {
        finding.kind: clause
        for finding in diagnosis.findings[:SHOWN]
        if (clause := _clause(call, finding)) is not None
    }
    names = {kind: f"《{clause.title}》第 {clause.clause} 条" for kind, clause in rules.items()}
    chart = chart_of(facts)
    return Reply(
        text=answer(account.nickname, facts, diagnosis, rules=names, numbers=numbers),
        facts={**numbers, "rules": names},
        citations=tuple(dict.fromkeys(rules.values())),
        buttons=_BUTTONS,
        charts=(chart,) if chart else (),
    )


def _clause(call: Call, finding: Finding) -> Citation | None:
    """Return the finding's clause as it was in force on the finding's day."""
    if (rule := finding.rule) is None:
        return None
    clause = call.policies.clause(rule.policy, rule.clause, on=rule.on)
    return cite(clause) if clause else None


def _no_figures(asked: Period, *, last_day: str) -> Reply:
    return Reply(
        text=f"{asked.words}（{days_text(asked)}）还没有你的数据，现在的数据截至{last_day}。可以先看最近 7 天。",
        facts={"asked": days_text(asked), "last_day": last_day, "days": 7},
        buttons=(Button("看最近 7 天", "看看我最近7天的账号诊断"), _HUMAN),
    )


TOOL = AgentTool(
    account_diagnosis,
    asks=(
        "帮我诊断一下账号",
        "粉丝老往下掉是咋回事",
        "这段时间掉粉好厉害",
        "粉丝光掉不涨怎么办",
        "我前天涨粉多少",
        "播放一直上不去",
        "我的号最近是不是出问题了",
        "看看我账号数据怎么样",
        "总结一下这个月账号运营得怎么样",
        "我跟同领域的号比起来怎么样",
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
        "粉丝老是往下掉是怎么回事",
        "为什么一直掉粉啊",
        "昨天新增了多少粉丝",
        "最近一个月粉丝变化",
        "视频怎么都没推荐了",
        "和同类账号比我怎么样",
        "给我的号看看病",
        "account diagnosis",
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
)
