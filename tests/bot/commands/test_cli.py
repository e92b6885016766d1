"""The command line as operators meet it: real processes, real exit codes."""

import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
CLAUSES = (
    "---\nid: {id}\ntitle: 规则\nversion: {version}\nin_force_from: {since}\nin_force_until: null\n"
    "audience: everyone\nsource: sample\n---\n# 规则\n\n## 1 总则\n1.1 提现的最低门槛是 10 元。\n"
)


@dataclass(frozen=True)
class Command:
    """`guanghe` with a home of its own."""

    home: Path

    def run(
        self, *arguments: str | bytes, prepare: Callable[[], None] | None = None, **settings: str
    ) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GUANGHE_")}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=environment | {"GUANGHE_HOME": str(self.home), "PYTHONPATH": str(ROOT)} | settings,
            cwd=self.home.parent,
            capture_output=True,
            timeout=120,
            preexec_fn=prepare,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def json(self, *arguments: str, **settings: str) -> Any:  # noqa: ANN401 - whatever JSON is printed
        """Return what the command prints, which must be one JSON value."""
        code, out, err = self.run(*arguments, "--json", prepare=None, **settings)
        assert (code, err) == (0, ""), err
        return json.loads(out)

    def fails(
        self, *arguments: str | bytes, prepare: Callable[[], None] | None = None, **settings: str
    ) -> str:
        """Return the one line that the command fails with."""
        code, out, err = self.run(*arguments, prepare=prepare, **settings)
        assert code == 1, (out, err)
        assert out == ""
        assert len(err.splitlines()) == 1, err
        return err.strip()


@pytest.fixture
def demo(demo_settings: Any) -> Command:  # noqa: ANN401 - Settings, whose import is slow
    return Command(demo_settings.home)


@pytest.fixture
def empty(tmp_path: Path) -> Command:
    return Command(tmp_path / "home")


class TestAsk:
    def test_answers_from_a_cited_policy(self, demo: Command) -> None:
        answer = demo.json("ask", "--as", "laotie", "光合计划要多少粉丝才能参加")

        assert {"text", "calls", "citations", "confirm", "buttons", "attachments", "case"} <= answer.keys()
        assert "10,000" in answer["text"]
        assert {"policy", "clause", "title", "quote"} <= answer["citations"][0].keys()
        assert answer["citations"][0]["policy"] == "guanghe-plan"

    def test_draws_charts_into_the_home(self, demo: Command) -> None:
        answer = demo.json("ask", "--as", "laotie", "今年一共进账多少")
        said = demo.run("ask", "--as", "laotie", "今年一共进账多少")[1]

        (picture,) = answer["attachments"]
        path = Path(picture["path"])
        assert picture["kind"] == "image"
        assert path.is_absolute()
        assert path.read_bytes().startswith(b"\x89PNG")
        assert answer["charts"][0]["labels"][-1] == "8月"
        assert str(path) in said

    def test_answers_politely_whatever_is_typed(self, demo: Command) -> None:
        for text in ("", "长" * 30_000, b"\xff\xfe\x80bad", "\u202e\x07"):
            code, out, err = demo.run("ask", "--as", "laotie", text)

            assert (code, err) == (0, "")
            assert out.strip()

    def test_says_which_handle_is_unknown(self, demo: Command) -> None:
        assert "'nobody'" in demo.fails("ask", "--as", "nobody", "你好")

    def test_says_that_a_home_is_not_ready(self, empty: Command) -> None:
        assert "guanghe init" in empty.fails("ask", "你好")


class TestConfirm:
    def test_does_what_was_proposed_and_survives_the_restart_between(self, demo: Command) -> None:
        asked = demo.json("ask", "--as", "yuanchuang", "举报 https://v.example.com/s/9 搬运我最新那条作品")
        assert asked["confirm"] is not None

        done = demo.json("confirm", "--as", "yuanchuang", asked["confirm"]["id"])
        again = demo.json("confirm", "--as", "yuanchuang", asked["confirm"]["id"])
        other = demo.json("confirm", "--as", "laotie", asked["confirm"]["id"])

        assert done == again
        assert "没有找到" in other["text"]
        assert demo.run("audit")[0] == 0


class TestSearch:
    def test_answers_for_the_day_asked(self, demo: Command) -> None:
        during = demo.json("search", "青云计划每天多少流量", "--on", "2022-08-15")
        after = demo.json("search", "青云计划每天多少流量", "--on", "2022-10-01")

        assert during[0]["policy"] == "qingyun"
        assert "qingyun" not in {row["policy"] for row in after}

    def test_refuses_what_is_no_day(self, demo: Command) -> None:
        assert "not a day" in demo.fails("search", "提现", "--on", "someday")


