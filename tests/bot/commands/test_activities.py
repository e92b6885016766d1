"""`guanghe activities`, as operators meet it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.activities import activity_commands
from bot.settings import Settings
from tools.kernel.errors import OperatorError

COLUMNS = "key,title,category,about,reward,policy,clause,audience,starts,ends,sign_up_by"
ROW = "HD-x,大号专场,,拍什么都行,流量券,activity-notices-rules,2.3,followers >= 1000000,2022-08-16,2022-08-30,2022-08-20"


@pytest.fixture(autouse=True)
def home(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands open a demo of the test's own."""
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))


def run(*arguments: str, commands: typer.Typer = activity_commands) -> str:
    done = CliRunner().invoke(commands, list(arguments))
    if isinstance(done.exception, OperatorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


class TestActivities:
    def test_are_imported_counted_sent_paused_resumed_and_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "activities.csv"
        path.write_text(f"{COLUMNS}\n{ROW}\n", "utf-8")

        assert run("check", str(path)) == "activities.csv: 1 activities, no faults\n"
        assert run("import", str(path)) == "1 new, 0 changed, 0 unchanged\n"
        plan = json.loads(run("plan", "HD-x", "--json"))
        assert plan["members"] >= 1
        assert "mingxing" in plan["samples"]
        assert "not told" in next(line for line in run("list").splitlines() if line.startswith("HD-x"))
        assert run("send", "HD-x", "--queue-only").endswith("is queued\n")
        assert "is paused" in run("pause", "HD-x")
        assert f"{plan['members']} notices stored" in run("resume", "HD-x")
        report = json.loads(run("report", "HD-x", "--json"))
        assert (report["state"], report["stored"], report["queued"]) == (
            "done",
            plan["members"],
            plan["members"],
        )

    def test_say_which_cell_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "activities.csv"
        path.write_text(f"{COLUMNS}\n{ROW.replace('followers', 'fans')}\n", "utf-8")

        with pytest.raises(
            OperatorError, match=r"activities\.csv row 2, column audience: .*no fact is called 'fans'"
        ):
            run("check", str(path))
        with pytest.raises(OperatorError, match="there is no activity 'HD-none'"):
            run("plan", "HD-none")
