"""The outbox: every message of the log is shown in its chat once, whatever breaks between us and Telegram.

The Bot API has no key that makes a request harmless to repeat. So each piece is written down before Telegram is asked
(with the highest id that Telegram had given by then) and its id after. A piece without an id, after a crash or a lost
answer, is in doubt, and is looked for: editing a message to what it says already changes nothing, and Telegram's no tells
whether it is there. Only what is not found is sent again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from sqlalchemy.orm import Session

from bot.channels.telegram_api import Pace
from bot.channels.telegram_changes import apply_change
from bot.channels.telegram_delivery import Piece, Words, caption_of, pieces, send_piece
from bot.channels.telegram_gate import sending
from bot.channels.telegram_marks import Marks
from bot.messages import Channel, outbound_from
from bot.pictures.store import Pictures
from tools.kernel.db import Database, Json
from tools.notices.topics import Lane
from tools.support import changes
from tools.support import service as support
from tools.support.changes import PendingChange
from tools.support.deliveries import service as deliveries
from tools.support.deliveries.service import Begun, Outcome
from tools.support.service import PendingMessage

logger = logging.getLogger(__name__)

# Where a message in doubt is looked for beyond the highest id that is known, and in how many places at most.
_SLACK = 8
_MOST_PLACES = 64
# As many as Telegram answers in so long; a request takes a tenth of a second or two.
_AT_ONCE_SECONDS, _FEWEST_AT_ONCE = 0.2, 8
# What people wrote so long before may still raise the ids, and may have been on its way so long.
_LONGEST_OUTAGE, _LONGEST_ON_ITS_WAY = timedelta(days=1), timedelta(minutes=1)
_ABSENT = ("message to edit not found", "MESSAGE_ID_INVALID", "message can't be edited")


def _private_ids(updates: Sequence[Json]) -> set[int]:
    """Return the ids of what people wrote: Telegram counts them in the same row as ours."""
    messages = (update.get("message", {}) for update in updates)
    return {
        int(message["message_id"]) for message in messages if message.get("chat", {}).get("type") == "private"
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one chat: messages, which of them were begun before, and changes of what it shows."""

    messages: Sequence[PendingMessage]
    begun: Mapping[int, Begun]
    changes: Sequence[PendingChange]


