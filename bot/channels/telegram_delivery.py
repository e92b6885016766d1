"""Answers on their way to a chat, piece by piece: files and charts first, then the words, the buttons below the last."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message

from bot.channels.telegram_view import Part, decided, keyboard, parts
from bot.messages import Outbound
from bot.pictures.store import Pictures
from tools.kernel.agent_tool import Attachment
from tools.kernel.charts import Chart

logger = logging.getLogger(__name__)

# Telegram takes 1,024 characters below a photo; a title needs few of them.
_LONGEST_CAPTION = 200

_NO_FILE = "（附件 {name} 这次没有发出来，需要的话请再问我一次。）"


@dataclass(frozen=True, slots=True)
class Words:
    """One message of text."""

    part: Part
    buttons: InlineKeyboardMarkup | None


# What becomes one message of the chat.
Piece = Attachment | Chart | Words


def pieces(outbound: Outbound, *, message_id: int | None = None) -> tuple[Piece, ...]:
    """Return what the answer becomes in a chat, in order."""
    texts = parts(outbound)
    buttons = keyboard(outbound, message_id=message_id)
    words = (
        Words(part, buttons if number == len(texts) else None) for number, part in enumerate(texts, start=1)
    )
    return (*outbound.attachments, *outbound.charts, *words)


async def deliver(bot: Bot, outbound: Outbound, *, pictures: Pictures, chat: int) -> None:
    """Send an answer that is not kept to the chat, or learn that it can never get there.

    That is so when the person blocked the bot, or Telegram refuses the message in every form: it is logged, and
    trying again would change nothing. Raises TelegramUnauthorizedError, which says nothing about the message.
    """
    try:
        for piece in pieces(outbound):
            await send_piece(bot, piece, pictures=pictures, chat=chat)
    except TelegramUnauthorizedError:
        raise
    except (TelegramAPIError, ClientDecodeError) as refused:
        logger.warning("an answer cannot reach chat %d: %s", chat, refused)


async def send_piece(bot: Bot, piece: Piece, *, pictures: Pictures, chat: int) -> Message:
    """Return what the chat shows of the piece; a file that cannot be sent is told about in words."""
    match piece:
        case Words():
            return await _send_words(bot, piece, chat=chat)
        case Chart():
            return await _send_chart(bot, piece, pictures, chat=chat)
        case Attachment():
            return await _send_file(bot, piece, chat=chat)


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


async def _send_words(bot: Bot, words: Words, *, chat: int) -> Message:
    try:
        return await bot.send_message(chat, words.part.html, reply_markup=words.buttons)
    except TelegramBadRequest as refused:
        logger.warning("chat %d gets plain text: %s", chat, refused)
        return await bot.send_message(chat, words.part.plain, reply_markup=words.buttons, parse_mode=None)


async def _send_chart(bot: Bot, chart: Chart, pictures: Pictures, *, chat: int) -> Message:
    path = await asyncio.to_thread(pictures.file_or_none, chart)
    caption = caption_of(chart)
    if path is None:
        return await bot.send_message(chat, _NO_FILE.format(name=chart.title), parse_mode=None)
    return await _send_file(bot, Attachment("image", str(path)), chat=chat, caption=caption)


def caption_of(file: Attachment | Chart) -> str | None:
    """Return what stands below the file: a chart's title, which is also what a screen reader says of the picture."""
    if isinstance(file, Attachment):
        return None
    # A lone surrogate is no text in any encoding that Telegram takes.
    return file.title.encode("utf-8", "replace").decode()[:_LONGEST_CAPTION]


async def _send_file(bot: Bot, attachment: Attachment, *, chat: int, caption: str | None = None) -> Message:
    path = Path(attachment.path)
    try:
        # Read before anything is sent: a file that vanishes on the way would look like a broken network.
        file = BufferedInputFile(await asyncio.to_thread(path.read_bytes), filename=path.name)
        if attachment.kind == "image" and (shown := await _send_photo(bot, file, chat=chat, caption=caption)):
            return shown
        return await bot.send_document(chat, file, caption=caption, parse_mode=None)
    except (TelegramBadRequest, TelegramEntityTooLarge, OSError) as refused:
        # The words are worth more than the file: they go out all the same.
        logger.warning("chat %d does not get %s: %s", chat, path, refused)
        return await bot.send_message(chat, _NO_FILE.format(name=caption or path.name), parse_mode=None)


async def _send_photo(
    bot: Bot, photo: BufferedInputFile, *, chat: int, caption: str | None
) -> Message | None:
    try:
        return await bot.send_photo(chat, photo, caption=caption, parse_mode=None)
    except (TelegramBadRequest, TelegramEntityTooLarge):
        # Telegram takes as a document what is too big or too long for a photo.
        return None
