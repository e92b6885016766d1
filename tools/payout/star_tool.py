"""快手之星: may this creator apply, applying, how far the application is, and what the contract has brought."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, assert_never

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.db import Json
from tools.kernel.holidays import working_calendar
from tools.kernel.money import count_text, yuan
from tools.payout import star, star_guarantees, star_service
from tools.payout.eligibility import clause_words, gap_words
from tools.payout.star import StarState
from tools.payout.star_service import Contract

_SHOWN_MONTHS = 3


def star_application(
    call: Call,
    *,
    action: Literal["status", "eligibility", "apply"] = "status",
    apply_id: str | None = None,
    by: Literal["creator", "agency"] = "creator",
) -> Reply | Proposal:
    """Tell how far the creator's 快手之星 (Star) application is, and what the signed contract has paid and has left (status, `apply_id` such as KS-20220801-0001), whether the creator meets its conditions (eligibility), or propose applying, to be confirmed (apply; `by` agency when the creator's agency applies)."""
    match action:
        case "eligibility":
            return _eligibility(call)
        case "apply":
            return _apply(call, by_agency=by == "agency")
        case "status":
            return _status(call, apply_id)
        case _:
            assert_never(action)


def commit_application(call: Call, payload: Mapping[str, object]) -> Reply:
    """Store the confirmed application after checking everything again."""
    made = star_service.apply(
        call.session, creator_id=call.creator_id, by_agency=bool(payload["by_agency"]), now=call.now
    )
    answer_by = star.screened_by(made.applied_on, calendar=working_calendar())
    return Reply(
        text=f"报名已提交，申请编号 {made.number}。最晚 {_day(answer_by.day)}出筛选结果{answer_by.remark}，凭编号随时可以查进度。报名全程不收费。",
        facts=_facts(made),
        citations=_cited(call, (star.APPLICATION_RULES, "2.1"), (star.APPLICATION_RULES, "2.2")),
        buttons=(Button("查进度", f"快手之星申请 {made.number} 到哪一步了"),),
    )


def _eligibility(call: Call) -> Reply:
    found = star_service.standing(call.session, creator_id=call.creator_id, on=call.on)
    if found.verdict is None:
        return Reply(text="快手之星现在没有开放报名。", facts={"eligible": False, "in_force": False})
    way = found.verdict.nearest
    failed = [gap_words(clause) for clause in way.failed]
    lines = ["快手之星：你符合报名条件。" if found.eligible else f"快手之星：还差 {len(failed)} 项。"]
    lines += [f"✗ {words}" for words in failed]
    lines += [f"✓ {clause_words(clause)}" for clause in way.clauses if clause.passed]
    lines.append("符合条件只代表可以报名，是否入选看筛选结果。")
    return Reply(
        text="\n".join(lines),
        facts={"eligible": found.eligible, "in_force": True, "gaps": failed},
        citations=_cited(
            call,
            (star.APPLICATION_RULES, "1.1"),
            (star.APPLICATION_RULES, "1.2"),
            (star.APPLICATION_RULES, "3.2"),
        ),
        buttons=(Button("我要报名", "我要报名快手之星"),) if found.eligible else (),
    )


def _apply(call: Call, *, by_agency: bool) -> Proposal:
    agency = star_service.check_application(
        call.session, creator_id=call.creator_id, by_agency=by_agency, now=call.now
    )
    who = f"由机构{agency}代报，合同三方签署" if agency else "本人报名"
    answer_by = star.screened_by(call.on, calendar=working_calendar())
    return Proposal(
        summary=(
            f"报名快手之星（{who}）：\n筛选看内容质量、成长潜力、商业价值和账号健康度，最晚 {_day(answer_by.day)}出结果{answer_by.remark}。\n"
            f"通过后平台发出电子合同，收到后 {star.SIGNING_DAYS} 天内签署。报名不收费。\n确认报名吗？"
        ),
        payload={"by_agency": by_agency},
        facts={"agency": agency, "answer_by": answer_by.day.isoformat()},
        citations=_cited(call, (star.APPLICATION_RULES, "2.2"), (star.CONTRACT_RULES, "1.1")),
    )


def _status(call: Call, apply_id: str | None) -> Reply:
    if apply_id is not None and apply_id.strip():
        found = star_service.find_contracts(call.session, creator_id=call.creator_id, number=apply_id)
    else:
        found = star_service.contracts(call.session, creator_id=call.creator_id)
    if not found:
        return Reply(
            text="你还没有报名快手之星。可以先看看符不符合条件。",
            facts={"count": 0},
            citations=_cited(call, ("star", "1.2")),
            buttons=(
                Button("我够条件吗", "快手之星我够条件吗"),
                Button("我要报名", "我要报名快手之星"),
            ),
        )
    newest, earlier = found[0], found[1:]
    lines, clauses = _words(call, newest)
    lines += [f"更早的申请 {item.number}：{item.state.words}。" for item in earlier]
    return Reply(
        text="\n".join(lines),
        facts={**_facts(newest), "earlier": [item.number for item in earlier]},
        citations=_cited(call, *clauses),
        buttons=(Button("收入明细", "这个月的收支明细"),) if newest.terms else (),
    )


def _words(call: Call, found: Contract) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the lines about one application, and the clauses that they rest on."""
    lines = [f"快手之星 {found.number}：{found.state.words}。"]
    taken = "，".join(f"{_day_of(found, step.state)}{_STEPS[step.state]}" for step in found.steps)
    lines.append(f"进度：{taken}。")
    match found.state:
        case StarState.APPLIED | StarState.SCREENING:
            screened = star.screened_by(found.applied_on, calendar=working_calendar())
            lines.append(f"筛选结果最晚 {_day(screened.day)}通知你{screened.remark}。")
            return lines, [(star.APPLICATION_RULES, "2.2")]
        case StarState.PASSED:
            passed = found.reached_on(StarState.PASSED)
            assert passed is not None
            signed = star.sign_by(passed, calendar=working_calendar())
            lines.append(
                f"电子合同 {star.CONTRACT_WORKING_DAYS} 个工作日内发出，最晚 {_day(signed.day)}前签署{signed.remark}。"
            )
            return lines, [(star.CONTRACT_RULES, "1.1")]
        case StarState.SIGNED | StarState.RUNNING:
            return [*lines, *_contract_words(call, found)], [
                ("star", "2.1"),
                (star.CONTRACT_RULES, "2.1"),
                (star.CONTRACT_RULES, "2.2"),
            ]
        case StarState.REJECTED:
            lines.append(f"原因：{found.steps[-1].note}。30 天后可以重新报名，次数不限。")
            return lines, [(star.APPLICATION_RULES, "2.4")]
        case StarState.ENDED:
            if found.steps[-1].note:
                lines.append(f"原因：{found.steps[-1].note}。")
            if found.terms:
                lines.append(f"合同期内保底补足共 {yuan(found.benefits.topped_up_fen)} 元。")
            return lines, [(star.CONTRACT_RULES, "3.3")]
        case _:
            assert_never(found.state)


