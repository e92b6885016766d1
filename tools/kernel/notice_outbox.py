"""Words that creators get later: left here by any room in its own transaction, each delivered exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Json
from tools.kernel.notice_outbox_models import Notice

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class LeftNotice:
    """A notice as whoever delivers or shows it gets it."""

    id: int
    creator_id: int
    topic: str
    text: str
    facts: Json
    attachments: tuple[Attachment, ...]
    buttons: tuple[Button, ...]
    created_at: datetime
    sent_at: datetime | None


def leave(
    session: Session,
    *,
    creator_id: int,
    topic: str,
    text: str,
    dedupe_key: str,
    now: datetime,
    facts: Json | None = None,
    attachments: Sequence[Attachment] = (),
    buttons: Sequence[Button] = (),
) -> bool:
    """Leave words for a creator and return whether they are new: the same key again changes nothing."""
    if session.scalar(select(exists().where(Notice.dedupe_key == dedupe_key))):
        return False
    body: Json = {
        "facts": facts or {},
        "attachments": [{"kind": item.kind, "path": item.path} for item in attachments],
        "buttons": [{"label": button.label, "send": button.send} for button in buttons],
    }
    try:
        with session.begin_nested():
            session.add(
                Notice(
                    creator_id=creator_id,
                    topic=topic,
                    text=text[:LONGEST_TEXT],
                    body=body,
                    dedupe_key=dedupe_key,
                    created_at=now,
                )
            )
    except IntegrityError:
        # A job beside this one was quicker.
        return False
    return True


def unsent(session: Session, *, limit: int = 100) -> list[LeftNotice]:
    """Return what waits for delivery, oldest first."""
    rows = session.scalars(
        select(Notice).where(Notice.sent_at.is_(None)).order_by(Notice.id).limit(limit)
    ).all()
    return [_notice(row) for row in rows]


def claim(session: Session, *, notice: int, now: datetime) -> bool:
    """Mark a notice as sent and return whether this transaction did: write the message in the same transaction."""
    found = session.scalars(
        update(Notice)
        .where(Notice.id == notice, Notice.sent_at.is_(None))
        .values(sent_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(found)


def newest(session: Session, *, creator_id: int, limit: int = 20) -> list[LeftNotice]:
    """Return the creator's notices, newest first, delivered or not."""
    rows = session.scalars(
        select(Notice).where(Notice.creator_id == creator_id).order_by(Notice.id.desc()).limit(limit)
    ).all()
    return [_notice(row) for row in rows]


def under(session: Session, *, prefix: str) -> list[LeftNotice]:
    """Return the notices whose key begins so, oldest first."""
    rows = session.scalars(
        select(Notice).where(Notice.dedupe_key.startswith(prefix, autoescape=True)).order_by(Notice.id)
    ).all()
    return [_notice(row) for row in rows]


def _notice(row: Notice) -> LeftNotice:
    return LeftNotice(
        id=row.id,
        creator_id=row.creator_id,
        topic=row.topic,
        text=row.text,
        facts=row.body.get("facts", {}),
        attachments=tuple(Attachment(item["kind"], item["path"]) for item in row.body.get("attachments", ())),
        buttons=tuple(Button(item["label"], item["send"]) for item in row.body.get("buttons", ())),
        created_at=row.created_at,
        sent_at=row.sent_at,
    )
