"""Every SELECT of the notices room."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Row, Select, String, Subquery, exists, func, select, tuple_
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import InstrumentedAttribute, Session

from tools.notices.models import (
    Activity,
    ActivityEntry,
    ActivityReminder,
    Broadcast,
    MutedTopic,
    Notice,
    NoticeTimes,
)
from tools.notices.topics import Lane, Topic

# A notice and the broadcast whose words it has, if any.
Told = Row[Notice, Broadcast | None]
OPEN = ("new", "waiting")


def notice_known(session: Session, *, key: str) -> bool:
    """Return whether words were left under this key."""
    return bool(session.scalar(select(exists().where(Notice.dedupe_key == key))))


def not_left(prefix: str, number: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return whether no words were left under the prefix with a row's number."""
    return ~exists(select(Notice.id).where(Notice.dedupe_key == prefix + sql_cast(number, String)))


def _told() -> Select[Notice, Broadcast | None]:
    # An outer join: most notices have no broadcast, which the statement's own type does not say.
    found = select(Notice, Broadcast).outerjoin(Broadcast, Broadcast.id == Notice.broadcast_id)
    return cast("Select[Notice, Broadcast | None]", found)


def unsent(session: Session, *, limit: int) -> Sequence[Told]:
    """Return what may still be delivered, oldest first."""
    return session.execute(_told().where(Notice.state.in_(OPEN)).order_by(Notice.id).limit(limit)).all()


def newest(session: Session, *, creator_id: int, topic: str | None, limit: int) -> Sequence[Told]:
    """Return the creator's notices, newest first, whatever became of them."""
    found = _told().where(Notice.creator_id == creator_id)
    if topic is not None:
        found = found.where(Notice.topic == topic)
    return session.execute(found.order_by(Notice.id.desc()).limit(limit)).all()


def under(session: Session, *, prefix: str) -> Sequence[Told]:
    """Return the notices whose key begins so, oldest first."""
    keys = Notice.dedupe_key.startswith(prefix, autoescape=True)
    return session.execute(_told().where(keys).order_by(Notice.id)).all()


def any_new(session: Session) -> bool:
    """Return whether there are notices that nobody has looked at."""
    return bool(session.scalar(select(exists().where(Notice.state == "new"))))


def any_expired(session: Session, *, now: datetime) -> bool:
    """Return whether waiting notices have run out."""
    return bool(session.scalar(select(exists().where(*_expired(now)))))


def new_until(session: Session, *, limit: int) -> int | None:
    """Return the id of the last of the next new notices, None when there are none."""
    ids = select(Notice.id).where(Notice.state == "new").order_by(Notice.id).limit(limit).subquery()
    return session.scalar(select(func.max(ids.c.id)))


def expired_ids(*, now: datetime, limit: int) -> Select[int]:
    """Return the query of waiting notices that have run out."""
    return select(Notice.id).where(*_expired(now)).order_by(Notice.expires_at).limit(limit)


def has_chat(chats: Subquery) -> ColumnElement[bool]:
    """Return whether the notice's creator had a chat when it was left; `chats` has creator_id and begun_at."""
    theirs = chats.c.creator_id == Notice.creator_id, chats.c.begun_at <= Notice.created_at
    return exists(select(chats.c.creator_id).where(*theirs))


def is_muted() -> ColumnElement[bool]:
    """Return whether the notice's creator has switched its topic off."""
    theirs = (
        MutedTopic.creator_id == Notice.creator_id,
        MutedTopic.topic == Notice.topic,
        MutedTopic.category.in_(["", Notice.category]),
    )
    return exists(select(MutedTopic.creator_id).where(*theirs))


