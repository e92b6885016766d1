"""Reporting that somebody copied a work or pretends to be its author: asked back, proposed, stored when confirmed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, assert_never

from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.detection import deadlines, service
from tools.detection.report_asks import ACTIONS, ASKS, NOUNS
from tools.detection.reports import kinds, standing
from tools.detection.reports.kinds import PATHS, Choice, Kind
from tools.detection.reports.states import State
from tools.detection.reports.verdicts import Examiner, unexamined
from tools.detection.sent_video import begin_check, evidence, sent_video
from tools.detection.suspects import Suspect, read_suspect
from tools.kernel.agent_tool import (
    AgentTool,
    Attachment,
    Button,
    Call,
    Citation,
    Proposal,
    Reply,
    cite,
)

_OFFERED_WORKS = 4
_LOOKED_THROUGH = 20
_LABEL = 12
_CHOICE_WORDS: Mapping[Choice, str] = {
    Choice.BLOCK: "下架",
    Choice.LIMIT: "限流",
    Choice.PAY: "保留展示，收益归你",
    Choice.TRACK: "只跟踪，不处理",
}


def infringement_report(
    call: Call,
    *,
    action: Literal["report", "policy", "evidence"] = "report",
    kind: Literal["impersonation", "off_platform", "audio", "picture", "copy"] | None = None,
    work_ref: str | None = None,
    url: str | None = None,
    target_author: str | None = None,
    reason: str | None = None,
    measure: Literal["block", "limit", "pay", "track"] | None = None,
) -> Reply | Proposal:
    """Report that somebody copied or stole one of the creator's own works (搬运, 盗用, 抄袭, 侵权) or pretends to be the creator (冒充), to be confirmed before it is sent; `work_ref` is the creator's work, `url` the copy's link, `target_author` the nickname or handle that copied, `reason` what the creator says about it, `kind` a copy, an impersonation, a stolen sound or picture, or a copy on another platform. With action evidence, tell what a report needs; with action policy, change what is done with copies (`measure`: block, limit traffic, pay the creator, only track)."""
    if action == "policy":
        return _policy(call, Choice(measure) if measure else None)
    suspect = read_suspect(url=url, author=target_author)
    named = work_ref is not None and bool(work_ref.strip())
    of_kind = kinds.kind_of(Kind(kind) if kind else None, suspect)
    if action == "evidence" and suspect is None and not named:
        return _needed(call, of_kind)
    if until := service.paused_until(call.session, creator_id=call.creator_id, on=call.on):
        return _paused(call, until)
    return _report(call, of_kind, work_ref if named else None, suspect, reason)


def _report(
    call: Call, of_kind: Kind, work_ref: str | None, suspect: Suspect | None, reason: str | None
) -> Reply | Proposal:
    """Ask for what is missing, or propose the report."""
    if not PATHS[of_kind].needs_work:
        return _ask_for_impostor() if suspect is None else _file(call, of_kind, None, None, suspect, reason)
    if work_ref is None:
        return begin_check(call, of_kind, suspect) or _ask_for_work(call, suspect)
    work, owner = service.resolve_original(
        call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on
    )
    if suspect is None:
        return begin_check(call, of_kind, suspect) or _ask_for_suspect(work)
    return _file(call, of_kind, work, owner, suspect, reason)


def _paused(call: Call, until: date) -> Reply:
    return Reply(
        text=f"因为多次恶意举报，你的侵权举报权限暂停到 {until.month}月{until.day}日前。认为判错了，可以对被驳回的举报申诉。",
        facts={"paused_until": until.isoformat()},
        citations=_citations(call, (deadlines.POLICY, standing.CLAUSE)),
        buttons=(Button("我要申诉", "我的举报被驳回了，我要申诉"),),
    )


def committing(examiner: Examiner) -> Callable[[Call, Mapping[str, object]], Reply]:
    """Return the commit of a report that asks this examiner."""

    def commit(call: Call, payload: Mapping[str, object]) -> Reply:
        if (chosen := _text(payload.get("choice"))) is not None:
            return _commit_policy(call, Choice(chosen))
        return _commit_report(call, payload, examiner)

    return commit


def _commit_report(call: Call, payload: Mapping[str, object], examiner: Examiner) -> Reply:
    """Store the confirmed report after checking everything again."""
    work, owner = None, None
    if (work_id := _text(payload.get("work"))) is not None:
        work, owner = service.resolve_original(
            call.session, creator_id=call.creator_id, work_ref=f"id:{work_id}", on=call.on
        )
    suspect = read_suspect(url=_text(payload.get("url")), author=_text(payload.get("target_author")))
    assert suspect is not None, "a proposal names a suspect"
    filing = service.prepare(
        call.session,
        creator_id=call.creator_id,
        work=work,
        owner=owner,
        suspect=suspect,
        reason=_text(payload.get("reason")) or "",
        kind=Kind(_text(payload.get("kind")) or Kind.COPY),
        on=call.on,
    )
    upload = evidence(call, payload.get("upload"))
    report = service.submit(
        call.session,
        creator_id=call.creator_id,
        filing=filing,
        now=call.now,
        examiner=examiner,
        upload=upload and upload.id,
    )
    return _submitted(call, report, compared=upload is not None)


