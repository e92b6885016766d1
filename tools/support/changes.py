"""Words that are changed or taken back after they were said, and how the channels hear of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.kernel.db import Json
from tools.support import queries
from tools.support.models import Message, MessageChange

_BATCH = 200


class ChangeKind(StrEnum):
    """What is done to a message."""

    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that a channel has still to apply: `body` is the message as it should be, `names` are what was sent."""

    change_id: int
    message_id: int
    address: str
    thread: str
    kind: ChangeKind
    body: Json
    names: tuple[str, ...]


def change(
    session: Session,
    message: Message,
    *,
    key: str,
    text: str,
    body: Json,
    agent_id: int | None,
    now: datetime,
) -> None:
    """Change a message's words, to none where `text` is empty; the same key again changes nothing.

    What was not sent yet is simply sent as it is now, or not at all; a creator's own words (no agent) stand changed in
    their channel already. The caller has locked the conversation.
    """
    if queries.change_by_key(session, message_id=message.id, key=key) is not None:
        return
    kind = ChangeKind.EDIT if text else ChangeKind.DELETE
    session.add(
        MessageChange(
            message_id=message.id,
            key=key,
            kind=kind.value,
            agent_id=agent_id,
            before=message.text,
            body=body,
            at=now,
            applied_at=None if message.delivered_at and agent_id is not None else now,
        )
    )
    message.text, message.body = text, body
    if kind is ChangeKind.DELETE:
        message.deleted_at = now
        message.delivered_at = message.delivered_at or now
    else:
        message.edited_at = now
    session.flush()


def pending_changes(session: Session, *, channel: str, address: str | None = None) -> list[PendingChange]:
    """Return what the channel has still to do to messages that it sent, oldest first."""
    return [
        PendingChange(
            change_id=change.id,
            message_id=message.id,
            address=conversation.address,
            thread=conversation.thread,
            kind=ChangeKind(change.kind),
            body=change.body,
            names=tuple(str(name) for name in message.names),
        )
        for change, message, conversation in queries.open_changes(
            session, channel=channel, address=address, limit=_BATCH
        )
    ]


def mark_change_applied(session: Session, *, change_id: int, now: datetime) -> None:
    """Record that the channel did it, or never can."""
    change = session.get_one(MessageChange, change_id)
    change.applied_at = change.applied_at or now
    session.flush()
