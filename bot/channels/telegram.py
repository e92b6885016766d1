"""The Telegram bot: polling or webhook in, the chats' workers out.

aiogram takes three seconds to import, so only the command `guanghe telegram` imports this module.
"""

import asyncio
import logging
import re
import secrets
import signal
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest
from aiogram.utils.backoff import BackoffConfig
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from typing_extensions import override

from bot.app import App
from bot.channels.telegram_api import Pace, Patience, bot_for, introduce, token_refused
from bot.channels.telegram_inbox import Inbox, Intake, dispatched
from bot.channels.telegram_lanes import Lanes
from bot.channels.telegram_router import COMMANDS, conversation_router
from bot.channels.telegram_turn import Desk, Turn
from tools.kernel.errors import OperatorError
from tools.support.notices import deliver_notices
from tools.support.service import StoredUpdate

logger = logging.getLogger(__name__)

# Turns thought about at the same time; the others wait in the inbox.
_THINKING = 16
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what setWebhook takes as secret_token


@dataclass(frozen=True, slots=True)
class _Open:
    """The running bot: everything but the way in."""

    bot: Bot
    dispatcher: Dispatcher
    patience: Patience


async def run_polling(app: App, *, stop: asyncio.Event | None = None, pace: Pace | None = None) -> None:
    """Answer Telegram's updates by polling until `stop`, or without one until SIGINT or SIGTERM.

    Raises OperatorError when the token is missing or refused, or Telegram cannot be reached at the start.
    """
    pace = pace or Pace()
    stop = stop or _stopped_by_signals()
    async with _running(app, pace) as bot:
        # getUpdates is refused while a webhook is set; what waits for the webhook is kept.
        await bot.bot.delete_webhook(drop_pending_updates=False)
        ending: list[asyncio.Task[None]] = []

        async def end_with_stop() -> None:
            ending.append(asyncio.create_task(_stop_polling(bot, stop)))

        # aiogram can be told to stop only once it has begun.
        bot.dispatcher.startup.register(end_with_stop)
        try:
            await bot.dispatcher.start_polling(  # pyright: ignore[reportUnknownMemberType] - aiogram's UNSET has no type
                bot.bot,
                polling_timeout=pace.polling,
                handle_as_tasks=False,
                backoff_config=_backoff(pace),
                handle_signals=False,
                close_bot_session=False,
            )
        finally:
            for task in ending:
                task.cancel()
        _check(bot)


async def run_webhook(
    app: App,
    *,
    host: str,
    port: int,
    base_url: str,
    path: str = "/telegram",
    stop: asyncio.Event | None = None,
    pace: Pace | None = None,
) -> None:
    """Answer the updates that Telegram posts to `base_url` + `path`, until `stop` or the end of the process.

    TLS ends in front of `host`:`port`. Raises OperatorError for a missing secret, a port in use, an address or token that
    Telegram refuses.
    """
    secret = _webhook_secret(app)
    pace = pace or Pace()
    stop = stop or _stopped_by_signals()
    async with _running(app, pace) as bot, _listening(bot, host=host, port=port, path=path, secret=secret):
        url = f"{base_url.rstrip('/')}{path}"
        try:
            await bot.bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=bot.dispatcher.resolve_used_update_types(),
                drop_pending_updates=False,
            )
        except TelegramBadRequest as refused:
            raise OperatorError(f"Telegram refuses the webhook {url}: {refused.message}") from refused
        await _first_of(bot.patience.revoked, stop)
        _check(bot)


