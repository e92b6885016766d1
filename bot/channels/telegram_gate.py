"""Where every request to Telegram waits for its turn: the turnstile's rules, kept by the event loop's clock."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count

from bot.channels.telegram_turnstile import NO_CHAT, Limits, Ticket, Turnstile
from tools.notices.topics import Lane

_LANES = {lane: number for number, lane in enumerate(Lane)}


@dataclass(frozen=True, slots=True)
class Sending:
    """On whose behalf the requests of this task go out.

    `once`: a request whose fate is unknown is not repeated, because its sender can find out what became of it.
    `shows_nothing`: the requests only look for something, and count for the total but not for their chat.
    """

    lane: Lane = Lane.CASE
    once: bool = False
    shows_nothing: bool = False


_sending: ContextVar[Sending] = ContextVar("sending")


@contextmanager
def sending(lane: Lane, *, once: bool = False, shows_nothing: bool = False) -> Generator[None]:
    """Let the requests of the block go out in this lane."""
    token = _sending.set(Sending(lane, once, shows_nothing))
    try:
        yield
    finally:
        _sending.reset(token)


def now_sending() -> Sending:
    """Return on whose behalf this task sends."""
    return _sending.get(Sending())


class Gate:
    """One turnstile for all requests of the bot."""

    def __init__(self, limits: Limits) -> None:
        self._turnstile = Turnstile(limits)
        self._numbers = count(1)
        self._doors: dict[Ticket, asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def flood_wait(self) -> float:
        """Return for how many seconds more Telegram wants to hear nothing."""
        return max(self._turnstile.paused_until - _monotonic(), 0.0)

    def waiting(self) -> int:
        """Return how many requests wait."""
        return self._turnstile.waiting()

    def ticket(self, chat: int) -> Ticket:
        """Return the place of a request that comes now."""
        current = now_sending()
        return Ticket(next(self._numbers), _LANES[current.lane], NO_CHAT if current.shows_nothing else chat)

    async def enter(self, ticket: Ticket) -> None:
        """Wait until the request may go."""
        door: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._doors[ticket] = door
        self._turnstile.join(ticket)
        self._open()
        try:
            await door
        except asyncio.CancelledError:
            self._turnstile.leave(ticket)
            self._doors.pop(ticket, None)
            raise

    def slip_through(self) -> bool:
        """Return whether something that nobody misses, such as the typing sign, may go now."""
        return self._turnstile.spare(_monotonic())

    async def rest(self) -> None:
        """Wait until the flood wait has ended, also when it is prolonged meanwhile."""
        if (left := self.flood_wait()) > 0:
            await asyncio.sleep(left)
            await self.rest()

    def pause(self, seconds: float) -> None:
        """Let nothing out for so long."""
        self._turnstile.pause(_monotonic() + seconds)

    def _open(self) -> None:
        """Let through who may go, and come back when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = _monotonic()
        while (ticket := self._turnstile.take(now)) is not None:
            door = self._doors.pop(ticket)
            if not door.done():
                door.set_result(None)
        if (next_at := self._turnstile.next_at()) is not None:
            self._timer = asyncio.get_running_loop().call_at(next_at, self._open)


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