class TestInit:
    def test_changes_nothing_the_second_time(self, demo: Command) -> None:
        code, out, _ = demo.run("init", "--demo")

        assert code == 0
        assert "0 policies added, 0 updated, 0 removed" in out

    def test_says_which_policy_is_broken_and_keeps_what_is_stored(
        self, demo: Command, tmp_path: Path
    ) -> None:
        broken = tmp_path / "policies"
        broken.mkdir()
        (broken / "rules.v1.md").write_text("---\nid: rules\n---\n1.1 什么都没有\n", encoding="utf-8")

        assert "rules.v1.md:" in demo.fails("init", GUANGHE_POLICIES=str(broken))
        assert demo.json("search", "提现最低多少")

    def test_refuses_versions_that_overlap(self, demo: Command, tmp_path: Path) -> None:
        folder = tmp_path / "policies"
        folder.mkdir()
        for version, since in ((1, "2022-01-01"), (2, "2022-06-01")):
            text = CLAUSES.format(id="rules", version=version, since=since)
            (folder / f"rules.v{version}.md").write_text(text, encoding="utf-8")

        assert "rules" in demo.fails("init", GUANGHE_POLICIES=str(folder))
        assert demo.json("search", "提现最低多少")[0]["policy"] == "withdrawal-rules"

    def test_says_when_the_disk_is_full(self, empty: Command) -> None:
        def no_room() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

        assert empty.fails("init", "--demo", prepare=no_room)
        assert empty.run("init", "--demo")[0] == 0
        assert empty.run("audit")[0] == 0

    @pytest.mark.parametrize(
        "url", ["mysql://localhost/x", "sqlite:////no/such/folder/x.sqlite", "postgresql://127.0.0.1:1/x"]
    )
    def test_says_which_database_cannot_be_used(self, empty: Command, url: str) -> None:
        line = empty.fails("init", GUANGHE_DATABASE_URL=url)

        assert "GUANGHE_DATABASE_URL" in line or "cannot use" in line

    def test_leaves_a_database_with_real_creators_alone(self, empty: Command) -> None:
        assert empty.run("init")[0] == 0
        assert empty.run("creators", "generate", "--creators", "3")[0] == 0

        assert "3 creators" in empty.fails("init", "--demo")


class TestImport:
    def test_names_file_row_and_column_and_changes_nothing(self, demo: Command, tmp_path: Path) -> None:
        folder = tmp_path / "exports"
        folder.mkdir()
        (folder / "creators.csv").write_text("handle,nickname\nx,y\n", encoding="utf-8")

        line = demo.fails("creators", "import", str(folder))

        assert "creators.csv" in line
        assert demo.run("audit")[0] == 0


class TestRoute:
    def test_decides_and_executes_nothing(self, demo: Command, tmp_path: Path) -> None:
        file = tmp_path / "said.jsonl"
        file.write_text(
            '{"id":"a","text":"转人工","history":[]}\n{"id":"b","text":"今天天气怎么样"}\n', encoding="utf-8"
        )

        code, out, _ = demo.run("route", str(file))

        rows = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert [(row["id"], row["kind"]) for row in rows] == [("a", "call"), ("b", "decline")]
        assert demo.run("cases", "list")[1] == ""

    @pytest.mark.parametrize("text", ["not json", '{"id":"a"}', "[]", '{"id":1,"text":2}'])
    def test_names_the_line_that_is_wrong(self, demo: Command, tmp_path: Path, text: str) -> None:
        file = tmp_path / "said.jsonl"
        file.write_text(f'{{"id":"a","text":"好"}}\n{text}\n', encoding="utf-8")

        code, _, err = demo.run("route", str(file))

        assert code == 1
        assert f"{file}:2" in err


class TestCases:
    def test_hands_over_to_a_person_and_back(self, demo: Command) -> None:
        case = demo.json("ask", "--as", "laotie", "转人工")["case"]
        assert case in demo.run("cases", "list")[1]

        assert demo.run("cases", "reply", case, "我来处理", "--agent", "小林")[0] == 0
        silent = demo.json("ask", "--as", "laotie", "好的")
        assert "客服" in silent["text"]
        assert "我来处理" in demo.run("cases", "show", case)[1]

        assert demo.run("cases", "resolve", case)[0] == 0
        assert demo.json("ask", "--as", "laotie", "提现最低多少")["citations"]


class TestServe:
    def test_says_that_the_port_is_taken(self, demo: Command) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])

            for command in ("serve", "demo"):
                assert f"127.0.0.1:{port}" in demo.fails(command, "--port", port)


class TestDemoFresh:
    def test_never_deletes_what_is_not_a_demo(self, empty: Command) -> None:
        assert empty.run("init")[0] == 0

        assert "real data" in empty.fails("demo", "--fresh", "--port", "18099")
        assert (empty.home / "guanghe.sqlite").exists()


class TestSettings:
    def test_masks_every_secret(self, empty: Command) -> None:
        _, out, _ = empty.run(
            "settings", GUANGHE_TELEGRAM_TOKEN="1:token", GUANGHE_DATABASE_URL="postgresql://me:pass@db/x"
        )

        assert "1:token" not in out
        assert "pass" not in out
        assert "me:***@db" in out


class TestWorker:
    def test_runs_a_job_and_ends(self, demo: Command) -> None:
        assert demo.run("worker", "--once", "support.forget_finished_updates")[0] == 0

    def test_names_the_jobs_there_are(self, demo: Command) -> None:
        assert "support.forget_finished_updates" in demo.fails("worker", "--once", "nothing")


class TestHelp:
    def test_reads_well(self, empty: Command) -> None:
        code, out, _ = empty.run("--help")

        assert code == 0
        for command in (
            "init",
            "demo",
            "chat",
            "ask",
            "confirm",
            "route",
            "search",
            "serve",
            "telegram",
            "audit",
            "measure",
        ):
            assert command in out
