"""Words that creators get later: left here by any room in its own transaction, each delivered at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.bulk import insert_rows, table_of
from tools.kernel.db import Json
from tools.notices import queries
from tools.notices.models import Notice
from tools.notices.topics import Lane, Topic

LONGEST_TEXT = 1000
_COLUMNS: Final = (
    "creator_id", "topic", "category", "lane", "state", "broadcast_id", "text", "body", "dedupe_key", "created_at", "due_at",
    "expires_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftNotice:
    """A notice as whoever delivers or shows it gets it."""

    id: int
    creator_id: int
    topic: Topic
    category: str
    lane: Lane
    state: str
    text: str
    facts: Json
    attachments: tuple[Attachment, ...]
    buttons: tuple[Button, ...]
    created_at: datetime
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Words:
    """One of many notices that a transaction leaves together."""

    creator_id: int
    text: str
    dedupe_key: str


def leave(  # noqa: PLR0913 - a keyword for each thing that a notice may have
    session: Session,
    *,
    creator_id: int,
    topic: Topic,
    text: str,
    dedupe_key: str,
    now: datetime,
    category: str = "",
    lane: Lane | None = None,
    expires_at: datetime | None = None,
    facts: Json | None = None,
    attachments: Sequence[Attachment] = (),
    buttons: Sequence[Button] = (),
) -> bool:
    """Leave words for a creator and return whether they are new: the same key again changes nothing.

    Unless said otherwise they take the topic's lane. They are told until `expires_at`, or as long as the topic's words live.
    """
    if queries.notice_known(session, key=dedupe_key):
        return False
    body: Json = {
        "facts": facts or {},
        "attachments": [{"kind": item.kind, "path": item.path} for item in attachments],
        "buttons": [{"label": button.label, "send": button.send} for button in buttons],
    }
    row = Notice(
        creator_id=creator_id,
        topic=topic.value,
        category=category,
        lane=(lane or topic.lane).value,
        text=text[:LONGEST_TEXT],
        body=body,
        dedupe_key=dedupe_key,
        created_at=now,
        due_at=now,
        expires_at=expires_at or now + topic.lives,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # A job beside this one was quicker.
        return False
    return True


def leave_many(session: Session, found: Sequence[Words], *, topic: Topic, now: datetime) -> None:
    """Leave words for many creators in one statement; every key is new, which the caller's own keys ensure."""
    lane, ends = topic.lane.value, now + topic.lives
    rows = [
        (each.creator_id, topic.value, "", lane, "new", None, each.text[:LONGEST_TEXT], None, each.dedupe_key, now, now, ends)
        for each in found
    ]  # fmt: skip
    insert_rows(session, table_of(Notice), columns=_COLUMNS, rows=rows)


def leave_broadcast(
    session: Session,
    creators: Sequence[int],
    *,
    broadcast_id: int,
    category: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Leave a broadcast's words, which stand there once, for many creators; the key keeps anybody from getting two."""
    topic = Topic.ACTIVITY
    rows = [
        (creator, topic.value, category, topic.lane.value, "new", broadcast_id, None, None, f"broadcast:{broadcast_id}:{creator}",
         now, now, expires_at)
        for creator in creators
    ]  # fmt: skip
    insert_rows(session, table_of(Notice), columns=_COLUMNS, rows=rows)


def unsent(session: Session, *, limit: int = 100) -> list[LeftNotice]:
    """Return what may still be delivered, oldest first."""
    return [left_notice(row) for row in queries.unsent(session, limit=limit)]


def claim(session: Session, *, notice: int, now: datetime) -> bool:
    """Mark a notice as sent and return whether this transaction did: write the message in the same transaction."""
    found = session.scalars(
        update(Notice)
        .where(Notice.id == notice, Notice.state.in_(queries.OPEN))
        .values(state="sent", sent_at=now, sent_with=notice)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(found)


def newest(
    session: Session, *, creator_id: int, topic: Topic | None = None, limit: int = 20
) -> list[LeftNotice]:
    """Return the creator's notices, newest first, delivered or not."""
    rows = queries.newest(session, creator_id=creator_id, topic=topic and topic.value, limit=limit)
    return [left_notice(row) for row in rows]


def under(session: Session, *, prefix: str) -> list[LeftNotice]:
    """Return the notices whose key begins so, oldest first."""
    return [left_notice(row) for row in queries.under(session, prefix=prefix)]


def not_left(prefix: str, number: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that no words were left under the prefix with a row's number: for a caller's own SELECT."""
    return queries.not_left(prefix, number)


def left_notice(found: queries.Told) -> LeftNotice:
    """Return a stored notice with its words, a broadcast's from the broadcast."""
    row, broadcast = found
    body = row.body or {}
    buttons = broadcast.buttons if broadcast else body.get("buttons", ())
    return LeftNotice(
        id=row.id,
        creator_id=row.creator_id,
        topic=Topic(row.topic),
        category=row.category,
        lane=Lane(row.lane),
        state=row.state,
        text=broadcast.text if broadcast else row.text or "",
        facts=body.get("facts", {}),
        attachments=tuple(Attachment(item["kind"], item["path"]) for item in body.get("attachments", ())),
        buttons=tuple(Button(item["label"], item["send"]) for item in buttons),
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        sent_at=row.sent_at,
    )
