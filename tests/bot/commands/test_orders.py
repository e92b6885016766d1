"""`guanghe orders` and `guanghe courses`, as operators meet them."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.orders import course_commands, order_commands
from bot.settings import Settings
from tools.kernel.errors import OperatorError

COLUMNS = "key,brand,title,wants,category,audience,kind,budget,price,ceiling,deadline,forbidden"
ROW = "BF-2208101,麦香坊,早餐面包,拍一顿早餐,美食,followers >= 5000,fixed,3000,500,,2022-09-01,最好吃"


@pytest.fixture(autouse=True)
def home(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands open a demo of the test's own."""
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))


def run(commands: typer.Typer, *arguments: str) -> str:
    done = CliRunner().invoke(commands, list(arguments))
    if isinstance(done.exception, OperatorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


class TestOrders:
    def test_imports_recommends_and_invites(self, tmp_path: Path) -> None:
        path = tmp_path / "briefs.csv"
        path.write_text(f"{COLUMNS}\n{ROW}\n", "utf-8")

        assert run(order_commands, "import", str(path)) == "1 new, 0 unchanged\n"
        assert run(order_commands, "import", str(path)) == "0 new, 1 unchanged\n"
        invited = run(order_commands, "recommend", "BF-2208101", "--top", "2", "--invite")

        assert invited.count("优创") == 2
        assert run(order_commands, "list").count("invited    BF-2208101") == 2

    def test_takes_a_quote_and_refuses_steps_that_do_not_follow(self) -> None:
        quoted = next(line for line in run(order_commands, "list").splitlines() if "@dianshang" in line)
        number = quoted.split()[0]

        assert run(order_commands, "place", number) == f"{number} is placed\n"
        with pytest.raises(OperatorError, match="approve does not follow placed"):
            run(order_commands, "approve", number)
        with pytest.raises(OperatorError, match="no order 'SD-20220101-9999'"):
            run(order_commands, "approve", "SD-20220101-9999")
        with pytest.raises(OperatorError, match="--pay: not an amount"):
            run(order_commands, "decide", number, "--pay", "many", "--reason", "x")


class TestCourses:
    def test_reviews_what_waits(self) -> None:
        course = run(course_commands, "list").split()[0]

        assert run(course_commands, "review", course) == f"course {course} is published\n"
        assert run(course_commands, "list") == ""
