"""Use cases of deliveries: what is sent next, what is in doubt after a crash, who is unreachable."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tools.kernel.db import Json
from tools.notices.topics import Lane
from tools.support import service as support
from tools.support.deliveries import queries
from tools.support.deliveries.models import Delivery, UnreachableChat
from tools.support.service import PendingMessage

# So many messages a wanted chat are looked at before all that wait are.
_WINDOW = 4
_UPDATES = 5_000


class Outcome(StrEnum):
    """How a delivery ended."""

    SENT = "sent"
    REFUSED = "refused"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Begun:
    """A delivery that somebody began and nobody ended: the messenger may have shown the part after `names`."""

    names: tuple[str, ...]
    floor: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What people wait for, answers to make and to send, and since when the oldest waits; broadcasts may take long."""

    count: int
    oldest_at: datetime | None


def waiting_chats(session: Session, *, channel: str, limit: int, but: Collection[str]) -> list[str]:
    """Return chats with something to change or send, those of the highest lane first, inside a lane the longest waiting."""
    changed = queries.chats_with_changes(session, channel=channel, limit=limit, but=but)
    found = dict.fromkeys(changed)
    for lane in Lane:
        if len(found) < limit:
            left = limit - len(found)
            taken = {*but, *found}
            found.update(dict.fromkeys(_waiting_in(session, channel, lane, left, taken)))
    return list(found)


def _waiting_in(session: Session, channel: str, lane: Lane, limit: int, but: Collection[str]) -> list[str]:
    """Return the lane's chats with something to send; in a large broadcast without looking at all of it."""
    window = _WINDOW * (limit + len(but))
    oldest = queries.oldest_waiting(session, channel=channel, lane=lane, limit=window)
    chats = [address for address in dict.fromkeys(oldest) if address not in but]
    if len(chats) >= limit or len(oldest) < window:
        return chats[:limit]
    # A few chats with very many messages fill the window: the others are not to wait behind them.
    return queries.waiting_chats(session, channel=channel, lane=lane, limit=limit, but=but)


def begun(session: Session, *, messages: Sequence[PendingMessage]) -> dict[int, Begun]:
    """Return which of these unsent messages were begun before."""
    rows = queries.deliveries_of(session, message_ids=[message.message_id for message in messages])
    return {row.message_id: Begun(tuple(row.names), row.floor, row.begun_at) for row in rows}


def begin(session: Session, *, channel: str, message_id: int, floor: int, now: datetime) -> None:
    """Record that the messenger is asked to show the message's first part now."""
    session.add(
        Delivery(
            message_id=message_id,
            channel=channel,
            begun_at=now,
            floor=floor,
            names=[],
            last_id=0,
            outcome=None,
            ended_at=None,
        )
    )
    session.flush()


def part_shown(session: Session, *, message_id: int, name: str, shown_id: int, floor: int) -> None:
    """Record the name of the part that the messenger has shown; the next one is begun above `floor`."""
    delivery = session.get_one(Delivery, message_id)
    delivery.names = [*delivery.names, name]
    delivery.last_id, delivery.floor = max(delivery.last_id, shown_id), floor
    session.flush()


def begin_again(session: Session, *, message_id: int, floor: int, now: datetime) -> None:
    """Record that a part that was in doubt is not there, and is sent again now."""
    delivery = session.get_one(Delivery, message_id)
    delivery.floor, delivery.begun_at = floor, now
    session.flush()


def end(session: Session, *, message_id: int, outcome: Outcome, now: datetime) -> None:
    """Record how the delivery ended and take the message out of the outbox."""
    delivery = session.get_one(Delivery, message_id)
    delivery.outcome, delivery.ended_at = outcome.value, now
    # Words that were changed while they were on their way have arrived as they were before.
    for change in queries.changes_since(session, message_id=message_id, since=delivery.begun_at):
        change.applied_at = None
    support.mark_delivered(session, message_id=message_id, now=now, names=list(delivery.names))


def highest_id(session: Session, *, channel: str) -> int:
    """Return the highest id of a message that the messenger is known to have given."""
    return queries.highest_id(session, channel=channel)


def updates_since(session: Session, *, channel: str, since: datetime) -> list[Json]:
    """Return what came from the messenger since a moment, the newest first, as far as it can matter."""
    return queries.newest_updates(session, channel=channel, since=since, limit=_UPDATES)


def open_count(session: Session, *, channel: str) -> int:
    """Return how many deliveries were begun and not ended."""
    return queries.open_count(session, channel=channel)


def places_in_doubt(
    session: Session,
    *,
    channel: str,
    message_id: int,
    begun: Begun,
    top: int,
    most: int,
    others: Collection[int] = (),
) -> list[int]:
    """Return the ids from the floor to the top under which the messenger may have shown a part, the likeliest first.

    Ids are one count over all private chats: those of other messages that are known to be elsewhere are left out, and the
    `others` that people sent. What was begun first was most likely shown first.
    """
    taken = set(others) | queries.ids_above(session, channel=channel, floor=begun.floor, but=message_id)
    places = [place for place in range(begun.floor + 1, top + 1) if place not in taken]
    rank = queries.open_before(session, channel=channel, message_id=message_id, begun_at=begun.begun_at)
    likely = [place for _, place in sorted(enumerate(places), key=lambda one: abs(one[0] - rank))]
    return likely[:most]


def mark_unreachable(session: Session, *, channel: str, address: str, reason: str, now: datetime) -> None:
    """Unsubscribe a chat whose person blocked the bot: notices go there no more."""
    if queries.unreachable(session, channel=channel, address=address) is None:
        session.add(UnreachableChat(channel=channel, address=address, since=now, reason=reason[:120]))
        session.flush()


def mark_reachable(session: Session, *, channel: str, address: str) -> bool:
    """Subscribe a chat again, whose person has written; return whether it was unreachable."""
    found = queries.unreachable(session, channel=channel, address=address)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def is_reachable(session: Session, *, channel: str, address: str) -> bool:
    """Whether something sent to the chat can arrive, as far as its messenger told."""
    return queries.unreachable(session, channel=channel, address=address) is None


def backlog(session: Session, *, channel: str) -> Backlog:
    """Return what people wait for in the channel."""
    count, oldest = queries.backlog(session, channel=channel)
    return Backlog(count, oldest)


def outcomes(session: Session, *, key_prefix: str) -> dict[Outcome | None, int]:
    """Return how many messages whose key begins so ended how; None counts those still waiting or on their way."""
    return {
        Outcome(outcome) if outcome else None: count
        for outcome, count in queries.outcomes(session, key_prefix=key_prefix)
    }
