"""Where the creator's infringement reports stand, what came of them, and completing or withdrawing one."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, assert_never

from tools.detection import deadlines, service
from tools.detection.deadlines import Promise
from tools.detection.reports import kinds
from tools.detection.reports.states import OPEN, State
from tools.detection.service import Report
from tools.kernel.agent_tool import (
    AgentTool,
    Attachment,
    Button,
    Call,
    Citation,
    Proposal,
    Reply,
    Speaker,
    cite,
)
from tools.kernel.db import Json
from tools.kernel.holidays import working_calendar
from tools.kernel.period import Period, parse_period

_SHOWN = 5
_UPHELD = (deadlines.POLICY, "3.1")
_APPEAL = (deadlines.APPEAL_POLICY, "1.1")
_APPEAL_RESULT = (deadlines.APPEAL_POLICY, "3.1")
_FINAL = (deadlines.APPEAL_POLICY, "1.2")
# What a reporter is told about a decided case, and the clause it rests on; nothing of what the other side handed in.
_DECIDED: Mapping[State, tuple[str, tuple[str, str]]] = {
    State.UPHELD: ("{day}判定侵权成立，处理方式：{done}。", _UPHELD),
    State.APPEALED: ("判定侵权成立，处理方式：{done}。对方提出了申诉，复核期间维持原处理。", _APPEAL_RESULT),
    State.CONFIRMED: ("{day}对方的申诉没有成立，维持{done}，结果为最终结果。", _FINAL),
    State.RESTORED: ("{day}改判，对方作品已经恢复，案件结束。", (deadlines.APPEAL_POLICY, "3.2")),
    State.REJECTED: ("{day}没有支持这次举报，不认可的话，收到结果后 {days} 天内可以申诉。", _APPEAL),
    State.CONTESTED: ("你的申诉由另一位审核员复核，{working_days} 个工作日内出结果。", _APPEAL_RESULT),
    State.DISMISSED: ("{day}你的申诉没有成立，维持原判，结果为最终结果。", _FINAL),
    State.CLOSED: ("{day}已关闭，可以重新提交。", (deadlines.POLICY, deadlines.EVIDENCE_CLAUSE)),
}
# What only says that evidence is handed in is none.
_COMMAND = re.compile(r"QQ[\d-]+|我的?|侵权|举报|这个|补交|补充|补|材料|证据|[：:，,。 ]+", re.IGNORECASE)
_SHORTEST_EVIDENCE = 4
_LATE = "已经超过承诺的时间，可以凭编号转 1V1 人工催办。"


def infringement_status(
    call: Call,
    *,
    action: Literal["status", "statistics", "supply", "cancel"] = "status",
    case_id: str | None = None,
    period: str | None = None,
    reason: str | None = None,
) -> Reply | Proposal:
    """Tell where the creator's own infringement reports stand and what comes next: one by its number `case_id` such as QQ20220815-0001, or the newest, submitted in `period` when one is given. With action statistics, tell how many works are protected, copies handled and reports upheld; with supply, propose to hand in the evidence that was asked for (`reason` says what); with cancel, propose to withdraw a report that is not decided."""
    days = parse_period(period, on=call.on) if period else None
    if action == "statistics":
        return _statistics(call, days)
    if case_id is not None and case_id.strip():
        found = service.find_reports(call.session, creator_id=call.creator_id, number=case_id)
        words = ""
    else:
        found, words = service.reports(call.session, creator_id=call.creator_id), days.words if days else ""
        if days is not None:
            found = [report for report in found if _inside(report.submitted_at, days)]
    match action:
        case "status":
            return answer(call, found, words=words)
        case "supply":
            waiting = [report for report in found if report.state is State.NEEDS_EVIDENCE]
            return _supply(call, waiting, reason) if waiting else _not_waiting(found, "等你补材料")
        case "cancel":
            waiting = [report for report in found if report.state in OPEN]
            return _cancel(waiting) if waiting else _not_waiting(found, "还能撤回")
        case _:
            assert_never(action)