@asynccontextmanager
async def _running(app: App, pace: Pace) -> AsyncGenerator[_Open]:
    """Run the chats' workers and the outbox around a way in; what waited since the last run is taken up."""
    bot, patience = bot_for(app.settings, pace=pace)
    threads = ThreadPoolExecutor(_THINKING, thread_name_prefix="turn")
    desk = Desk(
        assistant=app.assistant,
        database=app.database,
        clock=app.clock,
        threads=threads,
        bot=bot,
        pictures=app.pictures,
        pace=pace,
        upload_limit_bytes=app.settings.upload_limit_bytes,
    )
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(conversation_router())
    inbox = Inbox(app.database, bot, pictures=app.pictures, clock=app.clock, pace=pace)

    async def answer(update: StoredUpdate) -> None:
        await dispatched(dispatcher, bot, update, turn=_turn(desk, update))

    async def give_up(update: StoredUpdate) -> None:
        await _turn(desk, update).give_up()

    lanes = Lanes(partial(inbox.serve, answer=answer, give_up=give_up), pace=pace)
    dispatcher.update.outer_middleware(Intake(app.database, wake=lanes.wake, clock=app.clock, pace=pace))
    outbox: asyncio.Task[None] | None = None
    deliver = partial(deliver_notices, app.database)
    try:
        await introduce(bot, pace=pace)
        await bot.set_my_commands(list(COMMANDS))
        outbox = asyncio.create_task(_watch(inbox, lanes, pace, notices=lambda: deliver(app.clock())))
        yield _Open(bot, dispatcher, patience)
    finally:
        if outbox is not None:
            outbox.cancel()
        await lanes.close()
        threads.shutdown(wait=False, cancel_futures=True)
        await bot.session.close()


async def _watch(inbox: Inbox, lanes: Lanes, pace: Pace, *, notices: Callable[[], None]) -> None:
    """Wake the lanes that have work: at the start what the last run left, later notices and what others put in the log."""
    while True:
        try:
            await asyncio.to_thread(notices)
            for lane in await asyncio.to_thread(inbox.lanes_with_work):
                lanes.wake(lane)
        except Exception:
            logger.exception("the outbox cannot be read")
        await asyncio.sleep(pace.outbox)


async def _stop_polling(bot: _Open, stop: asyncio.Event) -> None:
    await _first_of(bot.patience.revoked, stop)
    await bot.dispatcher.stop_polling()


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers: there the process ends at once, which loses nothing either.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _check(bot: _Open) -> None:
    if bot.patience.revoked.is_set():
        raise token_refused()


@asynccontextmanager
async def _listening(bot: _Open, *, host: str, port: int, path: str, secret: str) -> AsyncGenerator[None]:
    application = web.Application()
    door = _Door(bot.dispatcher, bot.bot, handle_in_background=False, secret_token=secret, webhook=True)
    application.router.add_post(path, door.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise OperatorError(f"the webhook cannot listen on {host}:{port}: {error.strerror}") from error
        yield
    finally:
        await runner.cleanup()


class _Door(SimpleRequestHandler):
    """aiogram's webhook handler, for callers that send no proper header or body."""

    @override
    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:
        # Bytes, because compare_digest raises on text beyond ASCII, which any caller can send.
        return secrets.compare_digest(
            telegram_secret_token.encode("utf-8", "surrogateescape"), (self.secret_token or "").encode()
        )

    @override
    async def handle(self, request: web.Request) -> web.Response:
        try:
            return await super().handle(request)
        except ValueError as error:
            logger.warning("a webhook call is no update: %s", error)
            return web.Response(status=400, text="not an update")


def _turn(desk: Desk, update: StoredUpdate) -> Turn:
    return Turn(desk, int(update.lane), f"tg:{update.update_id}")


def _backoff(pace: Pace) -> BackoffConfig:
    return BackoffConfig(min_delay=pace.first_retry, max_delay=pace.longest_retry, factor=1.5, jitter=0.1)


def _webhook_secret(app: App) -> str:
    secret = app.settings.telegram_webhook_secret
    if secret is None or not _SECRET.fullmatch(secret.get_secret_value()):
        raise OperatorError(
            "GUANGHE_TELEGRAM_WEBHOOK_SECRET must be set to 1 to 256 characters of A-Z a-z 0-9 _ - for a webhook"
        )
    return secret.get_secret_value()


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
