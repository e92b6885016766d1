"""Two million creators ranked, beside numpy's sort of the same column; a board's top and an own place, read from the store."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.measures.figure import Figure, figure, percentile
from tools.creators.leaderboards import queries, service
from tools.creators.leaderboards.boards import SHOWN, Measure, Scope, Span
from tools.creators.leaderboards.ranking import Counts, rank
from tools.creators.vocabulary import CITIES, TOPICS
from tools.kernel.db import Database, open_database
from tools.kernel.period import Period
from tools.schema import metadata

_CREATORS = 2_000_000
_ROUNDS = 9
_READS = 400
_EACH_SIDE = 5
_READ_LIMIT_MS = 1.0
_PERIOD = Period(date(2022, 8, 8), date(2022, 8, 15), "")
_NOW = datetime(2022, 8, 15, 2, tzinfo=UTC)
_ROWS_AT_ONCE = 50_000


def measure_leaderboard() -> Iterator[Figure]:
    """Yield the ranking beside the sort, then reads of the top 100 and of an own place with five on each side."""
    draw = np.random.default_rng(1)
    # Plays spread evenly over their powers of ten: many ties among the small, none among the large.
    values = (10 ** draw.uniform(0, 7, _CREATORS)).astype(np.int64)
    ranked: list[float] = []
    sorted_: list[float] = []
    for _ in range(_ROUNDS):
        ranked.append(_milliseconds(lambda: rank(values)))
        sorted_.append(_milliseconds(lambda: np.sort(values)))
    yield figure("leaderboard.rank_2m", min(ranked), unit="ms", limit=min(sorted_), n=_CREATORS)
    with tempfile.TemporaryDirectory(prefix="guanghe-boards-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'boards.sqlite'}")
        metadata.create_all(database.engine)
        _store(database, values, draw)
        yield from _reads(database, draw)
        database.close()


def _store(database: Database, values: Counts, draw: np.random.Generator) -> None:
    """Store the creators, and every board of theirs: all, by category, by city, by both."""
    categories = [topic.category for topic in TOPICS]
    cities = [city for city, _ in CITIES]
    of_category: list[int] = draw.integers(0, len(categories), _CREATORS).tolist()
    of_city: list[int] = draw.integers(0, len(cities), _CREATORS).tolist()
    for first in range(0, _CREATORS, _ROWS_AT_ONCE):
        rows = [
            {
                "id": number + 1,
                "handle": f"m{number}",
                "nickname": f"作者{number}",
                "category": categories[of_category[number]],
                "city": cities[of_city[number]],
                "joined_on": _PERIOD.starts_on,
                "followers": 0,
                "real_name_verified": True,
            }
            for number in range(first, first + _ROWS_AT_ONCE)
        ]
        with database.writing() as session:
            session.execute(insert(metadata.tables["creator"]), rows)
    plays: list[int] = values.tolist()
    contenders = [
        (number + 1, categories[of_category[number]], cities[of_city[number]], plays[number])
        for number in range(_CREATORS)
    ]
    service.store_snapshot(
        database.writing,
        measure=Measure.PLAYS,
        span=Span.WEEK,
        period=_PERIOD,
        contenders=contenders,
        now=_NOW,
    )


def _reads(database: Database, draw: np.random.Generator) -> Iterator[Figure]:
    scopes = [Scope(), *(Scope(category=topic.category) for topic in TOPICS)]
    tops: list[float] = []
    owns: list[float] = []
    with database.reading() as session:
        for number, creator in enumerate(draw.integers(1, _CREATORS, _READS).tolist()):
            board = queries.board(
                session,
                measure=Measure.PLAYS,
                span=Span.WEEK,
                starts_on=_PERIOD.starts_on,
                scope=scopes[number % len(scopes)],
            )
            whole = queries.board(
                session, measure=Measure.PLAYS, span=Span.WEEK, starts_on=_PERIOD.starts_on, scope=Scope()
            )
            assert board
            assert whole
            tops.append(_milliseconds(lambda key=board.id: queries.top(session, board_id=key, count=SHOWN)))
            owns.append(_milliseconds(lambda key=whole.id, own=creator: _own(session, key, own)))
    for name, found in (("top_100_p50", tops), ("own_rank_p50", owns)):
        yield figure(f"leaderboard.{name}", percentile(found, 0.5), unit="ms", limit=_READ_LIMIT_MS, n=_READS)


def _own(session: Session, board_id: int, creator_id: int) -> None:
    mine = queries.standing(session, board_id=board_id, creator_id=creator_id)
    assert mine
    queries.around(session, board_id=board_id, place=mine.place, each_side=_EACH_SIDE)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - started)
