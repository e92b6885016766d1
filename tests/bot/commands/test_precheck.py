"""`guanghe precheck` as an operator meets it, without a worker."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.commands.precheck import commands
from migrations.run import migrate
from tests.drafts import save, scenery, written
from tools.creators import demo
from tools.kernel.db import open_database
from tools.kernel.errors import OperatorError, Refusal


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prepared")
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}", files=home)
    migrate(database)
    with database.writing() as session:
        demo.load(session, on=date(2022, 8, 15))
    database.close()
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    monkeypatch.setenv("GUANGHE_HOME", str(home))
    return home


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


def checked(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.usefixtures("home")
class TestPrecheck:
    def test_prints_the_fixed_shape(self) -> None:
        row = checked("--title", "全网最低价，加V领福利")

        assert row["verdict"] == "block"
        assert {"rule", "policy", "clause", "span", "at_s", "evidence", "advice"} <= set(row["findings"][0])
        assert [(one["evidence"], one["span"]) for one in row["findings"]] == [
            ("加V", [6, 8]),
            ("全网最低价", [0, 5]),
        ]
        assert row["prediction"].startswith("这是预测，不是裁决")

    def test_passes_everyday_words(self) -> None:
        row = checked("--title", "今天教你做红烧肉", "--text", "三步就好，快来试试")

        assert (row["verdict"], row["findings"]) == ("pass", [])

    def test_judges_the_same_draft_once(self) -> None:
        first, second = checked("--title", "全网最低价"), checked("--title", "全网最低价")

        assert (first["number"], first["judged_at"]) == (second["number"], second["judged_at"])
        assert second["judged_before"]

    def test_shows_where_a_cover_breaks_a_rule(self, tmp_path: Path) -> None:
        cover = save(tmp_path / "cover.jpg", written(scenery(21), "加微信领福利", at=(0.3, 0.4)))

        row = checked("--cover", str(cover))

        assert row["verdict"] == "block"
        picture = Path(row["findings"][0]["evidence"])
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert checked("--cover", str(cover))["findings"] == row["findings"]

    def test_tells_a_file_that_cannot_be_read_in_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "clip.mp4").write_text("no video")

        done = run("--title", "今天教你做红烧肉", "--video", str(tmp_path / "clip.mp4"), "--json")

        assert done.exit_code == 1
        assert json.loads(done.stdout)["verdict"] == "warn"
        assert done.stderr == (
            "guanghe: 视频没法检测：文件打不开，不是常见的视频格式，或者没有传完整。请导出成 MP4 再发。\n"
        )

    def test_takes_words_that_no_terminal_shows(self) -> None:
        row = checked("--title", "\u202e全网最低价\u202c\ud800", "--text", "\x01")

        assert row["verdict"] == "warn"

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            ([], "nothing to check: give --title, --text, --cover or --video"),
            (["--title", "好", "--as", "nobody"], "--as: no creator has the handle 'nobody'"),
            (["--video", "none.mp4"], "视频没法检测：找不到这个文件，请重新发一次。"),
            (["--text", "字" * 100_001], "文案有 100,001 个字，太长了。请控制在 100,000 个字以内再检测。"),
        ],
    )
    def test_refuses_in_one_line(self, arguments: list[str], line: str) -> None:
        done = run(*arguments)

        assert isinstance(done.exception, OperatorError | Refusal)
        assert str(done.exception) == line
