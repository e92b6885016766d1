"""From Telegram into the inbox, and from the inbox to an answer.

aiogram counts an update as delivered at the next poll, so storing it is all that its handler does. One worker a chat
takes the stored updates in order through the same dispatcher to the handlers that answer, then empties the chat's
outbox, then finishes the update. Every step may be repeated: a process killed between two of them repeats the last.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import TelegramObject, Update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.channels.telegram_api import Pace
from bot.channels.telegram_marks import Marks
from bot.channels.telegram_mirror_in import desk_lane, is_desk_lane
from bot.channels.telegram_outbox import Outbox, Waiting
from bot.messages import Channel
from tools.kernel.db import Database, Json
from tools.support import service as support
from tools.support.deliveries import service as deliveries
from tools.support.service import StoredUpdate

logger = logging.getLogger(__name__)

# The database is away, locked or full: the same statement may succeed later.
_DATABASE_AWAY = (OperationalError, InterfaceError)
# A webhook call is answered before Telegram gives it up and aiogram moves it to the background, after 55 s.
_LONGEST_STORING_SECONDS = 40
# A turn that fails this often fails for its own sake.
_TRIES = 3

# So many chats are sent to at the same time; more would only wait for Telegram's limits.
LANES_AT_ONCE = 64

Answer = Callable[[StoredUpdate], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Work:
    """Lanes to wake; `more`: there are others, to be asked for when these are done."""

    lanes: tuple[str, ...]
    more: bool


class Intake(BaseMiddleware):
    """The outermost handler of every update: what concerns a chat of ours is stored, and its lane woken.

    An update that the inbox hands back (`stored` in its data) goes on to the handlers.
    """

    def __init__(
        self,
        database: Database,
        *,
        wake: Callable[[str], None],
        clock: Callable[[], datetime],
        pace: Pace,
        desk: int | None,
    ) -> None:
        self._database = database
        self._desk = desk
        self._wake = wake
        self._clock = clock
        self._pace = pace

    @override
    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        assert isinstance(event, Update)
        if "stored" in data:
            return await handler(event, data)
        lane = desk_lane(event, chat=self._desk) or lane_of(event, desk=self._desk)
        if lane is not None:
            # Returning without having stored would tell Telegram that we have it; raising makes a webhook's
            # call fail, so that Telegram repeats it, and a poll only ends with the update stored.
            async with asyncio.timeout(_LONGEST_STORING_SECONDS if data.get("webhook") else None):
                await self._store(event, lane)
            self._wake(lane)
        return None

    async def _store(self, update: Update, lane: str) -> None:
        body = _storable(update.model_dump(mode="json", by_alias=True, exclude_unset=True))
        speaks = update.message is not None or update.callback_query is not None
        tries = 0
        while True:
            try:
                await asyncio.to_thread(self._write, update.update_id, lane, body, speaks=speaks)
            except _DATABASE_AWAY:
                logger.exception("update %d is not stored yet", update.update_id)
                await asyncio.sleep(self._pace.delay(tries))
                tries += 1
            else:
                return

    def _write(self, update_id: int, lane: str, body: Json, *, speaks: bool) -> None:
        with self._database.writing() as session:
            support.store_update(
                session,
                channel=Channel.TELEGRAM,
                update_id=update_id,
                lane=lane,
                body=body,
                now=self._clock(),
            )
            if speaks and not is_desk_lane(lane):
                # Whoever writes can be written to again.
                deliveries.mark_reachable(session, channel=Channel.TELEGRAM, address=lane)


def lane_of(update: Update, *, desk: int | None = None) -> str | None:
    """Return the chat whose turn the update is, None for one that concerns no chat of ours.

    Only private chats are served, and there a button's presser is the chat's own person. A group is told so, once,
    when it adds the bot; a person who blocks the bot is not written to.
    """
    message = update.message or update.edited_message
    if message is not None and message.chat.type == ChatType.PRIVATE:
        return str(message.chat.id)
    if (query := update.callback_query) is not None and query.message is not None:
        chat = query.message.chat
        own = chat.type == ChatType.PRIVATE and chat.id == query.from_user.id
        return str(chat.id) if own else None
    if (member := update.my_chat_member) is not None and member.chat.type != ChatType.CHANNEL:
        if member.chat.id == desk:
            return None
        return str(member.chat.id)
    return None


def _storable(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the JSON without NUL, which PostgreSQL refuses and a hostile client can put into a button's data."""
    match value:
        case str():
            return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        case dict():
            return {name: _storable(part) for name, part in cast("Json", value).items()}
        case list():
            return [_storable(part) for part in cast("list[Any]", value)]
        case _:
            return value


class Inbox:
    """The worker's side: the next piece of a chat's work, in an order that a crash cannot break."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        *,
        marks: Marks,
        clock: Callable[[], datetime],
        pace: Pace,
    ) -> None:
        self._database = database
        self._marks = marks
        self._outbox = outbox
        self._clock = clock
        self._pace = pace

    async def serve(self, lane: str, *, answer: Answer, give_up: Answer) -> bool:
        """Answer the lane's next update and send what waits for the lane; return whether there may be more.

        A turn that keeps failing for its own sake ends with `give_up`, so that the chat is not stuck behind it.
        """
        update, waiting = await asyncio.to_thread(self._look, lane)
        if update is None:
            await self._outbox.empty(waiting)
            # What comes meanwhile wakes the lane again.
            return False
        self._outbox.saw_all([update.body])
        await self._answer(update, answer, give_up)
        _, waiting = await asyncio.to_thread(self._look, lane)
        await self._outbox.empty(waiting)
        await self._marks.write(partial(self._finish, update=update))
        return True

    def lanes_with_work(self, *, but: Collection[str]) -> Work:
        """Return chats with updates to answer or messages to send, but those at work; the most pressing first."""
        with self._database.reading() as session:
            asked = [
                lane for lane in support.open_lanes(session, channel=Channel.TELEGRAM) if lane not in but
            ]
            sending = deliveries.waiting_chats(
                session, channel=Channel.TELEGRAM, limit=LANES_AT_ONCE, but=set(but)
            )
        return Work((*asked, *sending), more=len(sending) == LANES_AT_ONCE)

    async def _answer(self, update: StoredUpdate, answer: Answer, give_up: Answer) -> None:
        for tries in range(_TRIES):
            try:
                await answer(update)
            except (TelegramUnauthorizedError, *_DATABASE_AWAY):
                raise
            except Exception:
                logger.exception("update %d failed", update.update_id)
                await asyncio.sleep(self._pace.delay(tries))
            else:
                return
        await give_up(update)

    def _look(self, lane: str) -> tuple[StoredUpdate | None, Waiting]:
        with self._database.reading() as session:
            update = support.next_update(session, channel=Channel.TELEGRAM, lane=lane)
            return update, self._outbox.waiting(session, lane)

    def _finish(self, session: Session, *, update: StoredUpdate) -> None:
        support.finish_update(session, update=update.id, now=self._clock())


def dispatched(dispatcher: Dispatcher, bot: Bot, update: StoredUpdate, **data: object) -> Awaitable[Any]:
    """Take a stored update through the dispatcher to the handler that answers it."""
    event = Update.model_validate(update.body, context={"bot": bot})
    return dispatcher.feed_update(bot, event, stored=update, **data)
