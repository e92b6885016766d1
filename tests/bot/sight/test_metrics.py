"""Metrics as a Prometheus server reads them, and who may."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.messages import Channel, Inbound, Sender
from bot.sight.server import register
from bot.sight.watch import ToolOutcome
from tests.bot.api.conftest import settings_at
from tests.bot.channels.running_bot import ONE_DATABASE, ScriptedApp
from tests.calls import a_creator, an_open_conversation
from tools.kernel.db import Database, open_database
from tools.support import service as support
from tools.support.api import tokens
from tools.support.api.scopes import Scope

HERE, ELSEWHERE = ("127.0.0.1", 5), ("10.1.2.3", 5)


@pytest.fixture
def app(database: Database, now: datetime, tmp_path: Path) -> Iterator[ScriptedApp]:
    """Yield an App whose process is counted."""
    before = logging.getLogger().handlers[:]
    yield ScriptedApp(settings_at(tmp_path), database, lambda: now)
    logging.getLogger().handlers[:] = before


def client(app: ScriptedApp, address: tuple[str, int] = HERE) -> TestClient:
    server = FastAPI()
    register(server, app)
    return TestClient(server, client=address)


def figures(text: str) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in re.findall(r"^(guanghe_[^ ]+) ([-+.e0-9]+)$", text, re.MULTILINE)
    }


class TestMetrics:
    def test_count_turns_tools_jobs_errors_and_what_waits(self, app: ScriptedApp, now: datetime) -> None:
        with app.database.writing() as session:
            here = an_open_conversation(session, creator=a_creator(session, "laotie"), now=now)
            support.append_notice(
                session, conversation_id=here, key="a", text="好", body={"text": "好"}, now=now
            )
        asker = client(app)
        watch = app.watch
        app.assistant.reply(Inbound(Sender(Channel.TERMINAL, "laotie"), "1", "你好", now))
        with watch.turn("web"), watch.tool("earnings") as note:
            note.outcome, note.reason = ToolOutcome.REFUSED, "NothingEarned"
        with watch.turn("web"), watch.tool("human_escalation") as note:
            note.made(case=True)
        with watch.job("room.job"):
            pass
        logging.getLogger("bot.test").error("broken")

        found = figures(asker.get("/metrics").text)

        assert found['guanghe_turns_total{channel="terminal",kind="talk",route="none"}'] == 1
        assert found['guanghe_turns_total{channel="web",kind="refused",route="earnings"}'] == 1
        assert found['guanghe_refusals_total{reason="NothingEarned",tool="earnings"}'] == 1
        assert found['guanghe_escalations_total{channel="web"}'] == 1
        assert found['guanghe_tools_total{outcome="refused",tool="earnings"}'] == 1
        assert found['guanghe_turn_seconds_count{channel="web"}'] == 2
        assert found['guanghe_jobs_total{job="room.job",outcome="done"}'] == 1
        assert found['guanghe_errors_total{logger="bot.test"}'] == 1
        assert found['guanghe_waiting_messages{channel="terminal"}'] == 1
        assert found["guanghe_store_up"] == 1

    def test_say_that_the_store_does_not_answer(
        self, app: ScriptedApp, tmp_path: Path, now: datetime
    ) -> None:
        lost = open_database(f"sqlite:///{tmp_path / 'missing' / 'guanghe.sqlite'}")
        asker = client(ScriptedApp(settings_at(tmp_path), lost, lambda: now))

        answer = asker.get("/metrics")

        assert answer.status_code == 200
        assert figures(answer.text)["guanghe_store_up"] == 0

    @ONE_DATABASE
    def test_have_labels_of_our_own_words_alone(self, app: ScriptedApp, now: datetime) -> None:
        with app.database.writing() as session:
            a_creator(session, "laotie")
        asker = client(app)
        app.assistant.reply(Inbound(Sender(Channel.TERMINAL, "laotie"), "key-1", "我叫老铁", now))

        text = asker.get("/metrics").text

        assert not [words for words in ("laotie", "老铁", "key-1") if words in text]


@ONE_DATABASE
class TestDoor:
    def test_is_open_to_this_machine(self, app: ScriptedApp) -> None:
        assert client(app).get("/metrics").status_code == 200
        assert client(app, ("::1", 5)).get("/metrics").status_code == 200

    @pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
    def test_is_closed_to_what_a_proxy_on_this_machine_passes_on(self, app: ScriptedApp, header: str) -> None:
        answer = client(app).get("/metrics", headers={header: "127.0.0.1"})

        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "guanghe_" not in answer.text

    def test_asks_others_for_a_token_with_the_scope(self, app: ScriptedApp, now: datetime) -> None:
        with app.database.writing() as session:
            made = {
                scope: tokens.add_token(
                    session, name=scope.value, scopes={scope}, rate_per_minute=60, now=now
                )
                for scope in Scope
            }
        asker = client(app, ELSEWHERE)

        codes = {
            scope: asker.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code
            for scope, token in made.items()
        }

        assert codes == {Scope.ACT: 401, Scope.LINK: 401, Scope.METRICS: 200}
        assert asker.get("/metrics").status_code == 401
        assert asker.get("/metrics", headers={"Authorization": "Basic x"}).status_code == 401
        assert client(app, ("unknown", 5)).get("/metrics").status_code == 401
