"""One update being answered: what its handler can read, think about and say."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from aiogram import Bot

from bot.assistant import Assistant
from bot.channels.telegram_api import Pace
from bot.channels.telegram_delivery import deliver
from bot.channels.telegram_signs import at_work
from bot.messages import Channel, Confirm, Inbound, Outbound, Sender, outbound_from
from bot.pictures.store import Pictures
from tools.kernel.db import Database
from tools.kernel.proposals import ProposalState, state_of
from tools.kernel.upload_files import ReceivedFile
from tools.support import service as support
from tools.support.deliveries import service as deliveries

logger = logging.getLogger(__name__)

_FAILED = "这条消息我没处理成功，问题已经记录下来。请过一会儿再发一次，着急的话发“转人工”。"
_BLOCKED = "the person blocked the bot"
_DECIDED = {
    ProposalState.EXECUTED: "✅ 已确认，已办理",
    ProposalState.DECLINED: "已取消，没有改动",
    ProposalState.PENDING: "没有办成，原因见下一条消息",
    ProposalState.EXPIRED: "没有办成，原因见下一条消息",
}

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every handler works with; `threads` bounds how many turns are thought about at the same time."""

    assistant: Assistant
    database: Database
    clock: Callable[[], datetime]
    threads: Executor
    bot: Bot
    pictures: Pictures
    pace: Pace
    upload_limit_bytes: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One update being answered: in which chat, and the update's own number."""

    desk: Desk
    chat: int
    number: int

    @property
    def key(self) -> str:
        """The name under which the answer is kept."""
        return f"tg:{self.number}"

    @property
    def sender(self) -> Sender:
        """The person, as Telegram authenticated them."""
        return Sender(Channel.TELEGRAM, str(self.chat))

    def now(self) -> datetime:
        """Return the moment."""
        return self.desk.clock()

    async def think(
        self, step: Callable[_Given, _Result], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> _Result:
        """Run a synchronous step of the assistant in a thread of its own, typing meanwhile."""
        loop = asyncio.get_running_loop()
        async with self.typing():
            return await loop.run_in_executor(self.desk.threads, partial(step, *args, **kwargs))

    async def show(self, outbound: Outbound | None) -> None:
        """Send an answer that is not kept; one that is kept goes out with the chat's outbox, after the handler."""
        if outbound is not None and outbound.message_id is None:
            await self._send(outbound)

    def typing(self) -> AbstractAsyncContextManager[None]:
        """Show the bot at work while the block lasts."""
        return at_work(self.desk.bot, self.chat, draft=self.number, pace=self.desk.pace)

    async def reply(
        self,
        text: str,
        *,
        thread: str = "",
        uploads: tuple[ReceivedFile, ...] = (),
        message: int | None = None,
    ) -> None:
        """Answer what the person said, by keyboard or by button, and what they sent with it."""
        await self.show(
            await self.think(self.desk.assistant.reply, self._inbound(text, thread, uploads, message))
        )

    async def change(self, text: str, *, message: int) -> None:
        """Take the new words of a message that the person has changed."""
        await self.show(await self.think(self.desk.assistant.change, self._inbound(text, "", (), message)))

    def _inbound(
        self, text: str, thread: str, uploads: tuple[ReceivedFile, ...], message: int | None
    ) -> Inbound:
        name = "" if message is None else str(message)
        return Inbound(self.sender, self.key, text, self.now(), thread, uploads, name)

    async def tell(self, text: str, *, about: str, beside: str = "") -> None:
        """Say something about a message that only this channel knows; `beside` its answer, where it has one too."""
        tell, key = self.desk.assistant.tell, f"{self.key}{beside}"
        await self.show(await self.think(tell, self.sender, text, about=about, key=key, at=self.now()))

    async def give_up(self) -> None:
        """Say that this message was not answered."""
        await self._send(Outbound(text=_FAILED))

    async def _send(self, outbound: Outbound) -> None:
        await deliver(self.desk.bot, outbound, pictures=self.desk.pictures, chat=self.chat)

    async def pressed(self, message_id: int) -> tuple[Outbound, str] | None:
        """Return the answer of this chat whose button was pressed, and its thread."""
        return await asyncio.to_thread(self._pressed, message_id)

    def _pressed(self, message_id: int) -> tuple[Outbound, str] | None:
        with self.desk.database.reading() as session:
            found = support.answer_in_chat(
                session, message_id=message_id, channel=self.sender.channel, address=self.sender.address
            )
        return (outbound_from(found.body), found.thread) if found else None

    async def reachable(self, *, yes: bool) -> None:
        """Remember whether what is sent to this chat arrives."""
        await asyncio.to_thread(self._note_reachable, yes=yes)

    def _note_reachable(self, *, yes: bool) -> None:
        channel, address = self.sender.channel, self.sender.address
        with self.desk.database.writing() as session:
            if yes:
                deliveries.mark_reachable(session, channel=channel, address=address)
            else:
                deliveries.mark_unreachable(
                    session, channel=channel, address=address, reason=_BLOCKED, now=self.now()
                )

    async def decision(self, confirm: Confirm) -> str:
        """Return what became of the proposal, in words."""
        return _DECIDED[await asyncio.to_thread(self._state, confirm)]

    def _state(self, confirm: Confirm) -> ProposalState:
        with self.desk.database.reading() as session:
            return state_of(session, confirm.id, now=self.now())
