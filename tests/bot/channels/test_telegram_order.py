"""Updates: each once, in order inside a chat, chats beside each other, none lost."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Json, person
from bot.messages import Channel
from tests.bot.channels.running_bot import CHAT, OTHER_CHAT, ScriptedApp, polling
from tools.kernel.db import Database
from tools.support import service as support
from tools.support.models import InboxUpdate, Message

FOR_EVER = 10**9


def texts(api: BotApi, chat: int, number: int) -> list[str]:
    return [message.text for message in api.until_shown(number, chat=chat)]


def all_finished(app: ScriptedApp) -> bool:
    with app.database.reading() as session:
        return not support.open_lanes(session, channel=Channel.TELEGRAM)


def stored(app: ScriptedApp) -> int:
    with app.database.reading() as session:
        return session.scalar(select(func.count(InboxUpdate.id))) or 0


class ShakyDatabase(Database):
    """A database that is away for the next so many writers."""

    failures = 0

    @override
    @contextmanager
    def writing(self) -> Generator[Session]:
        if self.failures:
            self.failures -= 1
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        with super().writing() as session:
            yield session


class TestOneChat:
    def test_is_answered_in_order_while_others_run_beside_it(self, api: BotApi, app: ScriptedApp) -> None:
        thought = app.agent.hold("慢")

        with polling(app):
            for text in ("慢", "二", "三"):
                api.write(text, chat=CHAT)
            api.write("快", chat=OTHER_CHAT)
            beside = texts(api, OTHER_CHAT, 1)
            before = api.shown(CHAT)
            thought.set()
            inside = texts(api, CHAT, 3)

        assert beside == ["答：快"]
        assert before == []
        assert inside == ["答：慢", "答：二", "答：三"]

    def test_is_not_stuck_behind_a_message_that_cannot_be_answered(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        app.agent.failures["坏"] = [ValueError("broken"), ValueError("broken"), ValueError("broken")]

        with polling(app):
            api.write("坏", chat=CHAT)
            api.write("好", chat=CHAT)
            shown = texts(api, CHAT, 2)

        assert "没处理成功" in shown[0]
        assert shown[1] == "答：好"

    def test_is_answered_when_only_the_first_try_fails(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.failures["抖"] = [ValueError("once")]

        with polling(app):
            api.write("抖", chat=CHAT)
            shown = texts(api, CHAT, 1)

        assert shown == ["答：抖"]

    def test_goes_on_after_an_answer_that_cannot_be_shown(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.write("一", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            with app.database.writing() as session:
                answer = session.scalars(select(Message).where(Message.speaker == "assistant")).one()
                answer.body, answer.delivered_at = {"text": 5, "nonsense": []}, None
            api.write("二", chat=CHAT)
            shown = texts(api, CHAT, 2)

        assert shown == ["答：一", "答：二"]


class TestEachUpdate:
    def test_is_answered_once_when_telegram_repeats_it(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            first = api.write("一", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            api.forget_offset()
            api.until_confirmed(first)
            api.write("二", chat=CHAT)
            shown = texts(api, CHAT, 2)

        assert shown == ["答：一", "答：二"]
        assert stored(app) == 2

    def test_is_answered_once_across_a_restart(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.write("一", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            api.until(lambda: all_finished(app))
        api.forget_offset()

        with polling(app):
            api.write("二", chat=CHAT)
            shown = texts(api, CHAT, 2)

        assert shown == ["答：一", "答：二"]
        assert app.agent.asked == ["一", "二"]

    def test_is_taken_up_by_the_next_start(self, api: BotApi, app: ScriptedApp, now: datetime) -> None:
        message: Json = {
            "message_id": 1,
            "date": 1,
            "chat": {"id": CHAT, "type": "private", "first_name": "人"},
            "from": person(CHAT),
            "text": "昨天的",
        }
        with app.database.writing() as session:
            support.store_update(
                session,
                channel=Channel.TELEGRAM,
                update_id=7,
                lane=str(CHAT),
                body={"update_id": 7, "message": message},
                now=now,
            )

        with polling(app):
            shown = texts(api, CHAT, 1)

        assert shown == ["答：昨天的"]

    def test_is_confirmed_only_when_it_is_stored(self, api: BotApi, app: ScriptedApp) -> None:
        database = ShakyDatabase(app.database.engine)
        shaky = ScriptedApp(app.settings, database, app.clock)
        database.failures = FOR_EVER

        with polling(shaky):
            update = api.write("一", chat=CHAT)
            api.until(lambda: database.failures < FOR_EVER - 3)
            early = api.is_confirmed(update)
            database.failures = 0
            shown = texts(api, CHAT, 1)
            api.until_confirmed(update)

        assert not early
        assert shown == ["答：一"]

    def test_waits_while_the_database_is_away(self, api: BotApi, app: ScriptedApp) -> None:
        database = ShakyDatabase(app.database.engine)
        shaky = ScriptedApp(app.settings, database, app.clock)
        thought = shaky.agent.hold("一")

        with polling(shaky):
            api.write("一", chat=CHAT)
            api.until(lambda: shaky.agent.asked)
            database.failures = 8
            thought.set()
            shown = texts(api, CHAT, 1)
            api.until(lambda: all_finished(app))

        assert shown == ["答：一"]
        assert database.failures == 0
