"""Reminders of activities: a day before one begins and a day before it ends, once each (activity-notices-rules 2.2)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tools.kernel.agent_tool import Button
from tools.kernel.db import Database
from tools.notices import activities, queries, service
from tools.notices.models import Activity
from tools.notices.topics import Lane, Topic

_AHEAD: Final = timedelta(hours=24)
_AT_ONCE: Final = 500


def remind_of_activities(database: Database, now: datetime) -> None:
    """Leave every reminder that is due; one that was left is not left again."""
    _remind(database, now, begins=True, edge=lambda row: row.starts_at, words=_begins)
    _remind(database, now, begins=False, edge=lambda row: row.ends_at, words=_ends)


def _remind(
    database: Database,
    now: datetime,
    *,
    begins: bool,
    edge: Callable[[Activity], datetime],
    words: Callable[[Activity], str],
) -> None:
    after = (0, 0)
    while True:
        with database.writing() as session:
            found = queries.reminders(
                session, begins=begins, now=now, before=now + _AHEAD, after=after, limit=_AT_ONCE
            )
            for reminder, activity in found:
                # Who asked so late that the moment had passed is reminded by the answer they got then.
                if reminder.since > edge(activity) - _AHEAD:
                    continue
                service.leave(
                    session,
                    creator_id=reminder.creator_id,
                    topic=Topic.ACTIVITY,
                    category=activity.category or "",
                    lane=Lane.DEADLINE,
                    text=words(activity),
                    dedupe_key=f"activity:{activity.id}:{'begins' if begins else 'ends'}:{reminder.creator_id}",
                    expires_at=edge(activity),
                    buttons=(Button("不再提醒这个活动", f"取消活动《{activity.title}》的提醒"),),
                    now=now,
                )
        if len(found) < _AT_ONCE:
            return
        after = found[-1][1].id, found[-1][0].creator_id


def _begins(activity: Activity) -> str:
    until = activities.until(activity.sign_up_by)
    return f"《{activity.title}》{activities.moment(activity.starts_at)}开始，{until} 前可以报名。奖励：{activity.reward}"


def _ends(activity: Activity) -> str:
    return f"《{activity.title}》{activities.until(activity.ends_at)} 截止，还没发的作品记得在这之前发布并带上活动话题。"
