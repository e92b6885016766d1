"""A bot in a process of its own, so that a measure can kill it: ours, or a bare aiogram echo beside it."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from tools.kernel.errors import OperatorError

_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Child:
    """Which bot to run: over which home, at which Bot API, sending so many messages a second; without a home the echo.

    `chat_per_second` is the rate of one chat.
    """

    api: str
    token: str
    home: str = ""
    per_second: int = 25
    chat_per_second: int = 1


class Running:
    """A bot that runs beside the measure."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
        self._process = process
        self._said = said

    def check(self) -> None:
        """Raise OperatorError with the bot's last words if it has ended by itself."""
        if self._process.poll() is not None:
            self._said.seek(0)
            words = self._said.read().decode(errors="replace")[-2_000:]
            raise OperatorError(f"the measured bot ended by itself: {words}")


@contextmanager
def running(child: Child) -> Generator[Running]:
    """Yield the bot in a process of its own; leaving the block kills it as `kill -9` does."""
    with tempfile.TemporaryFile() as said:
        command = [sys.executable, "-m", "bot.measures.telegram_child", json.dumps(asdict(child))]
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdout=said, stderr=said, cwd=Path(__file__).parents[2]
        )
        try:
            yield Running(process, said)
        finally:
            process.kill()
            process.wait(_PATIENCE_SECONDS)


def main() -> None:
    """Run the bot that the first argument describes until it is killed."""
    child = Child(**json.loads(sys.argv[1]))
    asyncio.run(_ours(child) if child.home else _echo(child))


async def _ours(child: Child) -> None:
    from bot.app import open_app  # noqa: PLC0415 - the echo must not wait for our imports
    from bot.channels.telegram import run_polling  # noqa: PLC0415
    from bot.channels.telegram_api import Pace  # noqa: PLC0415
    from bot.channels.telegram_turnstile import Rate, per_second  # noqa: PLC0415
    from bot.settings import Settings  # noqa: PLC0415

    app = open_app(
        Settings.model_validate(
            {"home": child.home, "telegram_token": child.token, "telegram_api": child.api}
        )
    )
    app.warm_up()
    limits = replace(per_second(child.per_second), chat=Rate(child.chat_per_second, 1.0))
    await run_polling(app, pace=Pace(limits=limits))


async def _echo(child: Child) -> None:
    from aiogram import Bot, Dispatcher  # noqa: PLC0415 - heavy, and only here
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415
    from aiogram.types import Message  # noqa: PLC0415

    dispatcher = Dispatcher(disable_fsm=True)

    async def repeat(message: Message) -> None:
        await message.answer(message.text or "")

    dispatcher.message.register(repeat)
    session = AiohttpSession(api=TelegramAPIServer.from_base(child.api))
    await dispatcher.start_polling(Bot(child.token, session=session))  # pyright: ignore[reportUnknownMemberType] - aiogram's UNSET has no type


if __name__ == "__main__":
    main()
