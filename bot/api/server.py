"""The API put together, and its place on the web server."""

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api import problems
from bot.api.callers import Callers
from bot.api.cases import Cases
from bot.api.files import Files
from bot.api.limits import BodyLimit, Buckets, Turns
from bot.api.messages import Messages
from bot.api.page import reference
from bot.api.platform import Platform
from bot.api.problems import Kind, Problem, ProblemError, documented
from bot.api.shown import PREFIX
from bot.app import App
from bot.channels.web_uploads import Pending

logger = logging.getLogger(__name__)

_VERSION = "1"
_DESCRIPTION = (
    "The assistant for the platform's own app. A program of the platform holds a token (`guanghe tokens add`), asks with it "
    "for a short-lived token of one creator, and speaks for that creator with it. Every problem is `application/problem+json`."
)


def register(server: FastAPI, app: App) -> None:
    """Serve the API under its versioned path."""
    server.mount(PREFIX, build(app), name="api")


def build(app: App) -> FastAPI:
    """Return the API over an App."""
    api = FastAPI(
        title="光合助手 Guanghe",
        version=_VERSION,
        description=_DESCRIPTION,
        # FastAPI's own pages load their scripts from elsewhere: `/docs` below needs nobody.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        responses=documented(
            Kind.BAD_REQUEST, Kind.TOKEN_MISSING, Kind.TOO_LARGE, Kind.INVALID, Kind.TOO_MANY
        ),
    )
    problems.install(api)
    api.state.callers = Callers(app, buckets=Buckets())
    turns, pending = Turns(), Pending()
    api.include_router(Messages(app, turns, pending).router())
    api.include_router(Files(app, pending).router())
    api.include_router(Cases(app).router())
    api.include_router(Platform(app).router())
    api.add_api_route("/openapi.json", lambda: JSONResponse(schema(api)), include_in_schema=False)
    api.add_api_route("/docs", lambda: HTMLResponse(reference(schema(api))), include_in_schema=False)
    api.add_middleware(BodyLimit, except_path="/uploads")
    api.add_middleware(Edge)
    return api


def schema(api: FastAPI) -> dict[str, Any]:  # Any: an OpenAPI document
    """Return the OpenAPI document."""
    if api.openapi_schema is None:
        made = api.openapi()
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        made["components"]["schemas"] |= made["components"]["schemas"]["Problem"].pop("$defs", {})
        api.openapi_schema = made
    return api.openapi_schema


class Edge:
    """The last edge of the API: a fault is logged and told in the API's own shape, and nothing of it leaks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            logger.exception("a request of the API failed")
            if begun or scope["type"] != "http":
                raise
            await problems.response(ProblemError(Kind.FAILED))(scope, receive, send)
