"""What a support agent changes or takes back, carried to the chat where it was said."""

import logging
from itertools import zip_longest

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramUnauthorizedError

from bot.channels.telegram_delivery import Words, pieces
from bot.messages import outbound_from
from tools.support.changes import ChangeKind, PendingChange

logger = logging.getLogger(__name__)


async def apply_change(bot: Bot, change: PendingChange) -> None:
    """Make the chat show what the message says now; what Telegram no longer lets us touch stays as it is.

    Doing it again changes nothing, so a request whose answer was lost is simply repeated.
    """
    chat = int(change.address)
    match change.kind:
        case ChangeKind.DELETE:
            for name in change.names:
                await _delete(bot, chat, int(name[1:]))
        case ChangeKind.EDIT:
            await _edit(bot, change, chat)


async def _edit(bot: Bot, change: PendingChange, chat: int) -> None:
    shown = [int(name[1:]) for name in change.names if name.startswith("t")]
    said = pieces(outbound_from(change.body), message_id=change.message_id)
    words = [piece for piece in said if isinstance(piece, Words)]
    for place, piece in zip_longest(shown, words):
        if piece is None:
            await _delete(bot, chat, place)
        elif place is None:
            # The words have become longer than one message of Telegram.
            await bot.send_message(chat, piece.part.html, reply_markup=piece.buttons)
        else:
            await _rewrite(bot, piece, chat, place)


async def _rewrite(bot: Bot, words: Words, chat: int, place: int) -> None:
    try:
        await bot.edit_message_text(
            words.part.html, chat_id=chat, message_id=place, reply_markup=words.buttons
        )
    except TelegramUnauthorizedError:
        raise
    except TelegramBadRequest as refused:
        if "not modified" not in refused.message:
            logger.warning("message %d of chat %d is not edited: %s", place, chat, refused.message)
    except TelegramAPIError as refused:
        logger.warning("message %d of chat %d is not edited: %s", place, chat, refused.message)


async def _delete(bot: Bot, chat: int, place: int) -> None:
    try:
        await bot.delete_message(chat, place)
    except TelegramUnauthorizedError:
        raise
    except TelegramAPIError as refused:
        # After 48 hours Telegram lets a bot take nothing back.
        logger.warning("message %d of chat %d is not deleted: %s", place, chat, refused.message)
