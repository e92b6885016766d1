"""A page's socket belongs to the browser that opened the page: nobody else may listen to it or press its buttons.

NiceGUI knows a page by a random number alone. Here a socket must come with the same sign-in as the page's request did, and
an event must come over the page's own socket: a page's number that leaked opens nothing.
"""

from collections.abc import Callable
from functools import partial
from inspect import isawaitable
from typing import Any, cast
from urllib.parse import parse_qs

from fastapi import Response
from nicegui import Client, core
from starlette.types import ASGIApp, Receive, Scope, Send

_SOCKETS = "/_nicegui_ws/"
_EVENTS = ("event", "javascript_response", "ack", "log")
_POLICY_VIOLATION = 1008

SameOwner = Callable[[Scope, Scope], bool]


class SocketGate:
    """Lets a socket connect only to a page of the same browser and sign-in."""

    def __init__(self, app: ASGIApp, *, same_owner: SameOwner) -> None:
        self._app = app
        self._same_owner = same_owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything but a stranger's socket, which is refused before it opens."""
        if _SOCKETS not in str(scope.get("path", "")) or self._may(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await Response(status_code=403)(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        named = parse_qs(scope["query_string"].decode("latin-1")).get("client_id", [])
        if len(named) != 1:
            return False
        client = Client.instances.get(named[0])
        # A page that is gone has nothing to hear; NiceGUI tells its browser to reload.
        return client is None or self._same_owner(client.request.scope, scope)


def bind_events() -> None:
    """Make NiceGUI take a page's events from the page's own socket alone."""
    # python-socketio is untyped: what it keeps by event are NiceGUI's handlers.
    server = cast("Any", core.sio)
    for name in _EVENTS:
        server.on(name, partial(own_event, server, server.handlers["/"][name]))


async def own_event(server: Any, handle: Callable[..., Any], socket_id: str, message: object) -> None:  # noqa: ANN401 - python-socketio and its handlers are untyped
    """Hand the event on if it comes from the socket of the page that it names; any other is dropped."""
    named = cast("dict[str, object]", message).get("client_id") if isinstance(message, dict) else None
    if named is None or named not in server.rooms(socket_id):
        return
    handled = handle(socket_id, message)
    if isawaitable(handled):
        await handled
