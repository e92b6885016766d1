"""How creators want to be told: topics switched off, quiet hours, the digest."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tools.notices import queries
from tools.notices.models import MutedTopic, Notice, NoticeTimes
from tools.notices.quiet_hours import QuietHours
from tools.notices.timing import Preferences
from tools.notices.topics import Topic


def of_creators(session: Session, creators: Collection[int]) -> dict[int, Preferences]:
    """Return how each of these creators wants to be told; who said nothing, by default."""
    found = dict.fromkeys(creators, Preferences())
    for row in queries.times(session, creators=creators):
        quiet = QuietHours(row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
        found[row.creator_id] = Preferences(quiet=quiet, digest_at=row.digest_at, zone=ZoneInfo(row.zone))
    for muted in queries.muted(session, creators=creators):
        known = found[muted.creator_id]
        found[muted.creator_id] = replace(known, muted=known.muted | {(Topic(muted.topic), muted.category)})
    return found


def of(session: Session, *, creator_id: int) -> Preferences:
    """Return how the creator wants to be told."""
    return of_creators(session, [creator_id])[creator_id]


def mute(
    session: Session, *, creator_id: int, topics: Collection[Topic], now: datetime, category: str = ""
) -> None:
    """Switch topics off, or what is of one category; what waits to be told of them is not told any more."""
    assert all(topic.mutable for topic in topics), "answers in a creator's own matter are always given"
    for topic in sorted(set(topics)):
        session.merge(MutedTopic(creator_id=creator_id, topic=topic.value, category=category, since=now))
    session.flush()
    waiting = [
        Notice.creator_id == creator_id,
        Notice.state.in_(queries.OPEN),
        Notice.topic.in_([topic.value for topic in topics]),
    ]
    if category:
        waiting.append(Notice.category == category)
    session.execute(
        update(Notice).where(*waiting).values(state="muted").execution_options(synchronize_session=False)
    )


def unmute(session: Session, *, creator_id: int, topics: Collection[Topic], category: str = "") -> None:
    """Switch topics on again, or one category of them; what was not told meanwhile stays untold."""
    names = [topic.value for topic in topics]
    theirs = [MutedTopic.creator_id == creator_id, MutedTopic.topic.in_(names)]
    if category:
        theirs.append(MutedTopic.category == category)
    session.execute(delete(MutedTopic).where(*theirs))


def set_times(session: Session, *, creator_id: int, wanted: Preferences, now: datetime) -> None:
    """Tell the creator at other times from now on; what waits is looked at again."""
    quiet = wanted.quiet
    row = NoticeTimes(
        creator_id=creator_id,
        quiet_from=quiet and quiet.starts,
        quiet_until=quiet and quiet.ends,
        digest_at=wanted.digest_at,
        zone=wanted.zone.key,
        changed_at=now,
    )
    session.merge(row)
    session.flush()
    session.execute(
        update(Notice)
        .where(Notice.creator_id == creator_id, Notice.state == "waiting", Notice.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
