"""The bot's line to the Bot API: one shared pause after a 429, patience with the network, one clear error."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    GetChatMember,
    GetMe,
    GetUpdates,
    Response,
    SendChatAction,
    SendMessageDraft,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError
from pydantic import ValidationError
from typing_extensions import override

from bot.channels.telegram_gate import Gate, now_sending
from bot.channels.telegram_turnstile import Limits, Ticket
from bot.settings import Settings
from tools.kernel.errors import OperatorError

logger = logging.getLogger(__name__)

# Shown while an answer is made; nobody misses one.
_SIGNS = (SendChatAction, SendMessageDraft)
# Asked again by their callers, or worth nothing later.
_TRIED_ONCE = (GetUpdates, GetMe, AnswerCallbackQuery, *_SIGNS)
# They name a chat and show nothing there.
_UNCOUNTED = (GetChatMember, *_SIGNS)
_TRIES_AT_START = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the bot waits for what, in seconds; tests are less patient than people."""

    polling: int = 25
    request: float = 30
    typing: float = 4.5
    album: float = 1
    outbox: float = 1
    first_retry: float = 0.5
    longest_retry: float = 30
    stopping: float = 10
    # A person sees the first words about a long turn so late, and then once in so long.
    first_draft: float = 3
    draft: float = 1.2
    # Telegram is given so long to finish what a dead process asked of it.
    settling: float = 3
    limits: Limits = field(default_factory=Limits)

    def delay(self, tries: int) -> float:
        """Return how long to wait after so many failures in a row: doubled each time, up to the longest."""
        return min(self.first_retry * 2 ** min(tries, 30), self.longest_retry)


class FateUnknownError(Exception):
    """The request was sent and its answer never came: Telegram may have done what it asked."""


class Patience(BaseRequestMiddleware):
    """Every request to Telegram: waits for its turn, and is repeated until it got an answer.

    What reaches the caller is an answer, a no that would stay a no, or for who asked to know it (`sending(once=True)`)
    that nobody knows what became of the request.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.gate = Gate(pace.limits)
        # Set when Telegram no longer knows our token: only a person can mend that.
        self.revoked = asyncio.Event()
        # The requests that Telegram did not answer at their last try, and why.
        self.troubles: dict[str, str] = {}

    @override
    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        is_sign = _is_sign(method)
        if is_sign and not self.gate.slip_through():
            return Response[Any](ok=True, result=True)
        if self.revoked.is_set():
            raise TelegramUnauthorizedError(method=method, message="Unauthorized")
        tickets = self._tickets(method)
        for tries in count():
            await self._turn(tickets)
            try:
                answer = await make_request(bot, method)
            except TelegramRetryAfter as flood:
                logger.warning("Telegram asks for a pause of %d s", flood.retry_after)
                self.gate.pause(flood.retry_after)
                if is_sign:
                    raise
            except TelegramUnauthorizedError:
                self.revoked.set()
                raise
            except AiogramError as fault:
                self._judge(method, fault)
                logger.warning("%s goes again: %s", type(method).__name__, fault)
                await asyncio.sleep(self._pace.delay(tries))
            else:
                self.troubles.pop(type(method).__name__, None)
                return answer
        raise AssertionError

    def _judge(self, method: TelegramMethod[Any], fault: AiogramError) -> None:
        """Return where the request goes again; raise where its caller has to know."""
        passes = _passes(fault)
        if passes:
            self.troubles[type(method).__name__] = type(fault).__name__
        if isinstance(method, _TRIED_ONCE) or not passes:
            raise fault
        if now_sending().once and not _never_arrived(fault):
            raise FateUnknownError(type(method).__name__) from fault

    def _tickets(self, method: TelegramMethod[Any]) -> list[Ticket]:
        chat = getattr(method, "chat_id", None)
        if not isinstance(chat, int) or isinstance(method, _UNCOUNTED):
            return []
        return [self.gate.ticket(chat) for _ in range(len(getattr(method, "media", "1")))]

    async def _turn(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            await self.gate.enter(ticket)
        if not tickets:
            # What is shown in no chat waits only for the end of a flood wait.
            await self.gate.rest()


def bot_for(settings: Settings, *, pace: Pace) -> tuple[Bot, Patience]:
    """Return the bot of the settings, not connected yet, and its patience.

    Raises OperatorError when the token is missing or is none.
    """
    if settings.telegram_token is None:
        raise OperatorError("GUANGHE_TELEGRAM_TOKEN is not set; @BotFather on Telegram gives out bot tokens")
    if settings.telegram_api and not settings.telegram_api.startswith(("http://", "https://")):
        raise OperatorError(
            f"GUANGHE_TELEGRAM_API must begin with http:// or https:// (got {settings.telegram_api!r})"
        )
    api = TelegramAPIServer.from_base(settings.telegram_api) if settings.telegram_api else PRODUCTION
    session = AiohttpSession(api=api, timeout=pace.request)
    patience = Patience(pace)
    session.middleware(patience)
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    try:
        return Bot(
            settings.telegram_token.get_secret_value().strip(), session=session, default=default
        ), patience
    except TokenValidationError as error:
        raise OperatorError(
            "GUANGHE_TELEGRAM_TOKEN is no bot token; one looks like 123456789:AAE…, as @BotFather writes it"
        ) from error


async def introduce(bot: Bot, *, pace: Pace) -> None:
    """Learn the bot's own name.

    Raises OperatorError when Telegram does not know the token, or cannot be reached.
    """
    for tries in count(1):
        try:
            await bot.me()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise token_refused() from error
        except (TelegramAPIError, ClientDecodeError) as error:
            if tries == _TRIES_AT_START:
                # The client's words may quote the address of the request, and with it the token.
                reason = error.message.splitlines()[0].replace(bot.token, "…")
                raise OperatorError(f"Telegram is not reachable at {_address(bot)}: {reason}") from error
            await asyncio.sleep(pace.delay(tries))
        else:
            return


def token_refused() -> OperatorError:
    """Return the error for a token that Telegram does not know."""
    return OperatorError(
        "Telegram does not accept GUANGHE_TELEGRAM_TOKEN; get the bot's token from @BotFather"
    )


def _passes(fault: AiogramError) -> bool:
    """Whether the same request may succeed later."""
    match fault:
        case TelegramEntityTooLarge():
            return False
        case TelegramNetworkError() | TelegramServerError():
            return True
        case ClientDecodeError():
            # A proxy's error page is no JSON; JSON that does not fit is Telegram's answer to a request it took.
            return not isinstance(fault.original, ValidationError)
        case _:
            return False


def _is_sign(method: object) -> bool:
    # On a method of a type of its own, isinstance would make the type a union that aiogram does not take.
    return isinstance(method, _SIGNS)


def _never_arrived(fault: AiogramError) -> bool:
    """Whether the request is known not to have reached Telegram."""
    return isinstance(fault.__cause__, ClientConnectorError)


def _address(bot: Bot) -> str:
    return bot.session.api.base.partition("/bot{token}")[0]
