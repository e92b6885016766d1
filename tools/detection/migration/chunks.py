"""One chunk of a migration: set-based SQL on a range of followers, the same on both databases.

Who calls holds the lock on the case and on both accounts' totals, which everybody who changes an account's followers
takes first: between the decision about a follower and the move nobody follows, unfollows or blocks.
"""

from sqlalchemy import (
    Case,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.orm import Session, aliased

from tools.detection.migration.models import (
    FollowerBlock,
    FollowerEdge,
    FollowerMigration,
    FollowerMove,
    InactiveViewer,
)
from tools.detection.migration.outcomes import Outcome, Step

_BULK = {"synchronize_session": False}


def upper_bound(session: Session, found: FollowerMigration, *, step: Step, size: int) -> int | None:
    """Return the last follower of the next chunk, None when no follower is left."""
    if step is Step.MOVE:
        followers = select(FollowerEdge.follower_id).where(
            FollowerEdge.creator_id == found.impostor_id, FollowerEdge.follower_id > found.cursor
        )
    else:
        followers = select(FollowerMove.follower_id).where(
            FollowerMove.migration_id == found.id,
            FollowerMove.step == Step.MOVE,
            FollowerMove.follower_id > found.cursor,
        )
    chunk = followers.order_by("follower_id").limit(size).subquery()
    return session.scalar(select(func.max(chunk.c.follower_id)))


def move(session: Session, found: FollowerMigration, *, upper: int) -> dict[Outcome, int]:
    """Move the impostor's followers up to `upper` who may be moved; write down what became of each, and count it."""
    _merge_ranges(session)
    _record(session, _decisions(found, upper=upper))
    counts = _counted(session, found, step=Step.MOVE, upper=upper)
    if Outcome.MOVED in counts:
        _carry(session, found, step=Step.MOVE, met=(Outcome.MOVED,), upper=upper)
    return counts


def give_back(session: Session, found: FollowerMigration, *, upper: int) -> dict[Outcome, int]:
    """Bring back the followers up to `upper` that the case had moved, except where they acted themselves since."""
    _merge_ranges(session)
    _record(session, _returns(found, upper=upper))
    counts = _counted(session, found, step=Step.RETURN, upper=upper)
    if Outcome.RETURNED in counts or Outcome.MERGED in counts:
        _carry(session, found, step=Step.RETURN, met=(Outcome.RETURNED, Outcome.MERGED), upper=upper)
    return counts


def _merge_ranges(session: Session) -> None:
    """Have PostgreSQL read both sides of a join in order for the rest of the transaction.

    The audit rows are so new that it has no statistics of them: it expects one row and looks up each of the chunk's
    followers by itself, which takes four times as long.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_nestloop = off"))


def _carry(
    session: Session, found: FollowerMigration, *, step: Step, met: tuple[Outcome, ...], upper: int
) -> None:
    """Take the followers with these outcomes from one account, and put those with the first of them to the other.

    Inserting and deleting is a fifth faster on both databases than changing the key of a row.
    """
    sides = (found.impostor_id, found.original_id)
    giver, taker = sides if step is Step.MOVE else sides[::-1]
    chosen = (
        select(literal(taker), FollowerEdge.follower_id, FollowerEdge.followed_on, _mark(found, step))
        .join(FollowerMove, FollowerMove.follower_id == FollowerEdge.follower_id)
        .where(
            FollowerEdge.creator_id == giver,
            *_range(FollowerEdge, found, upper),
            *_audited(found, step=step, met=met[:1], upper=upper),
        )
        .order_by(FollowerEdge.follower_id)
    )
    columns = ["creator_id", "follower_id", "followed_on", "migration_id"]
    session.execute(insert(FollowerEdge).from_select(columns, chosen), execution_options=_BULK)
    audited = select(FollowerMove.follower_id).where(*_audited(found, step=step, met=met, upper=upper))
    session.execute(
        delete(FollowerEdge).where(
            FollowerEdge.creator_id == giver,
            *_range(FollowerEdge, found, upper),
            FollowerEdge.follower_id.in_(audited),
        ),
        execution_options=_BULK,
    )


def _mark(found: FollowerMigration, step: Step) -> ColumnElement[int | None]:
    return literal(found.id) if step is Step.MOVE else cast(null(), Integer)


def _decisions(found: FollowerMigration, *, upper: int) -> Select[int, int, int, int]:
    own, block, gone = aliased(FollowerEdge), aliased(FollowerBlock), aliased(InactiveViewer)
    here = FollowerEdge.follower_id
    outcome = case(
        (FollowerEdge.migration_id.is_not(None), Outcome.MOVED_BEFORE.value),
        (own.follower_id.is_not(None), Outcome.ALREADY.value),
        (block.follower_id.is_not(None), Outcome.BLOCKED.value),
        (gone.follower_id.is_not(None), Outcome.INACTIVE.value),
        (_earlier(found), Outcome.EARLIER.value),
        else_=Outcome.MOVED.value,
    )
    # Each side's range is named, so that both databases read three short ranges beside each other.
    return (
        _rows(found, Step.MOVE, here.expression, outcome)
        .select_from(FollowerEdge)
        .outerjoin(
            own,
            and_(own.creator_id == found.original_id, own.follower_id == here, *_range(own, found, upper)),
        )
        .outerjoin(
            block,
            and_(
                block.creator_id == found.original_id,
                block.follower_id == here,
                *_range(block, found, upper),
            ),
        )
        .outerjoin(gone, and_(gone.follower_id == here, *_range(gone, found, upper)))
        .where(FollowerEdge.creator_id == found.impostor_id, *_range(FollowerEdge, found, upper))
        .order_by(here)
    )


def _returns(found: FollowerMigration, *, upper: int) -> Select[int, int, int, int]:
    moved, again, block = aliased(FollowerEdge), aliased(FollowerEdge), aliased(FollowerBlock)
    here = FollowerMove.follower_id
    blocked = (
        select(block.follower_id)
        .where(
            block.creator_id.in_((found.original_id, found.impostor_id)),
            block.follower_id == here,
            *_range(block, found, upper),
        )
        .correlate(FollowerMove)
        .exists()
    )
    outcome = case(
        (moved.follower_id.is_(None), Outcome.KEPT.value),
        (blocked, Outcome.KEPT.value),
        (again.follower_id.is_not(None), Outcome.MERGED.value),
        else_=Outcome.RETURNED.value,
    )
    return (
        _rows(found, Step.RETURN, here.expression, outcome)
        .select_from(FollowerMove)
        .outerjoin(
            moved,
            and_(
                moved.creator_id == found.original_id,
                moved.follower_id == here,
                moved.migration_id == found.id,
                *_range(moved, found, upper),
            ),
        )
        .outerjoin(
            again,
            and_(
                again.creator_id == found.impostor_id,
                again.follower_id == here,
                *_range(again, found, upper),
            ),
        )
        .where(
            FollowerMove.migration_id == found.id,
            FollowerMove.step == Step.MOVE,
            FollowerMove.outcome == Outcome.MOVED,
            *_range(FollowerMove, found, upper),
        )
        .order_by(here)
    )


def _rows(
    found: FollowerMigration, step: Step, follower: ColumnElement[int], outcome: Case[int]
) -> Select[int, int, int, int]:
    return select(
        literal(found.id).label("migration_id"), literal(step.value).label("step"), follower, outcome
    )


def _record(session: Session, rows: Select[int, int, int, int]) -> None:
    columns = ["migration_id", "step", "follower_id", "outcome"]
    session.execute(insert(FollowerMove).from_select(columns, rows), execution_options=_BULK)


def _counted(session: Session, found: FollowerMigration, *, step: Step, upper: int) -> dict[Outcome, int]:
    rows = session.execute(
        select(FollowerMove.outcome, func.count())
        .where(
            FollowerMove.migration_id == found.id,
            FollowerMove.step == step,
            *_range(FollowerMove, found, upper),
        )
        .group_by(FollowerMove.outcome)
    )
    return {Outcome(outcome): count for outcome, count in rows}


def _audited(
    found: FollowerMigration, *, step: Step, met: tuple[Outcome, ...], upper: int
) -> tuple[ColumnElement[bool], ...]:
    return (
        FollowerMove.migration_id == found.id,
        FollowerMove.step == step,
        FollowerMove.outcome.in_(met),
        *_range(FollowerMove, found, upper),
    )


def _earlier(found: FollowerMigration) -> ColumnElement[bool]:
    if found.followed_from is None:
        return literal(value=False)
    return FollowerEdge.followed_on < found.followed_from


def _range(
    table: type[FollowerEdge | FollowerBlock | InactiveViewer | FollowerMove],
    found: FollowerMigration,
    upper: int,
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.follower_id > found.cursor, table.follower_id <= upper
