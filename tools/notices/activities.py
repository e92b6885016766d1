"""Activities as creators meet them: which are meant for me, signing up, reminders, how mine went."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import audience, queries
from tools.notices.models import Activity, ActivityEntry, ActivityReminder

# More running activities than anybody reads; those whose sign-up ends first are looked at.
_MOST_LOOKED_AT = 500


class ActivityUnknown(Refusal):
    """No running activity is called so."""

    template = "没有找到“{text}”这个活动，可能已经结束了。说“有什么活动”可以看现在能参加的。"


class NotMeant(Refusal):
    """The creator does not belong to the activity's audience."""

    template = "《{title}》你现在还不符合条件：{missing}。"


class SignUpOver(Refusal):
    """The sign-up has ended."""

    template = "《{title}》的报名 {until} 截止了，这次报不上了。"


class SignedUpAlready(Refusal):
    """The creator takes part already."""

    template = "《{title}》你已经报过名了，{ends} 结束，作品在活动期内发布就算数。"


class NotSignedUp(Refusal):
    """The creator does not take part."""

    template = "《{title}》你没有报名，不用取消。"


@dataclass(frozen=True, slots=True)
class Meant:
    """An activity that is meant for a creator, and whether they take part."""

    activity: Activity
    signed_up: bool


def meant_for(
    session: Session, *, creator_id: int, on: date, now: datetime, category: str | None = None
) -> list[Meant]:
    """Return the running activities that the creator may take part in, those whose sign-up ends first in front."""
    facts = audience.facts_of(session, creator_id=creator_id, on=on)
    mine = {row.id for _, row in queries.entries(session, creator_id=creator_id, limit=_MOST_LOOKED_AT)}
    running = queries.activities(session, ended_after=now, limit=_MOST_LOOKED_AT)
    return [
        Meant(row, row.id in mine)
        for row in running
        if (row.id in mine or row.sign_up_by > now)
        and category in (None, row.category)
        and (row.id in mine or audience.is_meant(row.audience, facts))
    ]


def find(session: Session, *, text: str, now: datetime) -> list[Activity]:
    """Return the running activities that a title, a part of one or a key means."""
    wanted = " ".join(text.split()).strip("《》“”\"'").casefold()
    running = queries.activities(session, ended_after=now, limit=_MOST_LOOKED_AT)
    exact = [row for row in running if wanted in (row.title.casefold(), row.key.casefold())]
    return exact or [row for row in running if wanted and wanted in row.title.casefold()]


def check_sign_up(session: Session, *, activity: Activity, creator_id: int, on: date, now: datetime) -> None:
    """Make sure that the creator may sign up now. Raises SignedUpAlready, SignUpOver, NotMeant."""
    entry = queries.entry(session, activity_id=activity.id, creator_id=creator_id)
    if entry is not None and entry.withdrawn_at is None:
        raise SignedUpAlready(title=activity.title, ends=until(activity.ends_at))
    if activity.sign_up_by <= now:
        raise SignUpOver(title=activity.title, until=until(activity.sign_up_by))
    found = audience.verdict(activity.audience, audience.facts_of(session, creator_id=creator_id, on=on))
    if not found.passed:
        raise NotMeant(title=activity.title, missing="；".join(audience.missing(found)))


def sign_up(session: Session, *, key: str, creator_id: int, on: date, now: datetime) -> Activity:
    """Make the creator take part, reminded of beginning and end. Raises as `check_sign_up`, and ActivityUnknown."""
    activity = _held(session, key)
    check_sign_up(session, activity=activity, creator_id=creator_id, on=on, now=now)
    entry = queries.entry(session, activity_id=activity.id, creator_id=creator_id)
    if entry is None:
        session.add(ActivityEntry(activity_id=activity.id, creator_id=creator_id, signed_up_at=now))
    else:
        entry.signed_up_at, entry.withdrawn_at = now, None
    session.flush()
    remind(session, activity=activity, creator_id=creator_id, now=now)
    return activity


def withdraw(session: Session, *, key: str, creator_id: int, now: datetime) -> Activity:
    """End the creator's taking part, and the reminders with it. Raises NotSignedUp, ActivityUnknown."""
    activity = _held(session, key)
    entry = queries.entry(session, activity_id=activity.id, creator_id=creator_id)
    if entry is None or entry.withdrawn_at is not None:
        raise NotSignedUp(title=activity.title)
    entry.withdrawn_at = max(now, entry.signed_up_at)
    session.flush()
    forget(session, activity=activity, creator_id=creator_id)
    return activity


def remind(session: Session, *, activity: Activity, creator_id: int, now: datetime) -> None:
    """Remind the creator a day before the activity begins and a day before it ends (activity-notices-rules 2.2)."""
    session.merge(ActivityReminder(activity_id=activity.id, creator_id=creator_id, since=now))
    session.flush()


def forget(session: Session, *, activity: Activity, creator_id: int) -> None:
    """Remind the creator of it no more."""
    theirs = ActivityReminder.activity_id == activity.id, ActivityReminder.creator_id == creator_id
    session.execute(delete(ActivityReminder).where(*theirs))


def by_key(session: Session, *, key: str) -> Activity:
    """Return the activity with this key. Raises ActivityUnknown."""
    found = queries.activity_by_key(session, key=key)
    if found is None:
        raise ActivityUnknown(text=key)
    return found


def mine(session: Session, *, creator_id: int, limit: int) -> list[tuple[ActivityEntry, Activity]]:
    """Return what the creator takes or took part in, newest first."""
    return [(row[0], row[1]) for row in queries.entries(session, creator_id=creator_id, limit=limit)]


def moment(at: datetime) -> str:
    """Return an instant as creators read it: 8月20日 18:00, the beginning of a day as that day."""
    local = at.astimezone(PLATFORM_ZONE)
    return f"{local.month}月{local.day}日" + (f" {local:%H:%M}" if local.hour or local.minute else "")


def until(at: datetime) -> str:
    """Return an end as creators read it: 8月20日 18:00, the end of a day as 8月20日 24:00."""
    local = at.astimezone(PLATFORM_ZONE)
    if local.hour or local.minute:
        return moment(at)
    day = local.date() - timedelta(days=1)
    return f"{day.month}月{day.day}日 24:00"


def _held(session: Session, key: str) -> Activity:
    activity = queries.activity_by_key(session, key=key, lock=True)
    if activity is None:
        raise ActivityUnknown(text=key)
    return activity