def commit_status(call: Call, payload: Mapping[str, object]) -> Reply:
    """Hand in the evidence or withdraw the report, after checking its state again."""
    number = str(payload["case_id"])
    if payload["action"] == "cancel":
        report = service.withdraw(call.session, creator_id=call.creator_id, number=number, now=call.now)
        text = f"举报 {report.number} 已撤回。以后需要可以重新提交。"
        return Reply(text=text, facts=_fact(report))
    report = service.supply(
        call.session, creator_id=call.creator_id, number=number, text=str(payload["reason"]), now=call.now
    )
    promise = deadlines.promise_on(report.submitted_at.date())
    return Reply(
        text=f"材料已补交，{report.number} 重新进入审核，{promise.decision_working_days} 个工作日内出结果。",
        facts=_fact(report),
        citations=_citations(call, [(deadlines.POLICY, deadlines.DECISION_CLAUSE)]),
        buttons=(Button("查看进度", f"举报 {report.number} 处理到哪了"),),
    )


def answer(call: Call, found: Sequence[Report], *, words: str = "") -> Reply:
    """Return how the creator's own reports stand: all about the only one, or a list."""
    return _detail(call, found[0]) if len(found) == 1 else _listing(found, words=words)


def _supply(call: Call, waiting: Sequence[Report], reason: str | None) -> Reply | Proposal:
    if len(waiting) > 1:
        return _listing(waiting, words="等你补材料的：")
    [report] = waiting
    said = next((line.text for line in reversed(call.transcript) if line.speaker is Speaker.CREATOR), "")
    words = " ".join((reason or said).split())[: service.LONGEST_REASON]
    if len(_COMMAND.sub("", words)) < _SHORTEST_EVIDENCE:
        return Reply(
            text=f"{report.number} 要求：{report.note}。把材料的内容或链接写给我，开头说“补交材料”，例如“补交材料：6月10日首发，链接……”。",
            facts={"case_id": report.number, "missing": ["reason"]},
            citations=_citations(call, [(deadlines.POLICY, deadlines.EVIDENCE_CLAUSE)]),
        )
    return Proposal(
        summary=f"补交材料：\n案件：{report.number}，{report.about}\n要求：{report.note}\n你的说明：{words}\n确认后重新进入审核。",
        payload={"action": "supply", "case_id": report.number, "reason": words},
        facts={"case_id": report.number},
        citations=_citations(call, [(deadlines.POLICY, deadlines.EVIDENCE_CLAUSE)]),
    )


def _cancel(waiting: Sequence[Report]) -> Reply | Proposal:
    if len(waiting) > 1:
        return _listing(waiting, words="还能撤回的：")
    [report] = waiting
    return Proposal(
        summary=f"撤回侵权举报：\n案件：{report.number}，{report.about}，举报对象 {report.suspect.words}\n撤回后案件关闭，以后可以重新提交。",
        payload={"action": "cancel", "case_id": report.number},
        facts={"case_id": report.number},
    )


def _not_waiting(found: Sequence[Report], wanted: str) -> Reply:
    known = f"{found[0].number} 现在是“{found[0].state.words}”。" if len(found) == 1 else ""
    return Reply(
        text=f"没有{wanted}的举报。{known}",
        facts={"count": 0, "reports": []},
        buttons=(Button("看全部举报", "我的侵权举报"),),
    )


def _statistics(call: Call, days: Period | None) -> Reply:
    found = service.statistics(call.session, creator_id=call.creator_id, on=call.on, period=days)
    handled = sum(found.handled.values())
    lines = [
        f"{days.words if days else '到今天为止'}，你的原创保护：",
        f"· 标为原创、受保护的作品：{found.originals} 条",
        f"· 提交举报 {found.reports} 个，已判定 {found.decided} 个，处理中 {found.waiting} 个",
        f"· 已处理的侵权：{handled} 个"
        + (
            f"（{'，'.join(f'{item.words} {count}' for item, count in found.handled.items())}）"
            if handled
            else ""
        ),
    ]
    if found.success_bp is not None:
        lines.append(
            f"· 举报成立率 {found.success_bp / 100:g}%（成立 {found.holding} / 已判定 {found.decided}）"
        )
    if found.restored:
        lines.append(f"· 对方申诉后改判 {found.restored} 个")
    return Reply(
        text="\n".join(lines),
        facts={
            "originals": found.originals,
            "reports": found.reports,
            "waiting": found.waiting,
            "decided": found.decided,
            "holding": found.holding,
            "restored": found.restored,
            "handled": handled,
            "success_bp": found.success_bp,
        },
        citations=_citations(call, [("originality-rules", "3.1")]),
        buttons=(Button("举报进度", "我的侵权举报处理到哪了"),),
    )


