"""活动和通知 in the chat: activities meant for me, signing up, how mine went, recent notices, and how I am told."""

from collections.abc import Mapping
from typing import Literal, assert_never

from tools.creators.categories import filed_under
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.notices import activities, audience, service, settings_tool
from tools.notices.activities import moment, until
from tools.notices.asks import ACTIONS, ASKS, NOUNS
from tools.notices.choosing import chosen, listed
from tools.notices.models import Activity
from tools.notices.settings_tool import POLICY, NoticeTopic, topics_meant
from tools.notices.topics import Topic

_SHOWN = 5
_MOST_MINE = 10
_RECENT = 8
_LIST = Button("有什么活动", "最近有什么适合我的活动")
_MINE = Button("我报名的活动", "我报名了哪些活动")
_SETTINGS = Button("通知设置", "我的通知设置")


def activity_notices(  # noqa: C901, PLR0911 - a case for each action
    call: Call,
    *,
    action: Literal[
        "list", "detail", "apply", "cancel", "status", "result", "remind", "forget", "recent", "settings", "mute",
        "unmute", "quiet", "digest",
    ] = "list",
    category: str | None = None,
    activity: str | None = None,
    topic: NoticeTopic | None = None,
    hours: str | None = None,
    zone: str | None = None,
) -> Reply | Proposal:  # fmt: skip
    """Tell which activities are meant for the creator (list), one in full (detail, `activity` is its title or ord:2), which ones they signed up for (status), how those ended (result), the latest notices (recent), how they are told (settings), or propose, to be confirmed: signing up (apply), withdrawing (cancel), a reminder of an activity (remind) or none (forget), no more notices of a topic or of a category of activities (mute) or again (unmute), quiet hours (quiet, `hours` 23:00-07:00 or off, `zone` a city), one digest a day (digest, `hours` 20:00 or off)."""
    filed = category and (filed_under(category) or category)
    match action:
        case "list":
            return _list(call, filed)
        case "detail":
            return _detail(call, chosen(call, activity))
        case "apply":
            return _apply(call, chosen(call, activity, open_only=True))
        case "cancel" | "remind" | "forget":
            return _change(call, action, chosen(call, activity, mine=action != "remind"))
        case "status":
            return _status(call)
        case "result":
            return _result(call)
        case "recent":
            return _recent(call, topic)
        case "settings":
            return settings_tool.show(call)
        case "mute" | "unmute":
            return settings_tool.propose_topics(call, action, topics_meant(topic), category=filed)
        case "quiet":
            return settings_tool.propose_quiet(call, hours, zone)
        case "digest":
            return settings_tool.propose_digest(call, hours)
        case _:
            assert_never(action)


