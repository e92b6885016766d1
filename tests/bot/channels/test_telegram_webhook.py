"""The webhook: only Telegram gets in, and what it is told it has delivered is stored."""

import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.channels.telegram import run_webhook
from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Json, Refused, person
from tests.bot.channels.running_bot import CHAT, ONE_DATABASE, QUICK, RunningBot, ScriptedApp, settings_for
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.support.models import InboxUpdate

SECRET = "open-sesame_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_secret(api: BotApi, app: ScriptedApp, secret: str | None = SECRET) -> ScriptedApp:
    given = SecretStr(secret) if secret is not None else None
    return ScriptedApp(settings_for(api, telegram_webhook_secret=given), app.database, app.clock)


def listening(app: ScriptedApp, port: int) -> RunningBot:
    return RunningBot(
        lambda stop: run_webhook(
            app, host="127.0.0.1", port=port, base_url="https://bot.example/", stop=stop, pace=QUICK
        )
    )


def post(port: int, body: bytes, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/telegram", body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def deliver(port: int, update: Json) -> int:
    return post(port, json.dumps(update).encode(), **{HEADER: SECRET})


def written(api: BotApi, text: str) -> Json:
    chat = {"id": CHAT, "type": "private", "first_name": "人"}
    return api.update(
        {"message": {"message_id": 1, "date": 1, "chat": chat, "from": person(CHAT), "text": text}}
    )


def stored(app: ScriptedApp) -> int:
    with app.database.reading() as session:
        return session.scalar(select(func.count(InboxUpdate.id))) or 0


@ONE_DATABASE
class TestUpdate:
    def test_is_stored_before_telegram_hears_that_we_have_it(self, api: BotApi, app: ScriptedApp) -> None:
        port = free_port()
        app = with_secret(api, app)
        thought = app.agent.hold("一")

        with listening(app, port):
            api.until(lambda: api.webhook)
            status = deliver(port, written(api, "一"))
            kept = stored(app)
            thought.set()
            (answer,) = api.until_shown(1, chat=CHAT)

        assert (status, kept) == (200, 1)
        assert answer.text == "答：一"

    def test_is_answered_once_when_it_is_posted_twice(self, api: BotApi, app: ScriptedApp) -> None:
        port = free_port()
        app = with_secret(api, app)
        update = written(api, "一")

        with listening(app, port):
            api.until(lambda: api.webhook)
            statuses = [deliver(port, update), deliver(port, update), deliver(port, written(api, "二"))]
            shown = api.until_shown(2, chat=CHAT)

        assert statuses == [200, 200, 200]
        assert [message.text for message in shown] == ["答：一", "答：二"]

    def test_that_is_not_stored_is_refused_so_that_telegram_repeats_it(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        port = free_port()
        broken = ScriptedApp(with_secret(api, app).settings, RefusingDatabase(app.database.engine), app.clock)

        with listening(broken, port):
            api.until(lambda: api.webhook)
            status = deliver(port, written(api, "一"))

        assert status == 500


@ONE_DATABASE
class TestDoor:
    def test_is_shut_to_who_does_not_know_the_secret(self, api: BotApi, app: ScriptedApp) -> None:
        port = free_port()
        app = with_secret(api, app)
        body = json.dumps(written(api, "一")).encode()
        wrong: list[dict[str, str]] = [{}, {HEADER: "wrong"}, {HEADER: ""}, {HEADER: "\xe9\xff"}]

        with listening(app, port):
            api.until(lambda: api.webhook)
            statuses = [post(port, body, **headers) for headers in wrong]

        assert statuses == [401, 401, 401, 401]
        assert stored(app) == 0

    def test_refuses_what_is_no_update(self, api: BotApi, app: ScriptedApp) -> None:
        port = free_port()
        app = with_secret(api, app)
        bodies = [b"", b"not json", b"[]", b'{"update_id": "x"}', b"\xff\xfe"]

        with listening(app, port):
            api.until(lambda: api.webhook)
            statuses = [post(port, body, **{HEADER: SECRET}) for body in bodies]

        assert statuses == [400] * len(bodies)
        assert stored(app) == 0


@ONE_DATABASE
class TestStart:
    def test_tells_telegram_the_address_the_secret_and_what_is_wanted(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        with listening(with_secret(api, app), free_port()):
            webhook = api.until(lambda: api.webhook)

        assert webhook["url"] == "https://bot.example/telegram"
        assert webhook["secret_token"] == SECRET
        assert sorted(json.loads(webhook["allowed_updates"])) == [
            "callback_query",
            "edited_message",
            "message",
            "my_chat_member",
        ]

    @pytest.mark.parametrize("secret", [None, "", "no spaces", "太短"])
    def test_needs_a_secret_that_telegram_takes(
        self, api: BotApi, app: ScriptedApp, secret: str | None
    ) -> None:
        with (
            pytest.raises(OperatorError, match="GUANGHE_TELEGRAM_WEBHOOK_SECRET"),
            listening(with_secret(api, app, secret), free_port()) as bot,
        ):
            bot.join()

    def test_names_a_port_in_use(self, api: BotApi, app: ScriptedApp) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]

            with (
                pytest.raises(OperatorError, match=f"127.0.0.1:{port}"),
                listening(with_secret(api, app), port) as bot,
            ):
                bot.join()

    def test_says_why_telegram_refuses_the_address(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("setWebhook", Refused(400, "Bad Request: bad webhook: HTTPS url must be provided"))

        with (
            pytest.raises(OperatorError, match="HTTPS url must be provided"),
            listening(with_secret(api, app), free_port()) as bot,
        ):
            bot.join()


class RefusingDatabase(Database):
    """A database that refuses what is written, for good."""

    @override
    @contextmanager
    def writing(self) -> Generator[Session]:
        raise DataError("INSERT", {}, Exception("value out of range"))
        yield
