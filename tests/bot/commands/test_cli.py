"""The command line as operators meet it: real processes, real exit codes."""

import json
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import environment_of, guanghe

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
        self,
        *arguments: str | bytes,
        prepare: Callable[[], None] | None = None,
        typed: str = "",
        **settings: str,
    ) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr; where something is prepared, of an interpreter that starts anew."""
        if prepare is None:
            return guanghe(*arguments, home=self.home, cwd=self.home.parent, typed=typed, **settings).wait()
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=environment_of(self.home) | settings,
            cwd=self.home.parent,
            input=typed.encode(),
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
        assert answer["citations"][0]["policy"] == "guanghe-plan-rules"

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


class TestAskWithFiles:
    def test_stores_them_and_asks_what_for(self, demo: Command, tmp_path: Path) -> None:
        picture, film = tmp_path / "封面.jpg", tmp_path / "成片.mp4"
        picture.write_bytes(b"\xff\xd8\xff picture")
        film.write_bytes(b"....ftypisom film")

        answer = demo.json("ask", "--file", str(picture), "--file", str(film))

        assert answer["text"] == "收到 1 个图片、1 个视频（共 28 B）。要我用它做什么？"
        assert len(list((demo.home / "uploads").glob("??/*"))) == 2
        assert not list((demo.home / "uploads" / "arriving").iterdir())
        assert demo.run("audit")[0] == 0

    def test_are_there_for_the_person_who_takes_the_case(self, demo: Command, tmp_path: Path) -> None:
        film = tmp_path / "成片.mp4"
        film.write_bytes(b"....ftypisom film")
        case = demo.json("ask", "--file", str(film), "转人工")["case"]

        _, shown, _ = demo.run("cases", "show", case, "--as", "xiaolin")

        (stored,) = (demo.home / "uploads").glob("??/*")
        assert "[视频 成片.mp4] 转人工" in shown
        assert str(stored) in shown

    def test_are_sent_from_a_chat_too(self, demo: Command, tmp_path: Path) -> None:
        film = tmp_path / "成片 1.mp4"
        film.write_bytes(b"....ftypisom film")

        code, out, err = demo.run("chat", typed=f"/file {film}\n/file {tmp_path}/none\n你好\n")

        assert (code, err) == (0, "")
        assert "收到视频“成片 1.mp4”（17 B）" in out
        assert f"{tmp_path}/none is no file" in out
        assert out.count("你好，我是光合助手") == 2

    def test_says_in_one_line_which_cannot_be_sent(self, demo: Command, tmp_path: Path) -> None:
        good, empty, large = tmp_path / "good", tmp_path / "empty", tmp_path / "large"
        good.write_bytes(b"words")
        empty.touch()
        with large.open("wb") as file:
            file.truncate(1_000_001)
        faults = [
            demo.fails("ask", "看", "--file", str(good), "--file", str(bad), GUANGHE_UPLOAD_LIMIT_MB="1")
            for bad in (tmp_path / "missing", tmp_path, empty, large)
        ]

        assert [fault.removeprefix(f"guanghe: --file: {tmp_path}") for fault in faults] == [
            "/missing is no file",
            " is no file",
            "/empty is empty",
            "/large has more than 1,000,000 bytes (GUANGHE_UPLOAD_LIMIT_MB)",
        ]
        assert not list((demo.home / "uploads" / "arriving").iterdir())

    def test_needs_words_or_a_file(self, demo: Command) -> None:
        code, _, err = demo.run("ask")

        assert code == 2
        assert "--file" in err


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

        assert demo.run("cases", "reply", case, "我来处理", "--as", "xiaolin")[0] == 0
        silent = demo.json("ask", "--as", "laotie", "好的")
        assert "客服" in silent["text"]
        assert "我来处理" in demo.run("cases", "show", case, "--as", "xiaolin")[1]

        assert demo.run("cases", "resolve", case, "--as", "xiaolin")[0] == 0
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
