"""The one way into the message log: the next place of a conversation, taken under its lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Speaker
from tools.kernel.db import Json
from tools.notices.topics import Lane
from tools.support import queries
from tools.support.escalation import Signal
from tools.support.models import Message


@dataclass(frozen=True, slots=True)
class Words:
    """What is said and by whom: a person of the desk with the case that they say it in."""

    speaker: Speaker
    text: str
    body: Json
    lane: Lane = Lane.CASE
    signals: frozenset[Signal] = frozenset()
    agent_id: int | None = None
    case_id: int | None = None


def append(
    session: Session,
    conversation_id: int,
    words: Words,
    *,
    key: str,
    at: datetime,
    delivered_at: datetime | None = None,
) -> Message:
    """Store a message at the end of its conversation; without `delivered_at` its channel has still to send it."""
    # Locking the conversation first makes the sequence ours on PostgreSQL; SQLite's writer is alone anyway.
    queries.conversation_for_update(session, conversation_id=conversation_id)
    message = Message(
        conversation_id=conversation_id,
        sequence=queries.last_sequence(session, conversation_id=conversation_id) + 1,
        key=key,
        speaker=words.speaker.value,
        text=words.text,
        body=words.body,
        at=at,
        delivered_at=delivered_at,
        lane=words.lane.value,
        signals=sorted(signal.value for signal in words.signals),
        agent_id=words.agent_id,
        case_id=words.case_id,
    )
    session.add(message)
    session.flush()
    return message
