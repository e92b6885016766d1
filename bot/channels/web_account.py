"""Whose account the page speaks for: the header that says it, and the dialog that changes it."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels import web_log
from bot.channels.web_elements import LEAF, NEW, PERSON, box, describe, drawing, words
from bot.channels.web_view import about
from bot.messages import Sender
from tools.creators import service as creators
from tools.creators.service import Account

logger = logging.getLogger(__name__)

_UNLINKED = "未绑定账号，只能查公开规则"
_WHERE = "在创作者 App 的“设置 → 绑定聊天助手”里获取 8 位绑定码，10 分钟内有效。"
_FAILED = "刚才没有办成，请再试一次。"


def show_header(
    app: App, account: Account | None, *, reset: Callable[[], object], choose: Callable[[], object]
) -> None:
    """Add the assistant's name, whose account is linked, and the buttons for a new talk and another account."""
    # NiceGUI puts everything into its <main>, where a <header> is a banner only when it says so.
    with describe(box("header", "top"), role="banner"), box("div", "column-width"):
        drawing(LEAF, "logo")
        with box("div", "names"):
            with box("div", "title"):
                words("h1", "光合助手")
                if app.is_demo:
                    words("span", f"演示环境 · 演示日 {app.today()}", "demo-badge")
            words("div", f"{account.nickname} {about(account)}" if account else _UNLINKED, "who")
        with box("div", "tools"):
            _tool(NEW, "新对话", reset)
            # In the demo anybody may be anybody; elsewhere an account is linked by its owner's code.
            _tool(PERSON, "切换账号" if app.is_demo else "账号绑定", choose)


def _tool(svg: str, label: str, press: Callable[[], object]) -> None:
    button = describe(box("button", "quiet-button"), type="button", aria_label=label, title=label)
    with button.on("click", press, args=[]):
        drawing(svg, "icon")
        words("span", label, "long")


class AccountDialog:
    """Links the session by a one-time code; in the demo also to any demo account."""

    def __init__(
        self, app: App, sender: Sender, account: Account | None, *, changed: Callable[[], None]
    ) -> None:
        self._app = app
        self._sender = sender
        self._account = account
        self._changed = changed
        self._dialog: ui.dialog
        self._problem: TextElement

    async def prepare(self) -> None:
        """Build the dialog, closed."""
        accounts = await asyncio.to_thread(self._demo_accounts) if self._app.is_demo else ()
        self._dialog = ui.dialog()
        with self._dialog, describe(box("div", "sheet"), aria_label="账号"):
            with box("div", "sheet-top"):
                words("h2", "换一个演示账号" if accounts else "账号绑定")
                self._button("关闭", "quiet-button", self._dialog.close)
            if accounts:
                self._build_picker(accounts)
            self._build_link_form()

    def open(self) -> None:
        """Show the dialog."""
        self._dialog.open()

    def _build_picker(self, accounts: tuple[Account, ...]) -> None:
        words("div", "这里是演示数据。选一个创作者，看看光合助手会怎么回答。", "hint")
        with describe(box("div", "accounts"), role="group", aria_label="演示账号"):
            for account in accounts:
                self._account_button(account)

    def _account_button(self, account: Account) -> None:
        button = describe(box("button", "account"), type="button")
        if self._account and account.id == self._account.id:
            describe(button, aria_current="true")
        with button.on("click", partial(self._choose, account.id), args=[]):
            words("div", account.nickname, "nickname")
            words("div", about(account), "about")

    def _build_link_form(self) -> None:
        words("h3", "用绑定码绑定账号")
        words("div", _WHERE, "hint")
        form = box("form", "link-form")
        form.on("submit", self._link, js_handler="(event) => window.guanghe.submit(event, emit)")
        with form:
            describe(
                box("input"),
                type="text",
                placeholder="8 位绑定码",
                aria_label="绑定码",
                autocomplete="one-time-code",
                autocapitalize="characters",
                spellcheck="false",
                maxlength="16",
            )
            describe(words("button", "绑定", "send"), type="submit")
            self._problem = words("div", "", "problem")
            describe(self._problem, role="alert")
        if self._account:
            words("h3", "不再使用这个账号")
            words("div", f"现在绑定的是 {self._account.nickname}（@{self._account.handle}）。", "hint")
            self._button("解除绑定", "quiet-button", self._unlink)

    def _button(self, label: str, classes: str, press: Callable[[], object]) -> Element:
        return describe(words("button", label, classes), type="button").on("click", press, args=[])

    def _demo_accounts(self) -> tuple[Account, ...]:
        with self._app.database.reading() as session:
            return web_log.demo_accounts(session)

    async def _choose(self, creator_id: int) -> None:
        link = partial(
            creators.link_directly,
            channel=self._sender.channel,
            address=self._sender.address,
            creator_id=creator_id,
            now=self._app.clock(),
        )
        await self._change(link)

    async def _unlink(self) -> None:
        await self._change(
            partial(creators.unlink, channel=self._sender.channel, address=self._sender.address)
        )

    async def _change(self, step: Callable[[Session], object]) -> None:
        def write() -> None:
            with self._app.database.writing() as session:
                step(session)

        try:
            await asyncio.to_thread(write)
        except Exception:
            logger.exception("the web messenger could not change the linked account")
            self._problem.set_text(_FAILED)
        else:
            self._changed()

    async def _link(self, event: GenericEventArguments) -> None:
        key = f"web:{secrets.token_hex(12)}"
        link = partial(
            self._app.assistant.link, self._sender, code=str(event.args), key=key, at=self._app.clock()
        )
        try:
            outbound = await asyncio.to_thread(link)
            linked = await asyncio.to_thread(self._viewer)
        except Exception:
            logger.exception("the web messenger could not link an account")
            self._problem.set_text(_FAILED)
            return
        if linked and (self._account is None or linked.id != self._account.id):
            self._changed()
        else:
            self._problem.set_text(outbound.text)

    def _viewer(self) -> Account | None:
        with self._app.database.reading() as session:
            return web_log.viewer(session, sender=self._sender)