def _submitted(call: Call, report: service.Report, *, compared: bool) -> Reply:
    promise = deadlines.promise_on(report.submitted_at.date())
    answer_by = deadlines.first_answer_by(report.submitted_at, promise)
    lines = [f"举报已提交，编号 {report.number}。"]
    verdict, clauses = report.verdict, [(kinds.RULES, "3.2")]
    if verdict is not None:
        lines.append(f"{verdict.result.words}。")
    if report.state is State.UPHELD:
        assert report.measure is not None
        lines.append(f"举报成立，处理方式：{report.measure.words}。")
    else:
        lines.append(
            f"{_moment(answer_by)}前会有首次答复，受理后 {promise.decision_working_days} 个工作日内出结果。"
        )
        clauses = [
            (deadlines.POLICY, deadlines.FIRST_ANSWER_CLAUSE),
            (deadlines.POLICY, deadlines.DECISION_CLAUSE),
        ]
        if compared:
            lines.append("你发来的视频正在和原作比对，结果和对比图稍后发给你。")
    return Reply(
        text="".join(lines),
        facts={
            "case_id": report.number,
            "kind": report.kind.value,
            "state": report.state.value,
            "work": report.work_public_id or None,
            "first_answer_by": answer_by.isoformat(),
            "verdict": verdict and verdict.result.value,
        },
        citations=_citations(call, *clauses),
        buttons=(Button("查看进度", f"举报 {report.number} 处理到哪了"),),
        attachments=(Attachment("image", verdict.picture),) if verdict and verdict.picture else (),
    )


def _file(
    call: Call, kind: Kind, work: WorkSummary | None, owner: int | None, suspect: Suspect, reason: str | None
) -> Proposal:
    filing = service.prepare(
        call.session,
        creator_id=call.creator_id,
        work=work,
        owner=owner,
        suspect=suspect,
        reason=reason or "",
        kind=kind,
        on=call.on,
    )
    return _proposal(call, filing)


def _proposal(call: Call, filing: service.Filing) -> Proposal:
    promise, path = deadlines.promise_on(call.on), PATHS[filing.kind]
    lines = ["提交侵权举报：" if filing.kind is Kind.COPY else f"提交侵权举报（{path.words}）："]
    if filing.work:
        lines.append(f"你的作品：《{filing.work.title}》（{filing.work.public_id}）")
    lines.append(f"举报对象：{filing.suspect.words}")
    if filing.reason:
        lines.append(f"说明：{filing.reason}")
    sent = sent_video(call) if filing.kind is Kind.COPY else None
    if sent is not None:
        lines.append("证据：你刚发来的视频")
    outcome = path.outcome
    chosen = service.choice(call.session, creator_id=filing.owner)
    if filing.kind is Kind.COPY and chosen is not Choice.BLOCK:
        outcome = f"按你选的处理：{_CHOICE_WORDS[chosen]}"
    lines.append(
        f"确认后提交：{promise.first_answer_hours} 小时内初审，受理后 {promise.decision_working_days} 个工作日内出结果；"
        f"成立的话，{outcome}。"
    )
    clauses = [
        (deadlines.POLICY, deadlines.FIRST_ANSWER_CLAUSE),
        (deadlines.POLICY, deadlines.DECISION_CLAUSE),
    ]
    if filing.kind is not Kind.COPY:
        clauses.append((kinds.RULES, path.clause))
    work = filing.work
    return Proposal(
        summary="\n".join(lines),
        payload={
            "kind": filing.kind.value,
            "work": work and work.public_id,
            "url": filing.suspect.url,
            "target_author": filing.suspect.author,
            "reason": filing.reason,
            **({"upload": sent.id} if sent else {}),
        },
        facts={
            "kind": filing.kind.value,
            "work": work and work.public_id,
            "title": work and work.title,
            "suspect": filing.suspect.words,
        },
        citations=_citations(call, *clauses),
    )


