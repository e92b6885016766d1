"""The local web messenger: a NiceGUI server over the same assistant as every other channel."""

import asyncio
import logging
import os
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast
from weakref import WeakValueDictionary

import nicegui
from fastapi import Request, Response
from fastapi.responses import FileResponse, JSONResponse
from nicegui import Client, ui
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from bot.api import server as api
from bot.app import App
from bot.channels import web_clause, web_log, web_uploads
from bot.channels.web_elements import words
from bot.channels.web_page import ChatPage
from bot.channels.web_plain import STATIC, TITLE, notice_page, script, style
from bot.channels.web_socket import SocketGate, bind_events
from bot.channels.web_uploads import Pending
from bot.desk.desk import Desk
from bot.desk.keys import is_desk, same_sign_in
from bot.messages import Channel, Sender
from bot.sight import server as sight
from tools.creators import service as creators
from tools.kernel.charts import Chart
from tools.support.notices import deliver_notices

logger = logging.getLogger(__name__)

_GREEN = "#0b7a4b"
_ICON = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="{_GREEN}"/>'
    '<g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" transform="translate(3.5 3) scale(.72)">'
    '<path d="M5 19c0-8 5-13 15-14 0 10-5 15-12 14"/><path d="M4 20c3-6 6-8 10-10"/></g></svg>'
)

# Cookies know no ports: the name keeps apart what other NiceGUI programs on this machine store.
_COOKIE = "guanghe_session"
_COOKIE_SECONDS = 90 * 24 * 3600
_TOKEN = "guanghe"  # noqa: S105 - the name of the token's place in the cookie, not a token

# A phone that sleeps for a minute comes back to its page instead of a reload.
_RECONNECT_SECONDS = 60.0
# The first page of a cold process waits for the database; later ones take milliseconds.
_PAGE_SECONDS = 30.0
_SHUTDOWN_SECONDS = 3
_NOTICE_SECONDS = 3.0
_THREADS = 32

# The browser itself refuses whatever is not of this server; NiceGUI compiles its templates in the page.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_MISSING = "没有这个页面。请回到首页。"
_BROKEN = "页面没有打开成功，问题已经记录下来。请刷新再试一次。"


def serve_pages(app: App, *, host: str, port: int) -> None:
    """Serve the messenger until the process is told to stop."""
    Site(app).register()
    ui.run(  # pyright: ignore[reportUnknownMemberType] - its root page, which we do not use, is a bare Callable
        host=host,
        port=port,
        title=TITLE,
        favicon=_ICON,
        language="zh-CN",
        dark=None,
        tailwind=False,
        reload=False,
        show=False,
        native=False,
        show_welcome_message=False,
        reconnect_timeout=_RECONNECT_SECONDS,
        storage_secret=storage_secret(app.settings.home),
        session_middleware_kwargs={"session_cookie": _COOKIE, "max_age": _COOKIE_SECONDS},
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        # The server logs as everything else does (bot.sight.logs), not in a form of its own.
        log_config=None,
    )


