"""What the senders write down, gathered: whoever comes while a transaction runs shares the next one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tools.kernel.db import Database

Step = Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class _Waiting:
    step: Step
    written: "asyncio.Future[Any]"


class Marks:
    """Durable small writes of many tasks; each is told when its own is on the disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, step: Step) -> Any:  # noqa: ANN401 - whatever the step returns
        """Return what the step returns, after it is committed; raises what it raises."""
        waiting = _Waiting(step, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        return await waiting.written

    async def _drain(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            try:
                results = await asyncio.to_thread(self._commit, batch)
            except Exception as fault:  # noqa: BLE001 - told to who asked for the step
                if len(batch) > 1:
                    # Nobody suffers from another's step.
                    for waiting in batch:
                        await self._alone(waiting)
                else:
                    _tell(batch[0], fault=fault)
                continue
            for waiting, result in zip(batch, results, strict=True):
                _tell(waiting, result=result)

    async def _alone(self, waiting: _Waiting) -> None:
        try:
            (result,) = await asyncio.to_thread(self._commit, [waiting])
        except Exception as fault:  # noqa: BLE001 - as above
            _tell(waiting, fault=fault)
        else:
            _tell(waiting, result=result)

    def _commit(self, batch: list[_Waiting]) -> list[Any]:
        with self._database.writing() as session:
            return [waiting.step(session) for waiting in batch]


def _tell(waiting: _Waiting, *, result: Any = None, fault: Exception | None = None) -> None:  # noqa: ANN401 - as in write
    """Tell who asked for the step, unless they no longer wait."""
    if waiting.written.done():
        return
    if fault is not None:
        waiting.written.set_exception(fault)
    else:
        waiting.written.set_result(result)
