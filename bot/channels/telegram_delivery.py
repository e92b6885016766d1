"""Answers on their way to a chat: files and charts first, then the words, the buttons below the last ones."""

import asyncio
import logging
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.channels.telegram_view import Part, decided, keyboard, parts
from bot.messages import Outbound
from bot.pictures.store import Pictures
from tools.kernel.agent_tool import Attachment, Speaker
from tools.kernel.charts import Chart

logger = logging.getLogger(__name__)

# Telegram takes 1,024 characters below a photo; a title needs few of them.
_LONGEST_CAPTION = 200

_NO_FILE = "（附件 {name} 这次没有发出来，需要的话请再问我一次。）"


async def deliver(
    bot: Bot,
    outbound: Outbound,
    *,
    pictures: Pictures,
    chat: int,
    message_id: int | None = None,
    speaker: Speaker = Speaker.ASSISTANT,
) -> None:
    """Send an answer to the chat, or learn that it can never get there.

    That is so when the person blocked the bot, or Telegram refuses the message in every form: it is logged, and
    trying again would change nothing. Raises TelegramUnauthorizedError, which says nothing about the message.
    """
    buttons = keyboard(outbound, message_id=message_id)
    try:
        for attachment in outbound.attachments:
            await _send_file(bot, attachment, chat=chat)
        for chart in outbound.charts:
            await _send_chart(bot, chart, pictures, chat=chat)
        messages = parts(outbound, speaker=speaker)
        for number, part in enumerate(messages, start=1):
            await _send_words(bot, part, chat=chat, buttons=buttons if number == len(messages) else None)
    except TelegramUnauthorizedError:
        raise
    except (TelegramAPIError, ClientDecodeError) as refused:
        logger.warning("an answer cannot reach chat %d: %s", chat, refused)


async def show_decision(
    bot: Bot, outbound: Outbound, *, chat: int, telegram_message: int, decision: str
) -> None:
    """Replace the confirmation's buttons by the decision; an old or deleted message stays as it is."""
    part = decided(outbound, decision=decision)
    try:
        await bot.edit_message_text(part.html, chat_id=chat, message_id=telegram_message)
    except TelegramUnauthorizedError:
        raise
    except (TelegramAPIError, ClientDecodeError) as refused:
        logger.info("a pressed confirmation in chat %d is not edited: %s", chat, refused)


async def _send_words(bot: Bot, part: Part, *, chat: int, buttons: InlineKeyboardMarkup | None) -> None:
    try:
        await bot.send_message(chat, part.html, reply_markup=buttons)
    except TelegramBadRequest as refused:
        logger.warning("chat %d gets plain text: %s", chat, refused)
        await bot.send_message(chat, part.plain, reply_markup=buttons, parse_mode=None)


async def _send_chart(bot: Bot, chart: Chart, pictures: Pictures, *, chat: int) -> None:
    path = await asyncio.to_thread(pictures.file_or_none, chart)
    caption = _caption(chart)
    if path is None:
        await bot.send_message(chat, _NO_FILE.format(name=caption), parse_mode=None)
    else:
        await _send_file(bot, Attachment("image", str(path)), chat=chat, caption=caption)


def _caption(chart: Chart) -> str:
    """Return the title, which is also what a screen reader says of the picture."""
    # A lone surrogate is no text in any encoding that Telegram takes.
    return chart.title.encode("utf-8", "replace").decode()[:_LONGEST_CAPTION]


async def _send_file(bot: Bot, attachment: Attachment, *, chat: int, caption: str | None = None) -> None:
    path = Path(attachment.path)
    try:
        # Read before anything is sent: a file that vanishes on the way would look like a broken network.
        file = BufferedInputFile(await asyncio.to_thread(path.read_bytes), filename=path.name)
        if attachment.kind != "image" or not await _send_photo(bot, file, chat=chat, caption=caption):
            await bot.send_document(chat, file, caption=caption, parse_mode=None)
    except (TelegramBadRequest, TelegramEntityTooLarge, OSError) as refused:
        # The words are worth more than the file: they go out all the same.
        logger.warning("chat %d does not get %s: %s", chat, path, refused)
        await bot.send_message(chat, _NO_FILE.format(name=caption or path.name), parse_mode=None)


async def _send_photo(bot: Bot, photo: BufferedInputFile, *, chat: int, caption: str | None) -> bool:
    try:
        await bot.send_photo(chat, photo, caption=caption, parse_mode=None)
    except (TelegramBadRequest, TelegramEntityTooLarge):
        # Telegram takes as a document what is too big or too long for a photo.
        return False
    return True
