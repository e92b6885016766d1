import math
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from pyarrow import parquet
from sqlalchemy import delete, func, select, update

from tests.tools.creators.curves.logs_of_tests import DAYS, LogRow, Second, counted, logs, write_log
from tools.creators import invariants
from tools.creators.curves import queries, service
from tools.creators.curves.counting import Shelf
from tools.creators.curves.logs import open_log
from tools.creators.curves.models import CurveTotal, WorkCurve
from tools.creators.curves.rows import BUCKETS, WORDS
from tools.creators.curves.service import Built
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.period import Period

arrow: Any = pa  # Any: pyarrow ships no types
files: Any = parquet
DAY = DAYS[0]
LOG = [
    LogRow(1, 7, DAY, 0, 1, None, exited=False),
    LogRow(257, 7, DAY, 0, 12, 3, exited=True),
    LogRow(257, 7, DAY, 10, 30, None, exited=False),
    LogRow(257, 8, DAY, 0, 2, None, exited=True),
    LogRow(257, 8, DAYS[1], 5, 9, 9, exited=True),
]
FRESH = [HealthCheck.function_scoped_fixture]


def built(
    database: Database,
    path: Path,
    log: list[LogRow],
    *,
    source: str | None = None,
    **changes: Any,  # noqa: ANN401 - columns of any type
) -> Built:
    file = open_log(write_log(path, log, **changes))
    return service.build(database, file, source=source)


def stored(database: Database) -> dict[tuple[int, date], list[Second]]:
    """Return every stored curve, sources added up."""
    found: dict[tuple[int, date], list[Second]] = {}
    with database.reading() as session:
        for work_id, day in session.execute(select(WorkCurve.work_id, WorkCurve.day).distinct()):
            one_day = Period(day, date.fromordinal(day.toordinal() + 1), "")
            curve = service.curve(session, work_id=work_id, period=one_day)
            assert curve
            four = (curve.viewers, curve.likes, curve.exits, curve.replays)
            found[work_id, day] = [Second(*second) for second in zip(*four, strict=True)]
    return found


def wrong_totals(database: Database) -> list[int]:
    """Return the works whose totals are not the sums of their curves."""
    with database.reading() as session:
        sums = select(
            WorkCurve.work_id, *(func.sum(getattr(WorkCurve, name)) for name in queries.SUMS)
        ).group_by(WorkCurve.work_id)
        expected = {work: tuple(int(count) for count in counts) for work, *counts in session.execute(sums)}
        totals = {
            total.work_id: tuple(getattr(total, name) for name in queries.SUMS)
            for total in session.scalars(select(CurveTotal))
        }
    return [work for work in expected.keys() | totals.keys() if expected.get(work) != totals.get(work)]


class TestBrokenTotals:
    def test_are_found_by_the_audit(self, works: Database, tmp_path: Path) -> None:
        built(works, tmp_path / "a.parquet", LOG)
        with works.reading() as session:
            assert list(invariants.unexplained_curve_totals(session)) == []
            work_id = session.scalars(select(CurveTotal.work_id)).first()
        with works.writing() as session:
            session.execute(
                update(CurveTotal).where(CurveTotal.work_id == work_id).values(rows=CurveTotal.rows + 1)
            )

        with works.reading() as session:
            (line,) = invariants.unexplained_curve_totals(session)

        assert line.startswith(f"curve total of work {work_id} says rows ")

    def test_are_found_where_a_total_is_missing(self, works: Database, tmp_path: Path) -> None:
        built(works, tmp_path / "a.parquet", LOG)
        with works.writing() as session:
            session.execute(delete(CurveTotal))

        with works.reading() as session:
            assert list(invariants.unexplained_curve_totals(session))