def _listing(reports: Sequence[Report], *, words: str) -> Reply:
    if not reports:
        return Reply(
            text=f"{words}你没有提交过侵权举报。" if words else "你还没有提交过侵权举报。",
            facts={"count": 0, "reports": []},
            buttons=(Button("我要举报搬运", "有人搬运我的视频，我要举报"),),
        )
    lines = [f"{words}你有 {len(reports)} 个侵权举报："]
    lines += [
        f"· {report.number} {report.about}，{report.state.words}（{_day(report.submitted_at)}提交）"
        for report in reports[:_SHOWN]
    ]
    if (more := len(reports) - _SHOWN) > 0:
        lines.append(f"还有 {more} 个更早的，发编号可以单独查。")
    return Reply(
        text="\n".join(lines),
        facts={"count": len(reports), "reports": [_fact(report) for report in reports[:_SHOWN]]},
        buttons=tuple(
            Button(report.number, f"举报 {report.number} 处理到哪了") for report in reports[: _SHOWN - 2]
        ),
    )


def _detail(call: Call, report: Report) -> Reply:
    about = f"你的作品{report.about}" if report.work_title else "冒充你的账号"
    lines = [
        f"{report.number}：{report.state.words}。",
        f"{about}，举报对象 {report.suspect.words}，{_day(report.submitted_at)}提交。",
    ]
    following, clauses, overdue = _what_follows(call, report)
    lines.append(following)
    if report.note and report.state is not State.RESTORED:
        lines.append(f"处理说明：{report.note}")
    verdict = report.verdict
    if verdict is not None:
        lines.append(f"{verdict.result.words}。")
    return Reply(
        text="\n".join(lines),
        facts={**_fact(report), "overdue": overdue},
        citations=_citations(call, clauses),
        buttons=_buttons(report, overdue=overdue),
        attachments=(Attachment("image", verdict.picture),) if verdict and verdict.picture else (),
    )


def _buttons(report: Report, *, overdue: bool) -> tuple[Button, ...]:
    if overdue:
        return (Button("转 1V1 催办", f"转人工，催一下举报 {report.number}"),)
    if report.state is State.NEEDS_EVIDENCE:
        return (Button("补交材料", f"举报 {report.number} 补交材料"),)
    if report.state is State.REJECTED:
        return (Button("申诉", f"{report.number} 我要申诉"),)
    return ()


def _is_late(accepted_on: date, promise: Promise, *, on: date) -> bool:
    return deadlines.decision_overdue(accepted_on, promise, on=on, calendar=working_calendar())


def _what_follows(call: Call, report: Report) -> tuple[str, list[tuple[str, str]], bool]:
    """Return what the creator may expect next, the clauses that say so, and whether it is late."""
    promise = deadlines.promise_on(report.submitted_at.date())
    match report.state:
        case State.SUBMITTED:
            by = deadlines.first_answer_by(report.submitted_at, promise)
            if call.now > by:
                return _LATE, [(deadlines.POLICY, deadlines.OVERDUE_CLAUSE)], True
            text = f"首次答复最晚在 {_day(by)} {by:%H:%M} 前给你。"
            return text, [(deadlines.POLICY, deadlines.FIRST_ANSWER_CLAUSE)], False
        case State.NEEDS_EVIDENCE:
            assert report.accepted_at is not None
            days = deadlines.EVIDENCE_DAYS
            text = f"收到通知后 {days} 天内补交，逾期案件自动关闭，关闭后可以重新提交。"
            return text, [(deadlines.POLICY, deadlines.EVIDENCE_CLAUSE)], False
        case State.REVIEWING:
            assert report.accepted_at is not None
            if _is_late(report.accepted_at.date(), promise, on=call.on):
                return _LATE, [(deadlines.POLICY, deadlines.OVERDUE_CLAUSE)], True
            days = promise.decision_working_days
            text = f"{_day(report.accepted_at)}已受理，从受理起 {days} 个工作日内出结果。"
            return text, [(deadlines.POLICY, deadlines.DECISION_CLAUSE)], False
        case _:
            return _decided(report)


