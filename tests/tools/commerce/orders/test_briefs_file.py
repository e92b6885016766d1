from datetime import datetime
from pathlib import Path

import pytest

from tests.tools.commerce.trading import broken
from tools.commerce.orders import queries
from tools.commerce.orders.briefs_file import COLUMNS, import_briefs
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.operator_files import Imported
from tools.payout import trade

GOOD = {
    "key": "BF-2208101", "brand": "灶台记", "title": "不粘锅", "wants": "拍一道菜", "category": "美食",
    "audience": "followers >= 5000 && violations_90d == 0", "kind": "fixed", "budget": "8,000", "price": "800",
    "ceiling": "", "deadline": "2022-09-01", "forbidden": "最好用|永不粘",
}  # fmt: skip


def written(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "briefs.csv"
    lines = [",".join(COLUMNS), *(",".join(f'"{row[column]}"' for column in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


class TestImportBriefs:
    def test_pays_the_budget_in_and_changes_nothing_the_second_time(
        self, database: Database, tmp_path: Path, now: datetime
    ) -> None:
        path = written(tmp_path, GOOD)
        done: list[Imported] = []
        for _ in range(2):
            with database.writing() as session:
                done.append(import_briefs(session, path=path, now=now))

        assert done == [Imported(new=1), Imported(unchanged=1)]
        with database.reading() as session:
            brief = queries.brief_by_key(session, key="BF-2208101")
            assert brief is not None
            assert brief.forbidden == ["最好用", "永不粘"]
            assert trade.pool_fen(session, name=brief.pool) == 8_000_00
        assert broken(database) == []

    @pytest.mark.parametrize(
        ("column", "cell", "fault"),
        [
            ("key", "2208101", "column key: not one to four capital letters"),
            ("audience", "fans >= 1", "column audience: .*no fact is called 'fans'"),
            ("audience", "followers", "column audience: .*not a condition"),
            ("kind", "gift", "column kind: not one of fixed, bid, effect: 'gift'"),
            ("price", "8.001", "column price: not an amount of yuan"),
            ("price", "0", "column price: must be above 0"),
            ("ceiling", "900", "column ceiling: only a brief by effect has one"),
            ("budget", "799", "column budget: does not hold one order"),
            ("deadline", "2022-08-14", "column deadline: is over"),
            ("deadline", "next week", "column deadline: not a day"),
            ("brand", "", "column brand: is empty"),
        ],
    )
    def test_names_the_row_and_column_of_a_fault(
        self, database: Database, tmp_path: Path, now: datetime, column: str, cell: str, fault: str
    ) -> None:
        path = written(tmp_path, GOOD, {**GOOD, "key": "BF-2208102", column: cell})

        with pytest.raises(OperatorError, match=rf"briefs.csv row 3, {fault}"), database.writing() as session:
            import_briefs(session, path=path, now=now)

        with database.reading() as session:
            assert queries.all_briefs(session) == []

    def test_refuses_a_known_brief_that_says_something_else(
        self, database: Database, tmp_path: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            import_briefs(session, path=written(tmp_path, GOOD), now=now)

        changed = written(tmp_path, {**GOOD, "price": "900"})
        with pytest.raises(OperatorError, match="known with another price"), database.writing() as session:
            import_briefs(session, path=changed, now=now)
