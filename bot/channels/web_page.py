"""One open page of the web messenger: what is shown, and what happens when the person types or presses."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

from nicegui import Client, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels import web_log
from bot.channels.web_account import AccountDialog, show_header
from bot.channels.web_composer import show_composer
from bot.channels.web_elements import box, describe, pressable, words
from bot.channels.web_history import History
from bot.channels.web_log import News, Said, ShownFile
from bot.channels.web_standing import StandingBanner
from bot.channels.web_uploads import Pending
from bot.channels.web_view import (
    RESET,
    Actions,
    decided_words,
    show_answer,
    show_note,
    show_question,
    show_said,
    show_typing,
)
from bot.messages import Confirm, Confirmation, Inbound, Outbound, Sender
from bot.sent_files import MOST_FILES
from tools.creators.service import Account
from tools.kernel import upload_files
from tools.kernel.agent_tool import Speaker
from tools.kernel.proposals import ProposalState, state_of
from tools.kernel.upload_files import ReceivedFile

logger = logging.getLogger(__name__)

# How often a page looks for what a support agent has written.
_LOOK_SECONDS = 2.0
# A pasted book is shown shortened while it waits for its answer, which says that it is too long.
_LONGEST_PREVIEW = 4_000

_FAILED = "这条消息我没处理成功，问题已经记录下来。请再试一次，着急的话发“转人工”。"
_UNOPENED = "对话没有打开成功，问题已经记录下来。"
_HELD = "已经发给 1V1 客服，客服会在这里回复你。"
_GREETING = "greeting"

_Result = TypeVar("_Result")


class _Typed(BaseModel):
    """What the composer sends: words, and the names of files that were received before."""

    text: str
    files: list[str] = []


class ChatPage:
    """The conversation of one browser session, in one tab."""

    def __init__(self, app: App, sender: Sender, *, turns: asyncio.Lock, pending: Pending) -> None:
        self._app = app
        self._sender = sender
        self._pending_files = pending
        # Shared by the session's tabs: a conversation answers its messages in order.
        self._turns = turns
        self._showing = asyncio.Lock()
        self._waiting = 0
        self._account: Account | None = None
        self._conversation = 0
        self._shown = 0
        self._actions = Actions(say=self._say, decide=self._decide)
        self._banner = StandingBanner(self._say)
        self._history = History(self._read_older, self._actions)
        self._earlier: Element | None = None
        # What a support agent said, by message, with what was shown of it: it may be edited or taken back.
        self._agents_words: dict[int, tuple[Element, Said]] = {}
        self._log: Element
        self._pending: Element

    async def open(self, client: Client) -> None:
        """Build the page, and fill it once the browser is there."""
        self._account = await self._read(partial(web_log.viewer, sender=self._sender))
        dialog = AccountDialog(self._app, self._sender, self._account, changed=self._reload)
        await dialog.prepare()
        with box("div", "messenger"):
            show_header(self._app, self._account, reset=self._reset, choose=dialog.open)
            self._banner.build()
            self._build_log()
            self._build_composer()
        await client.connected()
        try:
            await self._begin()
        except SQLAlchemyError:
            logger.exception("the web messenger could not open a conversation")
            self._show_unopened()
        ui.timer(_LOOK_SECONDS, self._look, immediate=False)

    def _build_log(self) -> None:
        frame = describe(box("div", "log-frame"), role="region", aria_label="对话", tabindex="0")
        with frame, box("div", "column-width"):
            self._log = describe(box("div", "log"), role="log", aria_live="polite")
            self._pending = box("div", "pending")

    def _build_composer(self) -> None:
        with box("div", "bottom"):
            show_composer(self._typed, limit_bytes=self._app.settings.upload_limit_bytes)

    async def _begin(self) -> None:
        """Show the conversation so far, once; one that is new begins with a greeting."""
        async with self._showing:
            if self._conversation:
                return
            now = self._app.clock()
            open_conversation = partial(web_log.open_conversation, sender=self._sender, now=now)
            self._conversation = await self._write(open_conversation)
            await self._catch_up()
            if self._shown == 0:
                start = self._app.assistant.start
                await asyncio.to_thread(start, self._sender, key=_GREETING, at=now)
                await self._catch_up()

    def _show_unopened(self) -> None:
        if self._pending.is_deleted:
            return
        with self._pending:
            show_note(_UNOPENED)
            pressable("重新打开", "quiet-button", self._reload)

    async def _typed(self, event: GenericEventArguments) -> None:
        try:
            typed = _Typed.model_validate(event.args)
        except ValidationError:
            # Only a page that is not ours sends anything else.
            return
        files = self._pending_files.take(self._sender, typed.files[:MOST_FILES])
        if typed.text.strip() or files:
            await self._say(typed.text, files=files)

    async def _say(self, text: str, key: str = "", *, files: tuple[ReceivedFile, ...] = ()) -> None:
        key = key or f"web:{secrets.token_hex(12)}"
        sent = partial(self._send, text, key, files)
        sending = [ShownFile(file.kind, file.name, file.size_bytes) for file in files]
        with self._pending:
            shown = [show_question(text[:_LONGEST_PREVIEW].strip(), at=self._app.clock(), files=sending)]
        await self._turn(sent, shown=shown, again=partial(self._say, text, key, files=files))

    def _send(self, text: str, key: str, files: tuple[ReceivedFile, ...] = ()) -> Outbound | None:
        """Do what a typed command or question means; commands are those of every messenger."""
        assistant, now = self._app.assistant, self._app.clock()
        command, _, argument = text.strip().partition(" ")
        match command.lower():
            case _ if files:
                answer = assistant.reply(Inbound(self._sender, key, text, now, uploads=files))
                for file in files:
                    upload_files.discard(file)
                return answer
            case "/start" | "/help":
                return assistant.start(self._sender, key=key, at=now)
            case "/reset":
                return assistant.reset(self._sender, key=key, at=now)
            case "/link" if argument:
                return assistant.link(self._sender, code=argument, key=key, at=now)
            case _:
                return assistant.reply(Inbound(self._sender, key, text, now))

    async def _reset(self) -> None:
        key = f"web:{secrets.token_hex(12)}"
        await self._turn(partial(self._send, RESET, key), shown=[], again=self._reset)

    async def _decide(self, confirm: Confirm, accepted: bool) -> str:  # noqa: FBT001 - the shape that Actions names
        pressed = Confirmation(self._sender, confirm.id, accepted, self._app.clock())
        confirmed = partial(self._app.assistant.confirm, pressed)
        await self._turn(confirmed, shown=[], again=partial(self._decide, confirm, accepted))
        now = self._app.clock()
        try:
            return decided_words(await self._read(lambda session: state_of(session, confirm.id, now=now)))
        except SQLAlchemyError:
            logger.exception("the web messenger could not read a proposal")
            return decided_words(ProposalState.PENDING)

    async def _turn(
        self,
        step: Callable[[], Outbound | None],
        *,
        shown: list[Element],
        again: Callable[[], Awaitable[object]],
    ) -> None:
        """Take one step of the conversation and show what came of it; an error becomes a polite line."""
        self._waiting += 1
        try:
            async with self._turns:
                with self._pending:
                    shown.append(show_typing())
                await self._take(step, shown, again)
        finally:
            self._waiting -= 1

    async def _take(
        self,
        step: Callable[[], Outbound | None],
        shown: list[Element],
        again: Callable[[], Awaitable[object]],
    ) -> None:
        before = self._shown
        try:
            await self._begin()
            outbound = await asyncio.to_thread(step)
            async with self._showing:
                await self._catch_up()
        except Exception:
            # The edge of the web channel: whatever went wrong, the person reads Chinese and can try again.
            logger.exception("a turn of the web messenger failed")
            await self._fail(shown, before, again)
        else:
            self._forget(shown)
            self._show_unlogged(outbound)

    async def _fail(self, shown: list[Element], before: int, again: Callable[[], Awaitable[object]]) -> None:
        """Leave what was not answered on the page, with a button to try again."""
        with suppress(SQLAlchemyError):
            async with self._showing:
                await self._catch_up()
        typing = shown.pop()
        self._forget([typing] if self._shown == before else [typing, *shown])
        if self._pending.is_deleted:
            return
        with self._pending, box("div", "failed") as failed:
            show_answer(Outbound(text=_FAILED), self._actions, at=self._app.clock())

            async def try_again() -> None:
                self._forget([failed, *shown])
                await again()

            pressable("再试一次", "quiet-button", try_again)

    def _show_unlogged(self, outbound: Outbound | None) -> None:
        """Show what only this page knows: a refusal that is not kept, or that a person answers now."""
        if self._log.is_deleted:
            return
        with self._log:
            if outbound is None:
                show_note(_HELD)
            elif outbound.message_id is None:
                show_answer(outbound, self._actions, at=self._app.clock())

    def _forget(self, shown: list[Element]) -> None:
        for element in shown:
            if not element.is_deleted:
                element.delete()

    async def _look(self) -> None:
        """Show what somebody else has added: a support agent, or this session's other tab."""
        # While this page waits for an answer, its own question is shown already and comes with the answer.
        if self._waiting or not self._conversation:
            return
        try:
            async with self._showing:
                await self._catch_up()
        except SQLAlchemyError:
            logger.warning("the web messenger could not read the log; it will look again", exc_info=True)

    async def _catch_up(self) -> None:
        """Show what was added to the log since; a session that speaks for somebody else begins a new page."""
        now = self._app.clock()
        news = await self._read(
            partial(
                web_log.news,
                sender=self._sender,
                conversation_id=self._conversation,
                after=self._shown,
                now=now,
            )
        )
        if self._log.is_deleted:
            return
        if news.creator != (self._account.id if self._account else None):
            self._reload()
            return
        await self._show(news, now)

    async def _show(self, news: News, now: datetime) -> None:
        self._banner.show(news.standing)
        if self._shown == 0 and news.said:
            self._history.begin(self._log, before=news.said[0].message.sequence)
        for said in news.said:
            self._add(said)
            self._shown = said.message.sequence
        for said in news.changed:
            self._change(said)
        if news.undelivered or news.changes:
            await self._write(partial(web_log.mark_shown, news=news, now=now))

    def _add(self, said: Said) -> None:
        with self._log:
            if said.outbound is None and said.message.text == RESET:
                self._put_away()
            shown = show_said(said, self._actions)
        if shown is not None and said.message.speaker is Speaker.AGENT:
            self._agents_words[said.message.id] = shown, said

    def _change(self, said: Said) -> None:
        """Show an agent's words as they are now, in the place where they stood."""
        before, known = self._agents_words.get(said.message.id, (None, None))
        if before is None or before.is_deleted or known == said or before.parent_slot is None:
            return
        place = before.parent_slot.children.index(before)
        with before.parent_slot.parent:
            after = show_said(said, self._actions)
        assert after is not None, "an agent's words are always shown"
        after.move(target_index=place)
        before.delete()
        self._agents_words[said.message.id] = after, said

    async def _read_older(self, before: int) -> tuple[Said, ...]:
        step = partial(
            web_log.older,
            sender=self._sender,
            conversation_id=self._conversation,
            before=before,
            now=self._app.clock(),
        )
        return await self._read(step)

    def _put_away(self) -> None:
        """Leave a new conversation alone on the page; what was before is one press away."""
        earlier = [child for child in self._log.default_slot.children if child is not self._earlier]
        if not earlier:
            return
        if self._earlier is None:
            with box("details", "earlier") as self._earlier:
                words("summary", "查看之前的对话")
        for child in earlier:
            child.move(self._earlier)

    def _reload(self) -> None:
        if not self._log.is_deleted:
            with self._log:
                ui.navigate.reload()

    async def _read(self, step: Callable[[Session], _Result]) -> _Result:
        def read() -> _Result:
            with self._app.database.reading() as session:
                return step(session)

        return await asyncio.to_thread(read)

    async def _write(self, step: Callable[[Session], _Result]) -> _Result:
        def write() -> _Result:
            with self._app.database.writing() as session:
                return step(session)

        return await asyncio.to_thread(write)
