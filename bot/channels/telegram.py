"""The Telegram bot: polling or webhook in, the chats' workers out.

aiogram takes three seconds to import, so only the command `guanghe telegram` imports this module.
"""

import asyncio
import logging
import re
import secrets
import signal
from collections.abc import AsyncGenerator
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
from bot.channels.telegram_health import Health
from bot.channels.telegram_inbox import LANES_AT_ONCE, Inbox, Intake, dispatched
from bot.channels.telegram_lanes import Lanes
from bot.channels.telegram_marks import Marks
from bot.channels.telegram_mirror import Mirror
from bot.channels.telegram_mirror_in import DeskGroup, is_desk_lane
from bot.channels.telegram_outbox import Outbox
from bot.channels.telegram_router import COMMANDS, conversation_router
from bot.channels.telegram_turn import Desk, Turn
from bot.channels.telegram_turnstile import per_second
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
    health: Health


async def run_polling(
    app: App,
    *,
    health_at: tuple[str, int] | None = None,
    stop: asyncio.Event | None = None,
    pace: Pace | None = None,
) -> None:
    """Answer Telegram's updates by polling until `stop`, or without one until SIGINT or SIGTERM.

    `health_at` is a host and port where GET /health is answered meanwhile.
    Raises OperatorError when the token is missing or refused, or Telegram cannot be reached at the start.
    """
    pace = pace or Pace(limits=per_second(app.settings.telegram_per_second))
    stop = stop or _stopped_by_signals()
    async with _running(app, pace) as bot, _answering_health(bot, health_at):
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
    pace = pace or Pace(limits=per_second(app.settings.telegram_per_second))
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
    desk = _desk(app, bot, threads, pace)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(conversation_router())
    at = app.settings.telegram_desk
    group = DeskGroup(app.database, bot, at, app.clock) if at is not None else None
    marks = Marks(app.database)
    outbox = Outbox(app.database, bot, marks=marks, pictures=app.pictures, clock=app.clock, pace=pace)
    inbox = Inbox(app.database, outbox, marks=marks, clock=app.clock, pace=pace)

    async def answer(update: StoredUpdate) -> None:
        if group is not None and is_desk_lane(update.lane):
            await group.take(update)
        else:
            await dispatched(dispatcher, bot, update, turn=_turn(desk, update))

    async def give_up(update: StoredUpdate) -> None:
        if not is_desk_lane(update.lane):
            await _turn(desk, update).give_up()

    lanes = Lanes(partial(inbox.serve, answer=answer, give_up=give_up), pace=pace)
    intake = Intake(app.database, wake=lanes.wake, clock=app.clock, pace=pace, desk=at)
    dispatcher.update.outer_middleware(intake)
    watchers: list[asyncio.Task[None]] = []
    try:
        await introduce(bot, pace=pace)
        await bot.set_my_commands(list(COMMANDS))
        await asyncio.to_thread(outbox.open)
        watchers = [
            asyncio.create_task(_hand_over(app, pace)),
            asyncio.create_task(_watch(inbox, lanes, pace)),
        ]
        if at is not None:
            watchers.append(asyncio.create_task(Mirror(app.database, bot, at, app.clock, pace).run()))
        yield _Open(bot, dispatcher, patience, Health(app.database, patience, app.clock))
    finally:
        for watcher in watchers:
            watcher.cancel()
        await lanes.close()
        threads.shutdown(wait=False, cancel_futures=True)
        await bot.session.close()


def _desk(app: App, bot: Bot, threads: ThreadPoolExecutor, pace: Pace) -> Desk:
    return Desk(
        assistant=app.assistant,
        database=app.database,
        clock=app.clock,
        threads=threads,
        bot=bot,
        pictures=app.pictures,
        pace=pace,
        upload_limit_bytes=app.settings.upload_limit_bytes,
    )


async def _hand_over(app: App, pace: Pace) -> None:
    """Put into the log what other rooms want told: beside the outbox, which a large broadcast must not hold up."""
    while True:
        try:
            await asyncio.to_thread(deliver_notices, app.database, app.clock())
        except Exception:
            logger.exception("notices cannot be handed over")
        await asyncio.sleep(pace.outbox)


async def _watch(inbox: Inbox, lanes: Lanes, pace: Pace) -> None:
    """Wake the lanes that have work: at the start what the last run left, later notices and what others put in the log."""
    while True:
        more = False
        try:
            work = await asyncio.to_thread(partial(inbox.lanes_with_work, but=lanes.at_work()))
            for lane in work.lanes:
                lanes.wake(lane)
            more = work.more
        except Exception:
            logger.exception("the outbox cannot be read")
        if more:
            await lanes.until_fewer(LANES_AT_ONCE // 2, seconds=pace.outbox)
        else:
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
    application.router.add_get("/health", bot.health.handle)
    async with _serving(application, host=host, port=port, what="webhook"):
        yield


@asynccontextmanager
async def _answering_health(bot: _Open, at: tuple[str, int] | None) -> AsyncGenerator[None]:
    if at is None:
        yield
        return
    application = web.Application()
    application.router.add_get("/health", bot.health.handle)
    async with _serving(application, host=at[0], port=at[1], what="health page"):
        yield


@asynccontextmanager
async def _serving(application: web.Application, *, host: str, port: int, what: str) -> AsyncGenerator[None]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise OperatorError(f"the {what} cannot listen on {host}:{port}: {error.strerror}") from error
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
    return Turn(desk, int(update.lane), update.update_id)


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
