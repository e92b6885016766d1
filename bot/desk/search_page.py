"""The search over cases and messages."""

from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from bot.channels.web_plain import tag
from bot.desk.frame import desk_page
from bot.desk.keys import Key
from bot.desk.panes import moment
from bot.desk.rules_page import search_form
from tools.support import desk_views
from tools.support.agents import Agent
from tools.support.desk_views import QueueRow

_SHOWN = 20
_LONGEST_QUERY = 100


def show_search(key: Key, agent: Agent, *, text: str, before: str) -> Response:
    """Show the search, and what it found, the newest first; that somebody searched is in the trail."""
    asked = " ".join(text.split())[:_LONGEST_QUERY]
    inside = [search_form("/desk/search", asked, label="搜索工单和消息", hint="编号、账号、昵称、说过的话")]
    if asked:
        rows = key.writing(partial(_found, text=asked, before=before))
        told = f"找到 {len(rows)} 件" if rows else f"没有找到和“{asked}”有关的工单。"
        inside.append(tag("p", told, class_="quiet", role="status"))
        now = key.app.clock()
        inside.append(tag("ol", inside=[_row(row, now=now) for row in rows], class_="rows"))
        if len(rows) == _SHOWN:
            more = urlencode({"q": asked, "before": rows[-1].case.number})
            inside.append(tag("p", inside=[tag("a", "更早的工单", href=f"/desk/search?{more}")]))
    return desk_page(agent, "搜索", inside, csrf=key.csrf, here="/desk/search")


def _found(session: Session, agent: Agent, now: datetime, *, text: str, before: str) -> list[QueueRow]:
    return desk_views.search(session, agent=agent, text=text, now=now, before=before or None, limit=_SHOWN)


def _row(row: QueueRow, *, now: datetime) -> str:
    case = row.case
    link = tag(
        "a", f"{case.number} {row.creator_name}（@{row.creator_handle}）", href=f"/desk?case={case.number}"
    )
    holder = f" · {case.holder.name}" if case.holder else ""
    about = f"{moment(case.opened_at, now=now)} · {case.state.words}{holder} · {case.reason.words}"
    return tag(
        "li",
        inside=[
            link,
            tag("div", about, class_="quiet"),
            tag("div", row.last_text or case.reason_text, class_="words brief"),
        ],
    )
