"""Use cases of the message log: conversations, messages once, and the outbox of each channel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Line, Speaker
from tools.kernel.db import Json
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload
from tools.notices.topics import Lane
from tools.support import queries
from tools.support.changes import change
from tools.support.escalation import Signal
from tools.support.log import Words, append
from tools.support.models import Conversation, InboxUpdate, Message

# What an answer or a hand-off looks back on; older lines stay in the log.
_TRANSCRIPT_LINES = 40
_DELIVERY_BATCH = 200


@dataclass(frozen=True, slots=True)
class ConversationState:
    """Where a conversation stands: whose it is, and the agent's state after its last complete turn."""

    id: int
    creator: int | None
    epoch: int
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of the log; `body` is an answer's whole content, `signals` what was heard in it."""

    id: int
    sequence: int
    speaker: Speaker
    text: str
    body: Json
    at: datetime
    signals: frozenset[Signal]
    agent: int | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """A creator's message as its channel names it; `is_last` where the creator has said nothing since."""

    id: int
    key: str
    text: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the log remembers it, also when its bytes were deleted with age."""

    id: int
    kind: UploadKind
    name: str
    size_bytes: int

    @property
    def words(self) -> str:
        """The file in a line of text."""
        return f"[{self.kind.words} {self.name}]"


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """An answer that its channel has still to send."""

    message_id: int
    address: str
    thread: str
    speaker: Speaker
    body: Json
    lane: Lane


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """An answer as its chat has it; `creator` is whose conversation it stands in."""

    message_id: int
    creator: int | None
    thread: str
    body: Json


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update of a messenger that waits for its answer."""

    id: int
    update_id: int
    lane: str
    body: Json


_FILES = "uploads"
_files = TypeAdapter(list[SentFile])


def conversation(
    session: Session, *, channel: str, address: str, thread: str, creator: int | None, now: datetime
) -> ConversationState:
    """Return the conversation of this person, begun now if there was none."""
    found = queries.conversation_of(session, channel=channel, address=address, thread=thread, creator=creator)
    if found is None:
        found = Conversation(
            channel=channel,
            address=address,
            thread=thread,
            owner=creator or 0,
            creator_id=creator,
            started_at=now,
        )
        session.add(found)
        session.flush()
    return ConversationState(found.id, found.creator_id, found.epoch, found.checkpoint)


def lock(session: Session, *, conversation_id: int) -> None:
    """Hold the conversation until the transaction ends, so that two cannot change it at once."""
    queries.conversation_for_update(session, conversation_id=conversation_id)


def start_over(session: Session, *, conversation_id: int) -> None:
    """Make the assistant forget the conversation; the log keeps it."""
    found = queries.conversation_for_update(session, conversation_id=conversation_id)
    found.epoch, found.checkpoint = found.epoch + 1, None
    found.fresh_after = queries.last_sequence(session, conversation_id=conversation_id)
    session.flush()


def log_question(
    session: Session,
    *,
    conversation_id: int,
    key: str,
    text: str,
    now: datetime,
    files: Sequence[Upload] = (),
    signals: Collection[Signal] = (),
    name: str = "",
) -> bool:
    """Store the creator's message, which files came with it and what was heard in it; return whether it is new.

    `name` is the channel's own name of the message, under which its words may be changed later.
    """
    if queries.message_by_key(session, conversation_id=conversation_id, key=key) is not None:
        return False
    body = {_FILES: _files.dump_python([_sent_file(file) for file in files], mode="json")}
    said = Words(Speaker.CREATOR, text, body if files else {}, signals=frozenset(signals))
    message = append(session, conversation_id, said, key=key, at=now, delivered_at=now)
    message.names = [name] if name else []
    return True


def question_named(session: Session, *, conversation_id: int, name: str) -> NamedQuestion | None:
    """Return what the creator last said under the channel's name, None where that is not among the latest messages."""
    latest = queries.last_messages(session, conversation_id=conversation_id, limit=_TRANSCRIPT_LINES)
    said = [message for message in latest if message.speaker == Speaker.CREATOR]
    found = next((message for message in reversed(said) if name in message.names), None)
    return NamedQuestion(found.id, found.key, found.text, found is said[-1]) if found else None


