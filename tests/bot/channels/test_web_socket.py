"""Sockets of pages: only the browser that opened a page may listen to it or press its buttons."""

import asyncio
import re
from collections.abc import Callable

import httpx
import pytest

from bot.channels import web_socket

_POLLING = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"


def opened(client: httpx.Client) -> str:
    """Open the messenger and return the page's number."""
    found = re.search(r"'client_id': '([0-9a-f-]+)'", client.get("/").text)
    assert found
    return found[1]


class TestSocketGate:
    def test_lets_the_pages_own_browser_in_and_nobody_else(self, address: str) -> None:
        with httpx.Client(base_url=address) as mine, httpx.Client(base_url=address) as strangers:
            page = opened(mine)
            opened(strangers)

            own = mine.get(f"{_POLLING}&client_id={page}")
            refused = [
                strangers.get(f"{_POLLING}&client_id={page}"),
                httpx.get(f"{address}{_POLLING}&client_id={page}"),
                mine.get(_POLLING),
                mine.get(f"{_POLLING}&client_id={page}&client_id=x"),
            ]

        assert own.status_code == 200
        assert '"sid"' in own.text
        assert [answer.status_code for answer in refused] == [403] * 4


class Server:
    """Knows which socket is in which page's room."""

    def __init__(self, rooms: dict[str, list[str]]) -> None:
        self._rooms = rooms

    def rooms(self, socket_id: str) -> list[str]:
        return self._rooms[socket_id]


class TestOwnEvent:
    @pytest.mark.parametrize(
        ("message", "taken"),
        [
            ({"client_id": "mine"}, True),
            ({"client_id": "other"}, False),
            ({}, False),
            ("mine", False),
            (None, False),
        ],
    )
    @pytest.mark.parametrize("waits", [False, True])
    def test_is_taken_from_the_pages_own_socket_alone(
        self, message: object, *, taken: bool, waits: bool
    ) -> None:
        heard: list[object] = []

        def handle(_: str, message: object) -> None:
            heard.append(message)

        async def handle_later(_: str, message: object) -> None:
            heard.append(message)

        handler: Callable[..., object] = handle_later if waits else handle
        asyncio.run(web_socket.own_event(Server({"s": ["s", "mine"]}), handler, "s", message))

        assert heard == ([message] if taken else [])
