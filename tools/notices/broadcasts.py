"""Telling everybody an activity is meant for: counted first, stored by the thousand, paused, resumed, reported.

The storing is a durable task. Each of its transactions stores the notices of the next creators, in the order of their
ids, and how far it came: killed at any moment and begun again, it goes on there, and each creator has one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from tools.kernel import task_requests
from tools.kernel.agent_tool import Button
from tools.kernel.db import Database, Json
from tools.kernel.errors import OperatorError
from tools.notices import activities, audience, queries, service
from tools.notices.models import Activity, Broadcast

TASK: Final = "notices.broadcast"
_STORED_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What sending an activity's notice would do: to how many of how many creators, which words."""

    members: int
    creators: int
    samples: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """How far a broadcast is: what waits (not stored yet, or stored), what was told, and why the rest was not."""

    number: int
    state: str
    members: int | None
    stored: int
    queued: int
    sent: int
    expired: int
    muted: int
    blocked: int
    unreached: int


def plan(session: Session, *, key: str, on: date, samples: int) -> Plan:
    """Return what sending would do, without doing it. Raises OperatorError."""
    # It brings sqlglot, a fifth of a second that only operators need.
    from tools.creators import populations  # noqa: PLC0415

    activity = _activity(session, key)
    table = audience.all_facts(session, on=on)
    [found] = populations.reach(table, [audience.audience_rule(activity.audience)], samples=samples)
    return Plan(found.creators, table.num_rows, found.samples, words_of(activity))


def send(session: Session, *, key: str, on: date, now: datetime) -> Broadcast:
    """Ask the workers to tell everybody the activity is meant for. Raises OperatorError.

    A second broadcast of an activity begins only when the one before is done.
    """
    activity = _activity(session, key, lock=True)
    if activity.sign_up_by <= now:
        raise OperatorError(f"{key}: the sign-up is over since {activity.sign_up_by.isoformat()}")
    for earlier in queries.broadcasts(session, activity_id=activity.id):
        if earlier.state != "done":
            raise OperatorError(f"{key}: broadcast {earlier.id} is {earlier.state}")
    buttons = (
        Button("我要报名", f"报名活动《{activity.title}》"),
        Button("不再收活动通知", "别再给我发活动通知"),
    )
    row = Broadcast(
        activity_id=activity.id,
        text=words_of(activity),
        buttons=[{"label": button.label, "send": button.send} for button in buttons],
        audience=activity.audience,
        facts_of=on,
        created_at=now,
        expires_at=activity.sign_up_by,
    )
    session.add(row)
    session.flush()
    _request(session, row, now=now)
    return row


def pause(session: Session, *, key: str) -> Broadcast:
    """Stop the activity's broadcast: nothing more is stored or told until it is resumed. Raises OperatorError."""
    row = _newest(session, key)
    if row.state == "paused":
        raise OperatorError(f"{key}: broadcast {row.id} is paused already")
    row.state = "paused"
    session.flush()
    return row


def resume(session: Session, *, key: str, now: datetime) -> Broadcast:
    """Let a paused broadcast go on where it stopped. Raises OperatorError."""
    row = _newest(session, key)
    if row.state != "paused":
        raise OperatorError(f"{key}: broadcast {row.id} is {row.state}, not paused")
    if row.members is not None and row.stored == row.members:
        row.state = "done"
    else:
        row.state, row.tries = "running", row.tries + 1
        _request(session, row, now=now)
    session.flush()
    return row


def report(session: Session, *, key: str) -> Report:
    """Return how far the newest broadcast of the activity is. Raises OperatorError."""
    row = _newest(session, key, lock=False)
    states = queries.states_of(session, broadcast_id=row.id)
    return Report(
        number=row.id,
        state=row.state,
        members=row.members,
        stored=row.stored,
        queued=sum(states.get(state, 0) for state in queries.OPEN),
        sent=states.get("sent", 0),
        expired=states.get("expired", 0),
        muted=states.get("muted", 0),
        blocked=states.get("blocked", 0),
        unreached=states.get("unreached", 0),
    )


def store_notices(database: Database, now: datetime, body: Json, *, at_once: int = _STORED_AT_ONCE) -> None:
    """Store a broadcast's notices from where it stopped to the end, or until it is paused: the task of `send`."""
    number = int(body["broadcast"])
    with database.reading() as session:
        row = queries.broadcast(session, broadcast_id=number)
        if row.state != "running":
            return
        found = audience.members(audience.all_facts(session, on=row.facts_of), row.audience)
    more = True
    while more:
        with database.writing() as session:
            more = _store_next(session, number, found, at_once=at_once, now=now)


def words_of(activity: Activity) -> str:
    """Return the words that everybody is told (activity-notices-rules 1.2: when, who, what for, until when)."""
    until, ends = activities.until(activity.sign_up_by), activities.until(activity.ends_at)
    return (
        f"有个适合你的活动《{activity.title}》：{activity.about}\n奖励：{activity.reward}\n"
        f"{until} 前报名，{ends} 结束。奖励以活动页公布的为准。"
    )


def _store_next(session: Session, number: int, found: Sequence[int], *, at_once: int, now: datetime) -> bool:
    """Store the notices of the next creators and how far that came; return whether there are more to store."""
    row = queries.broadcast_for_update(session, broadcast_id=number)
    assert row is not None, "a broadcast is never deleted"
    if row.state != "running":
        return False
    begin = bisect_right(found, row.reached_id)
    batch = found[begin : begin + at_once]
    # Known from now on; after a crash the day's figures may have been corrected meanwhile.
    row.members = row.stored + len(found) - begin
    if batch:
        activity = queries.activity_of(session, activity_id=row.activity_id)
        service.leave_broadcast(
            session,
            batch,
            broadcast_id=number,
            category=activity.category or "",
            now=max(now, row.created_at),
            expires_at=row.expires_at,
        )
        row.reached_id, row.stored = batch[-1], row.stored + len(batch)
    if row.stored == row.members:
        row.state = "done"
    session.flush()
    return row.state == "running"


def _request(session: Session, row: Broadcast, *, now: datetime) -> None:
    key = f"{TASK}:{row.id}:{row.tries}"
    task_requests.request_task(session, name=TASK, key=key, body={"broadcast": row.id}, now=now)


def _newest(session: Session, key: str, *, lock: bool = True) -> Broadcast:
    activity = _activity(session, key)
    rows = queries.broadcasts(session, activity_id=activity.id)
    if not rows:
        raise OperatorError(f"{key}: nobody was told of it yet")
    found = queries.broadcast_for_update(session, broadcast_id=rows[0].id) if lock else rows[0]
    assert found is not None
    return found


def _activity(session: Session, key: str, *, lock: bool = False) -> Activity:
    found = queries.activity_by_key(session, key=key, lock=lock)
    if found is None:
        raise OperatorError(f"there is no activity {key!r}")
    return found