class Outbox:
    """Sends what is in the log; one call at a time for each chat."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        *,
        marks: Marks,
        pictures: Pictures,
        clock: Callable[[], datetime],
        pace: Pace,
    ) -> None:
        self._database = database
        total = pace.limits.total
        self._line = asyncio.Semaphore(
            max(_FEWEST_AT_ONCE, round(_AT_ONCE_SECONDS * total.most / total.seconds))
        )
        self._marks = marks
        self._bot = bot
        self._pictures = pictures
        self._clock = clock
        self._pace = pace
        self._highest = 0
        # Up to where an earlier process may have sent something, and what this one began.
        self._top_at_start = 0
        self._begun_here: set[int] = set()
        self._elsewhere: set[int] = set()

    def open(self) -> None:
        """Learn from the log which ids Telegram has given, and which it may have given to what is in doubt."""
        with self._database.reading() as session:
            self._highest = max(self._highest, deliveries.highest_id(session, channel=Channel.TELEGRAM))
            in_doubt = deliveries.open_count(session, channel=Channel.TELEGRAM)
            since = self._clock() - _LONGEST_OUTAGE
            self.saw_all(deliveries.updates_since(session, channel=Channel.TELEGRAM, since=since))
        self._top_at_start = self._highest + in_doubt + _SLACK

    def saw(self, message_id: int) -> None:
        """Learn an id that Telegram gave in a private chat, to us or to who writes to us: all those chats share one row."""
        self._highest = max(self._highest, message_id)

    def saw_all(self, updates: Sequence[Json]) -> None:
        """Learn the ids of what people wrote."""
        self._highest = max(self._highest, *_private_ids(updates), 0)

    def waiting(self, session: Session, address: str) -> Waiting:
        """Return what waits for the chat."""
        messages = support.undelivered(session, channel=Channel.TELEGRAM, address=address)
        return Waiting(
            messages,
            deliveries.begun(session, messages=messages),
            changes.pending_changes(session, channel=Channel.TELEGRAM, address=address),
        )

    async def empty(self, waiting: Waiting) -> None:
        """Send what waits for a chat, and change there what was changed."""
        for message in waiting.messages:
            await self.send(message, waiting.begun.get(message.message_id))
        for change in waiting.changes:
            with sending(Lane.CASE):
                await apply_change(self._bot, change)
            await self._marks.write(partial(self._applied, change=change))

    async def send(self, message: PendingMessage, begun: Begun | None) -> None:
        """Show the message in its chat, or learn that it can never get there; then it is out of the log's outbox.

        Raises FateUnknownError when Telegram's answer was lost: the message is looked for by the next call.
        """
        chat = int(message.address)
        # So few of a broadcast are begun at a time that a crash leaves little in doubt; who waits for an answer waits for none.
        line = nullcontext() if message.lane is Lane.CASE else self._line
        async with line:
            if begun is None and await self._marks.write(partial(self._begin, message=message)):
                return
            with sending(message.lane, once=True):
                await self._show(message, begun, chat=chat)

    async def _show(self, message: PendingMessage, begun: Begun | None, *, chat: int) -> None:
        try:
            todo = pieces(outbound_from(message.body), message_id=message.message_id)
        except ValueError:
            # What cannot be shown would fail again, and keep what comes after it from being sent.
            logger.exception("message %d cannot be shown in Telegram", message.message_id)
            await self._end(message, Outcome.REFUSED)
            return
        try:
            await self._send(message, todo, begun, chat=chat)
        except TelegramUnauthorizedError:
            raise
        except TelegramForbiddenError as blocked:
            logger.info("chat %d is unreachable: %s", chat, blocked.message)
            await self._end(message, Outcome.BLOCKED, blocked.message)
        except (TelegramAPIError, ClientDecodeError) as refused:
            logger.warning("message %d cannot reach chat %d: %s", message.message_id, chat, refused)
            await self._end(message, Outcome.REFUSED)

    async def _send(
        self, message: PendingMessage, todo: tuple[Piece, ...], begun: Begun | None, *, chat: int
    ) -> None:
        done = len(begun.names) if begun else 0
        if begun and done < len(todo):
            shown = await self._find(message, begun, todo[done], chat=chat)
            await self._marks.write(
                partial(
                    self._resume,
                    message=message,
                    piece=todo[done],
                    shown=shown,
                    is_last=done + 1 == len(todo),
                )
            )
            done += shown is not None
        for number in range(done, len(todo)):
            shown = await send_piece(self._bot, todo[number], pictures=self._pictures, chat=chat)
            self.saw(shown.message_id)
            await self._marks.write(
                partial(
                    self._shown,
                    message=message,
                    piece=todo[number],
                    shown=shown.message_id,
                    is_last=number + 1 == len(todo),
                )
            )
        if not todo or (begun and len(begun.names) == len(todo)):
            await self._end(message, Outcome.SENT)

    async def _find(self, message: PendingMessage, begun: Begun, piece: Piece, *, chat: int) -> int | None:
        """Return the id of the piece in doubt, None when the chat does not show it."""
        age_seconds = max((self._clock() - begun.begun_at).total_seconds(), 0.0)
        await asyncio.sleep(max(self._pace.settling - age_seconds, 0.0))
        places = await asyncio.to_thread(self._places, message, begun)
        logger.info("message %d is in doubt: looked for in %d places", message.message_id, len(places))
        with sending(message.lane, shows_nothing=True):
            for place in places:
                if place not in self._elsewhere and await self._is_there(piece, chat=chat, place=place):
                    self.saw(place)
                    self._elsewhere.add(place)
                    return place
        return None

    async def _is_there(self, piece: Piece, *, chat: int, place: int) -> bool:
        """Whether the chat has a message of ours with this id.

        Ids above the floor are younger than all else that the bot said in this chat: a message there is the one in doubt.
        """
        try:
            if isinstance(piece, Words):
                await self._bot.edit_message_text(
                    piece.part.html, chat_id=chat, message_id=place, reply_markup=piece.buttons
                )
            else:
                await self._bot.edit_message_caption(
                    chat_id=chat, message_id=place, caption=caption_of(piece), parse_mode=None
                )
        except TelegramBadRequest as no:
            return not any(absent in no.message for absent in _ABSENT)
        return True

    def _applied(self, session: Session, *, change: PendingChange) -> None:
        changes.mark_change_applied(session, change_id=change.change_id, now=self._clock())

    def _places(self, message: PendingMessage, begun: Begun) -> list[int]:
        here = message.message_id in self._begun_here
        top = self._highest + len(self._begun_here) + _SLACK if here else self._top_at_start
        with self._database.reading() as session:
            since = begun.begun_at - _LONGEST_ON_ITS_WAY
            came = deliveries.updates_since(session, channel=Channel.TELEGRAM, since=since)
            return deliveries.places_in_doubt(
                session,
                channel=Channel.TELEGRAM,
                message_id=message.message_id,
                begun=begun,
                top=top,
                most=_MOST_PLACES,
                others=_private_ids(came),
            )

    def _begin(self, session: Session, *, message: PendingMessage) -> bool:
        """Write down that the message is being sent; return True when it must not be, because nobody would get it."""
        self._begun_here.add(message.message_id)
        deliveries.begin(
            session,
            channel=Channel.TELEGRAM,
            message_id=message.message_id,
            floor=self._highest,
            now=self._clock(),
        )
        # Somebody's own words are tried all the same: it is them whom the person may want to hear again.
        if message.lane is Lane.CASE or deliveries.is_reachable(
            session, channel=Channel.TELEGRAM, address=message.address
        ):
            return False
        self._ended(session, message=message, outcome=Outcome.BLOCKED)
        return True

    def _resume(
        self, session: Session, *, message: PendingMessage, piece: Piece, shown: int | None, is_last: bool
    ) -> None:
        if shown is not None:
            self._shown(session, message=message, piece=piece, shown=shown, is_last=is_last)
            return
        self._begun_here.add(message.message_id)
        deliveries.begin_again(session, message_id=message.message_id, floor=self._highest, now=self._clock())

    def _shown(
        self, session: Session, *, message: PendingMessage, piece: Piece, shown: int, is_last: bool
    ) -> None:
        deliveries.part_shown(
            session,
            message_id=message.message_id,
            name=f"{'t' if isinstance(piece, Words) else 'f'}{shown}",
            shown_id=shown,
            floor=self._highest,
        )
        if is_last:
            self._ended(session, message=message, outcome=Outcome.SENT)

    async def _end(self, message: PendingMessage, outcome: Outcome, reason: str = "") -> None:
        await self._marks.write(partial(self._ended, message=message, outcome=outcome, reason=reason))

    def _ended(
        self, session: Session, *, message: PendingMessage, outcome: Outcome, reason: str = ""
    ) -> None:
        now = self._clock()
        self._begun_here.discard(message.message_id)
        deliveries.end(session, message_id=message.message_id, outcome=outcome, now=now)
        if outcome is Outcome.BLOCKED:
            deliveries.mark_unreachable(
                session, channel=Channel.TELEGRAM, address=message.address, reason=reason, now=now
            )