class Site:
    """The addresses of the server."""

    def __init__(self, app: App) -> None:
        self._app = app
        # Tabs of one session share a lock; it goes when the last of them does.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._pending = Pending()
        self._notices: asyncio.Task[None] | None = None

    def register(self) -> None:
        """Tell NiceGUI what to answer where."""
        server = nicegui.app
        server.colors(primary=_GREEN)
        ui.page("/", response_timeout=_PAGE_SECONDS)(self.messenger)
        server.add_api_route("/health", self.health, methods=["GET"])
        server.add_api_route("/attachments/{message_id}/{index}", self.attachment, methods=["GET"])
        server.add_api_route("/uploads", self.receive, methods=["POST"])
        server.add_api_route("/uploads/{upload_id}", self.upload, methods=["GET"])
        server.add_api_route("/policies/{policy}/{clause}", self.clause, methods=["GET"])
        Desk(self._app).register(server)
        api.register(server, self._app)
        sight.register(server, self._app)
        server.middleware("http")(_with_headers)
        server.add_middleware(SocketGate, same_owner=_same_owner)
        bind_events()
        server.add_exception_handler(404, _missing)
        server.on_startup(self.warm_up)  # pyright: ignore[reportUnknownMemberType] - takes a bare Callable
        server.on_page_exception(_broken_page)  # pyright: ignore[reportUnknownMemberType] - takes a bare Callable

    async def messenger(self, client: Client) -> None:
        """Show the conversation of this browser."""
        sender, is_new = _visitor()
        if is_new and self._app.is_demo:
            await asyncio.to_thread(self._become_default, sender)
        ui.add_head_html(style(STATIC / "web.css"))
        ui.add_body_html(script(STATIC / "web.js"))
        turns = self._turns.setdefault(sender.address, asyncio.Lock())
        await ChatPage(self._app, sender, turns=turns, pending=self._pending).open(client)

    async def warm_up(self) -> None:
        """Load what the first question needs before it is asked."""
        # Turns wait for models and databases: they must not keep pages and polls from a thread.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        await asyncio.to_thread(self._app.warm_up)
        self._notices = asyncio.create_task(self._watch_notices())

    async def _watch_notices(self) -> None:
        """Put notices into the log while the server runs; its pages show what is new there."""
        while True:
            try:
                await asyncio.to_thread(deliver_notices, self._app.database, self._app.clock())
            except SQLAlchemyError:
                logger.warning(
                    "the web messenger could not deliver notices; it will try again", exc_info=True
                )
            await asyncio.sleep(_NOTICE_SECONDS)

    def health(self) -> JSONResponse:
        """Say whether the database answers."""
        try:
            with self._app.database.reading() as session:
                web_log.check(session)
        except SQLAlchemyError:
            logger.exception("the database does not answer")
            return JSONResponse({"status": "database unreachable"}, status_code=503)
        return JSONResponse({"status": "ok"})

    def attachment(self, request: Request, message_id: int, index: int) -> Response:
        """Send a file or the picture of a chart to the session that got it with an answer."""
        sender = _session(request)
        found = None
        if sender is not None and 0 < message_id < 2**63 and index >= 0:
            with self._app.database.reading() as session:
                found = web_log.attached(session, sender=sender, message_id=message_id, index=index)
        path = self._app.pictures.file_or_none(found) if isinstance(found, Chart) else found
        if path is None:
            return notice_page("没有这个文件。", status=404)
        return FileResponse(path, filename=path.name, content_disposition_type="inline")

    async def receive(self, request: Request) -> Response:
        """Take a file that the session's next message will name."""
        sender = _session(request)
        if sender is None:
            return _missing(request, PermissionError())
        return await web_uploads.receive(self._app, sender, request, pending=self._pending)

    def upload(self, request: Request, upload_id: int) -> Response:
        """Send a file to the creator who sent it."""
        sender = _session(request)
        if sender is None:
            return _missing(request, PermissionError())
        return web_uploads.give(self._app, sender, upload_id)

    def clause(self, policy: str, clause: str, on: str = "") -> Response:
        """Show the policy of a citation, for anybody: the rules are public."""
        return web_clause.show_policy(self._app, policy, clause, on)

    def _become_default(self, sender: Sender) -> None:
        with self._app.database.writing() as session:
            first = next(iter(web_log.demo_accounts(session)), None)
            if first is not None:
                creators.link_directly(
                    session,
                    channel=sender.channel,
                    address=sender.address,
                    creator_id=first.id,
                    now=self._app.clock(),
                )


def _visitor() -> tuple[Sender, bool]:
    """Return who the browser's signed cookie says this is, and whether it is the first visit."""
    # The signed cookie's content; NiceGUI types it as a bare dict.
    stored = cast("dict[str, object]", nicegui.app.storage.browser)
    token = stored.get(_TOKEN)
    if isinstance(token, str) and token:
        return _sender(token), False
    token = secrets.token_urlsafe(32)
    stored[_TOKEN] = token
    return _sender(token), True


def _session(request: Request) -> Sender | None:
    """Return whose request this is by its signed cookie; None for a browser that never opened the page."""
    token = request.session.get(_TOKEN)
    return _sender(token) if isinstance(token, str) and token else None


def _same_owner(page: Scope, socket: Scope) -> bool:
    """Return whether the socket comes from the browser that opened the page, and on the desk from the same sign-in."""
    if is_desk(page):
        return same_sign_in(page, socket)
    return bool(page["session"].get(_TOKEN)) and page["session"].get(_TOKEN) == socket["session"].get(_TOKEN)


def _sender(token: str) -> Sender:
    return Sender(Channel.WEB, token)


def storage_secret(home: Path) -> str:
    """Return the key that signs the cookies, made once for a home and readable by its owner alone."""
    path = home.absolute() / "web-secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, made = tempfile.mkstemp(dir=path.parent, prefix="web-secret-")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            # A link is made whole or not at all, and of two servers that begin at once the first one's stays.
            os.link(made, path)
        except FileExistsError:
            logger.info("another process has made the secret of %s just now", home)
        finally:
            Path(made).unlink()
    path.chmod(0o600)
    return path.read_text(encoding="ascii")


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if is_desk(request.scope) and "cache-control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _missing(_request: Request, _error: Exception) -> Response:
    return notice_page(_MISSING, status=404)


def _broken_page() -> None:
    words("p", _BROKEN)
