"""What must hold of notices and activities at any moment."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tools.kernel.invariant import Invariant
from tools.notices.models import Activity, ActivityEntry, Broadcast, MutedTopic, Notice
from tools.notices.topics import Topic


def broken_broadcasts(session: Session) -> Iterator[str]:
    """Yield broadcasts whose notices are not as many as they say, or of creators beyond where they are."""
    stored = (
        select(
            Notice.broadcast_id,
            func.count().label("notices"),
            func.count(func.distinct(Notice.creator_id)).label("creators"),
            func.max(Notice.creator_id).label("last"),
        )
        .where(Notice.broadcast_id.is_not(None))
        .group_by(Notice.broadcast_id)
        .subquery()
    )
    rows = session.execute(
        select(Broadcast.id, Broadcast.stored, Broadcast.reached_id, stored.c.notices, stored.c.creators, stored.c.last)
        .outerjoin(stored, stored.c.broadcast_id == Broadcast.id)
        .order_by(Broadcast.id)
    )  # fmt: skip
    for number, said, reached, notices, told, last in rows:
        if (said, reached) != (notices or 0, last or 0):
            yield f"broadcast {number} says {said} notices up to creator {reached}, there are {notices or 0} up to {last or 0}"
        if notices != told:
            yield f"broadcast {number} has {notices} notices for {told} creators"


def sent_outside_a_message(session: Session) -> Iterator[str]:
    """Yield notices that were told in the message of another creator, of another lane, or of one that was not told."""
    first = aliased(Notice)
    rows = session.execute(
        select(Notice.id, Notice.sent_with)
        .outerjoin(first, first.id == Notice.sent_with)
        .where(
            Notice.state == "sent",
            first.id.is_(None)
            | (first.state != "sent")
            | (first.creator_id != Notice.creator_id)
            | (first.lane != Notice.lane)
            | (first.sent_at != Notice.sent_at),
        )
        .order_by(Notice.id)
    )
    for number, with_ in rows:
        yield f"notice {number} was told with notice {with_}, which was not told to the same creator then"


def sent_late(session: Session) -> Iterator[str]:
    """Yield notices that were told after their time was over."""
    rows = session.execute(select(Notice.id).where(Notice.sent_at >= Notice.expires_at).order_by(Notice.id))
    for (number,) in rows:
        yield f"notice {number} was told after it had expired"


def muted_against_the_rules(session: Session) -> Iterator[str]:
    """Yield topics that are switched off although nobody can (activity-notices-rules 1.3)."""
    fixed = [topic.value for topic in Topic if not topic.mutable]
    rows = session.execute(
        select(MutedTopic.creator_id, MutedTopic.topic)
        .where(MutedTopic.topic.in_(fixed))
        .order_by(MutedTopic.creator_id, MutedTopic.topic)
    )
    for creator, topic in rows:
        yield f"creator {creator} has the topic {topic} switched off, which nobody can"


def late_sign_ups(session: Session) -> Iterator[str]:
    """Yield sign-ups from after the sign-up had ended."""
    rows = session.execute(
        select(ActivityEntry.id, Activity.key)
        .join(Activity, Activity.id == ActivityEntry.activity_id)
        .where(ActivityEntry.signed_up_at >= Activity.sign_up_by)
        .order_by(ActivityEntry.id)
    )
    for number, key in rows:
        yield f"sign-up {number} for {key} is from after its end"


INVARIANTS = (
    Invariant("notices.broadcasts_tell_each_member_once", broken_broadcasts),
    Invariant("notices.told_notices_share_a_message_of_their_creator", sent_outside_a_message),
    Invariant("notices.nothing_is_told_after_it_expired", sent_late),
    Invariant("notices.what_concerns_rights_is_never_switched_off", muted_against_the_rules),
    Invariant("notices.sign_ups_are_in_time", late_sign_ups),
)
