from pathlib import Path

import pytest

from tests.tools.payout.granting_clients import ON, broken, clock, guanghe, stored, with_creators
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.payout.grant_files import GrantFile, GrantReport
from tools.payout.program_files import packaged_programs

HEADER = "key,creator,program,asset,amount\n"


def granted(database: Database, path: Path, text: str, *, cash_fen: int = 10**9) -> GrantReport:
    path.write_text(HEADER + text, encoding="utf-8")
    return GrantFile(path, programs=[guanghe(cash_fen)], on=ON).grant(database, clock=clock)


@pytest.fixture
def file(database: Database, tmp_path: Path) -> Path:
    with_creators(database)
    return tmp_path / "grants.csv"


class TestGrantFile:
    def test_grants_each_key_once(self, database: Database, file: Path) -> None:
        report = granted(database, file, "k1,c0,guanghe,cash,100\nk1,c0,guanghe,cash,100\n")

        assert (report.granted, report.duplicates, report.refused) == (1, 1, 0)
        assert stored(database) == {"k1": 10_000}
        assert broken(database) == []

    def test_changes_nothing_the_second_time(self, database: Database, file: Path) -> None:
        text = "k1,c0,guanghe,cash,0.01\nk2,@c1,guanghe,traffic,5000\n"

        first, second = granted(database, file, text), granted(database, file, text)

        assert (first.granted, first.duplicates) == (2, 0)
        assert (second.granted, second.duplicates) == (0, 2)

    def test_tells_why_a_row_is_refused_and_grants_those_after_it(
        self, database: Database, file: Path
    ) -> None:
        text = (
            "k1,c0,guanghe,cash,60\nk2,c0,guanghe,cash,50\nk3,c1,guanghe,cash,40\n"
            "k1,c0,guanghe,cash,60\nk1,c0,guanghe,cash,61\nk1,c1,guanghe,traffic,1\n"
        )

        report = granted(database, file, text, cash_fen=10_000)

        assert (report.granted, report.duplicates, report.refused) == (2, 1, 3)
        assert [(refused.row, refused.key, refused.reason) for refused in report.refusals] == [
            (3, "k2", "budget guanghe:2022 has 40.00 yuan left, wanted 50.00"),
            (6, "k1", "the key stands for another grant"),
            (7, "k1", "the key stands for another grant"),
        ]
        assert stored(database) == {"k1": 6_000, "k3": 4_000}

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (",c0,guanghe,cash,1", "column key: is empty"),
            ("k\x07,c0,guanghe,cash,1", "column key: has characters that can't be printed"),
            (f"{'k' * 101},c0,guanghe,cash,1", "column key: is longer than 100 characters"),
            ("k,nobody,guanghe,cash,1", "column creator: no creator with this handle: 'nobody'"),
            ("k,c0,光合,cash,1", "column program: no programme '光合'"),
            ("k,c0,guanghe,gold,1", "column asset: neither cash nor traffic: 'gold'"),
            ("k,c0,guanghe,cash,0", "column amount: not above zero: '0'"),
            ("k,c0,guanghe,cash,-5", "column amount: not above zero: '-5'"),
            ("k,c0,guanghe,cash,1.005", "column amount: not an amount of yuan"),
            ("k,c0,guanghe,cash,NaN", "column amount: not an amount of yuan"),
            ("k,c0,guanghe,traffic,1.5", "column amount: not a whole number"),
            ("k,c0,guanghe,traffic,9999999999999", "column amount: not a whole number"),
            ("k,c0,guanghe,cash", "4 cells where there are 5 columns"),
            ('k,c0,"guanghe,cash,1', "not CSV"),
        ],
    )
    def test_names_the_row_that_is_wrong_and_grants_nothing(
        self, database: Database, file: Path, row: str, problem: str
    ) -> None:
        with pytest.raises(OperatorError) as caught:
            granted(database, file, f"k1,c0,guanghe,cash,1\n{row}\n")

        line = str(caught.value)
        assert line.startswith("grants.csv row 3")
        assert problem in line
        assert "\n" not in line
        assert stored(database) == {}

    def test_names_a_wrong_row_far_down_before_anything_is_granted(
        self, database: Database, file: Path
    ) -> None:
        rows = "".join(f"k{number},c0,guanghe,cash,1\n" for number in range(5_000))

        with pytest.raises(OperatorError, match=r"grants\.csv row 5002, column creator"):
            granted(database, file, rows + "k,nobody,guanghe,cash,1\n")

        assert stored(database) == {}

    @pytest.mark.parametrize(
        "text", ["", "key,creator,program,asset\n", "key,creator,program,asset,amount,more\n"]
    )
    def test_says_which_columns_it_wants(self, database: Database, file: Path, text: str) -> None:
        file.write_text(text, encoding="utf-8")

        with pytest.raises(OperatorError, match=r"columns|column names"):
            GrantFile(file, programs=[guanghe(1)], on=ON).grant(database, clock=clock)

    def test_pays_no_cash_out_of_a_budget_of_impressions(self, database: Database, file: Path) -> None:
        file.write_text(HEADER + "k,c0,qingyun,cash,1\n", encoding="utf-8")

        with pytest.raises(
            OperatorError, match="row 2, column program: programme 'qingyun' has no budget of cash"
        ):
            GrantFile(file, programs=packaged_programs(), on=ON).grant(database, clock=clock)
