"""A real server with something to hide: runs in a process of its own and writes down which addresses it has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nicegui
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from bot.channels.web import serve_pages
from bot.messages import Outbound
from tests.bot.channels.running_bot import ScriptedApp
from tests.bot.channels.running_web import NOON, settings_at
from tools.kernel.agent_tool import Attachment
from tools.kernel.charts import Chart, Series
from tools.kernel.db import open_database

ROUTES = "routes.json"
FILE = "statement.csv"
# Stands in everything that is laotie's: whoever else reads it has read what is not theirs.
HIDDEN = "laotie-only-9f3b"


def serve(home: str, port: int) -> None:
    """Serve the platform of this home, and leave its table of routes there."""
    settings = settings_at(Path(home))
    app = ScriptedApp(
        settings, open_database(settings.resolved_database_url, files=settings.home), lambda: NOON
    )

    def write_down() -> None:
        found = sorted(set(addresses(nicegui.app.routes)))
        (Path(home) / ROUTES).write_text(json.dumps(found))

    app.agent.answers["文件"] = Outbound(
        text=f"给你 {HIDDEN}",
        attachments=(Attachment("file", str(Path(home) / FILE)),),
        charts=(Chart(HIDDEN, ("8月1日",), (Series("收入", (1.5,)),)),),
    )
    nicegui.app.on_startup(write_down)  # pyright: ignore[reportUnknownMemberType] - takes a bare Callable
    serve_pages(app, host="127.0.0.1", port=port)


def addresses(routes: list[BaseRoute], *, before: str = "") -> Iterator[str]:
    """Yield `METHOD path` of every route, also of mounted applications; NiceGUI's version is left out of its paths."""
    for route in routes:
        if isinstance(route, Mount):
            path = before + route.path
            if route.routes:
                yield from addresses(route.routes, before=path)
            else:
                yield _plain(f"ANY {path}/*")
        elif isinstance(route, WebSocketRoute):
            yield _plain(f"SOCKET {before}{route.path}")
        elif isinstance(route, Route):
            yield from (
                _plain(f"{method} {before}{route.path}")
                for method in route.methods or {"ANY"}
                if method != "HEAD"
            )
        elif (included := getattr(route, "original_router", None)) is not None:
            # FastAPI keeps an included router as one route, of a type that has no public name.
            yield from addresses(included.routes, before=before)
        else:
            yield f"UNKNOWN {route!r}"


def _plain(address: str) -> str:
    return re.sub(rf"/_nicegui/{re.escape(nicegui.__version__)}", "/_nicegui", address)
