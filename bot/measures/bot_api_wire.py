"""What passes between the loopback Bot API server and a bot: faults, requests, messages, Telegram's HTML."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from aiohttp.web_request import FileField

BOT = {"id": 4242, "is_bot": True, "first_name": "光合助手", "username": "guanghe_test_bot"}
LONGEST_MESSAGE = 4_096
_LONGEST_DATA = 64

Json = dict[str, Any]
_Field = str | bytes | bytearray | FileField


@dataclass(frozen=True, slots=True)
class Flood:
    """429: too many requests."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A no of the Bot API."""

    status: int
    description: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection breaks; `done` says whether the request was carried out before."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """No answer until the test lets go; `done` says whether the request is carried out at once."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What a proxy says when Telegram is away."""

    status: int = 502


Fault = Flood | Refused | Dropped | Held | ErrorPage


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot, as it arrived; `at` is the server's own clock."""

    method: str
    params: Json
    at: float

    @property
    def chat(self) -> int | None:
        """The chat that the request is about."""
        return int(self.params["chat_id"]) if "chat_id" in self.params else None

    @property
    def thread(self) -> int | None:
        """The forum topic that the request is about."""
        return int(self.params["message_thread_id"]) if "message_thread_id" in self.params else None

    @property
    def reply_to(self) -> int | None:
        """The message that a new one answers."""
        reply = json.loads(self.params.get("reply_parameters", "{}"))
        return int(reply["message_id"]) if "message_id" in reply else None


@dataclass(frozen=True, slots=True)
class Press:
    """A button as a person sees it."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it stands in a chat; `text` is what a person reads, `html` what was sent."""

    chat: int
    message_id: int
    text: str
    html: str | None
    buttons: tuple[tuple[Press, ...], ...] = ()
    file: str | None = None
    edited: bool = False
    thread: int | None = None
    reply_to: int | None = None
    caption: str = ""
    at: float = 0

    @property
    def labels(self) -> list[str]:
        """The buttons' labels in reading order."""
        return [press.label for row in self.buttons for press in row]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum."""

    name: str
    icon: str = ""
    closed: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Flooded:
    """A 429 that was given at a moment, to last so many seconds."""

    at: float
    retry_after: int


class BadRequestError(Exception):
    """Telegram's 400."""


class ForbiddenError(Exception):
    """Telegram's 403."""


class FloodError(Exception):
    """Telegram's 429."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {ceil(seconds)}")
        self.retry_after = ceil(seconds)


def person(user: int) -> Json:
    """Return a Telegram user."""
    return {"id": user, "is_bot": False, "first_name": "人"}


def read_html(text: str) -> str:
    """Return what a person reads of Telegram's HTML; raises BadRequestError where Telegram's parser would."""
    read: list[str] = []
    opened: list[str] = []
    at = 0
    for mark in _MARK.finditer(text):
        read.append(text[at : mark.start()])
        at = mark.end()
        if mark["entity"]:
            read.append(_ENTITIES.get(mark["entity"], mark[0]))
        elif mark["tag"] is None:
            raise BadRequestError(f"can't parse entities: unsupported start tag at {mark.start()}")
        elif mark["tag"] not in _TAGS:
            raise BadRequestError(f"can't parse entities: unsupported tag {mark['tag']}")
        elif not mark["end"]:
            opened.append(mark["tag"])
        elif not opened or opened.pop() != mark["tag"]:
            raise BadRequestError(f"can't parse entities: unexpected end tag at {mark.start()}")
    if opened:
        raise BadRequestError(f"can't parse entities: can't find end tag of {opened[-1]}")
    read.append(text[at:])
    return "".join(read)


_MARK = re.compile(r"<(?P<end>/?)(?P<tag>[a-z-]+)(?: [^<>]*)?>|(?P<stray><)|&(?P<entity>[a-z]+|#[0-9]+);")
_TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def read_words(call: Call) -> str:
    """Return the request's text as it will be shown; raises BadRequestError for what Telegram does not take."""
    text: str = call.params.get("text", "")
    words = (read_html(text) if call.params.get("parse_mode") == "HTML" else text).strip()
    if not words:
        raise BadRequestError("message text is empty")
    if len(words.encode("utf-16-le")) // 2 > LONGEST_MESSAGE:
        raise BadRequestError("message is too long")
    return words


def read_caption(call: Call) -> str:
    """Return the words below a file."""
    text: str = call.params.get("caption", "")
    return read_html(text) if call.params.get("parse_mode") == "HTML" else text


def read_album(call: Call) -> list[tuple[str, str]]:
    """Return each file of an album with its caption."""
    return [
        (call.params.get(one["media"].removeprefix("attach://"), one["media"]), one.get("caption", ""))
        for one in json.loads(call.params["media"])
    ]


def read_buttons(call: Call) -> tuple[tuple[Press, ...], ...]:
    """Return the request's inline buttons; raises BadRequestError for what Telegram does not take."""
    markup = json.loads(call.params.get("reply_markup", "{}"))
    rows = tuple(
        tuple(Press(button["text"], button["callback_data"]) for button in row)
        for row in markup.get("inline_keyboard", [])
    )
    if any(len(press.data.encode()) > _LONGEST_DATA for row in rows for press in row):
        raise BadRequestError("BUTTON_DATA_INVALID")
    if not all(press.label.strip() for row in rows for press in row):
        raise BadRequestError("text buttons must be non-empty")
    return rows


def read_value(value: _Field, form: Mapping[str, _Field]) -> str:
    """Return a parameter as text; a file, which stands in a field of its own, as its name and size."""
    if isinstance(value, str) and value.startswith("attach://"):
        value = form[value.removeprefix("attach://")]
    return f"{value.filename}:{len(value.file.read())}" if isinstance(value, FileField) else str(value)


def place(chat: int) -> Json:
    """Return the chat as the Bot API writes it: below zero a forum, otherwise a person's own."""
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "专员", "is_forum": True}
    return {"id": chat, "type": "private", "first_name": "人"}


def as_message(shown: Shown) -> Json:
    """Return the message as the Bot API writes it."""
    topic = {"message_thread_id": shown.thread, "is_topic_message": True} if shown.thread else {}
    return {
        "message_id": shown.message_id,
        "date": 1_660_536_000,
        "chat": place(shown.chat),
        "from": BOT,
        "text": shown.text,
        **topic,
    }
