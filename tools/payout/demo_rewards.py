"""The demo's tasks and coupons: what laotie, zhubo and dianshang claimed, and the coupons they used.

Drawn from the days before the demo's day only, so that loading again on any later day adds what is new.
"""

import zlib
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import coupon_service, live, live_service, qingyun, tasks_service
from tools.payout.coupons import Delivery
from tools.payout.models import TrafficCoupon

_DAYS_BACK = 28
# Tasks run a week: claimed then, they are half done on the demo's day.
_CLAIMED_DAYS_AGO = 5
# A little under a tenth of impressions become plays (traffic-coupons 2.1 calls some dozens of 500 normal).
_PLAYS_PER_THOUSAND = (74, 96)
_TASKS = {
    "laotie": (("lifecycle", "works-5"), ("lifecycle", "followers-300")),
    "zhubo": (("live", live.MONTH_TASK), ("lifecycle", "mature-live-2h"), ("lifecycle", "live-5h")),
    "dianshang": (("lifecycle", "plays-100k"),),
}
# These used a coupon of two on a work of the same days; the other half ran out, as happens.
_USERS = ("laotie", "dianshang")


def load(session: Session, *, on: date) -> None:
    """Make the demo's claims, coupons and deliveries exist; the ledger and the creators must be there."""
    for back in range(_DAYS_BACK, 0, -1):
        _live_through(session, on=on, back=back)
    now = datetime.combine(on, time(9), PLATFORM_ZONE)
    for settle in (tasks_service.grant_finished, live_service.settle_months):
        last: int | None = 0
        while last is not None:
            last = settle(session, now=now, after=last)
    while coupon_service.issue(session):
        pass
    while coupon_service.expire(session, now=now):
        pass


def _live_through(session: Session, *, on: date, back: int) -> None:
    day = on - timedelta(days=back)
    now = datetime.combine(day, time(9), PLATFORM_ZONE)
    qingyun.share_day(session, day=day - timedelta(days=1), now=now)
    for handle, wanted in _TASKS.items():
        if account := creators.find_account(session, handle=handle):
            if handle in _USERS:
                _use_one(session, account.id, on=on, day=day)
            if back == _CLAIMED_DAYS_AGO:
                _claim(session, account.id, wanted, day=day, now=now)


def _claim(
    session: Session, creator_id: int, wanted: tuple[tuple[str, str], ...], *, day: date, now: datetime
) -> None:
    try:
        tasks_service.claim(session, creator_id=creator_id, wanted=wanted, on=day, now=now)
    except Refusal:
        # Claimed before, or not open to the account on that day: the demo has nothing to add.
        return


def _use_one(session: Session, creator_id: int, *, on: date, day: date) -> None:
    """Put the coupon that runs out first on the newest video, when the draw of its source says so."""
    now = datetime.combine(day, time(19), PLATFORM_ZONE)
    rows = coupon_service.usable(coupon_service.held(session, creator_id=creator_id), now=now)
    works = [
        work
        for work in creators.works(session, creator_id=creator_id, on=day - timedelta(days=1), limit=5)
        if work.original and work.kind == "video"
    ]
    works.sort(key=lambda work: _plays(session, work, on=on, day=day), reverse=True)
    for row in rows:
        if works and row.granted_on < day and zlib.crc32(row.source.encode()) % 2:
            try:
                used = coupon_service.use(
                    session, coupon_id=row.id, creator_id=creator_id, work=works[0], now=now
                )
            except Refusal:
                return
            _deliver(session, used, works[0], on=on, day=day)
            return


def _plays(session: Session, work: WorkSummary, *, on: date, day: date) -> int:
    period = Period(day, min(on, day + timedelta(days=2)), "")
    return sum(creators.work_plays(session, work_id=work.id, period=period).values())


def _deliver(session: Session, row: TrafficCoupon, work: WorkSummary, *, on: date, day: date) -> None:
    """Store what a day and the next delivered: two fifths, then the rest, with the plays that a share of them became."""
    plays = creators.work_plays(session, work_id=work.id, period=Period(day, on, ""))
    for each, impressions in (
        (day, row.impressions * 2 // 5),
        (day + timedelta(days=1), row.impressions - row.impressions * 2 // 5),
    ):
        low, high = _PLAYS_PER_THOUSAND
        draw = low + zlib.crc32(f"{row.source}:{each}".encode()) % (high - low)
        # Boosted plays are part of the work's plays of the day.
        boosted = min(impressions * draw // 1_000, plays.get(each, 0) // 2)
        coupon_service.record_delivery(
            session, coupon_id=row.id, delivery=Delivery(each, impressions, boosted)
        )