def _contract_words(call: Call, found: Contract) -> list[str]:
    terms, used = found.terms, found.benefits
    assert terms is not None
    assert found.ends_on is not None
    lines = [
        f"合同期：{_full_day(terms.starts_on)}起，到 {_full_day(found.ends_on)}前。",
        (
            f"· 月保底 {yuan(terms.floor_fen)} 元，已补足 {yuan(used.topped_up_fen)} 元，"
            f"合同年最高 {yuan(star.YEARLY_CAP_FEN)} 元"
        ),
    ]
    lines += [
        f"· {_month(month.starts_on)}：收入 {yuan(month.earned_fen)} 元，补足 {yuan(month.top_up_fen)} 元"
        for month in found.months[-_SHOWN_MONTHS:]
    ]
    if found.state is StarState.RUNNING:
        lines.append(_running_month(call, found))
    if terms.impressions:
        lines.append(
            f"· 站内流量：已用 {count_text(used.impressions_used)}，共 {count_text(terms.impressions)}"
        )
    if terms.outside_impressions:
        lines.append(
            f"· 站外曝光：已用 {count_text(used.outside_used)}，共 {count_text(terms.outside_impressions)}"
        )
    if terms.planning_sessions:
        lines.append(f"· 定制策划：已用 {used.planning_used} 次，共 {terms.planning_sessions} 次")
    if terms.specialist:
        lines.append(f"· 1 对 1 专属客服：{terms.specialist}")
    return lines


