"""What a chat sees while its answer is made: the bot typing, and when it takes long, a draft that counts the seconds.

A draft is no message: Telegram shows it for half a minute at most and puts the answer in its place, so nothing is left
behind by a process that dies, and no answer waits for one. Signs go out only when nothing else waits to be sent.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import AiogramError

from bot.channels.telegram_api import Pace

logger = logging.getLogger(__name__)

_DRAFT = "正在查，请稍等……（{seconds} 秒）"


@asynccontextmanager
async def at_work(bot: Bot, chat: int, *, draft: int, pace: Pace) -> AsyncGenerator[None]:
    """Show the bot at work while the block lasts; `draft` is any number but 0, the same for the same answer."""
    done = asyncio.Event()
    tasks = {
        asyncio.create_task(_type_until(done, bot, chat, pace)),
        asyncio.create_task(_draft_until(done, bot, chat, draft, pace)),
    }
    try:
        yield
    finally:
        done.set()
        # A sign that arrives after the answer would stay beside it for a while.
        await asyncio.wait(tasks, timeout=1)
        for task in tasks:
            task.cancel()


async def _type_until(done: asyncio.Event, bot: Bot, chat: int, pace: Pace) -> None:
    while not done.is_set():
        try:
            await bot.send_chat_action(chat, ChatAction.TYPING)
        except AiogramError as fault:
            logger.info("chat %d does not see the typing: %s", chat, fault)
            return
        await _within(pace.typing, done)


async def _draft_until(done: asyncio.Event, bot: Bot, chat: int, draft: int, pace: Pace) -> None:
    started = asyncio.get_running_loop().time()
    await _within(pace.first_draft, done)
    while not done.is_set():
        seconds = round(asyncio.get_running_loop().time() - started)
        try:
            await bot.send_message_draft(
                chat_id=chat, draft_id=draft, text=_DRAFT.format(seconds=seconds), parse_mode=None
            )
        except AiogramError as fault:
            logger.info("chat %d sees no draft: %s", chat, fault)
            return
        await _within(pace.draft, done)


async def _within(seconds: float, done: asyncio.Event) -> None:
    """Wait until then, or until it is done."""
    try:
        await asyncio.wait_for(done.wait(), seconds)
    except TimeoutError:
        return
