"""Rows of followers on their way into the store: a temporary table, then set-based SQL by natural key."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.schema import CreateTable, DropTable

from tools.detection.migration.following import locked_totals
from tools.detection.migration.models import (
    AccountPicture,
    FollowerBlock,
    FollowerEdge,
    FollowerMigration,
    InactiveViewer,
)
from tools.kernel.bulk import insert_rows
from tools.kernel.db import Base

# A metadata of its own: a temporary table is no part of the schema that migrations keep.
_VIEWER = BigInteger().with_variant(Integer(), "sqlite")
_staged = Table(
    "staged_followers",
    MetaData(),
    Column("creator_id", _VIEWER),
    Column("follower_id", _VIEWER),
    Column("followed_on", Date),
    Column("word", String(16)),
    prefixes=["TEMPORARY"],
)

Rows = Sequence[Sequence[int | str | date]]


def store_edges(session: Session, rows: Rows) -> int:
    """Store (account, follower, day) and return how many were new; who was moved away stays away."""
    _stage(session, ("creator_id", "follower_id", "followed_on"), rows)
    totals = locked_totals(session, creator_ids={int(str(row[0])) for row in rows})
    there, brought = aliased(FollowerEdge), aliased(FollowerEdge)
    moved_away = (
        select(brought.follower_id)
        .join(FollowerMigration, FollowerMigration.id == brought.migration_id)
        .where(
            brought.creator_id == FollowerMigration.original_id,
            brought.follower_id == _staged.c.follower_id,
            FollowerMigration.impostor_id == _staged.c.creator_id,
        )
        .exists()
    )
    new = (
        select(
            _staged.c.creator_id, _staged.c.follower_id, func.min(_staged.c.followed_on).label("followed_on")
        )
        .outerjoin(
            there,
            and_(there.creator_id == _staged.c.creator_id, there.follower_id == _staged.c.follower_id),
        )
        .where(there.follower_id.is_(None), ~moved_away)
        .group_by(_staged.c.creator_id, _staged.c.follower_id)
        .order_by(_staged.c.creator_id, _staged.c.follower_id)
    )
    counted = new.subquery()
    for creator_id, count in session.execute(
        select(counted.c.creator_id, func.count()).group_by(counted.c.creator_id)
    ).all():
        totals[creator_id].followers += count
    session.flush()
    return _store(session, FollowerEdge, ["creator_id", "follower_id", "followed_on"], new)


def store_blocks(session: Session, rows: Rows) -> int:
    """Store (account, viewer) and return how many blocks were new."""
    _stage(session, ("creator_id", "follower_id"), rows)
    there = aliased(FollowerBlock)
    key = (_staged.c.creator_id, _staged.c.follower_id)
    new = (
        select(*key)
        .outerjoin(there, and_(there.creator_id == key[0], there.follower_id == key[1]))
        .where(there.follower_id.is_(None))
        .group_by(*key)
        .order_by(*key)
    )
    return _store(session, FollowerBlock, ["creator_id", "follower_id"], new)


def store_inactive(session: Session, rows: Rows) -> int:
    """Store (viewer, reason) and return how many were new."""
    _stage(session, ("follower_id", "word"), rows)
    there = aliased(InactiveViewer)
    viewer = _staged.c.follower_id
    new = (
        select(viewer, func.min(_staged.c.word).label("reason"))
        .outerjoin(there, there.follower_id == viewer)
        .where(there.follower_id.is_(None))
        .group_by(viewer)
        .order_by(viewer)
    )
    return _store(session, InactiveViewer, ["follower_id", "reason"], new)


def store_pictures(session: Session, rows: Rows) -> int:
    """Store (account, hash), the last hash of an account counting, and return how many there are."""
    for creator_id, avatar_hash in rows:
        session.merge(AccountPicture(creator_id=creator_id, avatar_hash=avatar_hash))
    session.flush()
    return len(rows)


def _store(session: Session, target: type[Base], columns: list[str], new: Select[*tuple[Any, ...]]) -> int:
    """Insert what is new and return how many rows that was; the staging table is gone afterwards."""
    added = session.scalar(select(func.count()).select_from(new.subquery())) or 0
    statement = insert(target).from_select(columns, new)
    session.execute(statement, execution_options={"synchronize_session": False})
    session.execute(DropTable(_staged))
    return added


def _stage(session: Session, names: tuple[str, ...], rows: Rows) -> None:
    session.flush()
    session.execute(DropTable(_staged, if_exists=True))
    session.execute(CreateTable(_staged))
    insert_rows(session, _staged, columns=names, rows=rows)