def change_question(session: Session, *, message_id: int, key: str, text: str, now: datetime) -> None:
    """Put the creator's new words where the old ones stand; the old ones are kept among the changes."""
    message = session.get_one(Message, message_id)
    if message.text != text:
        change(
            session, message, key=key, text=text, body={**message.body, "text": text}, agent_id=None, now=now
        )


def files_of(message: StoredMessage) -> list[SentFile]:
    """Return the files that came with a creator's message; their bytes may be gone by now."""
    return files_in(message.body)


def files_in(body: Json) -> list[SentFile]:
    """Return the files that the body of a creator's message names."""
    return _files.validate_python(body.get(_FILES, []))


def words_of(message: StoredMessage) -> str:
    """Return the message as one line of text, a file as `[视频 名称]`."""
    files = files_of(message) if message.speaker is Speaker.CREATOR else []
    return " ".join((*(file.words for file in files), message.text)).strip()


def log_answer(
    session: Session,
    *,
    conversation_id: int,
    key: str,
    text: str,
    body: Json,
    checkpoint: str | None,
    deliver: bool,
    now: datetime,
    epoch: int | None = None,
    signals: Collection[Signal] = (),
) -> StoredMessage:
    """Store the answer to the message `key` and the agent's state after it, together; the first one stays.

    `deliver` leaves the answer to the channel's outbox. `signals` is what became of the message. The state counts only
    while the conversation is in the `epoch` that the turn began in: since then it may have begun afresh.
    """
    answer_key = _answer_key(key)
    if stored := queries.message_by_key(session, conversation_id=conversation_id, key=answer_key):
        return as_stored(stored)
    found = queries.conversation_for_update(session, conversation_id=conversation_id)
    if checkpoint is not None and epoch in {None, found.epoch}:
        found.checkpoint = checkpoint
    said = Words(Speaker.ASSISTANT, text, body, signals=frozenset(signals))
    return as_stored(
        append(session, conversation_id, said, key=answer_key, at=now, delivered_at=None if deliver else now)
    )


def answer_to(session: Session, *, conversation_id: int, key: str) -> StoredMessage | None:
    """Return the stored answer to the message `key`."""
    stored = queries.message_by_key(session, conversation_id=conversation_id, key=_answer_key(key))
    return as_stored(stored) if stored else None


def find_message(session: Session, *, conversation_id: int, key: str) -> StoredMessage | None:
    """Return the message that was stored under a key."""
    stored = queries.message_by_key(session, conversation_id=conversation_id, key=key)
    return as_stored(stored) if stored else None


def messages(
    session: Session, *, conversation_id: int, limit: int = _TRANSCRIPT_LINES, before: int | None = None
) -> list[StoredMessage]:
    """Return the last messages, those with a smaller sequence number than `before` if given, oldest first."""
    found = queries.last_messages(session, conversation_id=conversation_id, limit=limit, before=before)
    return [as_stored(message) for message in found]


def transcript(session: Session, *, conversation_id: int) -> tuple[Line, ...]:
    """Return the last lines of the conversation, oldest first, a file as `[视频 名称]`."""
    return lines_of(messages(session, conversation_id=conversation_id))


def lines_of(said: Sequence[StoredMessage]) -> tuple[Line, ...]:
    """Return messages as lines; what was taken back is not among them."""
    return tuple(Line(message.speaker, words_of(message)) for message in said if message.deleted_at is None)


def heard(session: Session, *, conversation_id: int) -> list[frozenset[Signal]]:
    """Return the signals of the turns since the conversation began afresh, a creator's message and its answers together."""
    turns: list[set[Signal]] = []
    for message in queries.fresh_messages(session, conversation_id=conversation_id, limit=_TRANSCRIPT_LINES):
        if not turns or message.speaker == Speaker.CREATOR:
            turns.append(set())
        turns[-1] |= as_stored(message).signals
    return [frozenset(turn) for turn in turns]