class TestBuild:
    @given(logs)
    @settings(deadline=None, suppress_health_check=FRESH, max_examples=15)
    def test_stores_what_is_counted_one_by_one(
        self, works: Database, tmp_path: Path, log: list[LogRow]
    ) -> None:
        built(works, tmp_path / "log.parquet", log)

        found = stored(works)

        # Earlier examples of the same source may have left other days.
        assert {key: found[key] for key in counted(log)} == counted(log)
        assert wrong_totals(works) == []

    def test_counts_the_same_compiled_as_not(self, works: Database, tmp_path: Path) -> None:
        file = open_log(write_log(tmp_path / "log.parquet", LOG * 30, rows_a_group=7))

        service.build(works, file, compiled=True)

        assert stored(works) == counted(LOG * 30)
        assert wrong_totals(works) == []

    def test_reports_what_it_did(self, works: Database, tmp_path: Path) -> None:
        assert built(works, tmp_path / "a.parquet", LOG) == Built("a", 5, 3, (DAY, DAYS[1]))

    def test_takes_public_ids_and_viewers_as_text(self, works: Database, tmp_path: Path) -> None:
        texts: dict[str, Any] = {
            "work_id": [f"w{row.work_id}" for row in LOG],
            "viewer_id": [f"viewer {row.viewer_id}" for row in LOG],
        }

        built(works, tmp_path / "a.parquet", LOG, **texts)

        assert stored(works) == counted(LOG)

    @pytest.mark.parametrize("kind", [arrow.int8(), arrow.int16(), arrow.uint32(), arrow.float64()])
    def test_takes_seconds_of_any_width(self, works: Database, tmp_path: Path, kind: object) -> None:
        names = ("start_s", "end_s", "liked_at_s")
        columns = {name: arrow.array([getattr(row, name) for row in LOG], kind) for name in names}

        built(works, tmp_path / "a.parquet", LOG, **columns)

        assert stored(works) == counted(LOG)

    def test_takes_a_log_without_any_like(self, works: Database, tmp_path: Path) -> None:
        log = [replace(row, liked_at_s=None) for row in LOG]

        built(works, tmp_path / "a.parquet", log, liked_at_s=arrow.nulls(len(log)))

        assert stored(works) == counted(log)

    def test_changes_nothing_the_second_time(self, works: Database, tmp_path: Path) -> None:
        first = built(works, tmp_path / "a.parquet", LOG)
        before = stored(works)

        second = service.build(works, open_log(tmp_path / "a.parquet"))

        assert not first.unchanged
        assert second.unchanged
        assert stored(works) == before

    def test_replaces_the_days_that_a_corrected_file_has(self, works: Database, tmp_path: Path) -> None:
        built(works, tmp_path / "a.parquet", LOG)

        built(works, tmp_path / "b.parquet", [LOG[3]], source="a")

        assert stored(works) == counted([LOG[3], LOG[4]])
        assert wrong_totals(works) == []

    def test_adds_up_sources(self, works: Database, tmp_path: Path) -> None:
        built(works, tmp_path / "a.parquet", LOG[:2])

        built(works, tmp_path / "b.parquet", LOG[3:4])

        assert stored(works) == counted([*LOG[:2], LOG[3]])
        assert wrong_totals(works) == []

    def test_stores_numbers_of_any_size(self) -> None:
        large = [300, 70_000, 2**33]

        widths = service.widths_of(np.array([255, *large]))

        assert widths.tolist() == [1, 2, 4, 8]


