"""Curves from fifty million rows of playback logs, beside pyarrow's decode of the same file in the same run."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bot.measures.figure import Figure, figure
from tools.creators.curves import service
from tools.creators.curves.counting import THREADS
from tools.creators.curves.logs import open_log
from tools.kernel.db import Database, open_database
from tools.schema import metadata

ROWS = 50_000_000
_WORKS = 20_000
_ROUNDS = 4
# pandas sorts whole columns: it gets a sample, and so does the database that sorts them too.
_PEER_SHARE = 10
_MOST_MEMORY_MIB = 4_096
_DAY = date(2022, 8, 14)


def measure_curves(rows: int = ROWS) -> Iterator[Figure]:
    """Yield rows a second of counting, of the whole build and of its peers beside the decode, and the peak memory.

    Counting is the build without its transactions. It, the build and the decode use two threads each and take turns; of each the best round counts. Compiling is done
    before, by a build of a small log.
    """
    with TemporaryDirectory(prefix="guanghe-measure-") as folder, _database(Path(folder)) as database:
        small, whole, sample = (Path(folder) / f"{name}.parquet" for name in ("small", "whole", "sample"))
        for path, count in ((small, 20_000), (whole, rows), (sample, rows // _PEER_SHARE)):
            _write_apart(path, count)
        compiling = _seconds(lambda: _build(database, small, "small"))
        decoded: list[float] = []
        counted: list[float] = []
        built: list[float] = []
        for number in range(_ROUNDS):
            decoded.append(_seconds(lambda: _decode(whole)))
            counted.append(_seconds(lambda: _count(database, whole)))
            _clear(database)
            built.append(_seconds(lambda name=f"round-{number}": _build(database, whole, name)))
        limit = rows / min(decoded)
        yield figure("curves.count", rows / min(counted), unit="rows/s", limit=limit, n=rows)
        yield figure("curves.build", rows / min(built), unit="rows/s", limit=limit, n=rows)
        # Linux counts kilobytes. The peers come later, and the files were written by processes of their own.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield figure("curves.build_peak_memory", peak, unit="MiB", limit=_MOST_MEMORY_MIB, n=rows)
        yield figure("curves.compile_and_first_build", compiling, unit="s", limit=rows / limit, n=20_000)
        share = rows // _PEER_SHARE
        sampled = share / min(_seconds(lambda: _decode(sample)) for _ in range(_ROUNDS))
        in_sql = share / _seconds(lambda: _duckdb(sample))
        yield figure("curves.duckdb_sql", in_sql, unit="rows/s", limit=sampled, n=share)
        in_pandas = share / _seconds(lambda: _pandas(sample))
        yield figure("curves.pandas", in_pandas, unit="rows/s", limit=sampled, n=share)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _build(database: Database, path: Path, source: str) -> None:
    service.build(database, open_log(path), source=source, compiled=True)


def _count(database: Database, path: Path) -> None:
    with ExitStack() as stack:
        session = stack.enter_context(database.reading())
        counting = service.counting_of(session, open_log(path), stack=stack, compiled=True)
        for _ in counting.parts(0):
            pass


def _clear(database: Database) -> None:
    """Let each round store into empty tables, as the first build of a day does."""
    with database.writing() as session:
        for table in ("work_curve", "curve_total", "curve_source"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names from the line above


def _decode(path: Path) -> None:
    from pyarrow import parquet  # noqa: PLC0415 - only this measure needs it

    opened: Any = parquet.ParquetFile(path)  # Any: pyarrow ships no types
    with opened:
        for _ in opened.iter_batches(1_000_000):
            pass


def _duckdb(path: Path) -> None:
    """Run the same job in SQL: the Ibis expression, with the durations that the logs' generator uses."""
    import duckdb  # noqa: PLC0415 - only this measure needs it

    from tools.creators.curves.expressions import job_sql  # noqa: PLC0415

    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.read_parquet(str(path)).create_view("playback_log")
        connection.execute(f"CREATE TABLE work_duration AS {_durations()}")
        connection.execute(f"CREATE TABLE curves AS {job_sql(dialect='duckdb')}")


