"""Appealing a decision about infringement: what may be appealed, what it needs, the appeal itself, how far it is."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, assert_never

from tools.creators import service as creators
from tools.detection import deadlines, service, status_tool
from tools.detection.reports import appeals
from tools.detection.reports.appeals import CaseUnknown, Evidence, Judgement, Side
from tools.detection.reports.states import State
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, Speaker, cite
from tools.kernel.db import Json
from tools.kernel.holidays import working_calendar

_SHOWN = 4
_POLICY = deadlines.APPEAL_POLICY
# A creator who gives a reason says one of these; anything else is only that he wants to appeal.
_REASON = re.compile(
    r"因为|理由|原因是|(?:是|都是|就是)我(?:自己|本人|们)?(?:原创|拍|录|做|画|写|剪)|自己拍|我拍的|授权|许可|购买|买的|原创"
    r"|首发|先发|比(?:他|她|对方)早|素材库|合拍|模板|没(?:有)?(?:抄|搬|盗|偷)|不是(?:搬|抄|盗)|相似|同一个?(?:地|景|题)"
)

_NAMED = tuple(
    (item, re.compile(pattern))
    for item, pattern in (
        (Evidence.ORIGINAL_FILE, r"原片|原始(?:视频|文件|素材)|源文件|原视频"),
        (Evidence.PROJECT_FILE, r"工程"),
        (Evidence.BEHIND_SCENES, r"花絮|拍摄现场"),
        (Evidence.LICENCE, r"授权(?:书|合同|文件)|合同"),
        (Evidence.CERTIFICATE, r"登记证|版权证|著作权证"),
    )
)


def infringement_appeal(
    call: Call,
    *,
    action: Literal["apply", "status", "evidence"] = "apply",
    case_id: str | None = None,
    work_ref: str | None = None,
    reason: str | None = None,
    evidence: Literal["original_file", "project_file", "behind_scenes", "licence", "certificate"]
    | None = None,
) -> Reply | Proposal:
    """Appeal an infringement decision (侵权申诉, 误判, 被下架不服): propose an appeal against a takedown or limit of the creator's own work, or against the rejection of the creator's own report (apply), tell how far the appeal is (status) or what evidence and file formats it needs (evidence). `case_id` such as QQ20220815-0001 or `work_ref`, the creator's own work, say which; `reason` is why the decision is wrong, `evidence` what proves it."""
    if action == "evidence":
        return _needed(call)
    try:
        found = _candidates(call, case_id=case_id, work_ref=work_ref)
    except CaseUnknown:
        if (own := _own_report(call, case_id or "")) is None:
            raise
        return own
    if action == "status":
        return _status(call, found)
    open_now = [item for item in found if item.may_be_appealed(call.now)]
    if len(found) > 1 and len(open_now) == 1:
        found = open_now
    if len(found) != 1:
        return _which(call, open_now or found) if found else _nothing(call, work_ref)
    [judgement] = found
    appeals.check(judgement, now=call.now)
    words = (reason or "").strip() or _said_reason(call)
    named = Evidence(evidence) if evidence else _named_evidence(words)
    if not words or named is None:
        return _ask(call, judgement, reason=words, evidence=named)
    return _proposal(call, judgement, reason=words, evidence=named)


def commit_appeal(call: Call, payload: Mapping[str, object]) -> Reply:
    """Store the confirmed appeal after checking everything again."""
    made = appeals.submit(
        call.session,
        creator_id=call.creator_id,
        number=str(payload["case_id"]),
        reason=str(payload["reason"]),
        evidence=Evidence(str(payload["evidence"])),
        now=call.now,
    )
    by = working_calendar().after(call.now.date(), deadlines.APPEAL_WORKING_DAYS).day
    return Reply(
        text=(
            f"申诉已提交，案件 {made.number}。{deadlines.APPEAL_WORKING_DAYS} 个工作日内出结果，最晚 {_day(by)}，"
            "由另一位审核员复核。"
        ),
        facts={**_fact(made), "answer_by": by.isoformat()},
        citations=_citations(call, (_POLICY, "3.1")),
        buttons=(Button("查申诉进度", f"{made.number} 的申诉到哪一步了"),),
    )


def _candidates(call: Call, *, case_id: str | None, work_ref: str | None) -> list[Judgement]:
    if case_id is not None and case_id.strip():
        return appeals.find(call.session, creator_id=call.creator_id, number=case_id)
    found = appeals.judgements(call.session, creator_id=call.creator_id)
    if work_ref is None or not work_ref.strip():
        return found
    work = creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)
    return [item for item in found if item.work_id == work.id]


def _own_report(call: Call, number: str) -> Reply | None:
    """Return how the creator's own report stands, which a reporter may mean who asks about the other side's appeal."""
    try:
        found = service.find_reports(call.session, creator_id=call.creator_id, number=number)
    except service.ReportUnknown:
        return None
    return status_tool.answer(call, found)


def _named_evidence(text: str) -> Evidence | None:
    return next((item for item, pattern in _NAMED if pattern.search(text)), None)


