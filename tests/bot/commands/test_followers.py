"""`guanghe followers`, as operators and reviewers meet it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from typer.testing import CliRunner

import migrations.run
from bot.commands.followers import followers_commands
from tests.tools.detection.migration.cases import a_third_account, an_upheld_report, digest, two_accounts
from tools.detection.migration import service
from tools.kernel.db import Database, open_database
from tools.kernel.errors import OperatorError
from tools.schema import metadata

NUMBER = "QY20220815-0001"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Database:
    """Return the database of a home with two accounts, an upheld report and an application."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GUANGHE_HOME", str(folder))
    monkeypatch.setenv("GUANGHE_TODAY", "2022-08-15")
    monkeypatch.delenv("GUANGHE_DATABASE_URL", raising=False)
    database = open_database(f"sqlite:///{folder / 'guanghe.sqlite'}")
    metadata.create_all(database.engine)
    newest = ScriptDirectory(str(Path(migrations.run.__file__).parent)).get_current_head()
    # Applied in the morning: the command's clock shows the real time of day.
    morning = now.replace(hour=0, minute=0)
    with database.writing() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest})
        original, impostor = two_accounts(session)
        an_upheld_report(session, original=original, impostor=impostor, now=morning)
        service.apply(session, creator_id=original, target="muren_guanfang", now=morning)
    return database


def run(*arguments: str) -> str:
    done = CliRunner().invoke(followers_commands, [*arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def run_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return found


def imported(tmp_path: Path) -> dict[str, Any]:
    rows = [f"muren_guanfang,{viewer},2022-07-20" for viewer in range(50)]
    rows += [f"muren,{viewer},2022-07-20" for viewer in range(0, 100, 10)]
    path = tmp_path / "edges.csv"
    path.write_text("\n".join(["creator,follower,followed_on", *rows]) + "\n", "utf-8")
    return run_json("import", str(path))


class TestFollowers:
    def test_go_from_the_file_to_the_original_and_back(self, home: Database, tmp_path: Path) -> None:
        assert imported(tmp_path) == {"kind": "edges", "rows": 60, "added": 60, "known": 0}
        first = digest(home, 1, 2)

        assert "applied    @muren_guanfang -> @muren" in run("list")
        assert run("approve", NUMBER, "--by", "林澜") == (
            f"{NUMBER} is approved, to be finished by 2022-08-24\n"
        )
        moved = run_json("migrate", "--case", NUMBER)
        assert moved.items() >= {"case": NUMBER, "state": "moved", "moved": 45, "already": 5}.items()
        assert moved["skipped"] + moved["moved"] == moved["examined"] == 50
        assert run_json("migrate", "--case", NUMBER)["moved"] == 45
        back = run_json("rollback", "--case", NUMBER, "--by", "林澜")
        assert back.items() >= {"state": "returned", "returned": 45, "kept": 0}.items()
        assert digest(home, 1, 2) == first
        assert run("list") == ""
        assert NUMBER in run("list", "--all")

    @pytest.mark.usefixtures("home")
    def test_are_not_moved_without_approval(self) -> None:
        with pytest.raises(OperatorError, match="QY20220815-0001 is applied: only an approved case moves"):
            run("migrate", "--case", NUMBER)

    @pytest.mark.usefixtures("home")
    @pytest.mark.parametrize("number", ["QY20220815-0002", "QY20220814-0001", "1", "", "QQ20220815-0001"])
    def test_name_a_case_that_is_not_there(self, number: str) -> None:
        for command in ("migrate", "rollback"):
            with pytest.raises(OperatorError, match="no migration has the number"):
                run(command, "--case", number)

    @pytest.mark.usefixtures("home")
    def test_are_decided_once(self) -> None:
        assert (
            run("reject", NUMBER, "--by", "林澜", "--reason", "对应关系不成立") == f"{NUMBER} is rejected\n"
        )

        with pytest.raises(OperatorError, match="is rejected: only an application that waits can be decided"):
            run("approve", NUMBER, "--by", "林澜")
        with pytest.raises(OperatorError, match="it has moved nobody who could be brought back"):
            run("rollback", "--case", NUMBER)

    @pytest.mark.usefixtures("home")
    def test_need_a_reviewers_name(self) -> None:
        with pytest.raises(OperatorError, match="--by takes the reviewer's name"):
            run("approve", NUMBER, "--by", "  ")

    def test_belong_to_one_case_at_a_time(self, home: Database, now: datetime) -> None:
        morning = now.replace(hour=0, minute=0)
        with home.writing() as session:
            third = a_third_account(session)
            an_upheld_report(session, original=third, impostor=2, now=morning)
            service.apply(session, creator_id=third, target="muren_guanfang", now=morning)
        run("approve", NUMBER, "--by", "林澜")

        with pytest.raises(OperatorError, match=f"{NUMBER} hands out the same account's followers"):
            run("approve", "QY20220815-0002", "--by", "林澜")
