"""Coupons that creators hold and put on works, for tests."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import a_traffic_grant
from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.payout import coupon_service, service
from tools.payout.models import TrafficCoupon
from tools.payout.reward_invariants import INVARIANTS

DAY = date(2022, 8, 15)


def a_coupon(
    session: Session,
    creator: int,
    *,
    impressions: int = 500,
    day: date = DAY,
    key: str = "grant",
    program: str = "guanghe",
) -> TrafficCoupon:
    a_traffic_grant(session, creator, impressions, day, key=key, program=program)
    coupon_service.issue(session)
    return session.scalars(select(TrafficCoupon).where(TrafficCoupon.source == key)).one()


def summary(session: Session, creator: int, work: int, on: date = DAY) -> WorkSummary:
    return next(each for each in creators.works(session, creator_id=creator, on=on) if each.id == work)


def use(session: Session, coupon: int, creator: int, work: int, now: datetime) -> TrafficCoupon:
    shown = summary(session, creator, work, on=now.date())
    return coupon_service.use(session, coupon_id=coupon, creator_id=creator, work=shown, now=now)


def impressions(session: Session, creator: int) -> int:
    return service.balance(session, creator_id=creator).impressions


def broken(session: Session) -> list[str]:
    return [line for item in INVARIANTS for line in item.violations(session)]
