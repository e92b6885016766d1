"""A creator's own conversation as a program reads it: by pages, with receipts for what has arrived."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.support import queries as log
from tools.support.api import queries
from tools.support.service import StoredMessage, as_stored

_RECEIPTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of one conversation, oldest first; `more` says that there are others beyond, the way that was asked."""

    messages: tuple[StoredMessage, ...]
    more: bool


def conversation_id(session: Session, *, channel: str, address: str, thread: str, creator: int) -> int | None:
    """Return the creator's conversation; None when it has not begun."""
    found = log.conversation_of(session, channel=channel, address=address, thread=thread, creator=creator)
    return found.id if found else None


def last_page(session: Session, *, conversation_id: int, before: int | None, limit: int) -> Page:
    """Return the newest messages before a sequence number, or the newest of all."""
    found = queries.messages_before(session, conversation_id=conversation_id, before=before, limit=limit + 1)
    return Page(tuple(as_stored(message) for message in found[-limit:]), more=len(found) > limit)


def next_page(session: Session, *, conversation_id: int, after: int, before: int | None, limit: int) -> Page:
    """Return the first messages after a sequence number, as far as another one if it is given."""
    found = queries.messages_after(
        session, conversation_id=conversation_id, after=after, before=before, limit=limit + 1
    )
    return Page(tuple(as_stored(message) for message in found[:limit]), more=len(found) > limit)


def question(session: Session, *, conversation_id: int, key: str) -> StoredMessage | None:
    """Return the creator's message that was stored under this key."""
    found = log.message_by_key(session, conversation_id=conversation_id, key=key)
    return as_stored(found) if found else None


def receive(session: Session, *, conversation_id: int, up_to: int, now: datetime) -> int:
    """Take what the program has received out of its outbox; return how many messages these were."""
    received = 0
    while waiting := queries.undelivered_up_to(
        session, conversation_id=conversation_id, sequence=up_to, limit=_RECEIPTS_AT_ONCE
    ):
        for message in waiting:
            message.delivered_at = now
        session.flush()
        received += len(waiting)
    return received
