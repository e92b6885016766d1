"""Rewards one by one from any thread, stored many in a transaction: one flusher thread a slice."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final, Self

from tools.kernel.db import Database
from tools.payout.granting import Answer, Grant
from tools.payout.grants import Grantor
from tools.payout.programs import Program

# A flush waits for so many rewards or so long, whichever is first, and takes no more than fit a short transaction.
_LEAST: Final = 500
_MOST: Final = 2_000
_WAIT_SECONDS: Final = 0.010

_Waiting = tuple[Grant, "Future[Answer]"]


class GroupCommit:
    """Grants rewards for many callers; a future's answer is durable, its error means: ask again, nothing is lost.

    Rewards of one creator always take the same slice, so that flushers do not wait for one another's accounts.
    """

    def __init__(
        self,
        database: Database,
        *,
        programs: Sequence[Program],
        clock: Callable[[], datetime],
        holder: str,
        slices: int = 1,
    ) -> None:
        # SQLite has one writer: a second flusher would only wait for the first.
        flushers = slices if database.engine.dialect.name == "postgresql" else 1
        self._queues = [SimpleQueue[_Waiting | None]() for _ in range(flushers)]
        self._clock = clock
        self._threads = [
            threading.Thread(
                target=self._flush_until_closed,
                args=(waiting, Grantor(database, programs=programs, holder=f"{holder}:{number}")),
                name=f"grants-{number}",
            )
            for number, waiting in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, grant: Grant) -> "Future[Answer]":
        """Return the future answer to a reward."""
        future: Future[Answer] = Future()
        self._queues[grant.creator_id % len(self._queues)].put((grant, future))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer what was submitted, and return what is left of the slices. Nothing may be submitted any more."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _flush_until_closed(self, queue: "SimpleQueue[_Waiting | None]", grantor: Grantor) -> None:
        open_ = True
        while open_:
            first = queue.get()
            batch, open_ = _batch(queue, first)
            if batch:
                self._flush(grantor, batch)
        grantor.release(now=self._clock())

    def _flush(self, grantor: Grantor, batch: list[_Waiting]) -> None:
        try:
            answers = grantor.grant([grant for grant, _ in batch], now=self._clock())
        except Exception as error:  # noqa: BLE001 - the edge of the thread: every waiting caller is told
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)


def _batch(queue: "SimpleQueue[_Waiting | None]", first: _Waiting | None) -> tuple[list[_Waiting], bool]:
    """Return what came after the first within the wait, and whether the queue is still open."""
    batch: list[_Waiting] = []
    until = time.monotonic() + _WAIT_SECONDS
    item = first
    while item is not None:
        batch.append(item)
        if len(batch) == _MOST:
            return batch, True
        try:
            if len(batch) >= _LEAST:
                item = queue.get_nowait()
            else:
                item = queue.get(timeout=max(until - time.monotonic(), 0))
        except Empty:
            return batch, True
    return batch, False