def _decided(report: Report) -> tuple[str, list[tuple[str, str]], bool]:
    assert report.decided_at is not None
    assert report.state in _DECIDED, "a report that is not open is decided"
    words, clause = _DECIDED[report.state]
    if report.state is State.UPHELD and report.kind is not kinds.Kind.COPY:
        clause = (kinds.RULES, kinds.PATHS[report.kind].clause)
    text = words.format(
        day=_day(report.decided_at),
        done=report.measure.words if report.measure else "",
        days=deadlines.APPEAL_DAYS,
        working_days=deadlines.APPEAL_WORKING_DAYS,
    )
    return text, [clause], False


def _inside(at: datetime, days: Period) -> bool:
    return days.starts_on <= at.date() < days.ends_on


def _fact(report: Report) -> Json:
    return {
        "case_id": report.number,
        "kind": report.kind.value,
        "state": report.state.value,
        "work": report.work_public_id or None,
        "title": report.work_title or None,
        "suspect": report.suspect.words,
        "submitted_at": report.submitted_at.isoformat(),
        "decided_at": report.decided_at and report.decided_at.isoformat(),
    }


def _citations(call: Call, clauses: Sequence[tuple[str, str]]) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day(at: datetime) -> str:
    return f"{at.month}月{at.day}日"


TOOL = AgentTool(
    infringement_status,
    asks=(
        "我举报的搬运处理到哪一步了",
        "侵权投诉有结果了吗",
        "QQ20220812-0002 这个案子怎么样了",
        "上周举报的那个人封了没",
        "我提交的原创投诉怎么还没动静",
        "查一下我的侵权举报",
        "举报进度",
        "我投诉的那个盗视频的有结果没，到底管不管",
        "我的举报通过了没有",
        "举报成立了吗",
        "这个月我提过几个侵权举报",
        "侵权案件编号查询",
        "前天投诉的搬运号审完没",
        "举报一个多星期了没人理",
        "维权结果出来没",
        "我那个被盗视频的举报咋样了",
        "report 的 status 给我看看",
        "上次举报的搬运视频下架了吗",
        "看看我所有的侵权举报记录",
        "案件 QQ20220728-0001 结果",
        "举报被驳回了吗",
        "那个搬运的受理了没",
        "举报有结果了吗",
        "我的侵权举报",
        "QQ20220805-0003",
        "帮我看看保护了多少作品",
        "我举报的成功率多少",
        "原创保护统计给我看看",
        "一共处理了多少搬运我的视频",
        "撤回我的侵权举报",
        "我的侵权举报补交材料",
        "补交材料：6月10日首发，有首发时间记录",
        "QQ20220810-0006 补交材料：有剪辑工程文件",
        "举报好几天了没动静",
        "我告的那个搬运的咋处理的",
        "侵权案件处理到哪个节点",
        "举报有信儿没",
        "投诉的那事咋样了",
        "打掉了多少搬运",
        "上次那个举报算了给我撤了",
    ),
    nouns=("举报", "投诉", "侵权", "案件", "案子", "编号", "维权", "进度", "结果", "搬运"),
    actions=(
        "查",
        "审了没",
        "处理到哪",
        "有结果",
        "进度",
        "到哪",
        "怎么样",
        "审完",
        "受理",
        "通过",
        "下架",
        "驳回",
        "保护了",
        "成功率",
        "撤回",
        "补交",
    ),
    commit=commit_status,
)
