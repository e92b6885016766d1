"""What becomes of notices on their way: sorted by whether anybody can hear them, due, put off, told, ended.

The message logs belong to a room above; it asks here what is due and marks what it told, in one transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, case, update
from sqlalchemy.orm import Session

from tools.notices import queries
from tools.notices.models import Notice
from tools.notices.service import LeftNotice, left_notice
from tools.notices.timing import week_of
from tools.notices.topics import Lane

_AT_ONCE = 5_000


class End(StrEnum):
    """Why a notice is not told."""

    EXPIRED = "expired"
    MUTED = "muted"
    BLOCKED = "blocked"


def to_sort(session: Session, *, now: datetime) -> bool:
    """Return whether `sort` and `expire` have anything to do."""
    return queries.any_new(session) or queries.any_expired(session, now=now)


def sort(session: Session, *, chats: Select[int, datetime]) -> int:
    """Decide on the next new notices by the thousand: who has no chat, or has switched the topic off, is told nothing.

    `chats` selects creator_id and begun_at: a chat that began after the words were left is not told of the past.
    Returns the id of the last that was looked at, 0 when there were none.
    """
    last = queries.new_until(session, limit=_AT_ONCE)
    if last is None:
        return 0
    reached, muted = queries.has_chat(chats.subquery("chats")), queries.is_muted()
    session.execute(
        update(Notice)
        .where(Notice.state == "new", Notice.id <= last)
        .values(state=case((~reached, "unreached"), (muted, "muted"), else_="waiting"))
        .execution_options(synchronize_session=False)
    )
    return last


def expire(session: Session, *, now: datetime) -> int:
    """End the next waiting notices whose time is over; return how many."""
    ids = queries.expired_ids(now=now, limit=_AT_ONCE)
    found = session.scalars(
        update(Notice)
        .where(Notice.id.in_(ids.scalar_subquery()), Notice.state == "waiting")
        .values(state=End.EXPIRED.value)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(found)


def due(
    session: Session, *, lane: Lane, now: datetime, after: LeftNotice | None, limit: int
) -> list[LeftNotice]:
    """Return waiting notices of a lane whose moment has come, in their order, beyond one of them."""
    place = after and (after.due_at, after.id)
    return [left_notice(row) for row in queries.due(session, lane=lane, now=now, after=place, limit=limit)]


def due_of(session: Session, *, creator_id: int, lane: Lane, now: datetime, limit: int) -> list[LeftNotice]:
    """Return a creator's waiting notices of a lane whose moment has come, oldest first; nobody else takes them now."""
    rows = queries.due_of(session, creator_id=creator_id, lane=lane, now=now, limit=limit)
    return [left_notice(row) for row in rows]


def activities_told(session: Session, *, creators: Collection[int], now: datetime) -> dict[int, int]:
    """Return how many activities each of these creators was told of unasked this week."""
    since, _ = week_of(now)
    return dict.fromkeys(creators, 0) | queries.activities_told(session, creators=creators, since=since)


def hold(session: Session, notices: Sequence[LeftNotice]) -> list[LeftNotice]:
    """Return those of the notices that still wait; nobody else takes them now."""
    rows = queries.waiting_for_update(session, ids=[notice.id for notice in notices])
    return [left_notice(row) for row in rows]


def put_off(session: Session, notices: Collection[int], *, until: datetime) -> None:
    """Look at these again at the moment, unless they were told or ended meanwhile."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(notices), Notice.state == "waiting")
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, notices: Collection[int], *, why: End) -> None:
    """Never tell these, unless they were told meanwhile."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(notices), Notice.state == "waiting")
        .values(state=why.value)
        .execution_options(synchronize_session=False)
    )


def mark_told(session: Session, notices: Sequence[LeftNotice], *, now: datetime) -> int:
    """Mark waiting notices as told in one message, named by the first of them; return that."""
    first = min(notice.id for notice in notices)
    found = session.scalars(
        update(Notice)
        .where(Notice.id.in_([notice.id for notice in notices]), Notice.state == "waiting")
        .values(state="sent", sent_at=max(now, *(notice.created_at for notice in notices)), sent_with=first)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    assert len(found) == len(notices), "the caller holds them"
    return first
