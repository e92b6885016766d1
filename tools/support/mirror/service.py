"""Use cases of the mirror: what the group has still to be told, and what was said there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel import uploads
from tools.kernel.agent_tool import Line
from tools.kernel.db import Json
from tools.kernel.uploads import Upload
from tools.support import desk, feed, views
from tools.support import service as support
from tools.support.agents import Agent
from tools.support.desk_refusals import NotChangeable
from tools.support.feed import CaseHappening, CaseMessage
from tools.support.mirror import queries
from tools.support.mirror.models import MirrorCursor, MirrorPair, MirrorTopic
from tools.support.views import CaseView

_BATCH = 50
# Of the conversation before a case so much is shown in the group; the rest is in the web desk.
_LINES = 12


@dataclass(frozen=True, slots=True)
class TwinChange:
    """Words that changed after the group was told them; `text` is empty for words taken back."""

    change_id: int
    twin: int
    text: str
    from_group: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """What an agent wrote in the group and the creator never got."""

    pair_id: int
    twin: int


@dataclass(frozen=True, slots=True)
class News:
    """What the group has still to be told, each in its order."""

    messages: Sequence[CaseMessage]
    happenings: Sequence[CaseHappening]
    changes: Sequence[TwinChange]
    lost: Sequence[Lost]


def begin(session: Session, *, chat: int) -> None:
    """Let the group be told of what happens from now on; one that was told before goes on from there."""
    if session.get(MirrorCursor, chat) is None:
        message_id, event_id, change_id = queries.last_ids(session)
        told(session, chat=chat, message_id=message_id, event_id=event_id, change_id=change_id)


def unheard(session: Session, *, chat: int, conversation_id: int) -> list[Line]:
    """Return the last lines of a conversation that the group was not told, oldest first."""
    said = [
        message
        for message in support.messages(session, conversation_id=conversation_id, limit=_LINES)
        if not queries.pairs_of_message(session, chat=chat, message_id=message.id)
    ]
    return list(support.lines_of(said))


def news(session: Session, *, chat: int) -> News:
    """Return what happened since the group was last told."""
    cursor = session.get(MirrorCursor, chat)
    after = (cursor.message_id, cursor.event_id, cursor.change_id) if cursor else (0, 0, 0)
    changed = queries.changes_after(session, chat=chat, after=after[2], limit=_BATCH)
    return News(
        feed.messages_since(session, after=after[0], limit=_BATCH),
        feed.since(session, after=after[1], limit=_BATCH),
        [
            TwinChange(change.id, pair.twin, str(change.body.get("text", "")), pair.from_group)
            for change, pair in changed
        ],
        [Lost(pair.id, pair.twin) for pair in queries.undelivered_pairs(session, chat=chat, limit=_BATCH)],
    )


def told(session: Session, *, chat: int, message_id: int = 0, event_id: int = 0, change_id: int = 0) -> None:
    """Record that the group was told of everything up to these."""
    cursor = session.get(MirrorCursor, chat)
    if cursor is None:
        cursor = MirrorCursor(chat=chat, message_id=0, event_id=0, change_id=0)
        session.add(cursor)
    cursor.message_id = max(cursor.message_id, message_id)
    cursor.event_id = max(cursor.event_id, event_id)
    cursor.change_id = max(cursor.change_id, change_id)
    session.flush()


def told_of_loss(session: Session, *, pair_id: int, now: datetime) -> None:
    """Record that the agent knows that it did not arrive."""
    session.get_one(MirrorPair, pair_id).told_at = now
    session.flush()


def thread_of(session: Session, *, chat: int, creator_id: int) -> int | None:
    """Return the creator's thread in the group."""
    found = queries.topic(session, chat=chat, creator_id=creator_id)
    return found.thread if found else None


def topic_name(session: Session, *, creator_id: int) -> str:
    """Return what the creator's topic is called."""
    account = creators.account(session, creator_id=creator_id)
    return f"{account.nickname} @{account.handle}"


def made_topic(session: Session, *, chat: int, creator_id: int, thread: int, now: datetime) -> None:
    """Record the creator's topic, in the place of one that was deleted."""
    found = queries.topic(session, chat=chat, creator_id=creator_id)
    if found is None:
        session.add(MirrorTopic(chat=chat, creator_id=creator_id, thread=thread, made_at=now))
    else:
        found.thread, found.made_at = thread, now
    session.flush()


def pair(session: Session, *, chat: int, twin: int, message_id: int, from_group: bool) -> None:
    """Record that the two are one message; recording it again changes nothing."""
    if queries.pair_of_twin(session, chat=chat, twin=twin) is None:
        session.add(
            MirrorPair(chat=chat, twin=twin, message_id=message_id, from_group=from_group, told_at=None)
        )
        session.flush()


def twins(session: Session, *, chat: int, message_id: int) -> list[int]:
    """Return the group's messages that show this one, the first one first."""
    return [found.twin for found in queries.pairs_of_message(session, chat=chat, message_id=message_id)]


def files_of(session: Session, *, body: Json, creator_id: int) -> list[Upload]:
    """Return the files that came with the creator's message, as far as they are still kept."""
    found = (
        uploads.find(session, upload_id=int(sent["id"]), creator_id=creator_id)
        for sent in body.get("uploads", ())
    )
    return [file for file in found if file is not None]


def case_of_thread(session: Session, *, chat: int, thread: int) -> CaseView | None:
    """Return the newest case of the creator whose topic this is, open ones first."""
    topic = queries.topic_of_thread(session, chat=chat, thread=thread)
    if topic is None:
        return None
    cases = views.cases_of_creator(session, creator_id=topic.creator_id, limit=10)
    return next((case for case in cases if case.state.is_open), cases[0] if cases else None)


def say(
    session: Session, *, agent: Agent, number: str, text: str, chat: int, twin: int, now: datetime
) -> None:
    """Say to the creator what the agent wrote in the group; the same message of the group is said once.

    Raises what the desk raises: the case is somebody else's, has ended, or the account may not.
    """
    said = desk.say(session, agent=agent, number=number, text=text, key=f"group:{chat}:{twin}", now=now)
    pair(session, chat=chat, twin=twin, message_id=said.message_id, from_group=True)


def edit(
    session: Session, *, agent: Agent, number: str, text: str, chat: int, twin: int, key: str, now: datetime
) -> None:
    """Change the words that the agent wrote in the group, empty for taking them back. Raises as the desk does."""
    found = queries.pair_of_twin(session, chat=chat, twin=twin)
    if found is None or not found.from_group:
        raise NotChangeable(hours=48)
    if text:
        desk.edit(
            session, agent=agent, number=number, message_id=found.message_id, text=text, key=key, now=now
        )
    else:
        desk.delete(session, agent=agent, number=number, message_id=found.message_id, key=key, now=now)