def undelivered(session: Session, *, channel: str, address: str | None = None) -> list[PendingMessage]:
    """Return the answers that the channel has still to send: by lane, then the oldest first."""
    return [
        PendingMessage(
            message.id,
            conversation.address,
            conversation.thread,
            Speaker(message.speaker),
            message.body,
            Lane(message.lane),
        )
        for message, conversation in queries.undelivered(
            session, channel=channel, address=address, limit=_DELIVERY_BATCH
        )
    ]


def answer_in_chat(session: Session, *, message_id: int, channel: str, address: str) -> SentAnswer | None:
    """Return an answer that was given in this chat; another chat's looks exactly as if there was none."""
    found = queries.answer_in_chat(session, message_id=message_id, channel=channel, address=address)
    if found is None:
        return None
    message, conversation = found
    return SentAnswer(message.id, conversation.creator_id, conversation.thread, message.body)


def mark_delivered(session: Session, *, message_id: int, now: datetime, names: Sequence[str] = ()) -> None:
    """Take the message out of the outbox; `names` are the messenger's own names of what was sent, for later changes."""
    message = session.get_one(Message, message_id)
    message.delivered_at = message.delivered_at or now
    message.names = [*message.names, *names]
    session.flush()


def store_update(
    session: Session, *, channel: str, update_id: int, lane: str, body: Json, now: datetime
) -> bool:
    """Store a messenger's update; return False when it was there already."""
    if queries.update_known(session, channel=channel, update_id=update_id):
        return False
    session.add(InboxUpdate(channel=channel, update_id=update_id, lane=lane, body=body, received_at=now))
    session.flush()
    return True


def waiting_updates(session: Session, *, channel: str, lane: str) -> list[StoredUpdate]:
    """Return all of the lane's updates that wait for an answer, in their order."""
    return [
        StoredUpdate(found.id, found.update_id, found.lane, found.body)
        for found in queries.waiting_updates(session, channel=channel, lane=lane, limit=_DELIVERY_BATCH)
    ]


def open_lanes(session: Session, *, channel: str) -> list[str]:
    """Return the lanes with updates that wait for an answer."""
    return queries.open_lanes(session, channel=channel)


def next_update(session: Session, *, channel: str, lane: str) -> StoredUpdate | None:
    """Return the lane's first update that waits for an answer."""
    found = queries.waiting_updates(session, channel=channel, lane=lane, limit=1)
    return StoredUpdate(found[0].id, found[0].update_id, found[0].lane, found[0].body) if found else None


def finish_update(session: Session, *, update: int, now: datetime) -> None:
    """Record that the update is answered and its answer handed over."""
    session.get_one(InboxUpdate, update).finished_at = now
    session.flush()


def append_notice(
    session: Session,
    *,
    conversation_id: int,
    key: str,
    text: str,
    body: Json,
    now: datetime,
    lane: Lane = Lane.CASE,
) -> StoredMessage:
    """Store words of the assistant that nobody asked for just now, left to the channel's outbox."""
    said = Words(Speaker.ASSISTANT, text, body, lane)
    return as_stored(append(session, conversation_id, said, key=key, at=now))


def append_agent_message(
    session: Session,
    *,
    conversation_id: int,
    case_id: int,
    agent_id: int,
    key: str,
    text: str,
    body: Json,
    now: datetime,
) -> StoredMessage:
    """Store what a person of the desk says to the creator, left to the channel's outbox; the same key says it once."""
    if stored := queries.message_by_key(session, conversation_id=conversation_id, key=key):
        return as_stored(stored)
    said = Words(Speaker.AGENT, text, body, agent_id=agent_id, case_id=case_id)
    return as_stored(append(session, conversation_id, said, key=key, at=now))


def as_stored(message: Message) -> StoredMessage:
    """Return a row of the log as other modules see it."""
    return StoredMessage(
        message.id,
        message.sequence,
        Speaker(message.speaker),
        message.text,
        message.body,
        message.at,
        frozenset(Signal(signal) for signal in message.signals),
        message.agent_id,
        message.edited_at,
        message.deleted_at,
    )


def _sent_file(file: Upload) -> SentFile:
    return SentFile(file.id, file.kind, file.name, file.size_bytes)


def _answer_key(key: str) -> str:
    return f"answer:{key}"