def _running_month(call: Call, found: Contract) -> str:
    assert found.terms is not None
    earned_fen = star_guarantees.earned_so_far(call.session, creator_id=call.creator_id, on=call.on)
    gap_fen = max(0, found.terms.floor_fen - earned_fen)
    month = _month(call.on)
    if gap_fen:
        return f"· {month}到现在收入 {yuan(earned_fen)} 元，离月保底还差 {yuan(gap_fen)} 元，月底结束后按实际差额补足"
    return f"· {month}到现在收入 {yuan(earned_fen)} 元，已经超过月保底，这个月不用补足"


_STEPS = {
    StarState.APPLIED: "报名",
    StarState.SCREENING: "开始筛选",
    StarState.PASSED: "筛选通过",
    StarState.SIGNED: "签约",
    StarState.RUNNING: "合同开始",
    StarState.ENDED: "结束",
    StarState.REJECTED: "未通过",
}


def _facts(found: Contract) -> Json:
    terms = found.terms
    return {
        "apply_id": found.number,
        "state": found.state.value,
        "agency": found.agency,
        "applied_on": found.applied_on.isoformat(),
        "steps": [{"state": step.state.value, "at": step.at.isoformat()} for step in found.steps],
        "contract": terms
        and {
            "starts_on": terms.starts_on.isoformat(),
            "ends_on": found.ends_on and found.ends_on.isoformat(),
            "floor_fen": terms.floor_fen,
            "topped_up_fen": found.benefits.topped_up_fen,
            "yearly_cap_fen": star.YEARLY_CAP_FEN,
            "impressions": terms.impressions,
            "impressions_used": found.benefits.impressions_used,
            "outside_impressions": terms.outside_impressions,
            "outside_used": found.benefits.outside_used,
            "planning_sessions": terms.planning_sessions,
            "planning_used": found.benefits.planning_used,
        },
    }


def _cited(call: Call, *clauses: tuple[str, str]) -> tuple[Citation, ...]:
    wanted: Sequence[tuple[str, str]] = tuple(dict.fromkeys(clauses))
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in wanted]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day_of(found: Contract, state: StarState) -> str:
    day = found.reached_on(state)
    assert day is not None
    return _day(day)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


TOOL = AgentTool(
    star_application,
    asks=(
        "快手之星审到哪一步了",
        "我要报名快手之星",
        "快手之星我够条件吗",
        "KS-20220801-0001 进度",
        "帮我申请快手之星",
        "快手之星筛选结果出来没",
        "我的之星合同保底补了多少",
        "快手之星的申请通过了没有",
        "之星签约走到哪了",
        "我能不能报快手之星，还差啥",
        "机构帮我报的快手之星怎么样了",
        "让公司替我报名快手之星",
        "快手之星合同什么时候到期",
        "我之星的站外曝光用了多少",
        "快手之星保底这个月还差多少",
        "之星的定制策划还剩几次",
        "快手之星我的专属客服是谁",
        "申请编号 KS-20220729-0001 查一下",
        "快手之星报名资格",
        "快手之星被拒了为什么",
        "我的快手之星申请状态",
        "想签快手之星，帮我提交申请",
        "之星签约流量还剩多少",
        "快手之星 application 到哪了",
        "我离报名快手之星还差多少粉",
        "之星合同的权益用了哪些",
        "我报的快手之星批没批",
        "之星合同本月应补保底多少",
        "快手之星差啥条件",
        "公司替我报快手之星",
        "之星合同权益剩余情况",
        "快手之星我被刷了吗",
        "冲一把报名快手之星",
        "机构代达人申请快手之星",
        "之星审了半个月到哪步了",
        "申请单 KS-20220801-0012 状态",
        "剧号能报快手之星吗差什么",
        "快手之星 application status",
        "快手之星的申请有后续了吗",
        "之星合同保底补没补",
        "离快手之星还差多少粉",
    ),
    nouns=("快手之星", "之星", "签约", "保底", "合同", "申请编号", "筛选", "KS", "定制策划", "站外曝光"),
    actions=("报名", "申请", "审到", "进度", "签约", "到哪一步", "通过", "够条件", "补了多少"),
    commit=commit_application,
)
