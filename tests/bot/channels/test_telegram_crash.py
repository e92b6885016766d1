"""Kill -9 at every commit of a turn: after a restart it is answered, once or once more, and nothing is half-written."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from bot.messages import Channel
from tests.bot.channels.bot_api import BotApi
from tests.bot.channels.bot_api_wire import Shown
from tests.bot.channels.mortal_bot import Nursery, Order, When, nursery
from tests.bot.channels.running_bot import ONE_DATABASE, ScriptedApp, nickname, polling
from tools.catalog import all_invariants
from tools.creators import service as creators
from tools.support import service as support
from tools.support.models import Conversation, Message

# What a turn commits at the least: the update, the answer, its delivery, the end.
FEWEST_COMMITS = 4
CHATS = count(9_000)


@pytest.fixture(scope="module")
def births() -> Iterator[Nursery]:
    """Yield the process that forks the bots of this module."""
    with nursery() as running:
        yield running


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def is_answered(api: BotApi, app: ScriptedApp, chat: int, messages: int) -> bool:
    """Whether the chat shows so many messages, and nothing waits anywhere."""
    return len(api.shown(chat)) >= messages and is_at_rest(app)


def is_at_rest(app: ScriptedApp) -> bool:
    with app.database.reading() as session:
        waiting = support.undelivered(session, channel=Channel.TELEGRAM)
        return not waiting and not support.open_lanes(session, channel=Channel.TELEGRAM)


def said(app: ScriptedApp, *, chat: int) -> list[tuple[str, str]]:
    """Return what the log says was said in the chat."""
    with app.database.reading() as session:
        lines = session.execute(
            select(Message.speaker, Message.text)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.address == str(chat))
            .order_by(Message.sequence)
        )
        return [(speaker, text) for speaker, text in lines]


def violations(app: ScriptedApp) -> list[str]:
    with app.database.reading() as session:
        return [line for invariant in all_invariants() for line in invariant.violations(session)]


def dies(api: BotApi, births: Nursery, order: Order, *, done: Callable[[], bool]) -> bool:
    """Run a bot as ordered; return False when it was done before it could die, and was killed then."""
    order.doomed.unlink(missing_ok=True)
    process = births.bear(order)
    api.until(lambda: not is_alive(process) or (done() and not order.doomed.exists()))
    died = not is_alive(process)
    if not died:
        os.kill(process, signal.SIGKILL)
    assert births.exit_code() == -signal.SIGKILL
    return died


def orders(api: BotApi, app: ScriptedApp, when: When) -> Iterator[Order]:
    """Yield a bot for every commit, from the first."""
    url = app.database.engine.url.render_as_string(hide_password=False)
    for commit in count(1):
        yield Order(url, api.url, str(app.settings.home), app.clock().isoformat(), commit, when)


@ONE_DATABASE
@pytest.mark.parametrize("when", When)
class TestText:
    def test_is_answered_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, births: Nursery, when: When
    ) -> None:
        deaths = 0
        for order in orders(api, app, when):
            chat = next(CHATS)
            api.write("你好", chat=chat)
            done = partial(is_answered, api, app, chat, 1)

            died = dies(api, births, order, done=done)
            with polling(app):
                api.until(done)

            assert {message.text for message in api.shown(chat)} == {"答：你好"}
            assert len(api.shown(chat)) <= 2
            assert said(app, chat=chat) == [("creator", "你好"), ("assistant", "答：你好")]
            if not died:
                break
            deaths += 1

        assert deaths > FEWEST_COMMITS
        assert violations(app) == []


class TestConfirmation:
    def test_is_executed_once_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, births: Nursery, creator: int
    ) -> None:
        deaths, name, next_name = 0, "铁哥", "铁哥 0"
        with polling(app):
            question = asked(api, app, creator=creator, name=name)
        for order in orders(api, app, When.BEFORE):
            chat = question.chat
            api.press(question, "✅ 确认")
            done = partial(is_answered, api, app, chat, 2)

            died = dies(api, births, order, done=done)
            with polling(app):
                api.until(done)
                renamed = nickname(app.database)
                question = asked(api, app, creator=creator, name=next_name)

            confirmation, *answers = api.shown(chat)
            assert confirmation.labels == []
            assert confirmation.text.endswith("✅ 已确认，已办理")
            assert {message.text for message in answers} == {f"昵称已经改成“{name}”。"}
            assert len(answers) <= 2
            assert [text for _, text in said(app, chat=chat)][2:] == ["（确认）", f"昵称已经改成“{name}”。"]
            assert renamed == name
            if not died:
                break
            deaths += 1
            name, next_name = next_name, f"铁哥 {deaths}"

        assert deaths >= FEWEST_COMMITS
        assert violations(app) == []


def asked(api: BotApi, app: ScriptedApp, *, creator: int, name: str) -> Shown:
    """Return a confirmation in a chat of its own, linked to the creator."""
    chat = next(CHATS)
    with app.database.writing() as session:
        creators.link_directly(
            session, channel=Channel.TELEGRAM, address=str(chat), creator_id=creator, now=app.clock()
        )
    api.write(f"改名{name}", chat=chat)
    api.until(partial(is_answered, api, app, chat, 1))
    return api.shown(chat)[0]
