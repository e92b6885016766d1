"""Traces: a turn, its tools, their statements, as a collector gets them; and nothing where none is named."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App, open_app
from bot.messages import Channel, Inbound, Sender
from bot.settings import Settings
from bot.sight.traces import Tracing, summary
from bot.sight.watch import Watch
from tests.bot.sight.collector import Collector
from tools.kernel.db import Database

QUESTION = "我上个月挣了多少"


class TestTracing:
    def test_draws_statements_inside_a_turn_and_tells_none_of_their_values(self, database: Database) -> None:
        with Collector() as collector:
            tracing = Tracing(f"http://127.0.0.1:{collector.port}")
            tracing.watch(database.engine)
            watch = Watch(tracer=tracing)

            with watch.turn("web"), watch.tool("earnings"), database.reading() as session:
                session.execute(text("SELECT * FROM creator WHERE handle = :h"), {"h": "laotie"})
            with database.reading() as session:
                session.execute(text("SELECT 1"))
            with pytest.raises(SQLAlchemyError), watch.job("room.job"), database.writing() as session:
                session.execute(text("SELECT * FROM nowhere WHERE handle = :h"), {"h": "laotie"})
            tracing.close()

        # SQLite's transactions begin by a statement of their own.
        assert [line for line in collector.tree() if not line.strip().startswith("BEGIN")] == [
            "turn",
            "  tool earnings",
            "    SELECT creator",
            "job room.job",
            "  SELECT nowhere",
        ]
        assert "laotie" not in str(collector.spans)
        assert [span.status.code for span in collector.spans if span.status.code] == [2, 2]

    def test_follows_a_real_turn_into_the_database(self, demo_settings: Settings, demo_app: App) -> None:
        with Collector() as collector:
            settings = demo_settings.model_copy(update={"otlp": f"http://127.0.0.1:{collector.port}"})
            app = replace(open_app(settings), clock=demo_app.clock)
            asked = Inbound(Sender(Channel.TERMINAL, "laotie"), "1", QUESTION, app.clock())

            answer = app.assistant.reply(asked)
            app.close()

        tree = collector.tree()
        assert answer is not None
        assert tree[0] == "turn"
        assert "  tool earnings_and_payouts" in tree
        assert any(line.startswith("    SELECT ") for line in tree)
        sent = str(collector.spans)
        assert not [words for words in (QUESTION, answer.text, "laotie", "老铁") if words in sent]

    def test_is_off_unless_a_collector_is_named(self, demo_app: App) -> None:
        assert demo_app.watch.tracer is None
        assert not demo_app.database.engine.dispatch.before_cursor_execute


class TestSummary:
    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            ('SELECT "message".id FROM "message" WHERE x = ?', "SELECT message"),
            ("INSERT INTO message (text) VALUES ('老铁')", "INSERT message"),
            ("  update creator SET a = 1", "UPDATE creator"),
            ("DELETE FROM a", "DELETE a"),
            ("BEGIN IMMEDIATE", "BEGIN"),
            ("WITH x AS (SELECT 1 FROM creator) SELECT * FROM x", "WITH creator"),
            ("", "?"),
        ],
    )
    def test_is_the_verb_and_the_table(self, statement: str, words: str) -> None:
        assert summary(statement) == words
