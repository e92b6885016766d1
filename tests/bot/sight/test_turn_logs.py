"""What real turns leave behind: figures, lines and no personal data."""

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.app import App
from bot.messages import Channel, Inbound, Sender
from bot.settings import LogForm
from bot.sight.logs import configure
from tools.support.turns import service as turns
from tools.support.turns.kinds import TurnKind

SAID = (
    "我上个月挣了多少",
    "我叫铁柱，手机号13800138000，帮我看看账号",
    "提现 500 元",
    "举报有人搬运我的《铁锅炖大鹅》",
    "今天天气怎么样",
    "你们就是骗子，转人工",
)
PERSONAL = ("laotie", "老铁", "铁柱", "13800138000", "铁锅", "骗子", "500", "key-")


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """Give the process its own way of logging back after the test."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    names = ("bot", "tools", "knowledge", "migrations")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    logging.raiseExceptions = True
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = kept[0], kept[1], kept[2], kept[3]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("kept_logging")
class TestTurns:
    def test_leave_figures_and_lines_and_nothing_of_what_was_said(
        self, demo_app: App, capsys: pytest.CaptureFixture[str]
    ) -> None:
        configure(LogForm.JSON)
        # Even the loudest of them.
        for name in ("bot", "tools", "knowledge"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        sender = Sender(Channel.TERMINAL, "laotie")
        answers = [
            demo_app.assistant.reply(Inbound(sender, f"key-{place}", words, demo_app.clock()))
            for place, words in enumerate(SAID)
        ]

        written = capsys.readouterr().err
        lines = [json.loads(line) for line in written.splitlines()]

        ended = [line for line in lines if line.get("event") == "a turn ended"]
        assert len(ended) == len(SAID)
        assert ended[0]["route"] == "earnings_and_payouts"
        assert ended[-1]["outcome"] == TurnKind.ESCALATED
        assert all(line["seconds"] >= 0 and line["channel"] == "terminal" for line in ended)
        assert not [words for words in PERSONAL if words in written]
        assert not [one.text for one in answers if one is not None and one.text in written]
        with demo_app.database.reading() as session:
            found = turns.figures(session, since=demo_app.clock(), until=demo_app.clock().replace(year=2023))
            rows = str(session.execute(text("SELECT * FROM turn_figure")).all())
        assert found.turns == len(SAID)
        assert found.of_kind(TurnKind.ESCALATED) == 1
        assert not [words for words in PERSONAL[:-1] if words in rows and words != "500"]
