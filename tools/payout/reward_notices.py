"""Words about rewards and tasks: what a programme gave, and tasks whose time runs out.

The ledger's transfer is what a reward's notice is made from. It is left soon after, by a job that reads new transfers
from a watermark, not inside the grant: ten thousand grants a second must not wait for their words, and whichever way a
reward was granted, it is told once.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.agent_tool import Button
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.notices import service as notices
from tools.notices.service import Words
from tools.notices.topics import Topic
from tools.payout import live, reward_notice_queries, reward_queries
from tools.payout.models import TaskClaim
from tools.payout.notice_models import RewardNoticeWatermark
from tools.payout.posting import Asset
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Metric
from tools.payout.tasks import amount_words
from tools.payout.tasks_service import claim_value

_AT_ONCE: Final = 5_000
_CLAIMS_AT_ONCE: Final = 500
_LONGEST_TRANSACTION: Final = timedelta(hours=1)
# Before the first run there is history that nobody needs to be told of.
_FIRST_LOOKS_BACK: Final = timedelta(days=1)
# A reminder is left so many days before a task's last day.
_DAYS_LEFT: Final = (3, 1)


def tell_rewards(session: Session, *, now: datetime) -> int:
    """Leave the words of the next new rewards; return how many were looked at, 0 at the end.

    The watermark stays behind the transfers of the last hour: a number may be given to a transfer before, and seen
    after, a higher one, as long as its transaction runs. What is read again is told already.
    """
    mark = reward_notice_queries.watermark(session)
    if mark is None:
        start = reward_queries.settled_until(session, after=0, before=now - _FIRST_LOOKS_BACK)
        mark = RewardNoticeWatermark(id=1, transfer_id=start)
        session.add(mark)
        session.flush()
    found = reward_notice_queries.untold(session, after=mark.transfer_id, limit=_AT_ONCE)
    names = {program.id: program.name for program in packaged_programs()}
    words = [
        Words(
            each.creator_id,
            f"{names.get(each.program, each.program)}发放了{_amount(each.asset, each.amount)}"
            + (f"（{each.note}）" if each.note else "")
            + ("，结算后可提现。" if each.asset is Asset.CASH else "，已经可以用。"),
            each.key,
        )
        for each in found
    ]
    notices.leave_many(session, words, topic=Topic.REWARD, now=now)
    if len(found) < _AT_ONCE:
        before = now - _LONGEST_TRANSACTION
        mark.transfer_id = reward_queries.settled_until(session, after=mark.transfer_id, before=before)
        session.flush()
        return 0
    session.flush()
    return len(found)


def remind_of_tasks(session: Session, *, now: datetime, after: int) -> int | None:
    """Leave reminders of the next running claims whose last days have come; return the last claim's id, None at the end."""
    batch = reward_queries.active_claims(session, after=after, limit=_CLAIMS_AT_ONCE)
    if not batch:
        return None
    today = now.astimezone(PLATFORM_ZONE).date()
    due = [row for row in batch if _days_left(row, today) is not None]
    if due:
        period = Period(min(row.starts_on for row in due), today + timedelta(days=1), "")
        days = creators.days(session, creator_ids={row.creator_id for row in due}, period=period)
        for row in due:
            _remind(session, row, claim_value(row, days[row.creator_id]), today=today, now=now)
    return batch[-1].id


def _remind(session: Session, row: TaskClaim, have: int, *, today: date, now: datetime) -> None:
    if have >= row.goal and row.program != live.PROGRAM:
        return
    left_days = _days_left(row, today)
    last = row.ends_on - timedelta(days=1)
    left = amount_words(Metric(row.metric), max(0, row.goal - have), up=True)
    more = f"还差 {left}" if have < row.goal else "已经够最低一档"
    reward = "、".join(
        _amount(asset, amount)
        for asset, amount in ((Asset.CASH, row.cash_fen), (Asset.TRAFFIC, row.impressions))
        if amount
    )
    notices.leave(
        session,
        creator_id=row.creator_id,
        topic=Topic.TASK,
        text=f"任务“{row.name}”{more}，{last.month}月{last.day}日 24:00 截止"
        + (f"，完成有{reward}。" if reward else "。"),
        dedupe_key=f"task:{row.id}:{left_days}d",
        expires_at=datetime.combine(row.ends_on, datetime.min.time(), PLATFORM_ZONE),
        buttons=(Button("看任务进度", "我的任务做到哪了"),),
        now=now,
    )


def _days_left(row: TaskClaim, today: date) -> int | None:
    """Return the nearest reminder that is due today: 3 or 1 days before the last day is over; None before and after."""
    left = (row.ends_on - today).days
    return next((days for days in sorted(_DAYS_LEFT) if 0 < left <= days), None)


def _amount(asset: Asset, amount: int) -> str:
    return f" {yuan(amount)} 元激励" if asset is Asset.CASH else f" {amount:,} 次曝光的流量"
