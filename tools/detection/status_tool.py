"""Where the creator's infringement reports stand."""

from collections.abc import Sequence
from datetime import date, datetime

from tools.detection import deadlines, service
from tools.detection.deadlines import Promise
from tools.detection.service import Report, State
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.holidays import working_calendar
from tools.kernel.period import Period, parse_period

_SHOWN = 5
_UPHELD = (deadlines.POLICY, "3.1")
_APPEAL = ("infringement-appeal-rules", "1.1")


def infringement_status(call: Call, *, case_id: str | None = None, period: str | None = None) -> Reply:
    """Tell where the creator's own infringement reports stand and what comes next: one by its number `case_id` such as QQ20220815-0001, or the newest, submitted in `period` when one is given."""
    if case_id is not None and case_id.strip():
        found = service.find_reports(call.session, creator_id=call.creator_id, number=case_id)
        return _detail(call, found[0]) if len(found) == 1 else _listing(found, words="")
    days = parse_period(period, on=call.on) if period else None
    reports = service.reports(call.session, creator_id=call.creator_id)
    if days is not None:
        reports = [report for report in reports if _inside(report.submitted_at, days)]
    if len(reports) == 1:
        return _detail(call, reports[0])
    return _listing(reports, words=days.words if days else "")


def _listing(reports: Sequence[Report], *, words: str) -> Reply:
    if not reports:
        return Reply(
            text=f"{words}你没有提交过侵权举报。" if words else "你还没有提交过侵权举报。",
            facts={"count": 0, "reports": []},
            buttons=(Button("我要举报搬运", "有人搬运我的视频，我要举报"),),
        )
    lines = [f"{words}你有 {len(reports)} 个侵权举报："]
    lines += [
        f"· {report.number} 《{report.work_title}》，{report.state.words}（{_day(report.submitted_at)}提交）"
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
    lines = [
        f"{report.number}：{report.state.words}。",
        f"你的作品《{report.work_title}》，举报对象 {report.suspect.words}，{_day(report.submitted_at)}提交。",
    ]
    following, clauses, overdue = _what_follows(call, report)
    lines.append(following)
    if report.note:
        lines.append(f"处理说明：{report.note}")
    return Reply(
        text="\n".join(lines),
        facts={**_fact(report), "overdue": overdue},
        citations=_citations(call, clauses),
        buttons=(Button("转 1V1 催办", f"转人工，催一下举报 {report.number}"),) if overdue else (),
    )


def _is_late(accepted_on: date, promise: Promise, *, on: date) -> bool:
    return deadlines.decision_overdue(accepted_on, promise, on=on, calendar=working_calendar())


def _what_follows(call: Call, report: Report) -> tuple[str, list[tuple[str, str]], bool]:
    """Return what the creator may expect next, the clauses that say so, and whether it is late."""
    promise = deadlines.promise_on(report.submitted_at.date())
    late = "已经超过承诺的时间，可以凭编号转 1V1 人工催办。"
    match report.state:
        case State.SUBMITTED:
            by = deadlines.first_answer_by(report.submitted_at, promise)
            if call.now > by:
                return late, [(deadlines.POLICY, deadlines.OVERDUE_CLAUSE)], True
            text = f"首次答复最晚在 {_day(by)} {by:%H:%M} 前给你。"
            return text, [(deadlines.POLICY, deadlines.FIRST_ANSWER_CLAUSE)], False
        case State.REVIEWING:
            assert report.accepted_at is not None
            if _is_late(report.accepted_at.date(), promise, on=call.on):
                return late, [(deadlines.POLICY, deadlines.OVERDUE_CLAUSE)], True
            days = promise.decision_working_days
            text = f"{_day(report.accepted_at)}已受理，从受理起 {days} 个工作日内出结果。"
            return text, [(deadlines.POLICY, deadlines.DECISION_CLAUSE)], False
        case State.UPHELD:
            assert report.decided_at is not None
            return f"{_day(report.decided_at)}判定侵权成立，对方作品按规则下架。", [_UPHELD], False
        case State.REJECTED:
            assert report.decided_at is not None
            text = f"{_day(report.decided_at)}没有支持这次举报，不认可的话，收到结果后 7 天内可以申诉。"
            return text, [_APPEAL], False


def _inside(at: datetime, days: Period) -> bool:
    return days.starts_on <= at.date() < days.ends_on


def _fact(report: Report) -> Json:
    return {
        "case_id": report.number,
        "state": report.state.value,
        "work": report.work_public_id,
        "title": report.work_title,
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
    ),
    nouns=("举报", "投诉", "侵权", "案件", "案子", "编号", "维权", "进度", "结果", "搬运"),
    actions=("查", "审了没", "处理到哪", "有结果", "进度", "到哪", "怎么样", "审完", "受理", "通过", "下架", "驳回"),
)