class TestBuildErrors:
    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ({"start_s": -1}, "column start_s: is negative: -1"),
            ({"start_s": 9, "end_s": 8}, "column end_s: 8 is before start_s 9"),
            ({"end_s": 31}, "column end_s: 31 is beyond the work's 30 seconds"),
            ({"liked_at_s": 31}, "column liked_at_s: 31 is beyond the work's 30 seconds"),
            ({"liked_at_s": -2}, "column liked_at_s: is negative: -2"),
            ({"work_id": 999}, "column work_id: no work has this id: '999'"),
            ({"work_id": -1}, "column work_id: no work has this id: '-1'"),
            ({"day": date(1999, 1, 1)}, "column day: not between 2000-01-01 and 2099-12-31"),
            ({"end_s": 2**40}, f"column end_s: far beyond any work: {2**40}"),
        ],
    )
    def test_name_row_and_column_and_store_nothing(
        self, works: Database, tmp_path: Path, row: dict[str, Any], problem: str
    ) -> None:
        log = [*LOG, replace(LOG[1], **row), replace(LOG[1], start_s=-9)]

        with pytest.raises(OperatorError) as caught:
            built(works, tmp_path / "a.parquet", log, rows_a_group=2)

        assert str(caught.value) == f"a.parquet row 6, {problem}"
        assert stored(works) == {}

    @pytest.mark.parametrize(
        ("columns", "problem"),
        [
            ({"exited": None}, "column exited is missing"),
            ({"day": ["2022-08-14"] * 5}, "column day holds string, not days"),
            ({"start_s": ["0"] * 5}, "column start_s holds string, not whole numbers"),
            ({"exited": [1] * 5}, "column exited holds int64, not true or false"),
            ({"work_id": [1.0] * 5}, "column work_id holds double, not text or whole numbers"),
        ],
    )
    def test_name_the_column_of_a_wrong_schema(
        self, works: Database, tmp_path: Path, columns: dict[str, Any], problem: str
    ) -> None:
        with pytest.raises(OperatorError) as caught:
            built(works, tmp_path / "a.parquet", LOG, **columns)

        assert str(caught.value) == f"a.parquet: {problem}"

    @pytest.mark.parametrize(
        ("columns", "problem"),
        [
            (
                {"end_s": [1.0, math.nan, 1.0, 1.0, 1.0]},
                "row 2, column end_s: not a whole number of seconds: nan",
            ),
            ({"end_s": [1.0, 2.5, 1.0, 1.0, 1.0]}, "row 2, column end_s: not a whole number of seconds: 2.5"),
            (
                {"liked_at_s": [None, None, math.nan, None, 1.0]},
                "row 3, column liked_at_s: not a whole number of seconds: nan",
            ),
            ({"viewer_id": [1, 2, 3, None, 5]}, "row 4, column viewer_id: is empty"),
            (
                {"work_id": ["w1", "w257", "w3", "w257", "w257"]},
                "row 3, column work_id: no work has this id: 'w3'",
            ),
        ],
    )  # fmt: skip - a case a line
    def test_name_the_row_of_a_wrong_cell(
        self, works: Database, tmp_path: Path, columns: dict[str, Any], problem: str
    ) -> None:
        with pytest.raises(OperatorError) as caught:
            built(works, tmp_path / "a.parquet", LOG, **columns)

        assert str(caught.value) == f"a.parquet {problem}"
        assert stored(works) == {}

    def test_say_that_a_file_is_empty_or_no_parquet(self, tmp_path: Path) -> None:
        path = write_log(tmp_path / "full.parquet", LOG)
        empty = tmp_path / "empty.parquet"
        files.write_table(files.read_table(path).slice(0, 0), empty)
        text = tmp_path / "text.parquet"
        text.write_text("work_id,viewer_id\n")

        with pytest.raises(OperatorError, match=r"^empty.parquet: holds no rows$"):
            open_log(empty)
        with pytest.raises(OperatorError, match=r"^text.parquet: not readable as Parquet: "):
            open_log(text)
        with pytest.raises(OperatorError, match=r"is not a file$"):
            open_log(tmp_path / "missing.parquet")

    def test_name_the_place_of_damaged_bytes(self, works: Database, tmp_path: Path) -> None:
        path = write_log(tmp_path / "a.parquet", LOG * 4_000, rows_a_group=10_000)
        body = bytearray(path.read_bytes())
        body[4:600] = b"\xff" * 596
        path.write_bytes(body)

        with pytest.raises(OperatorError, match=r"^a.parquet row 1: not readable as Parquet: "):
            service.build(works, open_log(path))

        assert stored(works) == {}

    def test_find_the_first_fault_whichever_thread_meets_one(self, works: Database, tmp_path: Path) -> None:
        log = LOG * 40
        log[90], log[130] = replace(log[90], start_s=-1), replace(log[130], start_s=-1)
        file = open_log(write_log(tmp_path / "a.parquet", log, rows_a_group=10))

        with pytest.raises(OperatorError, match=r"row 91, column start_s"):
            service.build(works, file, compiled=True)


class TestPeers:
    def test_are_read_along_an_index(self, database: Database) -> None:
        for tier in ("10k", None):
            query = queries.cohort_query(
                category="美食", length_band="to_60", tier=tier, started=100, besides=1, limit=1_000
            )
            with database.reading() as session:
                if session.get_bind().dialect.name != "sqlite":
                    session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
                explain = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
                text = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
                plan = " ".join(str(row) for row in session.connection().exec_driver_sql(explain + text))

            assert "ix_curve_total_" in plan
            assert "Seq Scan" not in plan
            assert "TEMP B-TREE" not in plan


class TestShelf:
    def test_keeps_rows_on_disk_beyond_its_limit(self, works: Database, tmp_path: Path) -> None:
        log = LOG * 40
        file = open_log(write_log(tmp_path / "a.parquet", log, rows_a_group=30))

        with ExitStack() as stack, works.reading() as session:
            counting = service.counting_of(session, file, stack=stack)
            spilling = Shelf(stack, limit=25)
            for placed in counting.shelf.held:
                spilling.add(placed)
            positions, empty = np.array([31, 31], np.int64), np.zeros((0, WORDS), np.uint64)
            for number in range(BUCKETS):
                here = np.concatenate([empty, *counting.shelf.take(number, positions).pieces])
                there = np.concatenate([empty, *spilling.take(number, positions).pieces])

                assert np.array_equal(here, there)

            # The last rows fit again, the others wait on disk.
            assert len(spilling.held) == 1
            assert spilling.days == counting.shelf.days
