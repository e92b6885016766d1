"""What the loopback Bot API server knows, and how it answers."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web

from bot.measures.bot_api_chats import Chats
from bot.measures.bot_api_wire import Call, Fault, Json


@dataclass
class Planned:
    """A fault that the next so many requests meet, in one chat or in any."""

    fault: Fault
    chat: int | None
    left: int


@dataclass
class State:
    """Everything that the server knows, guarded by `changed`."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    updates: list[Json] = field(default_factory=list[Json])
    confirmed: int = 0
    calls: list[Call] = field(default_factory=list[Call])
    chats: Chats = field(default_factory=Chats)
    planned: dict[str, list[Planned]] = field(default_factory=lambda: defaultdict(list))


def yes(result: object) -> web.Response:
    """Answer as the Bot API does when it has done it."""
    return web.json_response({"ok": True, "result": result})


def no(status: int, description: str, **parameters: int) -> web.Response:
    """Answer as the Bot API does when it has not done it."""
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return web.json_response(body, status=status)