def commit_notices(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed after checking everything again."""
    deed = str(payload["deed"])
    if deed not in {"apply", "cancel", "remind", "forget"}:
        return settings_tool.commit(call, deed, payload)
    key = str(payload["key"])
    if deed == "apply":
        row = activities.sign_up(call.session, key=key, creator_id=call.creator_id, on=call.on, now=call.now)
        text = f"《{row.title}》报名成功。{moment(row.starts_at)}开始，{until(row.ends_at)} 结束，活动期内发布作品并带上活动话题才算数；截止前一天我会提醒你。"
        return Reply(text=text, facts=_facts(row), citations=_cited(call, POLICY, "2.3"), buttons=(_MINE,))
    if deed == "cancel":
        row = activities.withdraw(call.session, key=key, creator_id=call.creator_id, now=call.now)
        return Reply(text=f"《{row.title}》的报名已取消，也不再提醒。", facts=_facts(row), buttons=(_LIST,))
    row = activities.by_key(call.session, key=key)
    if deed == "remind":
        activities.remind(call.session, activity=row, creator_id=call.creator_id, now=call.now)
        return Reply(text=f"《{row.title}》开始前和截止前 24 小时，我各提醒你一次。", facts=_facts(row))
    activities.forget(call.session, activity=row, creator_id=call.creator_id)
    return Reply(text=f"《{row.title}》不再提醒了。", facts=_facts(row))


def _list(call: Call, category: str | None) -> Reply:
    found = listed(call, category=category)
    of = f"{category}类" if category else ""
    if not found:
        return Reply(
            text=f"现在没有适合你的{of}活动。有新的、你能参加的，会通知你。",
            facts={"count": 0},
            citations=_cited(call, POLICY, "1.1"),
            buttons=(_LIST, _SETTINGS) if category else (_SETTINGS,),
        )
    lines = [f"你现在能参加的{of}活动有 {len(found)} 个："]
    for place, each in enumerate(found[:_SHOWN], 1):
        state = "，已报名" if each.signed_up else f"，{until(each.activity.sign_up_by)} 前报名"
        lines.append(f"{place}. 《{each.activity.title}》{state}。奖励：{each.activity.reward}")
    if len(found) > _SHOWN:
        lines.append(f"还有 {len(found) - _SHOWN} 个，说领域可以筛，例如“美食的活动”。")
    lines.append("说“第一个活动详情”看条件，说“报名第一个活动”就能报。")
    first = next((each.activity for each in found if not each.signed_up), None)
    return Reply(
        text="\n".join(lines),
        facts={"count": len(found), "activities": [_facts(each.activity) for each in found[:_SHOWN]]},
        citations=_cited(call, POLICY, "1.2"),
        buttons=(*((Button("报名", f"报名活动《{first.title}》"),) if first else ()), _MINE, _SETTINGS),
    )


def _detail(call: Call, row: Activity) -> Reply:
    facts = audience.facts_of(call.session, creator_id=call.creator_id, on=call.on)
    found = audience.verdict(row.audience, facts)
    asked = "；".join(audience.conditions(found)) or "没有额外条件"
    verdict = "你符合条件" if found.passed else "你还差：" + "；".join(audience.missing(found))
    text = (
        f"《{row.title}》：{row.about}\n时间：{moment(row.starts_at)}到{until(row.ends_at)}，{until(row.sign_up_by)} 前报名。\n"
        f"奖励：{row.reward}\n条件：{asked}。{verdict}。"
    )
    return Reply(
        text=text,
        facts={**_facts(row), "passed": found.passed},
        citations=_of_activity(call, row),
        buttons=(Button("报名", f"报名活动《{row.title}》"),) if found.passed else (_LIST,),
    )


def _apply(call: Call, row: Activity) -> Proposal:
    activities.check_sign_up(call.session, activity=row, creator_id=call.creator_id, on=call.on, now=call.now)
    return Proposal(
        summary=f"报名活动《{row.title}》：{moment(row.starts_at)}到{until(row.ends_at)}，奖励：{row.reward}。可以随时取消报名。",
        payload={"deed": "apply", "key": row.key},
        facts=_facts(row),
        citations=_of_activity(call, row) or _cited(call, POLICY, "2.3"),
    )


def _change(call: Call, deed: Literal["cancel", "remind", "forget"], row: Activity) -> Proposal:
    match deed:
        case "cancel":
            summary = f"取消《{row.title}》的报名，不再参加，也不再提醒。"
        case "remind":
            summary = f"《{row.title}》开始前和截止前 24 小时各提醒一次。"
        case "forget":
            summary = f"不再提醒《{row.title}》，报名不受影响。"
        case _:
            assert_never(deed)
    return Proposal(
        summary=summary,
        payload={"deed": deed, "key": row.key},
        facts=_facts(row),
        citations=_cited(call, POLICY, "2.2"),
    )


def _status(call: Call) -> Reply:
    found = activities.mine(call.session, creator_id=call.creator_id, limit=_MOST_MINE)
    if not found:
        return Reply(text="你还没有报名过活动。", facts={"count": 0}, buttons=(_LIST,))
    lines = [f"你报名的活动（最近 {len(found)} 个）："]
    for place, (entry, row) in enumerate(found, 1):
        if entry.result is not None:
            state = f"结果：{entry.result}"
        elif row.ends_at <= call.now:
            state = "已结束，结果公布后通知你"
        elif row.starts_at > call.now:
            state = f"{moment(row.starts_at)}开始"
        else:
            state = f"进行中，{until(row.ends_at)} 结束"
        lines.append(f"{place}. 《{row.title}》{state}")
    facts = [{**_facts(row), "result": entry.result} for entry, row in found]
    return Reply(
        text="\n".join(lines), facts={"count": len(found), "entries": facts}, buttons=(_LIST, _SETTINGS)
    )


def _result(call: Call) -> Reply:
    found = activities.mine(call.session, creator_id=call.creator_id, limit=_MOST_MINE)
    told = [(entry, row) for entry, row in found if entry.result is not None]
    if not told:
        waiting = [row for _, row in found if row.ends_at <= call.now]
        text = (
            f"《{waiting[0].title}》的结果还没公布，公布了马上通知你。"
            if waiting
            else "你报名的活动还没有出结果。"
            if found
            else "你还没有报名过活动，没有结果可看。"
        )
        return Reply(text=text, facts={"count": 0}, citations=_cited(call, POLICY, "2.4"), buttons=(_LIST,))
    lines = [f"· 《{row.title}》：{entry.result}" for entry, row in told]
    return Reply(
        text="\n".join(("你的活动结果：", *lines)),
        facts={
            "count": len(told),
            "results": [{**_facts(row), "result": entry.result} for entry, row in told],
        },
        citations=_cited(call, POLICY, "2.4"),
        buttons=(_MINE,),
    )


def _recent(call: Call, topic: NoticeTopic | None) -> Reply:
    wanted = None if topic in (None, "all") else Topic(topic)
    found = service.newest(call.session, creator_id=call.creator_id, topic=wanted, limit=_RECENT)
    of = f"{wanted.words}" if wanted else ""
    if not found:
        return Reply(text=f"最近没有{of}通知。", facts={"count": 0}, buttons=(_SETTINGS,))
    lines = [f"最近的{of}通知（{len(found)} 条，新的在前）："]
    lines += [
        f"· {moment(each.created_at)}【{each.topic.words}】{' '.join(each.text.split())}" for each in found
    ]
    return Reply(
        text="\n".join(lines),
        facts={
            "count": len(found),
            "notices": [{"topic": each.topic.value, "text": each.text} for each in found],
        },
        buttons=(_SETTINGS,),
    )


def _facts(row: Activity) -> dict[str, object]:
    return {
        "activity": row.key,
        "title": row.title,
        "category": row.category,
        "reward": row.reward,
        "sign_up_by": until(row.sign_up_by),
        "starts": moment(row.starts_at),
        "ends": until(row.ends_at),
    }


def _of_activity(call: Call, row: Activity) -> tuple[Citation, ...]:
    return _cited(call, row.policy, row.clause) if row.policy and row.clause else ()


def _cited(call: Call, policy: str, clause: str) -> tuple[Citation, ...]:
    found = call.policies.clause(policy, clause, on=call.on)
    return (cite(found),) if found else ()


TOOL = AgentTool(activity_notices, asks=ASKS, nouns=NOUNS, actions=ACTIONS, commit=commit_notices)
