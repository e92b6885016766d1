"""Growth tasks: what a creator may claim, how far the claimed ones are, and what is left to do by when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, Speaker, cite
from tools.kernel.db import Json
from tools.kernel.money import yuan
from tools.kernel.rules.ways import Reference
from tools.payout import coupon_service, live, tasks_service
from tools.payout.models import TaskClaim
from tools.payout.programs import Metric
from tools.payout.tasks import Offer, amount_words, chosen, heard, stage_words
from tools.payout.tasks_service import Board, Progress

_SHOWN_OFFERS = 8
_SHOWN_ENDED = 3
_POLICY = "lifecycle-tasks-rules"


def incentive_tasks(
    call: Call,
    *,
    action: Literal["list", "status", "claim"] = "status",
    task: str | None = None,
    exclude: str | None = None,
) -> Reply | Proposal:
    """Show the growth tasks a creator can claim (list), how far the claimed ones are and what is left by when (status), or claim tasks to be confirmed (claim): `task` names one or several (开播2小时, 发布5条和涨粉; none means all), `exclude` those to leave out (直播)."""
    found = tasks_service.board(call.session, creator_id=call.creator_id, on=call.on, now=call.now)
    coupon_service.issue(call.session, creator_id=call.creator_id)
    match action:
        case "list":
            return _listing(call, found)
        case "status":
            return _status(call, found)
        case "claim":
            return _claim(call, found, task=task, exclude=exclude)


def commit_claim(call: Call, payload: Mapping[str, object]) -> Reply:
    """Claim what was confirmed and is still open."""
    named = payload["tasks"]
    assert isinstance(named, list)
    wanted = {(str(program), str(task)) for program, task in named}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType] - JSON
    claims = tasks_service.claim(
        call.session, creator_id=call.creator_id, wanted=wanted, on=call.on, now=call.now
    )
    lines = [f"领好了，共 {len(claims)} 个任务，现在开始算进度："]
    lines += [f"· {row.name}：{_day(row.ends_on, before=True)} 24:00 前完成" for row in claims]
    if missed := len(wanted) - len(claims):
        lines.append(f"另外 {missed} 个之前已经领过或不再开放，没有重复领。")
    return Reply(
        text="\n".join(lines),
        facts={"claimed": [_claim_fact(row) for row in claims]},
        citations=_citations(call, [Reference(_POLICY, "2.1")]),
        buttons=(Button("看任务进度", "我的任务做到哪了"),),
    )


def _listing(call: Call, found: Board) -> Reply:
    if not found.offers:
        text = f"你在{stage_words(found.stage)}，现在没有新任务可领，下周一 0:00 更新。"
        return Reply(text=text, facts=_facts(found), buttons=(Button("看任务进度", "我的任务做到哪了"),))
    shown = found.offers[:_SHOWN_OFFERS]
    lines = [f"你在{stage_words(found.stage)}，现在能领 {len(found.offers)} 个任务，最缺的排在前面："]
    lines += [_offer_line(offer) for offer in shown]
    if (more := len(found.offers) - len(shown)) > 0:
        rest = "、".join(offer.task.name for offer in found.offers[_SHOWN_OFFERS:])
        lines.append(f"还有 {more} 个：{rest}。")
    if found.running:
        lines.append(f"另外有 {len(found.running)} 个已领的正在做。")
    return Reply(
        text="\n".join(lines),
        facts=_facts(found),
        citations=_citations(call, [Reference(_POLICY, "2.1"), *_references(shown)]),
        buttons=(
            Button(f"领「{shown[0].task.name}」", f"领{shown[0].task.name}的任务"),
            Button("全部领取", "任务全领了"),
        ),
    )


def _status(call: Call, found: Board) -> Reply:
    granted = [each for each in found.claims if each.granted_now]
    ended = [each for each in found.claims if each.claim.state != "active" and not each.granted_now]
    lines = [f"刚核验通过：{_reward_line(each.claim)}" for each in granted]
    if found.running:
        lines.append(f"正在做的任务有 {len(found.running)} 个：")
        lines += [_progress_line(each) for each in found.running]
    elif not granted:
        lines.append("你现在没有正在做的任务。")
    for each in ended[-_SHOWN_ENDED:]:
        lines.append(
            f"· {each.claim.name}（{_day(each.claim.ends_on, before=True)}截止）：{_ended_words(each)}"
        )
    if found.offers:
        first = found.offers[0]
        lines.append(f"还能领 {len(found.offers)} 个，最建议先领「{first.task.name}」。")
    references = [Reference(_POLICY, "2.5"), Reference(_POLICY, "3.1")] if found.claims else []
    if any(each.claim.program == live.PROGRAM for each in found.running):
        references.append(Reference(live.POLICY, "2.5"))
    return Reply(
        text="\n".join(lines),
        facts=_facts(found),
        citations=_citations(call, references or [Reference(_POLICY, "2.1")]),
        buttons=(Button("看能领的任务", "有什么任务可以领"),) if found.offers else (),
    )


def _claim(call: Call, found: Board, *, task: str | None, exclude: str | None) -> Reply | Proposal:
    if not task and not exclude and call.transcript and call.transcript[-1].speaker is Speaker.CREATOR:
        task, exclude = heard(found.offers, call.transcript[-1].text)
    running = [each for each in found.running if _is_named(each, task)]
    if running and task:
        # Named one that is running already: its progress is the answer, unless an open one is meant as well.
        return Reply(
            text="这个任务你已经领过了：\n" + "\n".join(_progress_line(each) for each in running),
            facts=_facts(found),
            buttons=(Button("看能领的任务", "有什么任务可以领"),),
        )
    wanted = chosen(found.offers, task=task, exclude=exclude) if found.offers else []
    if not wanted:
        words = "去掉不想领的以后，" if found.offers else ""
        return Reply(
            text=f"{words}现在没有能领的任务，下周一 0:00 更新。",
            facts=_facts(found),
            buttons=(Button("看任务进度", "我的任务做到哪了"),),
        )
    lines = [f"领取 {len(wanted)} 个任务："]
    lines += [_offer_line(offer) for offer in wanted]
    lines.append("确认后开始算进度；做不完放着到期就行，不扣分。")
    return Proposal(
        summary="\n".join(lines),
        payload={"tasks": [[offer.program.id, offer.task.id] for offer in wanted]},
        facts={"tasks": [_offer_fact(offer) for offer in wanted]},
        citations=_citations(call, [Reference(_POLICY, "2.1"), *_references(wanted)]),
    )


def _is_named(each: Progress, task: str | None) -> bool:
    plain = "".join((task or "").split())
    return bool(plain) and plain.removesuffix("任务").removesuffix("的") == "".join(each.claim.name.split())


def _offer_line(offer: Offer) -> str:
    task = offer.task
    if offer.program.id == live.PROGRAM:
        have = amount_words(task.metric, offer.recent)
        return f"· {task.name}：{_day(offer.last_day)} 24:00 前按有效开播时长分档，本月已播 {have}，最低一档 {_reward(task.cash_fen, task.impressions)}"
    have = amount_words(task.metric, offer.recent)
    return (
        f"· {task.name}：{_day(offer.last_day)} 24:00 前完成，奖励 {_reward(task.cash_fen, task.impressions)}"
        f"（你前 {task.days} 天是 {have}）"
    )


def _ended_words(each: Progress) -> str:
    if each.claim.state == "granted":
        return "已完成，奖励已发"
    # One that was reached and had no room under the month's cap was not missed.
    return "到期没完成，不扣分" if each.left else "到期没有发奖，不扣分"


def _progress_line(each: Progress) -> str:
    row = each.claim
    metric = Metric(row.metric)
    have, goal = amount_words(metric, each.have), amount_words(metric, row.goal)
    if row.program == live.PROGRAM:
        left = (
            f"，离最低一档还差 {amount_words(metric, each.left, up=True)}"
            if each.left
            else "，已经够最低一档"
        )
        return f"· {row.name}：有效开播 {have}{left}，算到 {_day(each.last_day)} 24:00"
    if each.waits_for_budget:
        return f"· {row.name}：{have}，已经达成，奖励池暂时不够，补足后自动发"
    if each.refused:
        return f"· {row.name}：{have}，已经达成。{each.refused}"
    left = amount_words(metric, each.left, up=True)
    return (
        f"· {row.name}：{have}/{goal}，还差 {left}，{_day(each.last_day)} 24:00 前完成，"
        f"奖励 {_reward(row.cash_fen, row.impressions)}"
    )


def _reward_line(row: TaskClaim) -> str:
    parts: list[str] = []
    if row.impressions:
        parts.append(f"{row.impressions:,} 次曝光的流量券已到账")
    if row.cash_fen:
        parts.append(f"{yuan(row.cash_fen)} 元次月 15 日进可提现余额")
    return f"{row.name}，{'，'.join(parts)}。"


def _reward(cash_fen: int, impressions: int) -> str:
    parts = [f"{yuan(cash_fen)} 元"] if cash_fen else []
    parts += [f"{impressions:,} 次曝光"] if impressions else []
    return " + ".join(parts) or "无"


def _day(day: date, *, before: bool = False) -> str:
    shown = date.fromordinal(day.toordinal() - 1) if before else day
    return f"{shown.month}月{shown.day}日"


def _facts(found: Board) -> Json:
    return {
        "stage": found.stage.value,
        "offers": [_offer_fact(offer) for offer in found.offers],
        "claims": [
            _claim_fact(each.claim)
            | {
                "have": each.have,
                "left": each.left,
                "granted_now": each.granted_now,
                "waits_for_budget": each.waits_for_budget,
                "capped": each.refused is not None,
            }
            for each in found.claims
        ],
    }


def _offer_fact(offer: Offer) -> Json:
    return {
        "program": offer.program.id,
        "task": offer.task.id,
        "name": offer.task.name,
        "metric": offer.task.metric.value,
        "goal": offer.task.goal,
        "recent": offer.recent,
        "last_day": offer.last_day.isoformat(),
        "cash_fen": offer.task.cash_fen,
        "impressions": offer.task.impressions,
    }


def _claim_fact(row: TaskClaim) -> Json:
    return {
        "program": row.program,
        "task": row.task,
        "name": row.name,
        "state": row.state,
        "goal": row.goal,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "cash_fen": row.cash_fen,
        "impressions": row.impressions,
    }


def _references(offers: Sequence[Offer]) -> list[Reference]:
    return [offer.task.policy for offer in offers]


def _citations(call: Call, references: Iterable[Reference]) -> tuple[Citation, ...]:
    found = [
        call.policies.clause(reference.policy, reference.clause, on=call.on)
        for reference in dict.fromkeys(references)
    ]
    return tuple(cite(clause) for clause in found if clause is not None)


TOOL = AgentTool(
    incentive_tasks,
    asks=(
        "我有什么任务可以领",
        "这周有啥任务",
        "任务做到哪了",
        "我这周任务完成多少了",
        "领一下发布5条作品的任务",
        "开播任务帮我领了",
        "任务全领了",
        "把所有任务都领一下",
        "除了直播的任务都给我领上",
        "成长任务还差多少完成",
        "看看我的任务进度",
        "新手任务有哪些",
        "涨粉那个任务领一下",
        "我领的任务什么时候到期",
        "任务奖励发了没",
        "做任务能拿多少流量",
        "今天能做什么任务拿钱",
        "领任务",
        "不要涨粉的，其他任务领了",
        "发作品的任务还差几条",
        "我的周任务完成了吗",
        "开播2小时那个任务我做了多久了",
        "帮我接一下播放量的任务",
        "有没有简单点的任务",
        "任务列表给我看看",
        "领取成长周期任务",
        "my tasks 进度",
        "任务快截止了吗，还剩几天",
        "除发布的都领",
        "领开播2小时",
        "把能领的都领了别漏",
        "任务一键全领",
        "任务干到哪一步了",
        "任务做完奖励没给我",
        "今天啥任务",
        "有哪些任务没领",
        "任务差几个",
        "任务截止还有几天",
        "除了涨粉的任务其余都领",
        "任务奖励什么时候给",
        "发布5条那个任务给我领上",
    ),
    nouns=("任务", "成长任务", "周任务", "新手任务", "周期任务", "任务进度", "任务奖励", "task", "tasks"),
    actions=("领", "领取", "接", "做到哪", "完成", "还差", "进度", "全领", "截止", "到期"),
    commit=commit_claim,
)
