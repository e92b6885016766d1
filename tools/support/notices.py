"""Notices on their way to people: from the kernel's outbox into the message log of every chat linked to the creator.

A chat's own delivery (Telegram's lanes, the open web page) then shows them like any answer. While a support agent speaks
with the creator, the assistant is silent, and so are its notices: they wait until the case is resolved. Only notices of
the case itself (topic `case` or `case.…`) go at once. What happened before a chat began is not pushed into it: who links an
account after a year is not met by a year of notices, and can ask.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel import notice_outbox
from tools.kernel.db import Database
from tools.kernel.notice_outbox_models import Notice
from tools.support import queries, service
from tools.support.models import Conversation

_CASE_TOPIC = "case"
_BATCH = 100


def deliver_notices(database: Database, now: datetime) -> None:
    """Put every notice that may go now into its creator's chats, exactly once, however many processes do this.

    The message and the mark that it was sent are one transaction: a process that dies leaves both or neither.
    """
    after = 0
    while True:
        with database.reading() as session:
            waiting = queries.deliverable_notices(session, after=after, limit=_BATCH)
            ready = [notice for notice in waiting if _may_go(session, notice)]
        for notice in ready:
            with database.writing() as session:
                _deliver(session, notice, now)
        if len(waiting) < _BATCH:
            return
        after = waiting[-1].id


def _deliver(session: Session, notice: Notice, now: datetime) -> None:
    chats = _linked_chats(session, notice)
    # Claimed last of the reads, first of the writes: of two processes one goes on.
    if not chats or not _may_go(session, notice):
        return
    if not notice_outbox.claim(session, notice=notice.id, now=max(now, notice.created_at)):
        return
    body = {
        "text": notice.text,
        "attachments": notice.body.get("attachments", []),
        "buttons": notice.body.get("buttons", []),
    }
    for chat in chats:
        service.append_notice(
            session, conversation_id=chat.id, key=f"notice:{notice.id}", text=notice.text, body=body, now=now
        )


def _may_go(session: Session, notice: Notice) -> bool:
    if notice.topic.partition(".")[0] == _CASE_TOPIC:
        return True
    return not queries.is_held_anywhere(session, creator_id=notice.creator_id)


def _linked_chats(session: Session, notice: Notice) -> list[Conversation]:
    """Return the creator's chats that are still linked: one that was unlinked, or links to another, hears nothing."""
    chats = queries.messenger_conversations(session, creator_id=notice.creator_id, begun_by=notice.created_at)
    return [
        chat
        for chat in chats
        if creators.linked_creator(session, channel=chat.channel, address=chat.address) == notice.creator_id
    ]
