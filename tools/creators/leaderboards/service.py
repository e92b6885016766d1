"""Building the boards, and what a creator may see of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy.orm import Session

from tools.creators.leaderboards import queries, value_queries
from tools.creators.leaderboards.boards import SHOWN, SMALLEST_BOARD, Measure, Scope, Span, before, latest
from tools.creators.leaderboards.models import Board, BoardPlace, BoardSnapshot
from tools.creators.leaderboards.queries import Named, Standing
from tools.creators.leaderboards.ranking import Counts, Ranked, rank, within
from tools.kernel.bulk import insert_rows, table_of
from tools.kernel.period import Period

# A transaction of this size holds SQLite's write lock for about a tenth of a second.
_PLACES_AT_ONCE = 50_000
_EACH_SIDE = 5
_PLACE_COLUMNS = ("board_id", "place", "rank", "creator_id", "value")

Transaction = Callable[[], AbstractContextManager[Session]]
# The values of _PLACE_COLUMNS.
PlaceRow = tuple[int, int, int, int, int]
Contender = tuple[int, str, str, int]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: boards and places; periods that were there already are not counted."""

    snapshots: int = 0
    boards: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class RankedBoard:
    """One board before it is stored; `ranked` points into the contenders' ids and values."""

    scope: Scope
    ranked: Ranked
    ids: Counts
    values: Counts


