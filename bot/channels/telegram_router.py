"""What a creator can do in the chat: commands, text, and the buttons below an answer."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from aiogram import Bot, F, Router
from aiogram.enums import ChatAction, ContentType
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter, Command, CommandObject
from aiogram.types import BotCommand, CallbackQuery, Message

from bot.assistant import Assistant
from bot.channels.telegram_api import Pace
from bot.channels.telegram_delivery import deliver, show_decision
from bot.channels.telegram_view import Decision, Suggestion
from bot.messages import Channel, Confirm, Confirmation, Inbound, Outbound, Sender, outbound_from
from bot.pictures.store import Pictures
from tools.kernel.db import Database
from tools.kernel.proposals import ProposalState, state_of
from tools.support import service as support

logger = logging.getLogger(__name__)

COMMANDS = (
    BotCommand(command="start", description="打个招呼，看看能问什么"),
    BotCommand(command="help", description="能问什么、怎么用"),
    BotCommand(command="link", description="绑定创作者账号：/link 绑定码"),
    BotCommand(command="reset", description="放下前面聊的，重新开始"),
)

_TEXT_ONLY = "目前我只看得懂文字，图片、语音、视频、表情和文件都看不了。把问题打成文字发给我就行，比如“这个月挣了多少”。"
_LINK_HOW = "请把绑定码一起发来，例如：/link ABCD2345。8 位绑定码在创作者 App 的“设置 → 绑定聊天助手”里获取，10 分钟内有效。"
_GROUP = "大家好，我是光合助手。账号和收入是个人隐私，所以我只在私聊里回答：点我的头像，发消息给我就行。"
_FAILED = "这条消息我没处理成功，问题已经记录下来。请过一会儿再发一次，着急的话发“转人工”。"
_BUTTON_GONE = "这个按钮已经失效了，直接把问题发给我就行。"
_DECIDED = {
    ProposalState.EXECUTED: "✅ 已确认，已办理",
    ProposalState.DECLINED: "已取消，没有改动",
    ProposalState.PENDING: "没有办成，原因见下一条消息",
    ProposalState.EXPIRED: "没有办成，原因见下一条消息",
}

# What a person can send that is no text; the rest are notices of the chat itself.
_NO_TEXT = {
    ContentType.ANIMATION: "动图",
    ContentType.AUDIO: "音频",
    ContentType.CHECKLIST: "清单",
    ContentType.CONTACT: "联系人",
    ContentType.DICE: "骰子",
    ContentType.DOCUMENT: "文件",
    ContentType.GAME: "游戏",
    ContentType.LIVE_PHOTO: "图片",
    ContentType.LOCATION: "位置",
    ContentType.PAID_MEDIA: "图片",
    ContentType.PHOTO: "图片",
    ContentType.POLL: "投票",
    ContentType.RICH_MESSAGE: "图文",
    ContentType.STICKER: "表情",
    ContentType.STORY: "动态",
    ContentType.VENUE: "位置",
    ContentType.VIDEO: "视频",
    ContentType.VIDEO_NOTE: "视频",
    ContentType.VOICE: "语音",
}
# A toast of Telegram holds 200 characters.
_LONGEST_TOAST = 200
_ALBUMS_REMEMBERED = 256

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


@dataclass(frozen=True, slots=True)
class Turn:
    """One update being answered: in which chat, and under which key the answer is kept."""

    desk: Desk
    chat: int
    key: str

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
        async with _typing(self.desk, self.chat):
            return await loop.run_in_executor(self.desk.threads, partial(step, *args, **kwargs))

    async def show(self, outbound: Outbound | None) -> None:
        """Send an answer that is not kept; one that is kept goes out with the chat's outbox, after the handler."""
        if outbound is not None and outbound.message_id is None:
            await self._send(outbound)

    async def reply(self, text: str, *, thread: str = "") -> None:
        """Answer what the person said, by keyboard or by button."""
        inbound = Inbound(self.sender, self.key, text, self.now(), thread)
        await self.show(await self.think(self.desk.assistant.reply, inbound))

    async def tell(self, text: str, *, about: str) -> None:
        """Say something about a message that only this channel knows."""
        tell = self.desk.assistant.tell
        await self.show(await self.think(tell, self.sender, text, about=about, key=self.key, at=self.now()))

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

    async def decision(self, confirm: Confirm) -> str:
        """Return what became of the proposal, in words."""
        return _DECIDED[await asyncio.to_thread(self._state, confirm)]

    def _state(self, confirm: Confirm) -> ProposalState:
        with self.desk.database.reading() as session:
            return state_of(session, confirm.id, now=self.now())


