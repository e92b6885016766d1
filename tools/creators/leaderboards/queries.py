"""Every SELECT of the serving tables: each an index lookup, however many accounts there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from tools.creators.leaderboards.boards import Measure, Scope, Span
from tools.creators.leaderboards.models import Board, BoardPlace, BoardSnapshot
from tools.creators.models import Creator


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's place: `rank` is shared by equal values, `place` is not."""

    place: int
    rank: int
    creator_id: int
    value: int


@dataclass(frozen=True, slots=True)
class Named(Standing):
    """A place that is shown with its name."""

    nickname: str


@dataclass(frozen=True, slots=True)
class BoardKey:
    """A published board and how many accounts are on it."""

    id: int
    size: int


def published(session: Session, *, measure: Measure, span: Span) -> list[tuple[date, date]]:
    """Return the periods that have published boards, the newest first."""
    rows = session.execute(
        select(BoardSnapshot.starts_on, BoardSnapshot.ends_on)
        .where(*_serving(measure, span))
        .order_by(BoardSnapshot.starts_on.desc())
    )
    return [(row.starts_on, row.ends_on) for row in rows]


def board(
    session: Session, *, measure: Measure, span: Span, starts_on: date, scope: Scope
) -> BoardKey | None:
    """Return the published board of a period and scope, None where it is not built or too small to be one."""
    row = session.execute(
        select(Board.id, Board.size)
        .join(BoardSnapshot, BoardSnapshot.id == Board.snapshot_id)
        .where(
            *_serving(measure, span),
            BoardSnapshot.starts_on == starts_on,
            Board.category == scope.category,
            Board.city == scope.city,
        )
    ).one_or_none()
    return BoardKey(row.id, row.size) if row else None


def top(session: Session, *, board_id: int, count: int) -> list[Named]:
    """Return the first places of a board."""
    rows = session.execute(
        select(BoardPlace.place, BoardPlace.rank, BoardPlace.creator_id, BoardPlace.value, Creator.nickname)
        .join(Creator, Creator.id == BoardPlace.creator_id)
        .where(BoardPlace.board_id == board_id, BoardPlace.place <= count)
        .order_by(BoardPlace.place)
    )
    return [Named(*row) for row in rows]


def standing(session: Session, *, board_id: int, creator_id: int) -> Standing | None:
    """Return the account's own place on a board."""
    row = session.execute(
        select(BoardPlace.place, BoardPlace.rank, BoardPlace.creator_id, BoardPlace.value).where(
            BoardPlace.board_id == board_id, BoardPlace.creator_id == creator_id
        )
    ).one_or_none()
    return Standing(*row) if row else None


def around(session: Session, *, board_id: int, place: int, each_side: int) -> list[Standing]:
    """Return the places around one, itself included, without names."""
    rows = session.execute(
        select(BoardPlace.place, BoardPlace.rank, BoardPlace.creator_id, BoardPlace.value)
        .where(
            BoardPlace.board_id == board_id,
            BoardPlace.place.between(place - each_side, place + each_side),
        )
        .order_by(BoardPlace.place)
    )
    return [Standing(*row) for row in rows]


def value_above(session: Session, *, board_id: int, rank: int) -> int | None:
    """Return the value of the next better rank: equal ones share a rank, so it is the place before the rank's first."""
    return session.scalar(
        select(BoardPlace.value).where(BoardPlace.board_id == board_id, BoardPlace.place == rank - 1)
    )


def ranks_of(session: Session, *, board_id: int, creator_ids: Collection[int]) -> dict[int, int]:
    """Return the ranks of some accounts on a board; those that are not on it are left out."""
    rows = session.execute(
        select(BoardPlace.creator_id, BoardPlace.rank).where(
            BoardPlace.board_id == board_id, BoardPlace.creator_id.in_(list(creator_ids))
        )
    )
    return {row.creator_id: row.rank for row in rows}


