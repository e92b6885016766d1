"""What every page of the desk has around it: the bar with the pages that the person may open, and the way out."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

from bot.channels.web_plain import STATIC as SHARED
from bot.channels.web_plain import style, tag
from tools.support.agents import Agent, Right, may

NAME = "光合客服台"
STATIC = Path(__file__).parent / "static"

# What a person sees of the desk, by what they may do; rules are for everybody.
_PAGES: tuple[tuple[str, str, Right | None], ...] = (
    ("/desk", "工单", Right.CASES),
    ("/desk/search", "搜索", Right.CASES),
    ("/desk/reviews", "侵权审核", Right.REVIEW),
    ("/desk/canned", "常用语", Right.LEAD),
    ("/desk/figures", "统计", Right.FIGURES),
    ("/operators", "运行情况", Right.FIGURES),
    ("/desk/trail", "操作记录", Right.ACCOUNTS),
    ("/desk/rules", "查规则", None),
)


def first_page(agent: Agent) -> str:
    """Return where a person of the desk begins."""
    return next(address for address, _, right in _PAGES if right is None or may(agent, right))


def bar(agent: Agent, *, csrf: str, here: str) -> str:
    """Return the bar as HTML."""
    links = [
        tag("a", label, href=address, **({"aria_current": "page"} if address == here else {}))
        for address, label, right in _PAGES
        if right is None or may(agent, right)
    ]
    roles = "、".join(role.words for role in sorted(agent.roles))
    out = tag(
        "form",
        inside=[hidden("csrf", csrf), tag("button", "退出", type="submit", class_="quiet-button")],
        method="post",
        action="/desk/sign-out",
    )
    return tag(
        "div",
        inside=[
            tag("a", NAME, href=first_page(agent), class_="brand"),
            tag("nav", inside=links, aria_label="客服台的页面"),
            tag("span", f"{agent.name} · {roles}", class_="me"),
            out,
        ],
        class_="bar",
        role="banner",
    )


def hidden(name: str, value: str) -> str:
    """Return a field that people do not see."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def desk_style() -> str:
    """Return the desk's style as an element of a page's head."""
    return style(SHARED / "web.css", STATIC / "desk.css")


def desk_page(
    agent: Agent, heading: str, inside: Iterable[str], *, csrf: str, here: str, status: int = 200
) -> HTMLResponse:
    """Return a page of the desk without scripts."""
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)} · {NAME}</title>{desk_style()}</head>"
        f'<body class="sheet-page">{bar(agent, csrf=csrf, here=here)}'
        f"{tag('main', inside=[tag('h1', heading), *inside])}</body></html>"
    )
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})


def complaint(words: str) -> str:
    """Return a line that says what did not work, read out at once."""
    return tag("p", words, class_="problem", role="alert") if words else ""


def done(words: str) -> str:
    """Return a line that says what was done."""
    return tag("p", words, class_="done", role="status") if words else ""
