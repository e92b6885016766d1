from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.calls import a_creator
from tests.tools.detection.migration.cases import (
    an_approved_case,
    broken,
    digest,
    followers_of,
    two_accounts,
    with_followers,
)
from tools.detection.migration import moving, queries
from tools.detection.migration.follower_files import Imported, import_file
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError

EDGES = "creator,follower,followed_on\n"


def a_file(folder: Path, text: str, name: str = "edges.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def muren(database: Database) -> int:
    with database.writing() as session:
        return a_creator(session, "muren")


class TestImportFile:
    def test_stores_followers_and_counts_them(self, database: Database, muren: int, tmp_path: Path) -> None:
        rows = "muren,7,2022-07-01\n@muren,8,2022-07-02\nmuren,7,2022-07-03\n"
        path = a_file(tmp_path, EDGES + rows)

        first, again = import_file(database, path), import_file(database, path)

        assert first == Imported("edges", rows=3, added=2, known=1)
        assert again == Imported("edges", rows=3, added=0, known=3)
        with database.reading() as session:
            assert [*queries.edges(session, creator_ids=[muren])] == [
                (muren, 7, date(2022, 7, 1), None),
                (muren, 8, date(2022, 7, 2), None),
            ]
        assert broken(database) == []

    def test_reads_parquet_with_its_own_types(self, database: Database, muren: int, tmp_path: Path) -> None:
        path = tmp_path / "edges.parquet"
        arrow: Any = pa  # Any: pyarrow ships no types
        writer: Any = parquet
        table = {
            "follower": arrow.array([5, 2**63 - 1]),
            "creator": ["muren", "muren"],
            "followed_on": arrow.array([date(2022, 7, 1), date(2022, 7, 2)]),
        }
        writer.write_table(arrow.table(table), path)

        found = import_file(database, path)

        assert found.added == 2
        assert followers_of(database, muren) == {5, 2**63 - 1}

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("creator,follower\nmuren,7\nmuren,7\nmuren,8\n", Imported("blocks", 3, 2, 1)),
            ("follower,reason\n7,closed\n8,abnormal\n", Imported("inactive", 2, 2, 0)),
            ("creator,avatar_hash\nmuren,F0E1C3870F1E3C78\n", Imported("pictures", 1, 1, 0)),
        ],
    )
    def test_knows_the_other_files_by_their_columns(
        self, database: Database, muren: int, tmp_path: Path, text: str, kind: Imported
    ) -> None:
        assert import_file(database, a_file(tmp_path, text)) == kind

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (EDGES + "muren,7,2022-07-01\nmuren,x,2022-07-01\n", "edges.csv row 3, column follower: is not a viewer's number from 0 to 9223372036854775807: 'x'"),
            (EDGES + "muren,-1,2022-07-01\n", "edges.csv row 2, column follower: is not a viewer's number from 0 to 9223372036854775807: '-1'"),
            (EDGES + "muren,7,2022-02-30\n", "edges.csv row 2, column followed_on: is not a day YYYY-MM-DD: '2022-02-30'"),
            (EDGES + "nobody,7,2022-07-01\n", "edges.csv row 2, column creator: no creator with this handle: 'nobody'"),
            (EDGES + ",7,2022-07-01\n", "edges.csv row 2, column creator: is empty: ''"),
            (EDGES + "muren,7\n", "edges.csv row 2: 2 cells where there are 3 columns"),
            ("a,b\n", "edges.csv row 1: the columns are a,b; known are creator,follower,followed_on or creator,follower or follower,reason or creator,avatar_hash"),
            ("follower,reason\n7,gone\n", "edges.csv row 2, column reason: is neither closed nor abnormal: 'gone'"),
            ("creator,avatar_hash\nmuren,12\n", "edges.csv row 2, column avatar_hash: is not 16 hexadecimal digits: '12'"),
        ],
    )  # fmt: skip
    def test_refuses_the_whole_file_in_one_exact_line(
        self, database: Database, muren: int, tmp_path: Path, text: str, line: str
    ) -> None:
        path = a_file(tmp_path, text)

        with pytest.raises(OperatorError) as refused:
            import_file(database, path)

        assert str(refused.value) == line
        assert followers_of(database, muren) == set()

    @pytest.mark.parametrize("name", ["edges.txt", "edges.csv", "broken.parquet"])
    def test_says_what_is_no_followers_file(self, database: Database, tmp_path: Path, name: str) -> None:
        if name == "broken.parquet":
            (tmp_path / name).write_bytes(b"PAR1 nothing")

        with pytest.raises(OperatorError, match=name):
            import_file(database, tmp_path / name)

    def test_brings_nobody_back_who_was_moved_away(
        self, database: Database, tmp_path: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            original, impostor = two_accounts(session)
            with_followers(session, impostor, range(5))
            case = an_approved_case(session, original=original, impostor=impostor, now=now).id
        moving.run(database, migration_id=case, clock=lambda: now)
        before = digest(database, original, impostor)
        rows = "".join(f"muren_guanfang,{viewer},2022-07-20\n" for viewer in range(5))

        found = import_file(database, a_file(tmp_path, EDGES + rows))

        assert found.added == 0
        assert digest(database, original, impostor) == before
