"""Reporting that somebody copied a work: asked back until complete, proposed, stored when confirmed."""

from collections.abc import Mapping
from datetime import datetime

from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.detection import deadlines, service
from tools.detection.suspects import Suspect, read_suspect
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite

_OFFERED_WORKS = 4
_LOOKED_THROUGH = 20
_LABEL = 12


def infringement_report(
    call: Call,
    *,
    work_ref: str | None = None,
    url: str | None = None,
    target_author: str | None = None,
    reason: str | None = None,
) -> Reply | Proposal:
    """Report that somebody copied or stole one of the creator's own works (搬运, 盗用, 抄袭, 侵权), to be confirmed before it is sent; `work_ref` is the creator's work, `url` the copy's link, `target_author` the nickname or handle that copied, `reason` what the creator says about it."""
    suspect = read_suspect(url=url, author=target_author)
    if work_ref is None or not work_ref.strip():
        return _ask_for_work(call, suspect)
    work = creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)
    if suspect is None:
        return _ask_for_suspect(work)
    filing = service.prepare(
        call.session,
        creator_id=call.creator_id,
        work=work,
        suspect=suspect,
        reason=reason or "",
        on=call.on,
    )
    return _proposal(call, filing)


def commit_report(call: Call, payload: Mapping[str, object]) -> Reply:
    """Store the confirmed report after checking everything again."""
    work = creators.resolve_work(
        call.session, creator_id=call.creator_id, work_ref=f"id:{payload['work']}", on=call.on
    )
    suspect = read_suspect(url=_text(payload.get("url")), author=_text(payload.get("target_author")))
    assert suspect is not None, "a proposal names a suspect"
    filing = service.prepare(
        call.session,
        creator_id=call.creator_id,
        work=work,
        suspect=suspect,
        reason=_text(payload.get("reason")) or "",
        on=call.on,
    )
    report = service.submit(call.session, creator_id=call.creator_id, filing=filing, now=call.now)
    promise = deadlines.promise_on(report.submitted_at.date())
    answer_by = deadlines.first_answer_by(report.submitted_at, promise)
    return Reply(
        text=(
            f"举报已提交，编号 {report.number}。{_moment(answer_by)}前会有首次答复，"
            f"受理后 {promise.decision_working_days} 个工作日内出结果。"
        ),
        facts={
            "case_id": report.number,
            "state": report.state.value,
            "work": report.work_public_id,
            "first_answer_by": answer_by.isoformat(),
        },
        citations=_citations(call, deadlines.FIRST_ANSWER_CLAUSE, deadlines.DECISION_CLAUSE),
        buttons=(Button("查看进度", f"举报 {report.number} 处理到哪了"),),
    )


def _proposal(call: Call, filing: service.Filing) -> Proposal:
    promise = deadlines.promise_on(call.on)
    lines = [
        "提交侵权举报：",
        f"你的作品：《{filing.work.title}》（{filing.work.public_id}）",
        f"举报对象：{filing.suspect.words}",
    ]
    if filing.reason:
        lines.append(f"说明：{filing.reason}")
    lines.append(
        f"确认后提交：{promise.first_answer_hours} 小时内初审，受理后 {promise.decision_working_days} 个工作日内出结果；"
        "成立的话，对方作品下架。"
    )
    return Proposal(
        summary="\n".join(lines),
        payload={
            "work": filing.work.public_id,
            "url": filing.suspect.url,
            "target_author": filing.suspect.author,
            "reason": filing.reason,
        },
        facts={"work": filing.work.public_id, "title": filing.work.title, "suspect": filing.suspect.words},
        citations=_citations(call, deadlines.FIRST_ANSWER_CLAUSE, deadlines.DECISION_CLAUSE),
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


def _citations(call: Call, *clauses: str) -> tuple[Citation, ...]:
    found = [call.policies.clause(deadlines.POLICY, clause, on=call.on) for clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)


def _text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value


TOOL = AgentTool(
    infringement_report,
    asks=(
        "有人盗我视频我要举报",
        "我的作品被搬运了怎么办，帮我投诉",
        "举报这个链接 https://v.example.com/abc123 是偷我的",
        "我要维权，有个号一直抄我",
        "最新那条被别人原封不动发了，举报他",
        "帮我投诉一个搬运号",
        "有人拿我的视频去发还比我火，气死了，举报",
        "《酸菜炖大骨》被人盗了",
        "那个叫美食小王的抄袭我作品",
        "我第三条视频被剪了水印重新发，申请处理",
        "原创被侵权提交一下",
        "report 一下搬运我视频的人",
        "别人镜像了我的视频发出来，算侵权吧，我要告他",
        "把偷我视频的那个人举报了",
        "侵权举报怎么提交，我有链接",
        "我昨天发的那条今天就被人抱走了，给我投诉",
        "这个人盗用我的片子做带货，我要投诉侵权",
        "帮我举报下搬运，对方快手号是 abc888",
        "有人仿冒我发一样的视频，能举报不",
        "我要提交原创侵权投诉",
        "他又偷我视频了，再给我举报一次",
    ),
    nouns=(
        "搬运",
        "侵权",
        "盗用",
        "盗视频",
        "抄袭",
        "原创",
        "维权",
        "搬运号",
        "链接",
        "偷我",
        "抄我",
        "盗我",
        "仿冒",
    ),
    actions=("举报", "投诉", "维权", "告", "处理", "申请"),
    commit=commit_report,
)
