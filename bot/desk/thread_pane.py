"""The thread: what the creator, the assistant and the desk said, private notes among it, older lines on demand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from nicegui.element import Element

from bot.channels.web_chart import show_chart
from bot.channels.web_elements import box, describe, words
from bot.channels.web_file import show_file
from bot.channels.web_view import show_sources
from bot.desk.panes import moment, plain_button
from bot.desk.seen import SeenLine
from bot.messages import Outbound
from tools.kernel.agent_tool import Speaker
from tools.kernel.period import PLATFORM_ZONE

# What the creator's buttons and commands leave in the log.
_LOGGED = {
    "/start": "（打开了对话）",
    "/reset": "（开始新对话）",
    "/link": "（绑定账号）",
    "（确认）": "（点了确认）",
    "（取消）": "（点了取消）",
}


@dataclass(frozen=True, slots=True)
class LineActions:
    """What an agent may do with their own words."""

    edit: Callable[[int, str], Awaitable[None]]
    delete: Callable[[int], Awaitable[None]]


class ThreadPane:
    """The lines of the chosen case."""

    def __init__(self, *, older: Callable[[], Awaitable[None]], actions: LineActions) -> None:
        self._older = older
        self._actions = actions
        self._shown: tuple[object, ...] = ()
        self._frame: Element

    def build(self) -> None:
        """Add the pane's lines, empty."""
        frame = describe(box("div", "lines-frame"), role="region", aria_label="对话内容", tabindex="0")
        with frame:
            self._frame = describe(box("div", "lines"), role="log", aria_live="polite")

    def clear(self, hint: str) -> None:
        """Show nothing but a hint."""
        self._shown = ()
        self._frame.clear()
        with self._frame:
            words("p", hint, "empty")

    def show(self, number: str, lines: tuple[SeenLine, ...], *, more: bool, now: datetime) -> None:
        """Show these lines; unchanged ones stay as they are."""
        shown = (number, lines, more)
        if shown == self._shown or self._frame.is_deleted:
            return
        self._shown = shown
        self._frame.clear()
        with self._frame:
            if more:
                plain_button("更早的消息", self._older)
            for line in lines:
                self._line(number, line, now=now)

    def _line(self, number: str, line: SeenLine, *, now: datetime) -> None:
        kind = "private" if line.private else line.speaker.value
        turn = describe(box("article", f"line {kind}"), aria_label=self._who(line))
        with turn:
            with box("div", "line-top"):
                words("b", self._who(line))
                words("span", self._when(line, now), "quiet")
            if line.deleted_at is not None:
                words("div", "已撤回", "quiet")
                return
            for file in line.files:
                show_file(file, folder=f"/desk/cases/{number}/uploads")
            if text := _LOGGED.get(line.text, line.text):
                words("div", text, "words")
            if line.outbound is not None:
                self._extras(number, line, line.outbound)
            if line.is_own and line.message_id is not None:
                self._own(line.text, line.message_id)

    def _extras(self, number: str, line: SeenLine, outbound: Outbound) -> None:
        address = f"/desk/cases/{number}/attachments/{line.sequence}"
        for place, attachment in enumerate(outbound.attachments):
            if attachment.kind == "image":
                describe(
                    box("img", "attached"), src=f"{address}/{place}", alt="发给创作者的图片", loading="lazy"
                )
            else:
                describe(words("a", "附件", "file-link"), href=f"{address}/{place}", download="")
        for place, chart in enumerate(outbound.charts, start=len(outbound.attachments)):
            show_chart(chart, picture=f"{address}/{place}")
        if outbound.confirm is not None:
            words("div", f"请创作者确认：{outbound.confirm.summary}", "quiet words")
        show_sources(outbound.citations, on=_day(line.at))

    def _own(self, text: str, message_id: int) -> None:
        with box("details", "own"):
            words("summary", "修改")
            form = box("form", "own-form")
            form.on(
                "submit",
                partial(self._edited, message_id),
                js_handler="(event) => window.guangheDesk.edited(event, emit)",
            )
            with form:
                describe(words("textarea", text), rows="2", aria_label="修改后的内容")
                describe(words("button", "保存修改", "quiet-button"), type="submit")
                plain_button("撤回", partial(self._actions.delete, message_id))

    async def _edited(self, message_id: int, event: object) -> None:
        args = getattr(event, "args", None)
        if isinstance(args, str) and args.strip():
            await self._actions.edit(message_id, args)

    def _who(self, line: SeenLine) -> str:
        match line.speaker:
            case Speaker.CREATOR:
                return "创作者"
            case Speaker.ASSISTANT:
                return "光合助手"
            case Speaker.AGENT:
                return f"{line.agent_name or '客服'}{' 的备注（只有客服能看到）' if line.private else ''}"

    def _when(self, line: SeenLine, now: datetime) -> str:
        told = moment(line.at, now=now)
        if line.edited_at is not None and line.deleted_at is None:
            told += " · 改过"
        if line.speaker is Speaker.AGENT and not line.private and not line.delivered:
            told += " · 还没送到"
        return told


def _day(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()
