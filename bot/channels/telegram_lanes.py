"""Lanes: what belongs to one chat happens in order, chats run beside each other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels.telegram_api import FateUnknownError, Pace

logger = logging.getLogger(__name__)


class Lanes:
    """One worker a lane, while the lane has work.

    `serve` does the lane's next piece of work and returns whether there was any. What it raises is logged, and the
    lane goes on later: its work is in the database, and nothing overtakes it.
    """

    def __init__(self, serve: Callable[[str], Awaitable[bool]], *, pace: Pace) -> None:
        self._serve = serve
        self._pace = pace
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._closing = asyncio.Event()
        self._ended = asyncio.Event()

    def wake(self, lane: str) -> None:
        """See to it that the lane's worker looks for work after now."""
        if self._closing.is_set():
            return
        self._woken.add(lane)
        if lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._work(lane))

    def at_work(self) -> frozenset[str]:
        """Return the lanes that have a worker now."""
        return frozenset(self._workers)

    async def until_fewer(self, number: int, *, seconds: float) -> None:
        """Wait until fewer lanes than that are at work, but no longer than so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while len(self._workers) >= number:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            return

    async def close(self) -> None:
        """Let every worker end what it is doing; after a while, stop it there."""
        self._closing.set()
        workers = list(self._workers.values())
        if not workers:
            return
        _, late = await asyncio.wait(workers, timeout=self._pace.stopping)
        for worker in late:
            worker.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, lane: str) -> None:
        failures = 0
        try:
            while lane in self._woken and not self._closing.is_set():
                try:
                    # Only a look that finds nothing may end the worker, and only if nobody woke it meanwhile.
                    self._woken.discard(lane)
                    if await self._serve(lane):
                        self._woken.add(lane)
                    failures = 0
                except Exception as failure:
                    if isinstance(failure, FateUnknownError):
                        logger.warning("lane %s waits: the answer to a %s was lost", lane, failure)
                    else:
                        logger.exception("lane %s waits after a failure", lane)
                    self._woken.add(lane)
                    await self._rest(self._pace.delay(failures))
                    failures += 1
        finally:
            del self._workers[lane]
            self._ended.set()

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
