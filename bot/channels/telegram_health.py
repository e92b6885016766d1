"""What is wrong with the running bot, for who watches over it; nothing here is about any person."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram_api import Patience
from bot.messages import Channel
from tools.kernel.db import Database, Json
from tools.support.deliveries import service as deliveries
from tools.support.deliveries.service import Backlog

# An answer that waits longer than this is somebody who has given up waiting.
_LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Health:
    """Answers GET /health: 200 when all is well, 503 with the reasons when not.

    A flood wait alone is told and is no reason: a restart would not end it.
    """

    database: Database
    patience: Patience
    clock: Callable[[], datetime]

    async def handle(self, _request: web.Request) -> web.Response:
        """Answer the request."""
        found = await self.look()
        return web.json_response(found, status=503 if found["problems"] else 200)

    async def look(self) -> Json:
        """Return what is wrong and what waits."""
        problems: list[str] = []
        backlog = Backlog(0, None)
        try:
            backlog = await asyncio.to_thread(self._backlog)
        except SQLAlchemyError as error:
            problems.append(f"the database cannot be read: {type(error).__name__}")
        if self.patience.revoked.is_set():
            problems.append("Telegram does not accept the token")
        problems.extend(
            f"Telegram does not answer {method}: {fault}"
            for method, fault in sorted(self.patience.troubles.items())
        )
        waited = self._waited_seconds(backlog)
        flood_wait = self.patience.gate.flood_wait()
        if waited > _LONGEST_WAIT_SECONDS and not flood_wait:
            problems.append(f"the oldest of {backlog.count} waiting messages has waited {waited:.0f} s")
        return {
            "problems": problems,
            "waiting": backlog.count,
            "longest_wait_seconds": round(waited, 1),
            "flood_wait_seconds": round(flood_wait, 1),
            "requests_at_the_gate": self.patience.gate.waiting(),
        }

    def _backlog(self) -> Backlog:
        with self.database.reading() as session:
            return deliveries.backlog(session, channel=Channel.TELEGRAM)

    def _waited_seconds(self, backlog: Backlog) -> float:
        if backlog.oldest_at is None:
            return 0.0
        return max((self.clock() - backlog.oldest_at).total_seconds(), 0.0)
