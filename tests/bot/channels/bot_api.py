"""A Bot API server on loopback, as strict as Telegram's where our bot could be wrong, and as unreliable as we ask.

It runs in a thread of its own, so that a bot in this process or in a child talks to it over real HTTP while the test
waits for what it shows.
"""

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Self, TypeVar, assert_never

from aiohttp import web

from tests.bot.channels.bot_api_wire import (
    BOT,
    BadRequestError,
    Call,
    Dropped,
    ErrorPage,
    Fault,
    Flood,
    Held,
    Json,
    Refused,
    Shown,
    as_message,
    person,
    read_buttons,
    read_value,
    read_words,
)

TOKEN = "4242:loopback-token"
PATIENCE_SECONDS = 20
# What getFile gives out at most.
LARGEST_FILE = 20 * 1000 * 1000

_Found = TypeVar("_Found")


@dataclass
class _Planned:
    fault: Fault
    chat: int | None
    left: int


@dataclass
class _State:
    """Everything that the server knows, guarded by `changed`."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    updates: list[Json] = field(default_factory=list[Json])
    confirmed: int = 0
    calls: list[Call] = field(default_factory=list[Call])
    shown: dict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    planned: dict[str, list[_Planned]] = field(default_factory=lambda: defaultdict(list))
    webhook: Json = field(default_factory=dict[str, Any])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])


class BotApi:
    """The server and the people who write to its bot."""

    def __init__(self) -> None:
        self.url = ""
        self._state = _State()
        self._update_ids = count(1_000)
        self._message_ids = count(1)
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

    def send(self, content: Json, *, chat: int) -> int:
        """Send the bot a message of any content in a private chat."""
        message = {
            "message_id": next(self._message_ids),
            "date": 1_660_536_000,
            "chat": {"id": chat, "type": "private", "first_name": "人"},
            "from": person(chat),
            **content,
        }
        return self.push({"message": message})

    def keep(self, content: bytes) -> str:
        """Keep a file that somebody sends, and return its id."""
        with self._state.changed:
            name = f"file-{next(self._message_ids)}"
            self._state.files[name] = content
        return name

    def lose(self, file_id: str) -> None:
        """Forget a file, as Telegram does after a while."""
        with self._state.changed:
            del self._state.files[file_id]

    def press(self, shown: Shown, label: str, *, user: int | None = None, chat: int | None = None) -> int:
        """Press a button of a message; a client can claim any chat and user of its own."""
        data = next(press.data for row in shown.buttons for press in row if press.label == label)
        return self.press_data(data, shown, user=user, chat=chat)

    def press_data(self, data: str, shown: Shown, *, user: int | None = None, chat: int | None = None) -> int:
        """Send the bot a callback with any data."""
        place = chat or shown.chat
        message = {
            "message_id": shown.message_id,
            "date": 1_660_536_000,
            "chat": {"id": place, "type": "private", "first_name": "人"},
            "from": BOT,
            "text": shown.text,
        }
        callback = {
            "id": str(next(self._message_ids)),
            "from": person(user or place),
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
            self._state.planned[method].append(_Planned(fault, chat, times))

    def let_go(self) -> None:
        """Answer what was held."""
        self._loop.call_soon_threadsafe(self._let_go.set)

    # What the test sees.

    def shown(self, chat: int) -> list[Shown]:
        """Return the bot's messages in the chat."""
        with self._state.changed:
            return list(self._state.shown[chat])

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
            return dict(self._state.webhook)

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
            return _no(401, "Unauthorized")
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
            content = self._state.files.get(name)
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
                return _no(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
            case Refused(status, description):
                return _no(status, description)
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
            return _yes(await self._updates(call))
        with self._state.changed:
            try:
                result = self._carry_out(call)
            except BadRequestError as error:
                return _no(400, f"Bad Request: {error}")
            finally:
                self._state.changed.notify_all()
        return _yes(result)

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

    def _carry_out(self, call: Call) -> object:
        match call.method:
            case "getMe":
                return {**BOT, "can_join_groups": True}
            case "sendMessage" | "sendPhoto" | "sendDocument":
                return self._show(call)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(call)
            case "getFile":
                return self._describe(call.params["file_id"])
            case "setWebhook":
                self._state.webhook = dict(call.params)
            case "deleteWebhook":
                self._state.webhook = {}
            case "sendChatAction" | "answerCallbackQuery" | "setMyCommands":
                pass
            case other:
                raise BadRequestError(f"method {other} is not part of this server")
        return True

    def _show(self, call: Call) -> Json:
        assert call.chat is not None
        shown = Shown(
            call.chat,
            next(self._message_ids),
            text=read_words(call) if call.method == "sendMessage" else "",
            html=call.params.get("text"),
            buttons=read_buttons(call),
            file=call.params.get("photo") or call.params.get("document"),
        )
        self._state.shown[call.chat].append(shown)
        return as_message(shown)

    def _describe(self, file_id: str) -> Json:
        content = self._state.files.get(file_id)
        if content is None:
            raise BadRequestError("wrong file_id or the file is temporarily unavailable")
        if len(content) > LARGEST_FILE:
            raise BadRequestError("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": len(content),
            "file_path": f"documents/{file_id}",
        }

    def _edit(self, call: Call) -> Json:
        assert call.chat is not None
        shown = self._state.shown[call.chat]
        for place, before in enumerate(shown):
            if before.message_id == int(call.params["message_id"]):
                text = read_words(call) if "text" in call.params else before.text
                after = replace(before, text=text, buttons=read_buttons(call), edited=True)
                if (after.text, after.buttons) == (before.text, before.buttons):
                    raise BadRequestError("message is not modified")
                shown[place] = after
                return as_message(after)
        raise BadRequestError("message to edit not found")


def _yes(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _no(status: int, description: str, **parameters: int) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return web.json_response(body, status=status)
