"""Two million creators for the measure of the diagnosis, made column by column and loaded in bulk.

Stored: 2,000,000 accounts in 20 categories. The 100,000 accounts of one category have everything that a diagnosis reads:
28 days of account figures (2.8 million rows), 12 works in 60 days (1.2 million), 8 days of figures for each work (about
9 million), 4 days with income (0.4 million), and a penalty for every 25th. The other accounts have none: an index finds
as few rows of one account whatever the rest hold, and all the peers of a measured account have theirs.
"""

import io
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import text

from tools.kernel.db import Database
from tools.schema import metadata

CREATORS, ACTIVE = 2_000_000, 100_000
ON = date(2022, 8, 15)
_CATEGORIES = 20
_DAYS, _WORKS, _WORK_DAYS, _WORK_AGES = 28, 12, 8, 60
_INCOME_DAYS = (3, 10, 17, 24)
_BATCH = 200_000
_TABLES = ("creator", "work", "work_day", "account_day", "creator_income_day", "violation")

if TYPE_CHECKING:
    import psycopg

Column = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, a column each."""

    table: str
    columns: dict[str, Column]


def load(database: Database) -> None:
    """Make the tables and fill them; indexes are built when the rows are there."""
    metadata.create_all(database.engine)
    indexes = [index for name in _TABLES for index in metadata.tables[name].indexes]
    for index in indexes:
        index.drop(database.engine)
    raw = database.engine.raw_connection()
    driver: Any = raw.driver_connection  # Any: sqlite3's connection or psycopg's
    on_postgresql = database.engine.dialect.name == "postgresql"
    for rows in _platform():
        if on_postgresql:
            _copy(driver, rows)
        else:
            _insert_many(driver, rows)
    raw.close()
    for index in indexes:
        index.create(database.engine)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if on_postgresql:
            # What its background would do for minutes beside the measurement: clean up and write out what was loaded.
            connection.execute(text("VACUUM"))
            connection.execute(text("CHECKPOINT"))
        connection.execute(text("ANALYZE"))


def _platform() -> Iterator[Rows]:
    draw = np.random.default_rng(4)
    followers = (10 ** draw.uniform(4, 7.3, CREATORS)).astype(np.int64)
    for first in range(0, CREATORS, _BATCH):
        yield _creators(draw, followers, np.arange(first, min(first + _BATCH, CREATORS)))
    # Ids 1 to ACTIVE are one category.
    for first in range(0, ACTIVE, _BATCH // _DAYS):
        owners = np.arange(first, min(first + _BATCH // _DAYS, ACTIVE))
        yield from _activity(draw, followers, owners)


def _creators(draw: np.random.Generator, followers: Column, places: Column) -> Rows:
    count = len(places)
    names = np.char.add("c", places.astype(str))
    inactive = 1 + places % (_CATEGORIES - 1)
    return Rows(
        "creator",
        {
            "id": places + 1,
            "handle": names,
            "nickname": names,
            "category": np.where(places < ACTIVE, "K0", np.char.add("K", inactive.astype(str))),
            "city": np.full(count, "沈阳"),
            "joined_on": np.full(count, (ON - timedelta(days=700)).isoformat()),
            "followers": followers[places],
            "real_name_verified": draw.integers(0, 2, count),
        },
    )


def _activity(draw: np.random.Generator, followers: Column, owners: Column) -> Iterator[Rows]:
    owner = np.repeat(owners, _DAYS)
    age = np.tile(np.arange(_DAYS, 0, -1), len(owners))
    gained, lost = draw.poisson(followers[owner] * 0.0006), draw.poisson(followers[owner] * 0.0005)
    yield Rows(
        "account_day",
        {
            "creator_id": owner + 1,
            "day": _days(age),
            "followers": followers[owner],
            "new_followers": gained,
            "lost_followers": lost,
            "profile_views": gained * 5,
            "live_seconds": np.zeros(len(owner), np.int64),
        },
    )
    yield from _works(draw, followers, owners)
    earner = np.repeat(owners, len(_INCOME_DAYS))
    yield Rows(
        "creator_income_day",
        {
            "creator_id": earner + 1,
            "day": _days(np.tile(_INCOME_DAYS[::-1], len(owners))),
            "income_fen": draw.integers(1_000, 100_000, len(earner)),
        },
    )
    punished = owners[owners % 25 == 0]
    yield Rows(
        "violation",
        {
            "id": punished + 1,
            "creator_id": punished + 1,
            "day": _days(draw.integers(1, 28, len(punished))),
            "severity": np.full(len(punished), "general"),
            "policy": np.full(len(punished), "vulgarity"),
            "clause": np.full(len(punished), "1.4"),
            "note": np.full(len(punished), "note"),
        },
    )


def _works(draw: np.random.Generator, followers: Column, owners: Column) -> Iterator[Rows]:
    owner = np.repeat(owners, _WORKS)
    numbers = owner * _WORKS + np.tile(np.arange(_WORKS), len(owners))
    ages = draw.integers(1, _WORK_AGES, len(owner))
    hours = np.char.zfill(draw.integers(0, 14, len(owner)).astype(str), 2)
    names = np.char.add("w", numbers.astype(str))
    length = draw.integers(10, 90, len(owner))
    yield Rows(
        "work",
        {
            "id": numbers + 1,
            "public_id": names,
            "creator_id": owner + 1,
            "title": np.char.add("锅包肉怎么炸才酥脆", names),
            "kind": np.full(len(owner), "video"),
            "category": np.full(len(owner), "K0"),
            # Hours of UTC, as SQLite stores instants; none is late enough to be the next day of the platform.
            "published_at": np.char.add(np.char.add(np.char.add(_days(ages), " "), hours), ":30:00.000000"),
            "duration_seconds": length,
            "original": np.ones(len(owner), np.int64),
        },
    )
    work = np.repeat(np.arange(len(owner)), _WORK_DAYS)
    since = np.tile(np.arange(_WORK_DAYS), len(owner))
    stood = since < ages[work]
    work, since = work[stood], since[stood]
    reach = draw.lognormal(np.log(followers[owner] * 0.1), 1.0)
    plays = (reach[work] * (since + 1.0) ** -1.6).astype(np.int64)
    completion = draw.uniform(0.1, 0.5, len(owner))[work]
    yield Rows(
        "work_day",
        {
            "work_id": numbers[work] + 1,
            "day": _days(ages[work] - since),
            "plays": plays,
            "completed_plays": (plays * completion).astype(np.int64),
            "follower_plays": plays // 5,
            "watch_seconds": (plays * length[work] * (0.2 + 0.7 * completion)).astype(np.int64),
            "likes": plays // 30,
            "comments": plays // 250,
            "shares": plays // 300,
            "favourites": plays // 200,
            "new_followers": plays // 600,
        },
    )


def _days(back: Column) -> Column:
    return np.datetime_as_string(np.datetime64(ON.isoformat()) - back.astype("timedelta64[D]"))


def _insert_many(driver: sqlite3.Connection, rows: Rows) -> None:
    names = ", ".join(rows.columns)
    marks = ", ".join("?" * len(rows.columns))
    # What protects rows that people wait for is left out: these are made here, in the right order.
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute("PRAGMA synchronous = OFF")
    driver.execute("BEGIN")
    driver.executemany(
        f"INSERT INTO {rows.table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        _tuples(rows),
    )
    driver.execute("COMMIT")


def _tuples(rows: Rows) -> Iterator[Sequence[object]]:
    return zip(*(column.tolist() for column in rows.columns.values()), strict=True)


def _copy(connection: "psycopg.Connection[Any]", rows: Rows) -> None:
    # Only this measure writes CSV in bulk.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as pa_csv  # noqa: PLC0415

    arrow: Any = pa  # Any: pyarrow ships no types
    csv: Any = pa_csv  # Any: as above
    written = io.BytesIO()
    table = arrow.table({name: arrow.array(column) for name, column in rows.columns.items()})
    csv.write_csv(table, written, csv.WriteOptions(include_header=False))
    names = ", ".join(rows.columns)
    driver: Any = connection  # Any: the statement is put together of our own names
    # As on SQLite: foreign keys are not checked again for rows that were made in their order.
    driver.execute("SET session_replication_role = replica")
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {rows.table} ({names}) FROM STDIN WITH (FORMAT csv)") as copy,
    ):
        copy.write(written.getbuffer())
    driver.commit()
