"""The operators' page: what the assistant does all day, in figures, for leads and administrators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.web_plain import notice_page, tag
from bot.desk import keys, sign_in_page
from bot.desk.frame import desk_page
from bot.desk.keys import Key, SignedOutError
from tools.policies import service as policies
from tools.policies.service import Unanswered
from tools.support import figures
from tools.support.agents import Agent, RoleMissing
from tools.support.figures import Statistics
from tools.support.states import CaseState
from tools.support.turns import service as turns
from tools.support.turns.kinds import TurnKind
from tools.support.turns.service import Backlog, TurnFigures

ADDRESS = "/operators"
_FORBIDDEN = 403
_DAYS = (1, 7, 30)
_QUESTIONS = 50
_NO_TOOL = "（没有用工具）"


@dataclass(frozen=True, slots=True)
class Sighted:
    """Everything that the page shows; `questions` are those that no rule answered, the most frequent first."""

    turns: TurnFigures
    desk: Statistics
    backlog: Backlog
    questions: Sequence[Unanswered]


def show_operators(app: App, request: Request) -> Response:
    """Return the page to a lead or an administrator; everybody else is told why not."""
    key = Key(app, keys.token_of(request.scope))
    days = _days(request.query_params.get("days", ""))

    def seen(session: Session, agent: Agent, now: datetime) -> tuple[Agent, Sighted]:
        return agent, _sighted(session, agent, days=days, now=now)

    try:
        agent, sighted = key.writing(seen)
    except SignedOutError:
        return sign_in_page.go(request)
    except RoleMissing as refusal:
        return notice_page(str(refusal), status=_FORBIDDEN)
    return desk_page(agent, "运行情况", _sections(sighted, days=days), csrf=key.csrf, here=ADDRESS)


def _sighted(session: Session, agent: Agent, *, days: int, now: datetime) -> Sighted:
    since = now - timedelta(days=days)
    # The room asks for the role and writes down who looked; what comes after it is only read for them.
    desk = figures.statistics_for(session, agent=agent, since=since, until=now, now=now)
    return Sighted(
        turns=turns.figures(session, since=since, until=now),
        desk=desk,
        backlog=turns.backlog(session, now=now),
        questions=policies.unanswered(session, since=since, limit=_QUESTIONS),
    )


def _days(asked: str) -> int:
    return next((days for days in _DAYS if str(days) == asked), _DAYS[0])


def _sections(sighted: Sighted, *, days: int) -> Iterable[str]:
    yield tag("nav", inside=[_period(one, chosen=one == days) for one in _DAYS], aria_label="时间范围")
    yield from _overview(sighted)
    yield from _routes(sighted.turns)
    yield from _section(
        "工具说不的原因",
        ("工具", "原因", "次数"),
        [(route, reason, f"{count:,}") for route, reason, count in sighted.turns.reasons],
        none="没有。",
    )
    yield from _section(
        "政策库没答上的问题",
        ("问题", "次数", "最近一次"),
        [(one.text, f"{one.count:,}", f"{one.last_at:%Y-%m-%d %H:%M}Z") for one in sighted.questions],
        none="没有，问到的都能在政策里找到依据。",
    )
    yield from _waiting(sighted.backlog)


def _period(days: int, *, chosen: bool) -> str:
    current = {"aria_current": "page"} if chosen else {}
    return tag("a", f"近 {days} 天" if days > 1 else "近 24 小时", href=f"{ADDRESS}?days={days}", **current)


def _overview(sighted: Sighted) -> Iterable[str]:
    seen, desk = sighted.turns, sighted.desk
    open_now = sum(count for state, count in desk.open.items() if state.is_open)
    csat = (
        f"{desk.csat_average:.2f} 星（{desk.csat_count:,} 人评分）"
        if desk.csat_average is not None
        else "还没有评分"
    )
    rows = [
        ("对话", f"{seen.turns:,} 轮"),
        ("作答用时", f"中位数 {seen.median_seconds:.2f} 秒，95% 在 {seen.p95_seconds:.2f} 秒内"),
        *((kind.words, _share(seen, kind)) for kind in TurnKind if seen.of_kind(kind)),
        ("渠道", "、".join(f"{channel} {count:,}" for channel, count in seen.channels) or "没有"),
        ("新工单", f"{desk.opened:,} 个，已解决 {desk.resolved:,} 个，重开 {desk.reopened:,} 个"),
        (
            "转人工的原因",
            "、".join(f"{reason.words} {count:,}" for reason, count in desk.by_reason.items()) or "没有",
        ),
        ("现在没结束的工单", f"{open_now:,} 个，其中排队 {desk.open.get(CaseState.QUEUED, 0):,} 个"),
        ("满意度", csat),
    ]
    return _section("总览", ("项目", "数值"), rows, none="")


def _share(seen: TurnFigures, kind: TurnKind) -> str:
    count = seen.of_kind(kind)
    return f"{count:,} 轮（{count / seen.turns:.1%}）"


def _routes(seen: TurnFigures) -> Iterable[str]:
    rows = [
        (one.route or _NO_TOOL, one.kind.words, f"{one.turns:,}", f"{one.mean_seconds:.2f} 秒")
        for one in seen.routes
    ]
    return _section("按工具", ("工具", "结果", "轮数", "平均用时"), rows, none="这段时间没有对话。")


def _waiting(backlog: Backlog) -> Iterable[str]:
    rows = [
        (channel, f"{count:,} 条", f"{backlog.oldest_seconds[channel]:,.0f} 秒")
        for channel, count in backlog.messages.items()
    ]
    rows += [(channel, f"{count:,} 条还没处理的来信", "") for channel, count in backlog.updates.items()]
    return _section("等着送达", ("渠道", "数量", "最久的等了"), rows, none="没有积压。")


def _section(
    heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, none: str
) -> Iterable[str]:
    yield tag("h2", heading)
    if not rows:
        yield tag("p", none, class_="quiet")
        return
    head = tag("tr", inside=[tag("th", column, scope="col") for column in columns])
    body = [tag("tr", inside=[tag("td", cell) for cell in row]) for row in rows]
    yield tag("table", inside=[tag("thead", inside=[head]), tag("tbody", inside=body)])