def due(
    session: Session, *, lane: Lane, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> Sequence[Told]:
    """Return waiting notices of a lane whose moment has come, in their order, beyond a place in it."""
    found = _told().where(*_due(lane, now))
    if after is not None:
        found = found.where(tuple_(Notice.due_at, Notice.id) > tuple_(*after))
    return session.execute(found.order_by(Notice.due_at, Notice.id).limit(limit)).all()


def due_of(session: Session, *, creator_id: int, lane: Lane, now: datetime, limit: int) -> Sequence[Told]:
    """Return a creator's waiting notices of a lane whose moment has come, oldest first, locked."""
    found = _told().where(Notice.creator_id == creator_id, *_due(lane, now)).order_by(Notice.id).limit(limit)
    return session.execute(found.with_for_update(of=Notice)).all()


def waiting_for_update(session: Session, *, ids: Collection[int]) -> Sequence[Told]:
    """Return those of the notices that wait and are not paused, oldest first, locked."""
    found = _told().where(
        Notice.id.in_(ids), Notice.state == "waiting", Broadcast.state.is_distinct_from("paused")
    )
    return session.execute(found.order_by(Notice.id).with_for_update(of=Notice)).all()


def activities_told(session: Session, *, creators: Collection[int], since: datetime) -> dict[int, int]:
    """Return how many activities each of these creators was told of unasked since the moment; who none, is left out."""
    found = (
        select(Notice.creator_id, func.count())
        .where(
            Notice.creator_id.in_(creators),
            Notice.topic == Topic.ACTIVITY.value,
            Notice.lane == Lane.BULK.value,
            Notice.state == "sent",
            Notice.sent_at >= since,
        )
        .group_by(Notice.creator_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def muted(session: Session, *, creators: Collection[int]) -> Sequence[MutedTopic]:
    """Return what these creators have switched off."""
    return session.scalars(select(MutedTopic).where(MutedTopic.creator_id.in_(creators))).all()


def times(session: Session, *, creators: Collection[int]) -> Sequence[NoticeTimes]:
    """Return when these creators want to be told, those who said so."""
    return session.scalars(select(NoticeTimes).where(NoticeTimes.creator_id.in_(creators))).all()


def activities(session: Session, *, ended_after: datetime, limit: int) -> Sequence[Activity]:
    """Return activities that have not ended by the moment, those whose sign-up ends first in front."""
    found = select(Activity).where(Activity.ends_at > ended_after)
    return session.scalars(found.order_by(Activity.sign_up_by, Activity.id).limit(limit)).all()


def activities_of_all(session: Session, *, limit: int) -> Sequence[Activity]:
    """Return activities, running or over, the newest first."""
    newest_first = Activity.starts_at.desc(), Activity.id.desc()
    return session.scalars(select(Activity).order_by(*newest_first).limit(limit)).all()


def activity_by_key(session: Session, *, key: str, lock: bool = False) -> Activity | None:
    """Return the activity that operators call so, its row held until the transaction ends if asked."""
    found = select(Activity).where(Activity.key == key)
    return session.scalar(found.with_for_update() if lock else found)


def activity_by_title(session: Session, *, title: str) -> Activity | None:
    """Return the activity of exactly this title."""
    return session.scalar(select(Activity).where(Activity.title == title))


def entry(session: Session, *, activity_id: int, creator_id: int) -> ActivityEntry | None:
    """Return the creator's sign-up, withdrawn or not, locked until the transaction ends."""
    theirs = ActivityEntry.activity_id == activity_id, ActivityEntry.creator_id == creator_id
    return session.scalar(select(ActivityEntry).where(*theirs).with_for_update())


def entries(session: Session, *, creator_id: int, limit: int) -> Sequence[Row[ActivityEntry, Activity]]:
    """Return the creator's sign-ups that were not withdrawn with their activities, newest first."""
    found = select(ActivityEntry, Activity).join(Activity, Activity.id == ActivityEntry.activity_id)
    theirs = ActivityEntry.creator_id == creator_id, ActivityEntry.withdrawn_at.is_(None)
    newest_first = ActivityEntry.signed_up_at.desc(), ActivityEntry.id.desc()
    return session.execute(found.where(*theirs).order_by(*newest_first).limit(limit)).all()


def signed_up(session: Session, *, activity_id: int) -> int:
    """Return how many take part."""
    theirs = ActivityEntry.activity_id == activity_id, ActivityEntry.withdrawn_at.is_(None)
    return session.scalars(select(func.count()).select_from(ActivityEntry).where(*theirs)).one()


def reminders(
    session: Session, *, begins: bool, now: datetime, before: datetime, after: tuple[int, int], limit: int
) -> Sequence[Row[ActivityReminder, Activity]]:
    """Return reminders of activities that begin (or end) between now and the moment, beyond an activity and creator."""
    found = select(ActivityReminder, Activity).join(Activity, Activity.id == ActivityReminder.activity_id)
    edge = Activity.starts_at if begins else Activity.ends_at
    place = ActivityReminder.activity_id, ActivityReminder.creator_id
    return session.execute(
        found.where(edge > now, edge <= before, tuple_(*place) > tuple_(*after)).order_by(*place).limit(limit)
    ).all()


def activity_of(session: Session, *, activity_id: int) -> Activity:
    """Return an activity."""
    return session.get_one(Activity, activity_id)


def broadcast(session: Session, *, broadcast_id: int) -> Broadcast:
    """Return a broadcast."""
    return session.get_one(Broadcast, broadcast_id)


def broadcast_for_update(session: Session, *, broadcast_id: int) -> Broadcast | None:
    """Return a broadcast, held until the transaction ends."""
    return session.scalar(select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update())


def broadcasts(session: Session, *, activity_id: int) -> Sequence[Broadcast]:
    """Return the broadcasts of an activity, newest first."""
    found = select(Broadcast).where(Broadcast.activity_id == activity_id)
    return session.scalars(found.order_by(Broadcast.id.desc())).all()


def states_of(session: Session, *, broadcast_id: int) -> dict[str, int]:
    """Return how many of a broadcast's notices are in each state."""
    found = select(Notice.state, func.count()).where(Notice.broadcast_id == broadcast_id)
    return {row[0]: row[1] for row in session.execute(found.group_by(Notice.state))}


def _expired(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Notice.state == "waiting", Notice.expires_at <= now


def _due(lane: Lane, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.state == "waiting",
        Notice.lane == lane.value,
        Notice.due_at <= now,
        Broadcast.state.is_distinct_from("paused"),
    )
