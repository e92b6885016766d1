"""`guanghe detect` as an operator meets it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.detect import detect_commands
from bot.settings import Settings
from tests.clips import scene, write_clip
from tools.kernel.errors import OperatorError


@pytest.fixture
def home(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))
    return demo_settings.home


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

    def test_shares_the_originals_of_a_folder_with_a_fleet(
        self,
        home: Path,
        tmp_path: Path,
        create_database: Callable[[str], str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        original = write_clip(tmp_path / "original.mp4", scene(21))
        run = CliRunner()
        run.invoke(detect_commands, ["add", str(original), "--owner", "yuanchuang"])
        here = run.invoke(detect_commands, ["share"])
        monkeypatch.setenv("GUANGHE_DATABASE_URL", create_database("fleet"))

        first, again = (run.invoke(detect_commands, ["share"]).stdout for _ in range(2))

        monkeypatch.setenv("GUANGHE_HOME", str(tmp_path / "another machine"))
        done = run.invoke(detect_commands, ["check", str(original), "--json"])
        assert str(here.exception).startswith("detect share: originals are shared in PostgreSQL")
        assert first == again == "1 originals in the database\n"
        assert json.loads(done.stdout)["matches"][0]["original"] == "original"

    def test_refuses_an_owner_that_there_is_not(self, home: Path, tmp_path: Path) -> None:
        done = CliRunner().invoke(detect_commands, ["add", str(tmp_path / "a.mp4"), "--owner", "nobody"])

        assert isinstance(done.exception, OperatorError)
        assert str(done.exception) == "--owner: no creator has the handle 'nobody'"

    def test_knows_whose_originals_an_author_may_use(self, home: Path, tmp_path: Path) -> None:
        original = write_clip(tmp_path / "original.mp4", scene(21))
        licence = ["permit", "yuanchuang", "laotie", "--from", "2022-08-01", "--document", "HT-1"]
        run = CliRunner()

        def verdict() -> str:
            done = run.invoke(detect_commands, ["check", str(original), "--author", "laotie", "--json"])
            return json.loads(done.stdout)["verdict"]

        run.invoke(detect_commands, ["add", str(original), "--owner", "yuanchuang"])
        before = verdict()
        permitted = run.invoke(detect_commands, licence)
        during = verdict()
        listed = run.invoke(detect_commands, ["permissions"])
        run.invoke(detect_commands, ["end-permission", "1"])

        assert (before, during, verdict()) == ("copy", "clear", "copy")
        assert permitted.stdout == "permission 1 is registered\n"
        assert listed.stdout == "1  @laotie may use every original of @yuanchuang from 2022-08-01  HT-1\n"

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["permit", "nobody", "laotie"], "there is no account 'nobody'"),
            (["permit", "laotie", "laotie"], "an author needs no permission for the own works"),
            (["permit", "yuanchuang", "laotie", "--until", "2022-08-01"], "--until must be after --from"),
            (["permit", "yuanchuang", "laotie", "--work", "3xnone"], "'3xnone' is no work of yuanchuang"),
        ],
    )
    def test_refuses_permissions_that_say_nothing(self, home: Path, arguments: list[str], line: str) -> None:
        arguments = [*arguments, "--from", "2022-08-01", "--document", "HT-1"]

        done = CliRunner().invoke(detect_commands, arguments)

        assert isinstance(done.exception, OperatorError)
        assert str(done.exception) == line
