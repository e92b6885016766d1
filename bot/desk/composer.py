"""Where an agent writes: a reply or a private note, canned replies by `/`, and the assistant's draft to look at first."""

import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments
from pydantic import BaseModel, ValidationError

from bot.channels.web_elements import box, describe, words
from bot.desk.panes import plain_button, shortcut
from tools.support.desk import LONGEST_WORDS
from tools.support.desk_aids import Canned
from tools.support.trail import DeskAction

_SHOWN = 8


class Mode(StrEnum):
    """Who reads what is written."""

    REPLY = "reply"
    NOTE = "note"


class _Written(BaseModel):
    """What the box sends."""

    text: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class ComposerActions:
    """What the composer asks the page to do; `send` returns whether the words went out."""

    send: Callable[[str, Mode, str], Awaitable[bool]]
    draft: Callable[[], Awaitable[str | None]]
    used: Callable[[DeskAction], Awaitable[None]]
    typing: Callable[[], Awaitable[None]]


class Composer:
    """The box below a thread; it keeps one key for one text, so that a second press says nothing twice."""

    def __init__(self, actions: ComposerActions) -> None:
        self._actions = actions
        self._key = ""
        self._draft = ""
        self._canned: Sequence[Canned] = ()
        self._found: tuple[Canned, ...] | None = None
        self._form: Element
        self._list: Element
        self._offer: Element
        self._busy: TextElement

    def build(self) -> None:
        """Add the composer."""
        form = describe(box("form", "desk-composer"), id="composer")
        self._form = form.on(
            "submit", self._submitted, js_handler="(event) => window.guangheDesk.submit(event, emit)"
        )
        with form:
            self._offer = box("div", "offer")
            self._list = describe(box("ul", "canned"), role="listbox", aria_label="常用语")
            self._modes()
            field = describe(
                box("textarea"),
                rows="2",
                maxlength=str(LONGEST_WORDS),
                aria_label="输入回复",
                placeholder="回复创作者…  输入 / 找常用语，Ctrl+Enter 发送",
            )
            field.on("input", self._typed, js_handler="(event) => window.guangheDesk.typed(event, emit)")
            field.on("keydown", js_handler="(event) => window.guangheDesk.key(event)")
            with box("div", "composer-end"):
                self._busy = words("span", "", "quiet")
                describe(self._busy, role="status")
                shortcut("助手草稿", "d", self._make_draft)
                describe(words("button", "发送", "send"), type="submit")

    def offer(self, canned: Sequence[Canned]) -> None:
        """Take the canned replies that `/` finds."""
        self._canned = canned

    def forget(self) -> None:
        """Begin anew: another case was chosen."""
        self._key, self._draft = "", ""
        self._offer.clear()
        self._look_up("")

    def allow(self, *, replies: bool) -> None:
        """Let the agent write replies, or only notes."""
        self._form.classes(remove="notes-only") if replies else self._form.classes(add="notes-only")

    def _modes(self) -> None:
        with describe(box("div", "modes"), role="radiogroup", aria_label="写给谁"):
            for mode, label, key in ((Mode.REPLY, "回复创作者", "r"), (Mode.NOTE, "内部备注", "n")):
                with box("label", f"mode {mode}"):
                    choice = describe(
                        box("input"),
                        type="radio",
                        name="mode",
                        value=mode.value,
                        data_key=key,
                        aria_keyshortcuts=key,
                    )
                    if mode is Mode.REPLY:
                        describe(choice, checked="checked")
                    words("span", label)

    async def _submitted(self, event: GenericEventArguments) -> None:
        try:
            written = _Written.model_validate(event.args)
        except ValidationError:
            # Only a page that is not ours sends anything else.
            return
        text = written.text.strip()
        if not text:
            return
        self._key = self._key or f"desk:{secrets.token_hex(12)}"
        if not await self._actions.send(text, written.mode, self._key):
            return
        if self._draft and written.mode is Mode.REPLY:
            same = text == self._draft
            await self._actions.used(DeskAction.DRAFT_ACCEPTED if same else DeskAction.DRAFT_EDITED)
        self.forget()
        self._run("window.guangheDesk.sent()")

    async def _typed(self, event: GenericEventArguments) -> None:
        # First what is shown, in the order of the keys: telling the others takes its time.
        self._look_up(str(event.args))
        await self._actions.typing()

    def _look_up(self, text: str) -> None:
        """Show the canned replies that `/` and these words find; a list that stays the same keeps the focus in it."""
        asked = text[1:].strip().lower()
        every = (one for one in self._canned if asked in f"{one.key} {one.title} {one.text}".lower())
        found = tuple(islice(every, _SHOWN)) if text.startswith("/") else None
        if found == self._found:
            return
        self._found = found
        self._list.clear()
        if found is None:
            return
        with self._list:
            for one in found:
                with box("li"):
                    button = describe(box("button", "canned-one"), type="button", role="option")
                    with button.on("click", partial(self._fill, one.text), args=[]):
                        words("b", one.title)
                        words("span", one.text, "quiet")
            if not found:
                words("li", "没有这样的常用语。", "quiet")

    async def _make_draft(self) -> None:
        self._busy.set_text("助手正在写草稿…")
        try:
            draft = await self._actions.draft()
        finally:
            self._busy.set_text("")
        if draft is None or self._offer.is_deleted:
            return
        self._offer.clear()
        with self._offer, describe(box("section", "draft"), aria_label="助手草稿"):
            words("b", "助手草稿（只有你能看到）")
            words("div", draft, "words")
            with box("div", "draft-end"):
                shortcut("采用", "a", partial(self._take_draft, draft))
                plain_button("不用", self._discard)

    def _take_draft(self, draft: str) -> None:
        self._draft = draft
        self._offer.clear()
        self._fill(draft)

    async def _discard(self) -> None:
        self._draft = ""
        self._offer.clear()
        await self._actions.used(DeskAction.DRAFT_DISCARDED)

    def _fill(self, text: str) -> None:
        self._look_up("")
        self._run(f"window.guangheDesk.fill({_js(text)})")

    def _run(self, code: str) -> None:
        with self._form:
            ui.run_javascript(code)


def _js(text: str) -> str:
    # A JSON string is data in the page's code too, except for what ends a line or a script there.
    return json.dumps(text).replace("</", "<\\/")