def conversation_router() -> Router:
    """Return the handlers; the first whose filter fits answers."""
    router = Router(name="conversation")
    albums: deque[str] = deque(maxlen=_ALBUMS_REMEMBERED)
    router.message.register(greet, Command("start", "help", ignore_case=True))
    router.message.register(link, Command("link", ignore_case=True))
    router.message.register(reset, Command("reset", ignore_case=True))
    # A command that we do not have is a question what there is; "/" in other text is just text.
    router.message.register(greet, F.text.regexp(r"^/[A-Za-z]"))
    router.message.register(say, F.text)
    router.message.register(partial(ask_for_text, albums=albums), F.content_type.in_(_NO_TEXT))
    router.callback_query.register(press_suggestion, Suggestion.filter())
    router.callback_query.register(decide, Decision.filter())
    router.callback_query.register(refuse_button)
    router.my_chat_member.register(leave_group_alone, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    return router


async def greet(_message: Message, turn: Turn) -> None:
    """Say what can be asked."""
    start = turn.desk.assistant.start
    await turn.show(await turn.think(start, turn.sender, key=turn.key, at=turn.now()))


async def link(_message: Message, turn: Turn, command: CommandObject) -> None:
    """Link the chat to the creator whose code follows the command."""
    if not command.args:
        await turn.tell(_LINK_HOW, about="/link")
        return
    redeem = turn.desk.assistant.link
    await turn.show(await turn.think(redeem, turn.sender, code=command.args, key=turn.key, at=turn.now()))


async def reset(_message: Message, turn: Turn) -> None:
    """Begin anew."""
    start_over = turn.desk.assistant.reset
    await turn.show(await turn.think(start_over, turn.sender, key=turn.key, at=turn.now()))


async def say(message: Message, turn: Turn) -> None:
    """Answer a text."""
    await turn.reply(message.text or "")


async def ask_for_text(message: Message, turn: Turn, *, albums: deque[str]) -> None:
    """Say that only text is understood, once an album."""
    album = message.media_group_id
    if album is not None and album in albums:
        return
    await turn.tell(_TEXT_ONLY, about=f"（{_NO_TEXT[ContentType(message.content_type)]}）")
    if album is not None:
        albums.append(album)


async def press_suggestion(query: CallbackQuery, callback_data: Suggestion, turn: Turn) -> None:
    """Say for the person what the suggestion says."""
    found = await turn.pressed(callback_data.message)
    if found is None or callback_data.index >= len(found[0].buttons):
        await refuse_button(query)
        return
    outbound, thread = found
    button = outbound.buttons[callback_data.index]
    await _acknowledge(query, button.label)
    await turn.reply(button.send, thread=thread)


async def decide(query: CallbackQuery, callback_data: Decision, turn: Turn) -> None:
    """Execute or cancel what the message proposes, and show the decision where the buttons were."""
    found = await turn.pressed(callback_data.message)
    if found is None or (confirm := found[0].confirm) is None or query.message is None:
        await refuse_button(query)
        return
    outbound, thread = found
    await _acknowledge(query, "")
    confirmation = Confirmation(turn.sender, confirm.id, callback_data.accepted, turn.now(), thread)
    answer = await turn.think(turn.desk.assistant.confirm, confirmation)
    await show_decision(
        turn.desk.bot,
        outbound,
        chat=turn.chat,
        telegram_message=query.message.message_id,
        decision=await turn.decision(confirm),
    )
    await turn.show(answer)


async def refuse_button(query: CallbackQuery) -> None:
    """Say that the button leads nowhere any more."""
    await _acknowledge(query, _BUTTON_GONE)


async def leave_group_alone(_event: object, turn: Turn) -> None:
    """Tell a group, when it adds the bot, that only private chats are served."""
    await turn.show(Outbound(text=_GROUP))


async def _acknowledge(query: CallbackQuery, text: str) -> None:
    try:
        await query.answer(text[:_LONGEST_TOAST])
    except TelegramUnauthorizedError:
        raise
    except AiogramError as fault:
        # A press that waited in the inbox is too old to acknowledge; what it asks for is done all the same.
        logger.info("a pressed button is not acknowledged: %s", fault)


@asynccontextmanager
async def _typing(desk: Desk, chat: int) -> AsyncGenerator[None]:
    done = asyncio.Event()
    task = asyncio.create_task(_type_until(done, desk, chat))
    try:
        yield
    finally:
        done.set()
        # An action that arrives after the answer would show the bot typing for 5 s more.
        await asyncio.wait({task}, timeout=1)
        task.cancel()


async def _type_until(done: asyncio.Event, desk: Desk, chat: int) -> None:
    while not done.is_set():
        try:
            await desk.bot.send_chat_action(chat, ChatAction.TYPING)
        except AiogramError as fault:
            logger.info("chat %d does not see the typing: %s", chat, fault)
            return
        try:
            await asyncio.wait_for(done.wait(), desk.pace.typing)
        except TimeoutError:
            continue
