"""`guanghe detect` as an operator meets it."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.detect import detect_commands
from tests.clips import scene, write_clip
from tools.creators import demo
from tools.kernel.db import open_database
from tools.kernel.errors import OperatorError


@pytest.fixture
def home(empty_sqlite: Path, on: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(empty_sqlite, home / "guanghe.sqlite")
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}")
    with database.writing() as session:
        demo.load(session, on=on)
    database.close()
    monkeypatch.setenv("GUANGHE_HOME", str(home))
    return home


class TestDetect:
    def test_finds_in_a_folder_what_was_added_and_tells_bad_files(self, home: Path, tmp_path: Path) -> None:
        original = write_clip(tmp_path / "original.mp4", scene(21))
        uploads = tmp_path / "uploads"
        uploads.mkdir()
        write_clip(uploads / "copy.mp4", scene(21))
        write_clip(uploads / "other.mp4", scene(22))
        (uploads / "sound.mp4").write_text("no video")
        run = CliRunner()

        added = run.invoke(detect_commands, ["add", str(original), "--owner", "yuanchuang"])
        done = run.invoke(detect_commands, ["check", str(uploads), "--json"])

        rows = {Path(row["file"]).stem: row for row in map(json.loads, done.stdout.splitlines())}
        assert added.exit_code == 0
        assert done.exit_code == 1
        assert {name: row["verdict"] for name, row in rows.items()} == {
            "copy": "copy",
            "other": "clear",
            "sound": None,
        }
        match = rows["copy"]["matches"][0]
        assert (match["original"], match["owner"], match["mirrored"]) == ("original", "yuanchuang", False)
        assert match["query_s"] == pytest.approx([0, 6], abs=0.3)
        assert done.stderr == f"{uploads / 'sound.mp4'}: not a video in a known format\n"

    def test_refuses_an_owner_that_there_is_not(self, home: Path, tmp_path: Path) -> None:
        done = CliRunner().invoke(detect_commands, ["add", str(tmp_path / "a.mp4"), "--owner", "nobody"])

        assert isinstance(done.exception, OperatorError)
        assert str(done.exception) == "--owner: no creator has the handle 'nobody'"
