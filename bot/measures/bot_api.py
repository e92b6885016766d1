"""A Bot API server on loopback, as strict as Telegram's where our bot could be wrong, and as unreliable as we ask.

It runs in a thread of its own, so that a bot in this process or in a child talks to it over real HTTP while who
started it waits for what it shows.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Self, TypeVar, assert_never

from aiohttp import web

from bot.channels.telegram_turnstile import Limits
from bot.measures.bot_api_state import Planned, State, no, yes
from bot.measures.bot_api_wire import (
    BOT,
    BadRequestError,
    Call,
    Dropped,
    ErrorPage,
    Fault,
    Flood,
    Flooded,
    FloodError,
    ForbiddenError,
    Held,
    Json,
    Refused,
    Shown,
    Topic,
    person,
    place,
    read_value,
)

TOKEN = "4242:loopback-token"  # noqa: S105 - what this server takes for one
PATIENCE_SECONDS = 20

_Found = TypeVar("_Found")


class BotApi:
    """The server and the people who write to its bot."""

    def __init__(self) -> None:
        self.url = ""
        self._state = State()
        self._update_ids = count(1_000)
        self._other_ids = count(1)
        self.floods: list[Flooded] = []
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._let_go = asyncio.Event()
        self._stopped = asyncio.Event()
        self._closing = False
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        self._closing = True
        self._loop.call_soon_threadsafe(self._news.set)
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    # What people do.

    def write(self, text: str, *, chat: int) -> int:
        """Send the bot a text in a private chat; returns the update's id."""
        return self.send({"text": text}, chat=chat)

    def send(self, content: Json, *, chat: int, user: int | None = None, thread: int | None = None) -> int:
        """Send the bot a message of any content, in a private chat or as somebody in a topic of a forum."""
        return self.push({"message": self.message(content, chat=chat, user=user, thread=thread)})

    def message(
        self, content: Json, *, chat: int, user: int | None = None, thread: int | None = None
    ) -> Json:
        """Return a person's message as the Bot API writes it."""
        chats = self._state.chats
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        return {
            "message_id": next(chats.forum_ids if chat < 0 else chats.message_ids),
            "date": 1_660_536_000,
            "chat": place(chat),
            "from": person(user or chat),
            **topic,
            **content,
        }

    def keep(self, content: bytes) -> str:
        """Keep a file that somebody sends, and return its id."""
        with self._state.changed:
            name = f"file-{next(self._other_ids)}"
            self._state.chats.files[name] = content
        return name

    def block(self, chat: int) -> None:
        """Let the chat's person block the bot."""
        with self._state.changed:
            self._state.chats.blocked.add(chat)

    def unblock(self, chat: int) -> None:
        """Let the chat's person start the bot again."""
        with self._state.changed:
            self._state.chats.blocked.discard(chat)

    def join(self, user: int, status: str = "member") -> None:
        """Make the user a member of the forum."""
        with self._state.changed:
            self._state.chats.members[user] = status

    def topics(self) -> dict[int, Topic]:
        """Return the forum's topics by the id of their thread."""
        with self._state.changed:
            return dict(self._state.chats.topics)

    def delete_topic(self, thread: int, *, forget: bool = False) -> None:
        """Delete a topic; Telegram answers to one of two kinds of deletion that it does not know the thread."""
        with self._state.changed:
            topics = self._state.chats.topics
            if forget:
                del topics[thread]
            else:
                topics[thread] = replace(topics[thread], deleted=True)

    def limit(self, limits: Limits | None) -> None:
        """Answer 429 to who sends more than this."""
        with self._state.changed:
            self._state.chats.limits = limits

    def lose(self, file_id: str) -> None:
        """Forget a file, as Telegram does after a while."""
        with self._state.changed:
            del self._state.chats.files[file_id]

    def press(self, shown: Shown, label: str, *, user: int | None = None, chat: int | None = None) -> int:
        """Press a button of a message; a client can claim any chat and user of its own."""
        data = next(press.data for row in shown.buttons for press in row if press.label == label)
        return self.press_data(data, shown, user=user, chat=chat)

    def press_data(self, data: str, shown: Shown, *, user: int | None = None, chat: int | None = None) -> int:
        """Send the bot a callback with any data."""
        where = chat or shown.chat
        message = {
            "message_id": shown.message_id,
            "date": 1_660_536_000,
            "chat": place(where),
            "from": BOT,
            "text": shown.text,
        }
        callback = {
            "id": str(next(self._other_ids)),
            "from": person(user or where),
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
        return self.push({"callback_query": callback})

    def push(self, content: Json, *, update_id: int | None = None) -> int:
        """Queue an update; an id given twice is a duplicate."""
        number = next(self._update_ids) if update_id is None else update_id
        with self._state.changed:
            self._state.updates.append({"update_id": number, **content})
            self._state.updates.sort(key=lambda update: update["update_id"])
        self._loop.call_soon_threadsafe(self._news.set)
        return number

    def update(self, content: Json) -> Json:
        """Return an update that is not queued, for a webhook."""
        return {"update_id": next(self._update_ids), **content}

    def forget_offset(self) -> None:
        """Hand every update out again, as if no poll had confirmed one."""
        with self._state.changed:
            self._state.confirmed = 0
        self._loop.call_soon_threadsafe(self._news.set)

    # What goes wrong.

    def plan(self, method: str, fault: Fault, *, times: int = 1, chat: int | None = None) -> None:
        """Let the next requests of the method, in this chat, fail so."""
        with self._state.changed:
            self._state.planned[method].append(Planned(fault, chat, times))

    def let_go(self) -> None:
        """Answer what was held."""
        self._loop.call_soon_threadsafe(self._let_go.set)

    # What shows.

    def shown(self, chat: int) -> list[Shown]:
        """Return the bot's messages in the chat."""
        with self._state.changed:
            return list(self._state.chats.shown[chat])

    def count_shown(self) -> int:
        """Return how many messages of the bot all chats show together."""
        with self._state.changed:
            return sum(map(len, self._state.chats.shown.values()))

    def all_shown(self) -> list[Shown]:
        """Return the bot's messages in all chats, as they came."""
        with self._state.changed:
            return sorted(
                (shown for chat in self._state.chats.shown.values() for shown in chat), key=lambda one: one.at
            )

    def calls(self, method: str, *, chat: int | None = None) -> list[Call]:
        """Return the requests of the method, in order."""
        with self._state.changed:
            return [
                call
                for call in self._state.calls
                if call.method == method and (chat is None or call.chat == chat)
            ]

    @property
    def webhook(self) -> Json:
        """What setWebhook was told."""
        with self._state.changed:
            return dict(self._state.chats.webhook)

    def until(self, look: Callable[[], _Found], *, seconds: float = PATIENCE_SECONDS) -> _Found:
        """Wait until the look finds something, and return it."""
        deadline = time.monotonic() + seconds
        with self._state.changed:
            while not (found := look()):
                left = deadline - time.monotonic()
                assert left > 0, f"nothing came; the bot's calls were {self._state.calls[-12:]}"
                # Things outside of this server change too, so it looks again now and then.
                self._state.changed.wait(min(left, 0.05))
            return found

    def until_shown(self, number: int, *, chat: int) -> list[Shown]:
        """Wait until the chat shows so many messages of the bot."""
        return self.until(lambda: self.shown(chat) if len(self.shown(chat)) >= number else [])

    def until_confirmed(self, update_id: int) -> None:
        """Wait until a poll tells that the bot has the update."""
        self.until(lambda: self.is_confirmed(update_id))

    def is_confirmed(self, update_id: int) -> bool:
        """Whether a poll told that the bot has the update, so that Telegram forgets it."""
        with self._state.changed:
            return self._state.confirmed > update_id

    def until_called(self, method: str, *, number: int = 1, chat: int | None = None) -> list[Call]:
        """Wait for so many requests of the method."""
        return self.until(lambda: found if len(found := self.calls(method, chat=chat)) >= number else [])

    # The server.

    async def _serve(self) -> None:
        application = web.Application(client_max_size=64 * 1024**2)
        application.router.add_post("/bot{token}/{method}", self._answer)
        application.router.add_get("/file/bot{token}/documents/{name}", self._give_out)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._started.set()
        await self._stopped.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return no(401, "Unauthorized")
        form = await request.post()
        params = {name: read_value(value, form) for name, value in form.items()}
        call = Call(request.match_info["method"], params, time.monotonic())
        with self._state.changed:
            self._state.calls.append(call)
            fault = self._fault(call)
            self._state.changed.notify_all()
        if fault is not None:
            return await self._fail(fault, call, request)
        return await self._do(call)

    async def _give_out(self, request: web.Request) -> web.StreamResponse:
        """Answer a download; planned faults of the method `download` meet it too."""
        name = request.match_info["name"]
        call = Call("download", {"name": name}, time.monotonic())
        with self._state.changed:
            self._state.calls.append(call)
            fault = self._fault(call)
            content = self._state.chats.files.get(name)
            self._state.changed.notify_all()
        if request.match_info["token"] != TOKEN or content is None:
            return web.Response(status=404)
        match fault:
            case None:
                return web.Response(body=content)
            case Held():
                await self._let_go.wait()
                return web.Response(body=content)
            case Refused(status) | ErrorPage(status):
                return web.Response(status=status)
            case Flood():
                return web.Response(status=429)
            case Dropped():
                return await self._break_off(request, content)
            case _:
                assert_never(fault)

    async def _break_off(self, request: web.Request, content: bytes) -> web.StreamResponse:
        """Send half of what was promised."""
        response = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    def _fault(self, call: Call) -> Fault | None:
        for planned in self._state.planned[call.method]:
            if planned.left and planned.chat in {None, call.chat}:
                planned.left -= 1
                return planned.fault
        return None

    async def _fail(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        match fault:
            case Flood(retry_after):
                self.floods.append(Flooded(call.at, retry_after))
                return no(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
            case Refused(status, description):
                return no(status, description)
            case ErrorPage(status):
                return web.Response(status=status, text="<html><h1>502 Bad Gateway</h1></html>")
            case Dropped(done):
                if done:
                    await self._do(call)
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case Held(done):
                response = await self._do(call) if done else None
                await self._let_go.wait()
                return response or await self._do(call)
            case _:
                assert_never(fault)

    async def _do(self, call: Call) -> web.StreamResponse:
        if call.method == "getUpdates":
            return yes(await self._updates(call))
        with self._state.changed:
            try:
                result = self._state.chats.carry_out(call)
            except BadRequestError as error:
                return no(400, f"Bad Request: {error}")
            except ForbiddenError as error:
                return no(403, f"Forbidden: {error}")
            except FloodError as flood:
                self.floods.append(Flooded(call.at, flood.retry_after))
                return no(429, f"Too Many Requests: {flood}", retry_after=flood.retry_after)
            finally:
                self._state.changed.notify_all()
        return yes(result)

    async def _updates(self, call: Call) -> list[Json]:
        deadline = self._loop.time() + float(call.params.get("timeout", 0))
        while True:
            self._news.clear()
            with self._state.changed:
                self._state.confirmed = max(self._state.confirmed, int(call.params.get("offset", 0)))
                wanted = set(json.loads(call.params.get("allowed_updates", "[]")))
                waiting = [
                    update
                    for update in self._state.updates
                    if update["update_id"] >= self._state.confirmed and (not wanted or wanted & update.keys())
                ][:100]
                self._state.changed.notify_all()
            if waiting or self._closing or (left := deadline - self._loop.time()) <= 0:
                return waiting
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue
