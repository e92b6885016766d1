"""A thousand people talking at once over a loopback Bot API: how fast, in order, and once through a kill -9.

The peer is the least that aiogram can do: a bare echo that stores nothing, thinks nothing and promises nothing. Telegram's
own limits are lifted on both sides: what is measured is us.
"""

import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import App, prepare_app
from bot.channels.telegram_view import parts
from bot.measures.bot_api import TOKEN, BotApi
from bot.measures.bot_api_wire import Shown
from bot.measures.figure import Figure, figure, percentile
from bot.measures.telegram_child import Child, Running, running
from bot.messages import Channel, Inbound, Sender
from bot.settings import Settings

# What anybody may ask; each has an answer of its own, so that an answer out of place shows.
_QUESTIONS = ("光合计划要多少粉丝才能参加", "提现最低多少", "被别人搬运了怎么办", "怎么申请快手之星")
_FIRST_CHAT = 100_000
_LIFTED_PER_SECOND = 100_000
_PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class _Answered:
    """One wave of messages: how long each waited, and how many came a second."""

    seconds: Sequence[float]
    per_second: float


def measure_messages(*, conversations: int = 1_000) -> Iterator[Figure]:
    """Yield the rate and the slow end of answers, then what a kill in the middle left; `limit` is the echo's, or all."""
    with _echo() as api:
        echo = _wave(api, range(conversations), _QUESTIONS[:1], before=0)
    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        home = Path(folder)
        app, _ = prepare_app(Settings(home=home), demo=True)
        expected = _expected(app)
        app.close()
        child = Child(api.url, TOKEN, folder, _LIFTED_PER_SECOND, _LIFTED_PER_SECOND)
        with running(child) as bot:
            _warm_up(api, bot)
            ours = _wave(api, range(conversations), _QUESTIONS[:1], before=0)
        yield figure("messages.rate", ours.per_second, unit="1/s", limit=echo.per_second, n=conversations)
        for name, share in (("messages.p50", 0.5), ("messages.p95", 0.95)):
            limit = percentile(echo.seconds, share)
            yield figure(name, percentile(ours.seconds, share), unit="s", limit=limit, n=conversations)
        _through_a_kill(api, child, conversations)
        shown = {chat: api.shown(_FIRST_CHAT + chat) for chat in range(conversations)}
    yield from _exactness(shown, expected)


@contextmanager
def _echo() -> Generator[BotApi]:
    with BotApi() as api, running(Child(api.url, TOKEN)) as bot:
        _warm_up(api, bot)
        yield api


def _warm_up(api: BotApi, bot: Running) -> None:
    """Wait until the bot answers at all, and has answered everything once."""
    for question in _QUESTIONS:
        api.write(question, chat=1)
    _wait(api, bot, len(_QUESTIONS))


def _wait(api: BotApi, bot: Running, number: int) -> None:
    """Wait until all chats together show so many answers."""

    def come() -> bool:
        bot.check()
        return api.count_shown() >= number

    api.until(come, seconds=_PATIENCE_SECONDS)


def _wave(api: BotApi, chats: Sequence[int], questions: Sequence[str], *, before: int) -> _Answered:
    """Let everybody write at once, and wait until all are answered."""
    started = time.monotonic()
    wrote: dict[int, float] = {}
    for chat in chats:
        for question in questions:
            wrote[chat] = time.monotonic()
            api.write(question, chat=_FIRST_CHAT + chat)
    number = before + len(questions)
    api.until(
        lambda: all(len(api.shown(_FIRST_CHAT + chat)) >= number for chat in chats), seconds=_PATIENCE_SECONDS
    )
    ended = {chat: api.shown(_FIRST_CHAT + chat)[number - 1].at for chat in chats}
    seconds = [ended[chat] - wrote[chat] for chat in chats]
    return _Answered(seconds, len(chats) * len(questions) / (max(ended.values()) - started))


def _through_a_kill(api: BotApi, child: Child, conversations: int) -> None:
    """Let everybody ask the rest, two or three messages in a row, and kill -9 the bot when half of it is answered."""
    rest = _QUESTIONS[1:]
    before = api.count_shown()
    with running(child) as bot:
        for chat in range(conversations):
            for question in rest:
                api.write(question, chat=_FIRST_CHAT + chat)
        _wait(api, bot, before + conversations * len(rest) // 2)
    with running(child) as bot:
        _wait(api, bot, before + conversations * len(rest))
        # Whoever would be answered twice would be answered by now.
        time.sleep(3)


def _expected(app: App) -> list[str]:
    """Return what a person without an account is answered to these questions, in this order."""
    said: list[str] = []
    for number, question in enumerate(_QUESTIONS):
        sender = Sender(Channel.WEB, "measure")
        answer = app.assistant.reply(Inbound(sender, f"m{number}", question, app.clock()))
        assert answer is not None
        said.extend(part.plain.strip() for part in parts(answer))
    return said


def _exactness(shown: Mapping[int, Sequence[Shown]], expected: Sequence[str]) -> Iterator[Figure]:
    people, answers = len(shown), sum(map(len, shown.values()))
    exact = sum([one.text for one in messages] == list(expected) for messages in shown.values())
    yield figure("messages.answers", answers, unit="1", limit=people * len(expected), n=people)
    yield figure("messages.in_order_and_once", exact, unit="chat", limit=people, n=people)
