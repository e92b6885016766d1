"""`guanghe programs check`, as operators meet it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.operate import programs_commands
from tests.tools.payout.programs_of_tests import VALID
from tools.kernel.errors import OperatorError


def check(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(programs_commands, ["check", *arguments])
    if isinstance(done.exception, OperatorError):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


class TestCheck:
    def test_finds_no_fault_in_what_is_shipped(self) -> None:
        code, out, err = check()

        assert (code, err) == (0, "")
        assert out.startswith("7 programmes, ")
        assert ": no fault\n" in out

    def test_says_from_when_a_changed_budget_counts(self) -> None:
        _, out, _ = check()

        assert out.splitlines()[1:] == [
            "budget guanghe: 1,000,000,000.00 yuan and 100,000,000,000 impressions a year",
            "budget live: 500,000,000.00 yuan and 3,000,000,000 impressions once",
            "budget qingyun: 800,000,000 impressions a day",
            (
                "A budget that is open gets a raised amount with the worker's next hour or `guanghe payout raise-budgets`; "
                "a cut counts from the next period on, for one that is there once never."
            ),
        ]

    def test_names_file_line_and_reason_of_each_fault(self, tmp_path: Path) -> None:
        (tmp_path / "sample.yaml").write_text(VALID.replace("|| real", "| real"), "utf-8")
        other = VALID.replace("id: sample", "id: other").replace('clause: "1.3"', 'clause: "7.7"')
        (tmp_path / "other.yaml").write_text(other, "utf-8")

        code, out, err = check(str(tmp_path))

        assert (code, out) == (1, "")
        assert err.splitlines() == [
            "sample.yaml:15: terms.0.eligibility.rule: column 17: unexpected '|': write || for or",
            "other.yaml:20: guanghe-plan-rules 7.7 is not in force on 2022-01-01",
        ]

    def test_refuses_a_folder_without_files(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="the folder holds no programme files"):
            check(str(tmp_path))