def _policy(call: Call, chosen: Choice | None) -> Reply | Proposal:
    now_words = _CHOICE_WORDS[service.choice(call.session, creator_id=call.creator_id)]
    clauses = ((kinds.RULES, "2.1"), (kinds.RULES, "2.2"))
    if chosen is None:
        return Reply(
            text=f"搬运你作品的视频，判定成立后现在的处理方式是：{now_words}。想改成哪一种？",
            facts={"choice": service.choice(call.session, creator_id=call.creator_id).value},
            citations=_citations(call, *clauses),
            buttons=tuple(
                Button(words, f"以后搬运我视频的，处理方式改成{said}")
                for words, said in (
                    ("下架", "下架"), ("限流", "限流"), ("收益归我", "收益归我"), ("只跟踪", "只跟踪")
                )
            ),
        )  # fmt: skip
    return Proposal(
        summary=(
            f"更改搬运作品的处理方式：\n现在：{now_words}\n改成：{_CHOICE_WORDS[chosen]}\n"
            "只影响以后判定的案件，随时可以再改。确认吗？"
        ),
        payload={"choice": chosen.value},
        facts={"choice": chosen.value},
        citations=_citations(call, *clauses),
    )


def _commit_policy(call: Call, chosen: Choice) -> Reply:
    service.choose(call.session, creator_id=call.creator_id, choice=chosen, now=call.now)
    return Reply(
        text=f"改好了。以后搬运你作品的视频，判定成立后的处理方式：{_CHOICE_WORDS[chosen]}。",
        facts={"choice": chosen.value},
        citations=_citations(call, (kinds.RULES, "2.2")),
    )


def _needed(call: Call, kind: Kind) -> Reply:
    match kind:
        case Kind.COPY:
            words = "指明你的哪条原创作品，再给对方的作品链接或账号。快手首发并开了原创保护的，不用另交证据。"
        case Kind.IMPERSONATION:
            words = "对方的主页链接或昵称；你要先实名认证，不用逐条指明作品。"
        case Kind.AUDIO | Kind.PICTURE:
            words = "指明你的哪条原创作品，再给对方作品的链接。"
        case Kind.OFF_PLATFORM:
            words = "指明你的哪条原创作品，再给站外链接；你要先实名认证，平台替你发维权函。"
        case _:
            assert_never(kind)
    return Reply(
        text=f"举报{PATHS[kind].words}要准备：{words}",
        facts={"kind": kind.value},
        citations=_citations(call, (deadlines.POLICY, "1.3"), (kinds.RULES, PATHS[kind].clause)),
        buttons=(Button("现在举报", "我要举报侵权"),),
    )


def _ask_for_impostor() -> Reply:
    return Reply(
        text="是谁在冒充你？把对方的主页链接发给我，或者告诉我对方的昵称、快手号。",
        facts={"missing": ["suspect"], "kind": Kind.IMPERSONATION.value},
        buttons=(Button("转人工 1V1", "转人工"),),
    )


def _ask_for_work(call: Call, suspect: Suspect | None) -> Reply:
    works = creators.works(call.session, creator_id=call.creator_id, on=call.on, limit=_LOOKED_THROUGH)
    originals = [work for work in works if work.original][:_OFFERED_WORKS]
    if not originals:
        return Reply(
            text="你还没有标为原创的作品，暂时没法举报搬运。发布时勾选原创，或者转人工核实。",
            facts={"missing": ["work_ref"], "works": 0},
            buttons=(Button("转人工 1V1", "转人工"),),
        )
    about = f"举报对象记下了：{suspect.words}。" if suspect else ""
    also = "" if suspect else "，还有对方的视频链接或账号"
    return Reply(
        text=f"{about}是你的哪条作品被搬运了{also}？点下面的作品，或者直接发标题、作品 ID。",
        facts={
            "missing": ["work_ref"] if suspect else ["work_ref", "suspect"],
            "suspect": suspect.words if suspect else None,
        },
        buttons=tuple(Button(_label(work), _complaint(work, suspect)) for work in originals),
    )


def _ask_for_suspect(work: WorkSummary) -> Reply:
    return Reply(
        text=f"《{work.title}》是被谁搬运的？把对方视频的链接发给我，或者告诉我对方的昵称、快手号。",
        facts={"missing": ["suspect"], "work": work.public_id, "title": work.title},
        buttons=(
            Button("我的举报进度", "我的侵权举报处理到哪了"),
            Button("找不到链接，转人工", "转人工"),
        ),
    )


def _complaint(work: WorkSummary, suspect: Suspect | None) -> str:
    against = f"，对方是{suspect.words}" if suspect else ""
    return f"我要举报有人搬运我的《{work.title}》{against}"


def _label(work: WorkSummary) -> str:
    return f"《{work.title if len(work.title) <= _LABEL else work.title[: _LABEL - 1] + '…'}》"


def _moment(at: datetime) -> str:
    return f"{at.month}月{at.day}日 {at:%H:%M} "


def _citations(call: Call, *clauses: tuple[str, str]) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)


def _text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value


def tool(examiner: Examiner) -> AgentTool:
    """Return the tool, whose reports this examiner looks at."""
    return AgentTool(
        infringement_report,
        asks=ASKS,
        nouns=NOUNS,
        actions=ACTIONS,
        commit=committing(examiner),
    )


TOOL = tool(unexamined)
