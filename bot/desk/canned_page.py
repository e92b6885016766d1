"""Words that are sent often, as a lead keeps them."""

import asyncio
import re
from functools import partial

from fastapi import Request, Response

from bot.channels.web_plain import notice_page, tag
from bot.desk import sign_in_page
from bot.desk.frame import NAME, complaint, desk_page, done, hidden
from bot.desk.keys import Form, Key, SignedOutError
from tools.kernel.errors import Refusal
from tools.support import agents, desk_aids, sign_in
from tools.support.agents import Agent, RoleMissing
from tools.support.desk_aids import Canned

HERE = "/desk/canned"
_FORBIDDEN, _CONFLICT = 403, 409
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")
_BAD_KEY = "代号用小写字母开头，只含小写字母、数字、- 和 _，最多 20 个。"
_FOREIGN = "这个表单已经失效了，请回到常用语页再试。"


def show_canned(key: Key, agent: Agent, *, problem: str = "", told: str = "", status: int = 200) -> Response:
    """Show the words with forms to change them."""
    found = key.reading(lambda session, _: desk_aids.canned(session))
    rows = [_row(one, key.csrf) for one in found]
    inside = [
        done(told),
        complaint(problem),
        tag("ol", inside=rows, class_="rows")
        if rows
        else tag("p", "还没有常用语，在下面加第一条。", class_="empty"),
        tag("h2", "添加或替换"),
        _form(key.csrf),
    ]
    return desk_page(agent, "常用语", inside, csrf=key.csrf, here=HERE, status=status)


async def change_canned(key: Key, request: Request, form: Form | None) -> Response:
    """Save or drop words, and show the page again."""
    if form is None or not key.token or not sign_in.csrf_holds(key.token, form.get("csrf", "")):
        return notice_page(_FOREIGN, status=_FORBIDDEN, link=(HERE, NAME))
    try:
        return await asyncio.to_thread(partial(_change, key, form))
    except SignedOutError:
        return sign_in_page.go(request)
    except RoleMissing as refusal:
        return notice_page(str(refusal), status=_FORBIDDEN, link=("/desk/rules", NAME))


def _change(key: Key, form: Form) -> Response:
    agent = key.reading(lambda session, agent: agents.require(session, agent=agent, right=agents.Right.LEAD))
    name = form.get("key", "").strip()
    if not _KEY.fullmatch(name):
        return show_canned(key, agent, problem=_BAD_KEY, status=_CONFLICT)
    if form.get("do") == "drop":
        key.writing(
            lambda session, agent, now: desk_aids.drop_canned(session, agent=agent, key=name, now=now)
        )
        return show_canned(key, agent, told="已删除。")
    title, text = form.get("title", ""), form.get("text", "")
    try:
        key.writing(
            lambda session, agent, now: desk_aids.save_canned(
                session, agent=agent, key=name, title=title, text=text, now=now
            )
        )
    except RoleMissing:
        raise
    except Refusal as refusal:
        return show_canned(key, agent, problem=str(refusal), status=_CONFLICT)
    return show_canned(key, agent, told="已保存。")


def _row(one: Canned, csrf: str) -> str:
    drop = tag(
        "form",
        inside=[
            hidden("csrf", csrf),
            hidden("do", "drop"),
            hidden("key", one.key),
            tag("button", "删除", type="submit", class_="quiet-button", aria_label=f"删除“{one.title}”"),
        ],
        method="post",
        action=HERE,
    )
    top = tag("div", inside=[tag("b", one.title), tag("span", f" /{one.key}", class_="quiet")])
    return tag("li", inside=[top, tag("p", one.text, class_="words"), drop])


def _form(csrf: str) -> str:
    return tag(
        "form",
        inside=[
            hidden("csrf", csrf),
            hidden("do", "save"),
            tag(
                "label",
                inside=[
                    tag("span", "代号（输入 / 时用它找，已有的会被替换）"),
                    tag("input", name="key", required="", maxlength="20"),
                ],
            ),
            tag(
                "label", inside=[tag("span", "标题"), tag("input", name="title", required="", maxlength="80")]
            ),
            tag(
                "label",
                inside=[
                    tag("span", "内容"),
                    tag("textarea", name="text", rows="3", required="", maxlength="2000"),
                ],
            ),
            tag("button", "保存", type="submit", class_="send"),
        ],
        method="post",
        action=HERE,
        class_="decision",
    )
