"""Rewards one by one from any thread, stored many in a transaction: one flusher thread a slice."""

import threading
import time
from collections.abc import Callable, Sequence
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


class Ticket:
    """A submitted reward and, as soon as it is durable, its answer.

    Plain on purpose: a Future brings a lock and five more objects for each reward, and Python's garbage collector looks
    at all of them. Those who wait on one flusher share its condition.
    """

    __slots__ = ("_answer", "_answered", "_error", "grant")

    def __init__(self, grant: Grant, answered: threading.Condition) -> None:
        self.grant = grant
        self._answered = answered
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def result(self) -> Answer:
        """Return the answer, which is durable, as soon as there is one; raise what kept the flusher from it."""
        if self._answer is None:
            with self._answered:
                self._answered.wait_for(self._is_answered)
            if self._error is not None:
                raise self._error
        assert self._answer is not None
        return self._answer

    def give(self, answer: Answer) -> None:
        """Keep the answer; the flusher wakes those who wait after the last of a flush."""
        self._answer = answer

    def fail(self, error: Exception) -> None:
        """Keep what went wrong."""
        self._error = error

    def _is_answered(self) -> bool:
        return self._answer is not None or self._error is not None


class _Queue:
    """What one flusher has to do, and the condition on which its callers wait."""

    def __init__(self) -> None:
        self.tickets = SimpleQueue[Ticket | None]()
        self.answered = threading.Condition()


class GroupCommit:
    """Grants rewards for many callers; a ticket's answer is durable, its error means: ask again, nothing is lost.

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
        self._queues = [_Queue() for _ in range(flushers)]
        self._clock = clock
        self._threads = [
            threading.Thread(
                target=self._flush_until_closed,
                args=(queue, Grantor(database, programs=programs, holder=f"{holder}:{number}")),
                name=f"grants-{number}",
            )
            for number, queue in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, grant: Grant) -> Ticket:
        """Return the ticket on which the reward's answer will be."""
        queue = self._queues[grant.creator_id % len(self._queues)]
        ticket = Ticket(grant, queue.answered)
        queue.tickets.put(ticket)
        return ticket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer what was submitted, and return what is left of the slices. Nothing may be submitted any more."""
        for queue in self._queues:
            queue.tickets.put(None)
        for thread in self._threads:
            thread.join()

    def _flush_until_closed(self, queue: _Queue, grantor: Grantor) -> None:
        open_ = True
        while open_:
            first = queue.tickets.get()
            batch, open_ = _batch(queue.tickets, first)
            if batch:
                self._flush(grantor, batch)
                with queue.answered:
                    queue.answered.notify_all()
        grantor.release(now=self._clock())

    def _flush(self, grantor: Grantor, batch: list[Ticket]) -> None:
        try:
            answers = grantor.grant([ticket.grant for ticket in batch], now=self._clock())
        except Exception as error:  # noqa: BLE001 - the edge of the thread: every waiting caller is told
            for ticket in batch:
                ticket.fail(error)
            return
        for ticket, answer in zip(batch, answers, strict=True):
            ticket.give(answer)


def _batch(tickets: "SimpleQueue[Ticket | None]", first: Ticket | None) -> tuple[list[Ticket], bool]:
    """Return what came after the first within the wait, and whether the queue is still open."""
    batch: list[Ticket] = []
    until = time.monotonic() + _WAIT_SECONDS
    item = first
    while item is not None:
        batch.append(item)
        if len(batch) == _MOST:
            return batch, True
        try:
            item = tickets.get_nowait()
        except Empty:
            left = until - time.monotonic()
            if len(batch) >= _LEAST or left <= 0:
                return batch, True
            try:
                item = tickets.get(timeout=left)
            except Empty:
                return batch, True
    return batch, False
