"""The trail: who of the desk saw and did what, for administrators; that they looked stands in it too."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from bot.channels.web_plain import tag
from bot.desk.frame import complaint, desk_page
from bot.desk.keys import Key
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE
from tools.support import agents, trail
from tools.support.agents import Agent
from tools.support.trail import DeskAction, DeskEventView

_HERE = "/desk/trail"
_SHOWN = 50
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the trail is asked for: of one person, of one case, older than a row; empty for all."""

    login: str
    number: str
    before: int | None


def show_trail(key: Key, agent: Agent, *, login: str, number: str, before: str) -> Response:
    """Show the rows, the newest first."""
    asked = Asked(
        login.strip().lower(),
        number.strip(),
        int(before) if before.isascii() and before.isdigit() and len(before) <= _MOST_DIGITS else None,
    )
    problem, rows = "", list[DeskEventView]()
    try:
        people, rows = key.writing(partial(_found, asked=asked))
    except Refusal as refusal:
        problem, people = str(refusal), []
    inside = [_filter(asked, people), complaint(problem)]
    if rows:
        inside.append(_table(rows))
    elif not problem:
        inside.append(tag("p", "没有这样的记录。", class_="empty"))
    if len(rows) == _SHOWN:
        more = urlencode({"agent": asked.login, "case": asked.number, "before": rows[-1].id})
        inside.append(tag("p", inside=[tag("a", "更早的记录", href=f"{_HERE}?{more}")]))
    return desk_page(agent, "操作记录", inside, csrf=key.csrf, here=_HERE)


def _found(
    session: Session, agent: Agent, now: datetime, *, asked: Asked
) -> tuple[list[Agent], list[DeskEventView]]:
    reader = agents.require(session, agent=agent, right=agents.Right.ACCOUNTS)
    subject = " ".join(part for part in (asked.login, asked.number) if part)
    trail.record(session, agent=reader.id, action=DeskAction.VIEW_TRAIL, subject=subject, now=now)
    people = [account.agent for account in agents.all_agents(session)]
    who = next((one.id for one in people if one.login == asked.login), None)
    if asked.login and who is None:
        return people, []
    rows = trail.events(session, case=asked.number or None, agent=who, before=asked.before, limit=_SHOWN)
    return people, rows


def _filter(asked: Asked, people: list[Agent]) -> str:
    logins = [tag("option", "所有人", value="")]
    for one in people:
        chosen = {"selected": "selected"} if one.login == asked.login else {}
        logins.append(tag("option", f"{one.name}（{one.login}）", value=one.login, **chosen))
    number = tag("input", name="case", value=asked.number, placeholder="C000001", maxlength="20")
    return tag(
        "form",
        inside=[
            tag("label", inside=["谁 ", tag("select", inside=logins, name="agent")]),
            tag("label", inside=["工单 ", number]),
            tag("button", "查看", type="submit", class_="quiet-button"),
        ],
        method="get",
        action=_HERE,
        class_="search",
    )


def _table(rows: list[DeskEventView]) -> str:
    head = tag(
        "tr",
        inside=[
            tag("th", column, scope="col") for column in ("时间", "谁", "做了什么", "工单", "对象", "地址")
        ],
    )
    body = [
        tag(
            "tr",
            inside=[
                tag("td", cell)
                for cell in (
                    f"{row.at.astimezone(PLATFORM_ZONE):%Y-%m-%d %H:%M:%S}",
                    row.agent_name or "—",
                    row.action.words,
                    row.case or "",
                    row.subject,
                    row.address,
                )
            ],
        )
        for row in rows
    ]
    return tag("table", inside=[tag("thead", inside=[head]), tag("tbody", inside=body)])
