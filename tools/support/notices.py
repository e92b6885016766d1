"""Notices on their way to people: from where rooms leave them into the message log of every chat linked to the creator.

A chat's own delivery (Telegram's lanes, the open web page) then shows them like any answer. While a support agent speaks
with the creator, the assistant is silent, and so are its notices: they wait until the case is resolved. Only notices of
the case itself go at once. What happened before a chat began is not pushed into it: who links an account after a year is
not met by a year of notices, and can ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Database
from tools.notices import deliveries, preferences
from tools.notices.deliveries import End
from tools.notices.digest import digest_of
from tools.notices.service import LeftNotice
from tools.notices.timing import Fate, timing
from tools.notices.topics import Lane, Topic
from tools.support import notice_queries, queries, service
from tools.support.deliveries import service as messengers
from tools.support.models import Conversation

_BATCH = 100
# Who has unlinked every chat may link one again; until then nobody looks at their notices all the time.
_LOOK_AGAIN = timedelta(minutes=10)
# So many bulk messages are handed to Telegram ahead of what it has sent: twenty seconds of its allowed rate. The rest
# waits here, where quiet hours, preferences and a paused broadcast still count.
_BULK_AHEAD = 500
_MOST_IN_A_DIGEST = 50


@dataclass
class _Decided:
    """What becomes of a batch: who gets something now, and what happens to the rest."""

    told: dict[int, list[LeftNotice]] = field(default_factory=dict)
    later: dict[datetime, list[int]] = field(default_factory=dict)
    ended: dict[End, list[int]] = field(default_factory=dict)


def deliver_notices(database: Database, now: datetime, *, bulk_ahead: int = _BULK_AHEAD) -> None:
    """Put every notice that may go now into its creator's chats, exactly once, however many processes do this.

    The message and the mark that it was sent are one transaction: a process that dies leaves both or neither.
    """
    _sort(database, now)
    for lane in Lane:
        after: LeftNotice | None = None
        while True:
            with database.reading() as session:
                if lane is Lane.BULK and not _has_room(session, bulk_ahead):
                    break
                batch = deliveries.due(session, lane=lane, now=now, after=after, limit=_BATCH)
                decided = _decide(session, batch, now=now)
            _put_away(database, decided)
            for creator, notices in decided.told.items():
                for told in [notices] if lane is Lane.BULK else [[notice] for notice in notices]:
                    with database.writing() as session:
                        _tell(session, creator, told, now=now)
            if len(batch) < _BATCH:
                break
            after = batch[-1]


def _sort(database: Database, now: datetime) -> None:
    with database.reading() as session:
        if not deliveries.to_sort(session, now=now):
            return
    more = True
    while more:
        with database.writing() as session:
            more = deliveries.sort(session, chats=notice_queries.chats()) > 0
    more = True
    while more:
        with database.writing() as session:
            more = deliveries.expire(session, now=now) > 0


def _decide(session: Session, batch: Sequence[LeftNotice], *, now: datetime) -> _Decided:
    wanted = preferences.of_creators(session, {notice.creator_id for notice in batch})
    held = {creator for creator in wanted if queries.is_held_anywhere(session, creator_id=creator)}
    told_of = deliveries.activities_told(session, creators=set(wanted), now=now)
    decided = _Decided()
    for notice in batch:
        found = timing(
            topic=notice.topic,
            category=notice.category,
            lane=notice.lane,
            created_at=notice.created_at,
            expires_at=notice.expires_at,
            preferences=wanted[notice.creator_id],
            told_this_week=told_of[notice.creator_id],
            now=now,
        )
        match found.fate:
            case Fate.WAITS:
                assert found.until is not None
                decided.later.setdefault(found.until, []).append(notice.id)
            case Fate.MUTED | Fate.EXPIRED:
                decided.ended.setdefault(End(found.fate.value), []).append(notice.id)
            case Fate.GOES:
                if notice.topic is Topic.CASE or notice.creator_id not in held:
                    decided.told.setdefault(notice.creator_id, []).append(notice)
                    told_of[notice.creator_id] += notice.topic is Topic.ACTIVITY and notice.lane is Lane.BULK
    return decided


def _put_away(database: Database, decided: _Decided) -> None:
    if not decided.later and not decided.ended:
        return
    with database.writing() as session:
        for until, notices in sorted(decided.later.items()):
            deliveries.put_off(session, notices, until=until)
        for why, notices in decided.ended.items():
            deliveries.end(session, notices, why=why)


def _tell(session: Session, creator: int, notices: Sequence[LeftNotice], *, now: datetime) -> None:
    """Write one message for the notices, with whatever else of the digest is due, where the creator can read it."""
    if notices[0].lane is Lane.BULK:
        due = deliveries.due_of(session, creator_id=creator, lane=Lane.BULK, now=now, limit=_MOST_IN_A_DIGEST)
        notices = _decide(session, due, now=now).told.get(creator, [])
    else:
        notices = deliveries.hold(session, notices)
    if not notices or not _may_go(session, creator, notices):
        return
    chats = _linked_chats(session, creator, begun_by=max(notice.created_at for notice in notices))
    if not chats:
        deliveries.put_off(session, [notice.id for notice in notices], until=now + _LOOK_AGAIN)
        return
    reachable = [
        chat for chat in chats if messengers.is_reachable(session, channel=chat.channel, address=chat.address)
    ]
    if not reachable:
        deliveries.end(session, [notice.id for notice in notices], why=End.BLOCKED)
        return
    _write(session, reachable, notices, now=now)


def _write(
    session: Session, chats: Iterable[Conversation], notices: Sequence[LeftNotice], *, now: datetime
) -> None:
    first = deliveries.mark_told(session, notices, now=now)
    words = digest_of(notices, on=now)
    for chat in chats:
        service.append_notice(
            session,
            conversation_id=chat.id,
            key=f"notice:{first}",
            text=words.text,
            body={
                "text": words.text,
                "attachments": [_attachment(item) for item in words.attachments],
                "buttons": [_button(item) for item in words.buttons],
            },
            lane=notices[0].lane,
            now=now,
        )


def _may_go(session: Session, creator: int, notices: Sequence[LeftNotice]) -> bool:
    about_case = all(notice.topic is Topic.CASE for notice in notices)
    return about_case or not queries.is_held_anywhere(session, creator_id=creator)


def _has_room(session: Session, bulk_ahead: int) -> bool:
    ahead = notice_queries.unsent(session, channel="telegram", lane=Lane.BULK.value, limit=bulk_ahead)
    return ahead < bulk_ahead


def _linked_chats(session: Session, creator: int, *, begun_by: datetime) -> list[Conversation]:
    """Return the creator's chats that are still linked: one that was unlinked, or links to another, hears nothing."""
    chats = notice_queries.chats_of(session, creator_id=creator, begun_by=begun_by)
    return [
        chat
        for chat in chats
        if creators.linked_creator(session, channel=chat.channel, address=chat.address) == creator
    ]


def _attachment(item: Attachment) -> dict[str, str]:
    return {"kind": item.kind, "path": item.path}


def _button(item: Button) -> dict[str, str]:
    return {"label": item.label, "send": item.send}