def _said_reason(call: Call) -> str:
    """Return the creator's own last words where they say why: a person reads them, no machine judges by them."""
    said = next((line.text for line in reversed(call.transcript) if line.speaker is Speaker.CREATOR), "")
    return " ".join(said.split())[: appeals.LONGEST_REASON] if _REASON.search(said) else ""


def _proposal(call: Call, judgement: Judgement, *, reason: str, evidence: Evidence) -> Proposal:
    kept = f"复核期间维持{judgement.measure.words}。" if judgement.measure else ""
    return Proposal(
        summary=(
            f"提交侵权申诉：\n案件：{judgement.number}，{judgement.about}，{judgement.words}\n理由：{reason}\n"
            f"证据：{evidence.words}\n确认后 {deadlines.APPEAL_WORKING_DAYS} 个工作日内由另一位审核员复核，{kept}"
            "每个案件只能申诉 1 次，结果为最终结果。确认提交吗？"
        ),
        payload={"case_id": judgement.number, "reason": reason, "evidence": evidence.value},
        facts={**_fact(judgement), "evidence": evidence.value},
        citations=_citations(call, (_POLICY, "1.2"), (_POLICY, "3.1")),
    )


def _ask(call: Call, judgement: Judgement, *, reason: str, evidence: Evidence | None) -> Reply:
    until = deadlines.appeal_by(judgement.decided_at)
    lines = _lines(judgement)
    lines.append(f"可以申诉，{until.month}月{until.day}日 {until:%H:%M} 前有效，只有 1 次机会。")
    start = f"{judgement.number} 申诉，"
    if not reason:
        lines.append("点下面最接近的，或者自己说：你觉得哪里判错了，手里有什么证据？")
        buttons = (
            Button("自己拍的，有原片", f"{start}是我自己拍的，有原始视频文件"),
            Button("自己剪的，有工程文件", f"{start}是我自己剪的，有剪辑工程文件"),
            Button("有授权合同", f"{start}我有授权，能交授权合同"),
        )
    else:
        lines.append("还要至少一种证据，你手里有哪种？")
        buttons = tuple(
            Button(item.words, f"{start}{reason}，有{item.words}")
            for item in (
                Evidence.ORIGINAL_FILE,
                Evidence.PROJECT_FILE,
                Evidence.LICENCE,
                Evidence.CERTIFICATE,
            )
        )
    missing = [name for name, given in (("reason", reason), ("evidence", evidence)) if not given]
    return Reply(
        text="\n".join(lines),
        facts={**_fact(judgement), "missing": missing, "appeal_by": until.isoformat()},
        citations=_citations(call, (_POLICY, "1.1"), (_POLICY, "2.1")),
        buttons=buttons,
    )


def _which(call: Call, found: Sequence[Judgement]) -> Reply:
    lines = ["你要申诉哪一个？"]
    lines += [f"· {item.number} {item.about}，{item.words}" for item in found[:_SHOWN]]
    return Reply(
        text="\n".join(lines),
        facts={"count": len(found), "cases": [_fact(item) for item in found[:_SHOWN]]},
        citations=_citations(call, (_POLICY, "1.1")),
        buttons=tuple(Button(item.number, f"{item.number} 我要申诉") for item in found[:_SHOWN]),
    )


def _nothing(call: Call, work_ref: str | None) -> Reply:
    what = "这条作品没有侵权判定" if work_ref else "你现在没有侵权判定，也没有被驳回的举报"
    return Reply(
        text=f"{what}，没有可以申诉的案件。如果是别的违规处罚（不是侵权），在处罚通知里点“申诉”。",
        facts={"count": 0, "cases": []},
        citations=_citations(call, ("violation-appeal", "1.2")),
        buttons=(Button("转人工 1V1", "转人工"),),
    )


def _needed(call: Call) -> Reply:
    return Reply(
        text=(
            "侵权申诉至少交一种证据：原始视频文件、剪辑工程文件、拍摄花絮、授权合同或著作权登记证书。"
            "原片传 MP4 或 MOV，单个不超过 2 GB；图片 JPG、PNG，文书 PDF。聊天截图只能作辅助。"
        ),
        facts={"evidence": [item.value for item in Evidence]},
        citations=_citations(call, (_POLICY, "2.1"), (_POLICY, "2.2"), (_POLICY, "2.3")),
        buttons=(Button("我要申诉", "我要申诉侵权判定"),),
    )


def _status(call: Call, found: Sequence[Judgement]) -> Reply:
    appealed = [item for item in found if item.appeal is not None]
    if not appealed:
        if not found:
            return _nothing(call, None)
        open_now = [item for item in found if item.may_be_appealed(call.now)]
        text = "你还没有提交过申诉。"
        if open_now:
            text += f"现在可以申诉的有 {len(open_now)} 个。"
        return Reply(
            text="\n".join(
                [text, *(f"· {item.number} {item.about}，{item.words}" for item in found[:_SHOWN])]
            ),
            facts={"count": 0, "cases": [_fact(item) for item in found[:_SHOWN]]},
            citations=_citations(call, (_POLICY, "1.1")),
            buttons=tuple(
                Button(f"申诉 {item.number}", f"{item.number} 我要申诉") for item in open_now[:_SHOWN]
            ),
        )
    newest, earlier = appealed[0], appealed[1:_SHOWN]
    lines, clauses, overdue = _progress(call, newest)
    lines += [f"更早：{item.number} {item.about}，{item.words}。" for item in earlier]
    return Reply(
        text="\n".join(lines),
        facts={**_fact(newest), "count": len(appealed), "overdue": overdue},
        citations=_citations(call, *clauses),
        buttons=(Button("转 1V1 催办", f"转人工，催一下申诉 {newest.number}"),) if overdue else (),
    )


