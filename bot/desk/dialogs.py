"""Dialogs of the desk: whom a case goes to, and which keys there are."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from nicegui import ui
from nicegui.element import Element
from sqlalchemy.orm import Session

from bot.channels.web_elements import box, describe, words
from bot.desk.keys import Key
from bot.desk.panes import plain_button
from tools.support import agents, desk
from tools.support.agents import Agent, Right

_KEYS: Mapping[str, str] = {
    "J / K": "下一件、上一件工单",
    "T": "接手",
    "R": "写回复",
    "N": "写内部备注",
    "/": "找常用语",
    "D": "让助手写草稿",
    "A": "采用草稿",
    "Ctrl + Enter": "发送",
    "W": "等创作者回复",
    "X": "转交",
    "U": "放回队列",
    "E": "解决",
    "O": "重新打开",
    "S": "搜索",
    "Esc": "离开输入框、关闭窗口",
    "?": "看这张表",
}


class HelpDialog:
    """The keys of the desk."""

    def __init__(self) -> None:
        self._dialog: ui.dialog

    def prepare(self) -> None:
        """Build the dialog, closed."""
        with ui.dialog() as self._dialog, describe(box("div", "sheet"), aria_label="快捷键"):
            with box("div", "sheet-top"):
                words("h2", "快捷键")
                plain_button("关闭", self._dialog.close)
            words("p", "不在输入框里时直接按。", "hint")
            with box("dl", "keys"):
                for key, meaning in _KEYS.items():
                    words("dt", key)
                    words("dd", meaning)

    def open(self) -> None:
        """Show the dialog."""
        self._dialog.open()


class TransferDialog:
    """Whom the case goes to: a person, or another team's queue."""

    def __init__(self, key: Key, *, transfer: Callable[[Callable[..., object]], Awaitable[None]]) -> None:
        self._key = key
        self._transfer = transfer
        self._dialog: ui.dialog
        self._people: Element

    def prepare(self) -> None:
        """Build the dialog, closed."""
        with ui.dialog() as self._dialog, describe(box("div", "sheet"), aria_label="转交"):
            with box("div", "sheet-top"):
                words("h2", "转交给谁")
                plain_button("关闭", self._dialog.close)
            words("p", "创作者会知道换了人，聊天记录和备注一并转交。", "hint")
            self._people = box("div", "accounts")

    async def open(self) -> None:
        """Show the dialog with those who may take the case now."""
        people = await self._key.read(_heirs)
        self._people.clear()
        with self._people:
            for heir, is_away in people:
                self._choice(
                    heir.name,
                    f"{heir.team}{' · 暂离' if is_away else ''}",
                    partial(desk.transfer, to=heir.login),
                )
            for team in sorted({heir.team for heir, _ in people}):
                self._choice(f"{team}的队列", "谁有空谁接", partial(desk.transfer_team, team=team))
            if not people:
                words("p", "现在没有别的客服可以接手。", "hint")
        self._dialog.open()

    def _choice(self, name: str, about: str, hand: Callable[..., object]) -> None:
        async def press() -> None:
            self._dialog.close()
            await self._transfer(hand)

        with describe(box("button", "account"), type="button").on("click", press, args=[]):
            words("div", name, "nickname")
            words("div", about, "about")


def _heirs(session: Session, agent: Agent) -> list[tuple[Agent, bool]]:
    """Return who else may have cases."""
    return [
        (one.agent, one.away)
        for one in agents.all_agents(session)
        if one.disabled_at is None and one.agent.id != agent.id and agents.may(one.agent, Right.CASES)
    ]
