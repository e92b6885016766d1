"""A real bot against the Bot API server of these tests; only the agent, which has tests of its own, is scripted."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from typing_extensions import override

from bot.agent.agent import Agent, Answered, Turn
from bot.agent.toolbox import Toolbox
from bot.app import App
from bot.assistant import Assistant
from bot.channels.telegram import run_polling
from bot.channels.telegram_api import Pace
from bot.channels.telegram_turnstile import Limits, Rate
from bot.measures.bot_api import PATIENCE_SECONDS, TOKEN, BotApi
from bot.messages import Confirm, Outbound
from bot.settings import Settings
from knowledge.search import Policies
from tools.creators.models import Creator
from tools.kernel.agent_tool import AgentTool, Call, Line, Proposal, Reply
from tools.kernel.db import Database

CHAT, OTHER_CHAT = 7_001, 7_002

# Two orders of magnitude less patient than with people.
QUICK = Pace(
    polling=5,
    request=2,
    typing=0.2,
    album=0.3,
    outbox=0.05,
    first_retry=0.02,
    longest_retry=0.2,
    stopping=PATIENCE_SECONDS,
    first_draft=0.5,
    draft=0.1,
    settling=0,
    # What the limits are is tried on the turnstile alone.
    limits=Limits(total=Rate(1_000, 1), burst=Rate(1_000, 1), chat=Rate(1_000, 1), group=Rate(1_000, 1)),
)

# What is not about the database need not be tried on both.
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def rename(_call: Call, *, name: str) -> Proposal:
    """Change the account's nickname."""
    return Proposal(summary=f"把昵称改成“{name}”", payload={"name": name})


def commit_rename(call: Call, payload: Mapping[str, object]) -> Reply:
    account = call.session.get_one(Creator, call.creator_id)
    account.nickname = str(payload["name"])
    return Reply(text=f"昵称已经改成“{account.nickname}”。")


RENAME = AgentTool(rename, asks=("改昵称",), commit=commit_rename)


class ScriptedAgent(Agent):
    """Answers as the test says, when the test says; what it was not told, it repeats."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self.answers: dict[str, Outbound] = {}
        self.failures: dict[str, list[Exception]] = defaultdict(list)
        self.gates: dict[str, threading.Event] = {}
        self.asked: list[str] = []
        self.turns: list[Turn] = []

    @override
    def answer(self, turn: Turn) -> Answered:
        self.asked.append(turn.text)
        self.turns.append(turn)
        if gate := self.gates.get(turn.text):
            assert gate.wait(PATIENCE_SECONDS)
        if self.failures[turn.text]:
            raise self.failures[turn.text].pop(0)
        return Answered(self._outbound(turn), turn.checkpoint)

    @override
    def draft(self, turn: Turn, *, before: Sequence[Line]) -> Outbound:
        return self._outbound(turn)

    def hold(self, text: str) -> threading.Event:
        """Think about this text until the event is set."""
        return self.gates.setdefault(text, threading.Event())

    def _outbound(self, turn: Turn) -> Outbound:
        if turn.text.startswith("改名"):
            name = turn.text.removeprefix("改名")
            words, made = self._toolbox.run(RENAME, turn.context, {"name": name})
            assert made["confirm"], words
            return Outbound(text=f"要改成“{name}”吗？", confirm=Confirm(**made["confirm"]))
        return self.answers.get(turn.text, Outbound(text=f"答：{turn.text}"))


class NoPolicies(Policies):
    """Nothing here asks for a policy."""

    def __init__(self) -> None:
        pass


class ScriptedApp(App):
    """The App over the test's database, with a scripted agent."""

    @cached_property
    def toolbox(self) -> Toolbox:
        return Toolbox([RENAME], database=self.database, policies=NoPolicies(), watch=self.watch)

    @cached_property
    def agent(self) -> ScriptedAgent:
        return ScriptedAgent(self.toolbox)

    @override
    def warm_up(self) -> None:
        """Load nothing: the scripted agent is light."""

    @cached_property
    def assistant(self) -> Assistant:
        return Assistant(
            database=self.database,
            toolbox=self.toolbox,
            agent=lambda: self.agent,
            today=lambda: self.clock().date(),
            watch=self.watch,
        )


class RunningBot:
    """A bot in a thread of its own; leaving the block stops it and raises what it raised."""

    def __init__(self, run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        self._run = run
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._live)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self.join()

    def join(self) -> None:
        """Wait until the bot has ended, and raise what it raised."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()
        if not self._loop.is_closed():
            self._loop.close()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _live(self) -> None:
        try:
            self._loop.run_until_complete(self._run(self._stop))
        except BaseException as error:  # noqa: BLE001 - the test's own thread raises it again
            self._error = error
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())


def settings_for(api: BotApi, **more: object) -> Settings:
    """Return the settings of a bot at this server."""
    given: dict[str, Any] = {"telegram_token": SecretStr(TOKEN), "telegram_api": api.url, **more}
    return Settings(**given)


def polling(app: App, *, pace: Pace = QUICK) -> RunningBot:
    """Return the bot, polling while the block lasts."""
    return RunningBot(lambda stop: run_polling(app, stop=stop, pace=pace))


def nickname(database: Database) -> str | None:
    """Return the creator's nickname."""
    with database.reading() as session:
        return session.scalar(select(Creator.nickname))
