"""`guanghe curves`, as operators meet it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.curves import curves_commands
from bot.settings import Settings
from tests.tools.creators.curves.logs_of_tests import LogRow, write_log
from tools.creators.demo_accounts import DEMO_DAY
from tools.kernel.errors import OperatorError


class TestBuild:
    def test_builds_once_and_says_so(
        self, demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))
        log = [LogRow(1, viewer, DEMO_DAY, 0, 3, None, exited=True) for viewer in range(5)]
        path = write_log(tmp_path / "day.parquet", log, work_id=["3xlaotie001"] * 5)

        first = CliRunner().invoke(curves_commands, ["build", str(path), "--json"])
        second = CliRunner().invoke(curves_commands, ["build", str(path)])

        assert first.exception is None
        told = json.loads(first.stdout)
        assert (told["source"], told["rows"], told["curves"], told["days"]) == ("day", 5, 1, ["2022-08-15"])
        assert second.stdout == "day.parquet was built before as day: nothing changed\n"

    def test_refuses_a_file_before_anything_is_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "day.parquet"
        path.write_text("no parquet")

        result = CliRunner().invoke(curves_commands, ["build", str(path)])

        assert isinstance(result.exception, OperatorError)
        assert str(result.exception).startswith("day.parquet: not readable as Parquet: ")


class TestSql:
    def test_prints_the_job_for_an_engine(self) -> None:
        result = CliRunner().invoke(curves_commands, ["sql"])

        assert result.exception is None
        assert "arrayJoin" in result.stdout