def _progress(call: Call, item: Judgement) -> tuple[list[str], list[tuple[str, str]], bool]:
    """Return the words about one appeal, the clauses that they rest on, and whether it is late."""
    assert item.appeal is not None
    lines = _lines(item)
    lines.append(
        f"{_day_of(item.appeal.submitted_at)}提交申诉：{item.appeal.reason}（证据：{item.appeal.evidence.words}）。"
    )
    match item.appeal.granted:
        case None:
            if deadlines.appeal_overdue(
                item.appeal.submitted_at.date(), on=call.on, calendar=working_calendar()
            ):
                return (
                    [*lines, "已经超过承诺的时间，可以凭编号转 1V1 人工催办。"],
                    [(_POLICY, "3.1")],
                    True,
                )
            by = working_calendar().after(item.appeal.submitted_at.date(), deadlines.APPEAL_WORKING_DAYS).day
            return [*lines, f"最晚 {_day(by)}出结果。"], [(_POLICY, "3.1")], False
        case True:
            lines.append(f"申诉成立。{item.appeal.note}")
            return lines, [(_POLICY, "3.2")], False
        case False:
            lines.append(f"申诉没有成立，维持原处理，结果为最终结果。{item.appeal.note}")
            return lines, [(_POLICY, "3.3"), (_POLICY, "1.2")], False
        case _:
            assert_never(item.appeal.granted)


def _lines(item: Judgement) -> list[str]:
    done = f"，处理：{item.measure.words}" if item.measure and item.state is not State.RESTORED else ""
    lines = [f"{item.number}：{item.words}。"]
    whose = "你的作品" if item.title else ""
    target = f"{whose}{item.about}"
    if item.side is Side.ACCUSED:
        lines.append(
            f"{target}，{_day_of(item.decided_at)}{'改判' if item.state is State.RESTORED else '判定'}{done}。"
        )
    else:
        lines.append(f"关于{target}的举报，{_day_of(item.decided_at)}判定没有成立。")
    if item.note:
        lines.append(f"处理说明：{item.note}")
    return lines


def _fact(item: Judgement) -> Json:
    return {
        "case_id": item.number,
        "side": item.side.value,
        "state": item.state.value,
        "title": item.title or None,
        "measure": item.measure and item.measure.value,
        "decided_at": item.decided_at.isoformat(),
        "appeal": item.appeal
        and {
            "submitted_at": item.appeal.submitted_at.isoformat(),
            "evidence": item.appeal.evidence.value,
            "granted": item.appeal.granted,
        },
    }


def _citations(call: Call, *clauses: tuple[str, str]) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _day_of(at: datetime) -> str:
    return _day(at.date())


TOOL = AgentTool(
    infringement_appeal,
    asks=(
        "我被误判了怎么办",
        "申诉进度",
        "这条被下架不服",
        "我要申诉",
        "侵权判错了，我要申诉",
        "申诉提交两天了有结果吗",
        "原片要传什么格式，我好申诉",
        "我的视频被判搬运，我不服",
        "明明是我自己拍的，凭什么判我侵权",
        "帮我对这个侵权判定提申诉，我有原片",
        "最新那条被下架了，我要申诉",
        "申诉到哪一步了",
        "我的申诉通过了没有",
        "申诉驳回了吗",
        "被判侵权限流了，想申诉",
        "我有授权合同，为什么判我侵权，申诉",
        "appeal 一下那个 copyright strike",
        "侵权申诉还能提交吗",
        "作品被下架了怎么恢复，我是原创",
        "说我搬运，我冤枉啊",
        "我举报被驳回了，不服要申诉",
        "给我提交申诉，证据是剪辑工程文件",
        "申诉多久了还没消息",
        "误判了，给我恢复视频",
        "申诉结果出来没",
        "这条视频为什么被下架了",
        "我的申诉",
        "这是我自己拍的，有原片",
        "这条是我自己剪的，有工程文件，判错了",
        "我有授权合同，不算侵权",
        "判我搬运我自己拍的不服",
        "申诉过了没",
        "误判申诉",
        "申诉材料清单和格式要求",
        "先告诉我申诉需要哪些材料",
        "第二条被下架要申诉",
        "申诉有信没",
        "申诉复核完成了吗",
        "有原视频判错了",
        "凭什么下架给我恢复",
        "我方持有授权书要对判定提出申诉",
    ),
    nouns=("申诉", "误判", "判错", "冤枉", "下架", "判定", "侵权判定", "appeal", "不服", "恢复"),
    actions=("申诉", "不服", "恢复", "提交", "进度", "复核"),
    commit=commit_appeal,
)
