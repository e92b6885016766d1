"""Logs that hold no personal data, by the way they are made."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import LogForm
from bot.sight.logs import JsonFormatter, configure
from bot.sight.watch import Watch
from tests.bot.channels.running_bot import ONE_DATABASE
from tools.kernel.db import Database

SECRET = "老铁的手机号13800138000"
ours = logging.getLogger("bot.test")


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """Give the process its own way of logging back after the test."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in ("bot", "tools", "knowledge", "migrations")}
    yield
    logging.raiseExceptions = True
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = kept[0], kept[1], kept[2], kept[3]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    written = capsys.readouterr().err
    assert SECRET not in written
    assert "13800138000" not in written
    assert "\\u" not in written
    return [json.loads(line) for line in written.splitlines()]


@pytest.mark.usefixtures("kept_logging")
class TestJson:
    def test_takes_the_sentence_and_not_what_fills_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        ours.warning("chat %s said %r", 13800138000, SECRET)

        (line,) = lines(capsys)
        assert (line["event"], line["level"], line["logger"]) == ("chat %s said %r", "warning", "bot.test")
        assert line["where"].startswith("test_logs:")

    def test_takes_known_fields_of_plain_values(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        ours.info("done", extra={"tool": "t", "seconds": 0.5, "handle": SECRET, "turn": {"text": SECRET}})

        (line,) = lines(capsys)
        assert (line["tool"], line["seconds"]) == ("t", 0.5)
        assert not {"handle", "turn"} & line.keys()

    def test_tells_an_errors_type_and_way(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)

        def fail() -> None:
            try:
                int(SECRET)
            except ValueError as error:
                raise RuntimeError(SECRET) from error

        try:
            fail()
        except RuntimeError:
            ours.exception("it failed")

        (line,) = lines(capsys)
        assert [one["type"] for one in line["errors"]] == ["builtins.RuntimeError", "builtins.ValueError"]
        assert line["errors"][0]["at"][-1].startswith("tests/bot/sight/test_logs.py:")
        assert line["errors"][0]["at"][-1].endswith(" fail")

    @ONE_DATABASE
    def test_tells_no_parameters_of_a_statement(
        self, capsys: pytest.CaptureFixture[str], database: Database
    ) -> None:
        configure(LogForm.JSON)
        try:
            with database.reading() as session:
                session.execute(text("SELECT * FROM nowhere WHERE handle = :handle"), {"handle": SECRET})
        except SQLAlchemyError:
            ours.exception("the store refused")

        (line,) = lines(capsys)
        assert line["errors"][0]["type"] == "sqlalchemy.exc.OperationalError"

    def test_takes_no_sentence_of_other_peoples_code(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        logging.getLogger("aiogram").error(f"could not send {SECRET}")  # noqa: G004 - what such code does
        logging.getLogger("botany").error(SECRET)

        found = lines(capsys)
        assert ["event" in line for line in found] == [False, False]
        assert found[0]["where"].startswith("test_logs:")

    def test_leaves_out_what_is_no_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        ours.error(ValueError(SECRET))

        assert "event" not in lines(capsys)[0]

    def test_names_the_turn_of_every_line_in_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        with Watch().turn("web") as note:
            ours.warning("inside")
        ours.warning("outside")

        inside, ended, outside = lines(capsys)
        assert inside["turn"] == ended["turn"] == note.reference
        assert "turn" not in outside

    def test_tells_of_a_thread_that_ended(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)

        def fail() -> None:
            raise ValueError(SECRET)

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

        (line,) = lines(capsys)
        assert (line["event"], line["level"]) == ("a thread ended by an error", "critical")

    def test_tells_of_a_process_that_ended(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure(LogForm.JSON)
        error = ValueError(SECRET)

        sys.excepthook(ValueError, error, None)

        assert lines(capsys)[0]["errors"] == [{"type": "builtins.ValueError", "at": []}]


class TestFormatter:
    def test_survives_a_chain_without_end(self) -> None:
        error = ValueError()
        for _ in range(50):
            following = ValueError()
            following.__cause__ = error
            error = following
        record = logging.LogRecord("bot", logging.ERROR, "p", 1, "x", (), (ValueError, error, None))

        assert len(json.loads(JsonFormatter().format(record))["errors"]) == 5
