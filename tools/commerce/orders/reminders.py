"""Reminders of orders: what creators are told before a time runs out; once for each moment, however often the job runs."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.orders import queries, service, steps
from tools.commerce.orders.models import BrandOrder
from tools.commerce.orders.states import OrderState
from tools.commerce.orders.steps import Told
from tools.kernel.period import PLATFORM_ZONE

# Hours before the time to answer ends, and days before the deadline of the work.
_HOURS: Final = (12, 2)
_DAYS: Final = (3, 1)
_BATCH: Final = 500
_REMINDED = (OrderState.INVITED, OrderState.PLACED, OrderState.ACCEPTED, OrderState.REVISING)


def remind(session: Session, *, now: datetime, after: int) -> int | None:
    """Store the reminders that are due among the next orders; return the last id, None at the end."""
    rows = queries.in_state(session, states=_REMINDED, after=after, limit=_BATCH)
    deadlines = queries.briefs(session, ids={row.brief_id for row in rows})
    for row in rows:
        if OrderState(row.state).waits_for_answer:
            _remind_answer(session, row, now=now)
        else:
            day = deadlines[row.brief_id].deadline
            _remind_work(session, row, ends=datetime.combine(day, time(), PLATFORM_ZONE), now=now)
    return rows[-1].id if rows else None


def _remind_answer(session: Session, row: BrandOrder, *, now: datetime) -> None:
    assert row.answer_by is not None, "who is asked has a limit"
    left = row.answer_by - now
    due = [hours for hours in _HOURS if timedelta() < left <= timedelta(hours=hours)]
    if due:
        # The nearest only: a worker that was away does not send all it missed.
        tells = f"{row.number} 还没答复，{service.moment(row.answer_by)}前没有接单会自动取消。"
        _once(session, row, f"remind:{row.state}:{min(due)}h", tells, now=now)


def _remind_work(session: Session, row: BrandOrder, *, ends: datetime, now: datetime) -> None:
    left = ends - now
    due = [days for days in _DAYS if timedelta() < left <= timedelta(days=days)]
    if due:
        tells = f"{row.number} 要在 {ends.month}月{ends.day}日前交稿，发布后回来说“{row.number} 交稿”。"
        _once(session, row, f"remind:work:{min(due)}d", tells, now=now)


def _once(session: Session, row: BrandOrder, key: str, tells: str, *, now: datetime) -> None:
    if key not in queries.event_keys(session, order_id=row.id):
        steps.note_event(session, row, "remind", now=now, told=Told("platform", tells=tells), key=key)