def path(
    session: Session, *, measure: Measure, span: Span, scope: Scope, creator_id: int
) -> list[tuple[date, date, int | None, int]]:
    """Return the kept periods, the oldest first, with the account's rank on the board and the board's size."""
    rows = session.execute(
        select(BoardSnapshot.starts_on, BoardSnapshot.ends_on, BoardPlace.rank, Board.size)
        .select_from(BoardSnapshot)
        .join(Board, Board.snapshot_id == BoardSnapshot.id)
        .outerjoin(BoardPlace, (BoardPlace.board_id == Board.id) & (BoardPlace.creator_id == creator_id))
        .where(*_serving(measure, span), Board.category == scope.category, Board.city == scope.city)
        .order_by(BoardSnapshot.starts_on)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def snapshots_of(
    session: Session, *, measure: Measure, span: Span, starts_on: date
) -> Sequence[BoardSnapshot]:
    """Return every snapshot of the period: published, being built, retired."""
    return session.scalars(
        select(BoardSnapshot).where(
            BoardSnapshot.measure == measure.value,
            BoardSnapshot.span == span.value,
            BoardSnapshot.starts_on == starts_on,
        )
    ).all()


def snapshots_before(
    session: Session, *, measure: Measure, span: Span, starts_on: date
) -> Sequence[BoardSnapshot]:
    """Return the snapshots of earlier periods that are still served."""
    return session.scalars(
        select(BoardSnapshot).where(
            BoardSnapshot.measure == measure.value,
            BoardSnapshot.span == span.value,
            BoardSnapshot.starts_on < starts_on,
            BoardSnapshot.retired_at.is_(None),
        )
    ).all()


def retired(session: Session) -> BoardSnapshot | None:
    """Return a snapshot that nobody reads any more."""
    return session.scalar(select(BoardSnapshot).where(BoardSnapshot.retired_at.is_not(None)).limit(1))


def a_board_of(session: Session, *, snapshot_id: int) -> int | None:
    """Return one of the snapshot's boards, None when it has none left."""
    return session.scalar(select(Board.id).where(Board.snapshot_id == snapshot_id).limit(1))


def delete_places(session: Session, *, board_id: int, count: int) -> bool:
    """Delete up to `count` places from the board's end; True when more are left."""
    last = session.scalar(select(func.max(BoardPlace.place)).where(BoardPlace.board_id == board_id)) or 0
    session.execute(
        delete(BoardPlace).where(BoardPlace.board_id == board_id, BoardPlace.place > last - count)
    )
    return last > count


def miscounted(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:  # Any: an id and three counts
    """Return the published boards whose places are not those from 1 to their size, each account once."""
    counted = (
        select(
            BoardPlace.board_id,
            func.count().label("places"),
            func.max(BoardPlace.place).label("last"),
        )
        .group_by(BoardPlace.board_id)
        .subquery()
    )
    return session.execute(
        select(Board.id, Board.size, counted.c.places, counted.c.last)
        .join(BoardSnapshot, BoardSnapshot.id == Board.snapshot_id)
        .outerjoin(counted, counted.c.board_id == Board.id)
        .where(
            BoardSnapshot.published_at.is_not(None),
            BoardSnapshot.retired_at.is_(None),
            (func.coalesce(counted.c.places, 0) != Board.size)
            | (func.coalesce(counted.c.last, 0) != Board.size),
        )
    ).all()


def misranked(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:  # Any: an id and two places
    """Return places of published boards that break the rule of ties or the order by value."""
    earlier = select(BoardPlace).subquery()
    same = earlier.c.value == BoardPlace.value
    wrong = (
        (earlier.c.value < BoardPlace.value)
        | (same & (earlier.c.rank != BoardPlace.rank))
        | (~same & (BoardPlace.rank != BoardPlace.place))
    )
    return session.execute(
        select(BoardPlace.board_id, BoardPlace.place)
        .join(Board, Board.id == BoardPlace.board_id)
        .join(BoardSnapshot, BoardSnapshot.id == Board.snapshot_id)
        .join(
            earlier,
            (earlier.c.board_id == BoardPlace.board_id) & (earlier.c.place == BoardPlace.place - 1),
        )
        .where(BoardSnapshot.published_at.is_not(None), BoardSnapshot.retired_at.is_(None), wrong)
    ).all()


def _serving(measure: Measure, span: Span) -> tuple[Any, ...]:  # Any: conditions of every kind
    return (
        BoardSnapshot.measure == measure.value,
        BoardSnapshot.span == span.value,
        BoardSnapshot.published_at.is_not(None),
        BoardSnapshot.retired_at.is_(None),
    )
