"""The desk's figures: how cases stand, how content creators are, which share of the promises was kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from fastapi import Response
from sqlalchemy.orm import Session

from bot.channels.web_plain import tag
from bot.desk.frame import desk_page
from bot.desk.keys import Key
from tools.support import figures
from tools.support.agents import Agent
from tools.support.figures import PromiseShare, Statistics
from tools.support.states import CaseState

_DAYS = (1, 7, 30, 90)
_HERE = "/desk/figures"


def show_figures(key: Key, agent: Agent, *, days: str) -> Response:
    """Show the figures of the last days."""
    span = _span(days)
    found = key.writing(partial(_read, days=span))
    inside = [
        _choices(span),
        tag("h2", "现在"),
        _numbers((state.words, str(found.open.get(state, 0))) for state in CaseState if state.is_open),
        tag("h2", f"最近 {span} 天"),
        _numbers(_sums(found)),
        tag("h2", "为什么转人工"),
        _numbers(
            (reason.words, str(count))
            for reason, count in sorted(found.by_reason.items(), key=lambda one: -one[1])
        ),
        tag("h2", "哪些创作者"),
        _numbers(
            (tier.words, str(count)) for tier, count in sorted(found.by_tier.items(), key=lambda one: -one[1])
        ),
        tag("h2", "时限达成"),
        _shares(found.promises),
        tag("p", inside=[tag("a", "下载 CSV", href=f"{_HERE}.csv?days={span}", download="")]),
    ]
    return desk_page(agent, "统计", inside, csrf=key.csrf, here=_HERE)


def figures_csv(key: Key, _agent: Agent, *, days: str) -> Response:
    """Send the share of promises kept, by agent and team, as CSV."""
    found = key.writing(partial(_read, days=_span(days)))
    return Response(
        # The mark at the beginning tells spreadsheets that the Chinese in it is UTF-8.
        "\ufeff" + figures.shares_csv(found.promises),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sla.csv"', "Cache-Control": "no-store"},
    )


def _span(days: str) -> int:
    return int(days) if days in {str(one) for one in _DAYS} else 7


def _read(session: Session, agent: Agent, now: datetime, *, days: int) -> Statistics:
    since = now - timedelta(days=days)
    # Half-open: what happened this very moment is in.
    until = now + timedelta(microseconds=1)
    return figures.statistics_for(session, agent=agent, since=since, until=until, now=now)


def _sums(found: Statistics) -> list[tuple[str, str]]:
    rated = (
        f"{found.csat_average:.2f} 分（{found.csat_count} 次）"
        if found.csat_average is not None
        else "还没有评分"
    )
    return [
        ("新工单", str(found.opened)),
        ("已解决", str(found.resolved)),
        ("创作者取消", str(found.cancelled)),
        ("重新打开", str(found.reopened)),
        ("满意度", rated),
    ]


def _choices(span: int) -> str:
    links = [
        tag(
            "a",
            f"{days} 天",
            href=f"{_HERE}?days={days}",
            **({"aria_current": "true"} if days == span else {}),
        )
        for days in _DAYS
    ]
    return tag("nav", inside=links, aria_label="看多少天")


def _numbers(facts: Iterable[tuple[str, str]]) -> str:
    rows = [tag("div", inside=[tag("dt", name), tag("dd", value)]) for name, value in facts]
    return (
        tag("dl", inside=rows, class_="numbers") if rows else tag("p", "这段时间没有工单。", class_="empty")
    )


def _shares(shares: list[PromiseShare]) -> str:
    if not shares:
        return tag("p", "这段时间没有到期的时限。", class_="empty")
    head = tag(
        "tr",
        inside=[tag("th", name, scope="col") for name in ("团队", "客服", "时限", "次数", "达成", "比例")],
    )
    rows = [_share(one, one.name or "没有人接手") for one in shares]
    rows += [_share(one, "合计") for one in figures.by_team(shares)]
    table = tag("table", inside=[tag("thead", inside=[head]), tag("tbody", inside=rows)])
    return tag("div", inside=[table], class_="wide", tabindex="0", role="region", aria_label="时限达成")


def _share(one: PromiseShare, who: str) -> str:
    cells = (one.team, who, one.promise.words, str(one.count), str(one.met), f"{one.share:.0%}")
    return tag("tr", inside=[tag("td", cell) for cell in cells])
