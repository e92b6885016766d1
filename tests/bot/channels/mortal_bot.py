"""A bot in a process of its own that kill -9 meets at a chosen commit.

Run as a module it imports everything once; for every order on its input it forks a bot, prints its process id, and
prints how it ended. Forking saves each of many deaths the seconds that the imports take.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from bot.app import App, open_app
from bot.channels.telegram import run_polling
from bot.measures.bot_api import TOKEN, BotApi
from bot.messages import Channel
from bot.settings import Settings
from tests.bot.channels.running_bot import QUICK, ScriptedApp
from tools.kernel.db import open_database
from tools.support import service as support

_ADDED = "added to the table"


class When(StrEnum):
    """On which side of a commit the process dies."""

    BEFORE = "before_commit"
    AFTER = "after_commit"


@dataclass(frozen=True, slots=True)
class Order:
    """Which bot to run, and which of its commits is its last; without a database URL it is the home's real App.

    With a `table` only commits count that add a row to it.
    """

    database_url: str
    api_url: str
    home: str
    now: str
    commit: int
    when: When
    table: str = ""

    @property
    def doomed(self) -> Path:
        """The mark that the last commit has begun: whoever sees what it stored need only wait for the death."""
        return Path(self.home) / f"doomed-{self.when}-{self.commit}"


class Nursery:
    """Where mortal bots come from."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def bear(self, order: Order) -> int:
        """Start a bot and return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(asdict(order))}\n")
        self._process.stdin.flush()
        return int(self._line())

    def exit_code(self) -> int:
        """Wait for the bot's death and return its exit code, negative for a signal."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def nursery() -> Generator[Nursery]:
    """Yield a process that forks bots."""
    command = [sys.executable, "-m", "tests.bot.channels.mortal_bot"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def orders(api: BotApi, app: ScriptedApp, when: When) -> Iterator[Order]:
    """Yield a bot for every commit, from the first."""
    url = app.database.engine.url.render_as_string(hide_password=False)
    for commit in count(1):
        yield Order(url, api.url, str(app.settings.home), app.clock().isoformat(), commit, when)


def dies(api: BotApi, births: Nursery, order: Order, *, done: Callable[[], bool]) -> bool:
    """Run a bot as ordered; return False when it was done before it could die, and was killed then."""
    order.doomed.unlink(missing_ok=True)
    process = births.bear(order)
    api.until(lambda: not _is_alive(process) or (done() and not order.doomed.exists()))
    died = not _is_alive(process)
    if not died:
        os.kill(process, signal.SIGKILL)
    assert births.exit_code() == -signal.SIGKILL
    return died


def is_at_rest(app: ScriptedApp) -> bool:
    """Whether no update waits for its answer, and no answer for its delivery."""
    with app.database.reading() as session:
        waiting = support.undelivered(session, channel=Channel.TELEGRAM)
        return not waiting and not support.open_lanes(session, channel=Channel.TELEGRAM)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Bear a bot for every order, and wait for its death."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(Order(**json.loads(line)))
        print(child, flush=True)  # noqa: T201 - the parent reads it
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the parent reads it


def _live(order: Order) -> None:
    begun, commits = count(1), count(1)

    def counts(session: Session) -> bool:
        # The end of a savepoint is no commit.
        return not session.in_nested_transaction() and (not order.table or bool(session.info.get(_ADDED)))

    def note(session: Session, _context: UOWTransaction) -> None:
        if any(row.__tablename__ == order.table for row in session.new):
            session.info[_ADDED] = True

    def mark(session: Session) -> None:
        # What waits to be written is written before the commit, and counts.
        session.flush()
        if counts(session) and next(begun) == order.commit:
            order.doomed.touch()

    def die(session: Session) -> None:
        if counts(session) and next(commits) == order.commit:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "after_flush", note)
    event.listen(Session, When.BEFORE.value, mark)
    event.listen(Session, When(order.when).value, die)
    settings = Settings.model_validate(
        {"home": order.home, "telegram_token": TOKEN, "telegram_api": order.api_url}
    )
    now = datetime.fromisoformat(order.now)
    if order.database_url:
        app: App = ScriptedApp(
            settings, open_database(order.database_url, files=Path(order.home)), lambda: now
        )
    else:
        app = replace(open_app(settings), clock=lambda: now)
    asyncio.run(run_polling(app, pace=QUICK))
    os._exit(0)


if __name__ == "__main__":
    main()
