"""`guanghe reports`, as reviewers meet it."""

import json

import pytest
from typer.testing import CliRunner

from bot.commands.reports import reports_commands
from bot.settings import Settings
from tools.kernel.errors import OperatorError

OPEN = "QQ20220812-0002"
BY = ("--by", "周舟", "--reason", "看过了")


@pytest.fixture(autouse=True)
def home(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands open a demo of the test's own."""
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))


def run(*arguments: str) -> str:
    done = CliRunner().invoke(reports_commands, list(arguments))
    if isinstance(done.exception, OperatorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def state(number: str) -> str:
    return json.loads(run("show", number, "--json"))["state"]


class TestReports:
    def test_queue_shows_what_is_due_first(self) -> None:
        rows = [json.loads(line) for line in run("queue", "--json").splitlines()]

        assert [row["state"] for row in rows] == ["submitted", "appealed", "reviewing"]
        assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)
        assert run("queue").count("\n") == 3

    def test_show_tells_the_whole_case(self) -> None:
        told = run("show", "QQ20220730-0004")

        assert "state: appealed" in told
        assert "reviewer 林澜" in told
        assert "这条是我自己照着教程做的" in told

    def test_decide_counts_once(self) -> None:
        assert run("decide", OPEN, "uphold", *BY) == f"{OPEN} is upheld\n"

        with pytest.raises(OperatorError, match=f"{OPEN} is upheld since .* by 周舟"):
            run("decide", OPEN, "reject", *BY)
        assert state(OPEN) == "upheld"

    def test_restore_puts_the_work_back(self) -> None:
        assert run("restore", "QQ20220730-0004", *BY) == "QQ20220730-0004 is restored\n"

        body = json.loads(run("show", "QQ20220730-0004", "--json"))
        assert (body["measure"], body["in_force"]) == ("takedown", False)

    def test_accept_and_ask_answer_first(self) -> None:
        assert run("accept", "QQ20220814-0007", "--by", "周舟").endswith("is reviewing\n")
        assert run("ask", "QQ20220814-0007", "请补充对方主页链接", "--by", "周舟").endswith(
            "needs_evidence\n"
        )

    def test_authorise_registers_a_power_of_attorney(self) -> None:
        days = ("--from", "2022-08-01", "--until", "2023-08-01", "--document", "POA-1")

        assert run("authorise", "yuanchuang", "laotie", *days).startswith(
            "@laotie may report for @yuanchuang"
        )

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("show", "QQ20220812-0099"), "there is no report 'QQ20220812-0099'"),
            (("show", "x"), "there is no report 'x'"),
            (("decide", OPEN, "maybe", *BY), "no decision 'maybe'; there are uphold, reject"),
            (("decide", OPEN, "uphold", "--malicious", *BY), "--malicious goes with reject"),
            (("decide", OPEN, "uphold", "--measure", "burn", *BY), "no measure 'burn'"),
            (("decide", OPEN, "uphold", "--copy", "3xnone", *BY), "there is no work '3xnone'"),
            (("decide", "QQ20220730-0004", "uphold", "--by", "林澜", "--reason", "一样"), "somebody else"),
            (
                ("authorise", "yuanchuang", "nobody", "--from", "2022-08-01", "--until", "2023-08-01", "--document", "x"),
                "there is no account 'nobody'",
            ),
        ],
    )  # fmt: skip
    def test_refuse_bad_input_with_one_line(self, arguments: tuple[str, ...], message: str) -> None:
        with pytest.raises(OperatorError, match=message.replace("'", ".")):
            run(*arguments)