def _pandas(path: Path) -> None:
    """Count the same in pandas: what a row adds by a grouped running maximum, then sums by second."""
    import pandas as pd  # noqa: PLC0415 - a peer, which production does not have

    frame: Any = pd  # Any: its types do not follow what is done here
    log = frame.read_parquet(path).sort_values(["work_id", "day", "viewer_id", "start_s"])
    group = [log["work_id"], log["day"], log["viewer_id"]]
    furthest = log.groupby(["work_id", "day", "viewer_id"], sort=False)["end_s"].cummax()
    before = furthest.groupby(group, sort=False).shift(fill_value=-1)
    added = frame.concat([log["start_s"], before + 1], axis=1).max(axis=1)
    new = added <= log["end_s"]
    keys = ["work_id", "day"]
    changes = [
        log.groupby([*keys, "start_s"]).size(),
        log.groupby([*keys, "end_s"]).size(),
        log[new].assign(added=added[new]).groupby([*keys, "added"]).size(),
        log[new].groupby([*keys, "end_s"]).size(),
        log.dropna(subset="liked_at_s").groupby([*keys, "liked_at_s"]).size(),
        log[log["exited"]].groupby([*keys, "end_s"]).size(),
    ]
    for change in changes:
        change.groupby(level=[0, 1]).cumsum()


def _write_apart(path: Path, rows: int) -> None:
    """Write a log in a process of its own, whose memory is no part of the build's."""
    process = multiprocessing.get_context("spawn").Process(target=_write, args=(path, rows))
    process.start()
    process.join()
    assert process.exitcode == 0, "the log was not written"


def _write(path: Path, rows: int) -> None:
    """Write a day of playback: a few works get most of it, most people leave early, a tenth of the rows are seeks."""
    import duckdb  # noqa: PLC0415 - only this measure needs it

    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.execute(f"CREATE TABLE work_duration AS {_durations()}")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"""COPY (
              WITH drawn AS (
                SELECT 1 + least(({_WORKS} * pow(random(), 3))::BIGINT, {_WORKS - 1}) AS work_id,
                  (random() * 10000000)::BIGINT AS viewer_id,
                  random() AS a, random() AS b, random() AS c, random() AS d
                FROM range({rows})),
              started AS (
                SELECT *, CASE WHEN a < 0.9 THEN 0 ELSE (a * 10 * duration_seconds)::INT % duration_seconds END::INT
                  AS start_s
                FROM drawn JOIN work_duration USING (work_id)),
              ended AS (
                SELECT *, least(duration_seconds, start_s + (-ln(b + 1e-9) * duration_seconds * 0.5)::INT)::INT AS end_s
                FROM started)
              SELECT work_id, viewer_id, DATE '{_DAY}' AS day, start_s, end_s,
                CASE WHEN c < 0.04 THEN (start_s + (d * (end_s - start_s))::INT)::INT END AS liked_at_s,
                end_s < duration_seconds AS exited
              FROM ended
            ) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 1000000)"""  # noqa: S608 - numbers and a path of our own
        )


def _durations() -> str:
    return f"SELECT number AS work_id, 15 + (number * 7919 % 166)::INT AS duration_seconds FROM range(1, {_WORKS + 1}) AS works(number)"  # noqa: S608 - as above


@contextmanager
def _database(folder: Path) -> Generator[Database]:
    """Yield a database with the works that the logs name."""
    database = open_database(f"sqlite:///{folder}/measure.sqlite")
    metadata.create_all(database.engine)
    tables = metadata.tables
    with database.writing() as session:
        creator = {"handle": "a", "nickname": "a", "category": "美食", "city": "沈阳", "joined_on": _DAY}
        session.execute(
            tables["creator"].insert(), [{**creator, "id": 1, "followers": 0, "real_name_verified": True}]
        )
        work = {
            "creator_id": 1,
            "title": "a",
            "kind": "video",
            "category": "美食",
            "published_at": datetime(2022, 8, 1, tzinfo=UTC),
            "original": True,
        }
        session.execute(
            tables["work"].insert(),
            [
                {
                    **work,
                    "id": number,
                    "public_id": f"w{number}",
                    "duration_seconds": 15 + number * 7919 % 166,
                }
                for number in range(1, _WORKS + 1)
            ],
        )
    yield database
    database.close()
