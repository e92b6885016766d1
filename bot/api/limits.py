"""How much anybody may ask: requests a minute by token, turns at once by creator, bytes a request."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import Kind, ProblemError, response

# Far more than one message with ten names of files.
LARGEST_BODY_BYTES = 64 * 1024
# Turns of the API at once: the pages' threads stay theirs.
_TURNS_AT_ONCE = 16
# Who sends a fifth message before the first is answered is a program in a loop.
_TURNS_A_CREATOR = 4
_RETRY_SECONDS = 2
_MOST_BUCKETS = 20_000
_MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """A bucket of requests for each token, filled evenly, a minute's worth at most.

    Of too many, the one longest unused is forgotten: it would be nearly full.
    """

    def __init__(self, *, most: int = _MOST_BUCKETS) -> None:
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._most = most

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: Hashable, *, per_minute: int, at: float) -> int:
        """Take one request at a moment in seconds; return 0, or after how many whole seconds there is one again."""
        bucket = self._buckets.setdefault(name, _Bucket(float(per_minute), at))
        self._buckets.move_to_end(name)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        passed = max(0.0, at - bucket.at)
        bucket.left = min(float(per_minute), bucket.left + passed * per_minute / _MINUTE)
        bucket.at = at
        if bucket.left < 1:
            return ceil((1 - bucket.left) * _MINUTE / per_minute)
        bucket.left -= 1
        return 0


class Turns:
    """One turn of a creator at a time, in the order they came, and only so many of all."""

    def __init__(self) -> None:
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}
        self._all = asyncio.Semaphore(_TURNS_AT_ONCE)

    @asynccontextmanager
    async def turn(self, creator_id: int) -> AsyncGenerator[None]:
        """Wait for the creator's earlier turns, then for a place; raises a problem when too many wait already."""
        if self._waiting.get(creator_id, 0) >= _TURNS_A_CREATOR:
            raise ProblemError(
                Kind.TOO_MANY,
                "earlier messages of this creator are still being answered",
                headers={"Retry-After": str(_RETRY_SECONDS)},
            )
        self._waiting[creator_id] = self._waiting.get(creator_id, 0) + 1
        lock = self._locks.setdefault(creator_id, asyncio.Lock())
        try:
            async with lock, self._all:
                yield
        finally:
            self._waiting[creator_id] -= 1
            if not self._waiting[creator_id]:
                del self._waiting[creator_id], self._locks[creator_id]


class BodyLimit:
    """Refuses a body that is too large, announced or not, before anything reads it whole; uploads have their own limit."""

    def __init__(self, app: ASGIApp, *, except_path: str, limit: int = LARGEST_BODY_BYTES) -> None:
        self._app = app
        self._except = except_path
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["path"].endswith(self._except):
            await self._app(scope, receive, send)
            return
        kept: list[Message] = []
        size = 0
        while True:
            message = await receive()
            kept.append(message)
            size += len(message.get("body", b""))
            if size > self._limit:
                problem = ProblemError(
                    Kind.TOO_LARGE, f"at most {self._limit} bytes", headers={"Connection": "close"}
                )
                await response(problem)(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        pending = iter(kept)

        async def replay() -> Message:
            return next(pending, None) or await receive()

        await self._app(scope, replay, send)
