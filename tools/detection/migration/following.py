"""Following, unfollowing and blocking: whoever changes an account's followers locks its total first."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.detection.migration import queries
from tools.detection.migration.models import FollowerBlock, FollowerEdge, FollowerTotal


def follow(session: Session, *, creator_id: int, follower_id: int, on: date) -> bool:
    """Let the viewer follow the account; False when they do already or there is a block between them."""
    total = locked_totals(session, creator_ids=[creator_id])[creator_id]
    key = (creator_id, follower_id)
    if session.get(FollowerEdge, key) or session.get(FollowerBlock, key):
        return False
    session.execute(
        insert(FollowerEdge).values(creator_id=creator_id, follower_id=follower_id, followed_on=on)
    )
    total.followers += 1
    session.flush()
    return True


def unfollow(session: Session, *, creator_id: int, follower_id: int) -> bool:
    """Let the viewer follow the account no more; False when they did not."""
    total = locked_totals(session, creator_ids=[creator_id])[creator_id]
    edge = session.get(FollowerEdge, (creator_id, follower_id))
    if edge is None:
        return False
    session.delete(edge)
    total.followers -= 1
    session.flush()
    return True


def block(session: Session, *, creator_id: int, follower_id: int) -> bool:
    """Put a block between account and viewer, who follows no more; False when there is one."""
    unfollow(session, creator_id=creator_id, follower_id=follower_id)
    if session.get(FollowerBlock, (creator_id, follower_id)):
        return False
    session.execute(insert(FollowerBlock).values(creator_id=creator_id, follower_id=follower_id))
    return True


def locked_totals(session: Session, *, creator_ids: Collection[int]) -> dict[int, FollowerTotal]:
    """Return the totals of these accounts, made where they were missing, locked until the transaction ends."""
    on_postgresql = session.connection().dialect.name == "postgresql"
    upsert = (postgresql if on_postgresql else sqlite).insert(FollowerTotal)
    rows = [{"creator_id": creator_id, "followers": 0} for creator_id in sorted(set(creator_ids))]
    if len(queries.totals(session, creator_ids=creator_ids)) < len(rows):
        session.execute(upsert.values(rows).on_conflict_do_nothing())
    return queries.totals(session, creator_ids=creator_ids, lock=True)