@dataclass(frozen=True, slots=True)
class Own:
    """Where an account stands: `gap` is how much the next better rank has more, None at the top."""

    standing: Standing
    gap: int | None
    rank_before: int | None
    around: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A board as one creator sees it; `moved` are the ranks before of those on top."""

    size: int
    top: tuple[Named, ...]
    ranks_before: dict[int, int]
    has_before: bool
    own: Own | None


def build(
    transaction: Transaction,
    *,
    on: date,
    now: datetime,
    spans: Sequence[Span] = tuple(Span),
    rebuild: bool = False,
    most: int | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Built:
    """Build the complete periods that are kept and not there yet, and delete what is too old; may be repeated.

    A snapshot is written in many transactions under a number that nobody reads, then published in one, which also
    retires the one it replaces: a reader sees the old board or the new one, whole. What a killed build left behind
    is deleted by the next. `rebuild` builds the latest period again, for figures that came in late; `most` is how many
    periods of each span at most.
    """
    made = Built()
    done = 0
    for span in spans:
        for place, period in enumerate(latest(span, on=on)[:most]):
            for measure in Measure:
                again = rebuild and place == 0
                made = _plus(made, _build_one(transaction, measure, span, period, now=now, again=again))
                done += 1
                progress(done)
    prune(transaction, on=on, now=now, spans=spans)
    return made


def _build_one(
    transaction: Transaction, measure: Measure, span: Span, period: Period, *, now: datetime, again: bool
) -> Built:
    with transaction() as session:
        there = queries.snapshots_of(session, measure=measure, span=span, starts_on=period.starts_on)
        if not again and any(each.published_at and not each.retired_at for each in there):
            return Built()
        contenders = value_queries.contenders(session, measure=measure, period=period)
        for each in there:
            if each.published_at is None:
                each.retired_at = now
    return store_snapshot(
        transaction, measure=measure, span=span, period=period, contenders=contenders, now=now
    )


def store_snapshot(
    transaction: Transaction,
    *,
    measure: Measure,
    span: Span,
    period: Period,
    contenders: Sequence[Contender],
    now: datetime,
) -> Built:
    """Rank the contenders, who are in tie order, on every board that is large enough, and publish those."""
    if not contenders:
        return Built()
    with transaction() as session:
        snapshot = BoardSnapshot(
            measure=measure.value,
            span=span.value,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            begun_at=now,
        )
        session.add(snapshot)
        session.flush()
        snapshot_id = snapshot.id
    boards = list(ranked_boards(contenders))
    places = write_boards(transaction, snapshot_id=snapshot_id, boards=boards)
    publish(transaction, snapshot_id=snapshot_id, now=now)
    return Built(1, len(boards), places)


def ranked_boards(contenders: Sequence[Contender]) -> Iterator[RankedBoard]:
    """Yield every board that is large enough, with the contenders' ids and values; contenders are in tie order."""
    if not contenders:
        return
    ids = np.fromiter((each[0] for each in contenders), np.int64, len(contenders))
    values = np.fromiter((each[3] for each in contenders), np.int64, len(contenders))
    whole = rank(values)
    if len(contenders) >= SMALLEST_BOARD:
        yield RankedBoard(Scope(), whole, ids, values)
    categories, of_category = _numbered([each[1] for each in contenders])
    cities, of_city = _numbered([each[2] for each in contenders])
    both, of_both = np.unique(of_category * len(cities) + of_city, return_inverse=True)
    pairs: list[int] = both.tolist()
    for scopes, groups in (
        ([Scope(category=name) for name in categories], of_category),
        ([Scope(city=name) for name in cities], of_city),
        (
            [Scope(categories[each // len(cities)], cities[each % len(cities)]) for each in pairs],
            of_both,
        ),
    ):
        for scope, ranked in zip(scopes, within(groups, whole, values), strict=True):
            if len(ranked.order) >= SMALLEST_BOARD:
                yield RankedBoard(scope, ranked, ids, values)


def _numbered(names: Sequence[str]) -> tuple[list[str], Counts]:
    """Return the different names, and each row's number among them."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return list(numbers), np.fromiter((numbers[name] for name in names), np.int64, len(names))


def write_boards(transaction: Transaction, *, snapshot_id: int, boards: Sequence[RankedBoard]) -> int:
    """Store the boards of a snapshot that is not published yet, some places a transaction; return how many places."""
    with transaction() as session:
        stored = [
            Board(
                snapshot_id=snapshot_id,
                category=board.scope.category,
                city=board.scope.city,
                size=len(board.ranked.order),
            )
            for board in boards
        ]
        session.add_all(stored)
        session.flush()
        board_ids = [board.id for board in stored]
    written = 0
    waiting: list[PlaceRow] = []
    for board_id, board in zip(board_ids, boards, strict=True):
        for rows in _rows_of(board_id, board):
            waiting += rows
            written += len(rows)
            if len(waiting) >= _PLACES_AT_ONCE:
                with transaction() as session:
                    insert_rows(session, table_of(BoardPlace), columns=_PLACE_COLUMNS, rows=waiting)
                waiting = []
    with transaction() as session:
        insert_rows(session, table_of(BoardPlace), columns=_PLACE_COLUMNS, rows=waiting)
    return written


def _rows_of(board_id: int, board: RankedBoard) -> Iterator[list[PlaceRow]]:
    for first in range(0, len(board.ranked.order), _PLACES_AT_ONCE):
        part = slice(first, first + _PLACES_AT_ONCE)
        order = board.ranked.order[part]
        yield list(
            zip(
                [board_id] * len(order),
                range(first + 1, first + len(order) + 1),
                board.ranked.ranks[part].tolist(),
                board.ids[order].tolist(),
                board.values[order].tolist(),
                strict=True,
            )
        )


def publish(transaction: Transaction, *, snapshot_id: int, now: datetime) -> None:
    """Let readers see the snapshot, whole, in place of the one before."""
    with transaction() as session:
        snapshot = session.get_one(BoardSnapshot, snapshot_id)
        measure, span = Measure(snapshot.measure), Span(snapshot.span)
        for other in queries.snapshots_of(session, measure=measure, span=span, starts_on=snapshot.starts_on):
            if other.id != snapshot.id and other.retired_at is None:
                other.retired_at = now
        snapshot.published_at = now
        session.flush()


def prune(transaction: Transaction, *, on: date, now: datetime, spans: Sequence[Span] = tuple(Span)) -> None:
    """Retire snapshots that are older than those kept, then delete what is retired, some places a transaction."""
    with transaction() as session:
        for span in spans:
            oldest = latest(span, on=on)[-1].starts_on
            for measure in Measure:
                for each in queries.snapshots_before(session, measure=measure, span=span, starts_on=oldest):
                    each.retired_at = now
        session.flush()
    while _delete_some(transaction):
        pass


def _delete_some(transaction: Transaction) -> bool:
    with transaction() as session:
        if (snapshot := queries.retired(session)) is None:
            return False
        if (board_id := queries.a_board_of(session, snapshot_id=snapshot.id)) is None:
            session.delete(snapshot)
        elif not queries.delete_places(session, board_id=board_id, count=_PLACES_AT_ONCE):
            session.delete(session.get_one(Board, board_id))
        session.flush()
        return True


def newest_period(session: Session, *, measure: Measure, span: Span) -> Period | None:
    """Return the newest period with published boards."""
    if not (periods := queries.published(session, measure=measure, span=span)):
        return None
    starts_on, ends_on = periods[0]
    return Period(starts_on, ends_on, "")


def view(
    session: Session,
    *,
    measure: Measure,
    span: Span,
    period: Period,
    scope: Scope,
    creator_id: int,
    count: int = SHOWN,
) -> View | None:
    """Return a board with the creator's own place, None where there is no such board."""
    found = queries.board(session, measure=measure, span=span, starts_on=period.starts_on, scope=scope)
    if found is None:
        return None
    earlier = queries.board(
        session, measure=measure, span=span, starts_on=before(span, period).starts_on, scope=scope
    )
    top = queries.top(session, board_id=found.id, count=min(count, SHOWN))
    mine = queries.standing(session, board_id=found.id, creator_id=creator_id)
    compared = {each.creator_id for each in top} | {creator_id}
    ranks = queries.ranks_of(session, board_id=earlier.id, creator_ids=compared) if earlier else {}
    return View(
        size=found.size,
        top=tuple(top),
        ranks_before=ranks,
        has_before=earlier is not None,
        own=mine and _own(session, found.id, mine, ranks.get(creator_id)),
    )


def _own(session: Session, board_id: int, mine: Standing, rank_before: int | None) -> Own:
    better = queries.value_above(session, board_id=board_id, rank=mine.rank) if mine.rank > 1 else None
    near = queries.around(session, board_id=board_id, place=mine.place, each_side=_EACH_SIDE)
    return Own(mine, None if better is None else better - mine.value, rank_before, tuple(near))


def _plus(one: Built, other: Built) -> Built:
    return Built(one.snapshots + other.snapshots, one.boards + other.boards, one.places + other.places)
