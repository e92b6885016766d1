import uuid
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from pyarrow import parquet

from tests.tools.creators.curves.logs_of_tests import DURATIONS, LogRow, Second, counted, logs, write_log
from tools.creators.curves.expressions import DURATIONS as DURATION_TABLE
from tools.creators.curves.expressions import LOGS, job_sql
from tools.kernel.errors import OperatorError

arrow: Any = pa  # Any: pyarrow ships no types
files: Any = parquet
ORDERED = "SELECT * FROM ({sql}) AS found ORDER BY work_id, day, second"


def view_of(name: str, path: Path) -> str:
    return f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM file('{path}', Parquet)"  # noqa: S608 - names and files of this test


@lru_cache
def sql_of(dialect: str) -> str:
    return ORDERED.format(sql=job_sql(dialect=dialect))


def curves(rows: list[dict[str, Any]]) -> dict[tuple[int, date], list[Second]]:
    found: dict[tuple[int, date], list[Second]] = {}
    for row in rows:
        seconds = found.setdefault((row["work_id"], row["day"]), [])
        assert row["second"] == len(seconds)
        seconds.append(Second(row["viewers"], row["likes"], row["exits"], row["replays"]))
    return found


@pytest.fixture(scope="module")
def durations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Parquet file of the works' durations."""
    path = tmp_path_factory.mktemp("durations") / "works.parquet"
    table = arrow.table({"work_id": list(DURATIONS), "duration_seconds": list(DURATIONS.values())})
    files.write_table(table, path)
    return path


@pytest.fixture(scope="module")
def clickhouse(durations: Path) -> Iterator[Any]:
    """Yield a ClickHouse session in this process, which takes seconds to start."""
    from chdb import session  # noqa: PLC0415 - only this fixture needs it

    started: Any = session.Session()
    started.query(view_of(DURATION_TABLE, durations))
    yield started
    started.close()


class TestCurves:
    @given(logs)
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
    def test_are_those_counted_one_by_one_on_duckdb(
        self, tmp_path: Path, durations: Path, log: list[LogRow]
    ) -> None:
        path = write_log(tmp_path / "log.parquet", log)

        with duckdb.connect() as connection:
            connection.read_parquet(str(path)).create_view(LOGS)
            connection.read_parquet(str(durations)).create_view(DURATION_TABLE)
            found: Any = connection.sql(sql_of("duckdb")).to_arrow_table()

        assert curves(found.to_pylist()) == counted(log)

    @given(logs)
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
    def test_are_those_counted_one_by_one_on_clickhouse(
        self,
        tmp_path: Path,
        clickhouse: Any,  # noqa: ANN401 - chdb ships no types
        log: list[LogRow],
    ) -> None:
        path = write_log(tmp_path / f"{uuid.uuid4().hex}.parquet", log)
        clickhouse.query(view_of(LOGS, path))

        answer = clickhouse.query(sql_of("clickhouse"), "Arrow").bytes()

        found = arrow.ipc.open_file(arrow.BufferReader(answer)).read_all()
        assert curves(found.to_pylist()) == counted(log)


class TestJobSql:
    @pytest.mark.parametrize("dialect", ["clickhouse", "duckdb", "pyspark"])
    def test_is_one_statement_for_each_engine(self, dialect: str) -> None:
        sql = job_sql(dialect=dialect)

        assert sql.lstrip().upper().startswith(("WITH", "SELECT"))
        assert ";" not in sql

    def test_knows_no_other_engine(self) -> None:
        with pytest.raises(OperatorError, match="--dialect: no such engine: 'abacus'"):
            job_sql(dialect="abacus")
