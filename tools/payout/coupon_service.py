"""Traffic coupons of a creator: issued for granted impressions, put on one work, delivered, run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.service import WorkSummary
from tools.kernel.errors import Refusal
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.payout import coupons, live, reward_queries, service
from tools.payout.coupons import Delivery, Effect
from tools.payout.models import CouponDay, CouponWatermark, TrafficCoupon
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose
from tools.payout.reward_queries import GrantedTraffic

_AT_ONCE = 2_000
_LONGEST_TRANSACTION = timedelta(hours=1)
_PENALTY_DAYS = 180


class NoCoupon(Refusal):
    """The creator holds no coupon that can be used."""

    template = "你现在没有可用的流量券。做完成长周期任务会发流量券，说“我有什么任务”可以看。"


class CouponUnknown(Refusal):
    """No coupon of this creator has the number; another creator's looks exactly the same."""

    template = "在你的流量券里没有找到“{text}”。说“我有哪些流量券”可以看全部。"


class CouponNotUsable(Refusal):
    """The coupon was used or has run out."""

    template = "流量券 {number} {state}，不能再用了。"


class WorkNotBoostable(Refusal):
    """The work may not get the coupon; `why` says the rule."""

    template = "《{title}》不能用这张流量券：{why}。"


@dataclass(frozen=True, slots=True)
class Used:
    """A coupon that was put on a work, what was delivered of it, and its measured effect once the days have figures."""

    coupon: TrafficCoupon
    work: WorkSummary
    delivered: int
    delivering: bool
    effect: Effect | None


def issue(session: Session, *, creator_id: int | None = None) -> int:
    """Make every granted impression stand in a coupon, a creator's or all that there ever were; return how many are new.

    A coupon's source is its transfer's key, so that whoever granted it and how often this runs, there is one.
    """
    granted = reward_queries.traffic_without_coupon(session, creator_id=creator_id, limit=_AT_ONCE)
    return _issue(session, granted)


def issue_new(session: Session, *, now: datetime) -> int:
    """Issue the coupons of what was granted since the last time; return how many are new.

    What is older than the watermark is not read again. It stays behind the transfers of the last hour: a number may be
    given to a transfer before, and seen after, a higher one, as long as its transaction runs.
    """
    mark = reward_queries.watermark(session)
    if mark is None:
        mark = CouponWatermark(id=1, transfer_id=0)
        session.add(mark)
        session.flush()
    granted = reward_queries.traffic_without_coupon(session, after=mark.transfer_id, limit=_AT_ONCE)
    new = _issue(session, granted)
    if len(granted) < _AT_ONCE:
        mark.transfer_id = reward_queries.settled_until(
            session, after=mark.transfer_id, before=now - _LONGEST_TRANSACTION
        )
    session.flush()
    return new


def _issue(session: Session, granted: Sequence[GrantedTraffic]) -> int:
    new = 0
    for each in granted:
        row = TrafficCoupon(
            creator_id=each.creator_id,
            program=each.program,
            impressions=each.impressions,
            source=each.key,
            granted_on=each.day,
            valid_until=coupons.valid_until(each.day, program=each.program),
            state="available",
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            continue
        new += 1
    return new


def expire(session: Session, *, now: datetime) -> int:
    """Void coupons whose time has passed, and take their impressions back from the creators; return how many."""
    stale = reward_queries.stale_coupons(session, now=now, limit=_AT_ONCE)
    for row in stale:
        row.state = "expired"
    postings = [_posting(row, Purpose.LAPSE, day=_day(row.valid_until - timedelta(days=1))) for row in stale]
    service.post_transfers(session, postings, now=now)
    session.flush()
    return len(stale)


def held(session: Session, *, creator_id: int) -> Sequence[TrafficCoupon]:
    """Return all coupons of the creator, the first to run out first; the ones that are new are issued on the way."""
    issue(session, creator_id=creator_id)
    return reward_queries.coupons(session, creator_id=creator_id)


def usable(rows: Sequence[TrafficCoupon], *, now: datetime) -> list[TrafficCoupon]:
    """Return the coupons that can still be used, the first to run out first."""
    return [row for row in rows if row.state == "available" and row.valid_until > now]


def choose(
    session: Session, *, creator_id: int, number: str | None, work: WorkSummary, now: datetime
) -> TrafficCoupon:
    """Return the coupon that the words mean for this work; without words the one that runs out first and fits.

    Raises NoCoupon, CouponUnknown, CouponNotUsable, WorkNotBoostable.
    """
    rows = held(session, creator_id=creator_id)
    if number is None or not number.strip():
        open_rows = usable(rows, now=now)
        if not open_rows:
            raise NoCoupon
        fitting = [row for row in open_rows if _fits(row, work)]
        chosen = (fitting or open_rows)[0]
    else:
        chosen = _numbered(rows, number)
    check(session, chosen, work=work, now=now)
    return chosen


def check(session: Session, row: TrafficCoupon, *, work: WorkSummary, now: datetime) -> None:
    """Raise when the coupon may not be put on the work now (traffic-coupons 1.2, 1.4, 3.1, 3.3)."""
    if row.state != "available":
        raise CouponNotUsable(number=row.number, state="已经用过" if row.state == "used" else "已经过期")
    if row.valid_until <= now:
        raise CouponNotUsable(number=row.number, state="已经过期")
    if not _fits(row, work):
        is_live = row.program == live.PROGRAM
        why = "这张是直播激励的券，只能用于直播间" if is_live else "这张券只能用于短视频，不能用于直播间"
        raise WorkNotBoostable(title=work.title, why=why)
    if not work.original:
        raise WorkNotBoostable(title=work.title, why="流量券只用于原创作品")
    today = now.astimezone(PLATFORM_ZONE).date()
    looked_at = Period(today - timedelta(days=_PENALTY_DAYS), today + timedelta(days=1), "")
    if any(
        each.severity != "notice"
        for each in creators.penalties(session, creator_id=row.creator_id, period=looked_at, work_id=work.id)
    ):
        raise WorkNotBoostable(title=work.title, why="这条作品因违规被处理，限流中的作品不能投放")
    at_once = coupons.rule_on(today).at_once
    running = [
        each for each in on_work(session, creator_id=row.creator_id, work_id=work.id) if _runs(each, now)
    ]
    if len(running) >= at_once:
        raise WorkNotBoostable(title=work.title, why=f"一条作品同时最多用 {at_once} 张，先等前一张投放完")


def use(
    session: Session, *, coupon_id: int, creator_id: int, work: WorkSummary, now: datetime
) -> TrafficCoupon:
    """Put the coupon on the work and take its impressions from the creator, once.

    Raises CouponUnknown, CouponNotUsable and WorkNotBoostable.
    """
    own = [
        row
        for row in reward_queries.coupons(session, creator_id=creator_id, lock=True)
        if row.id == coupon_id
    ]
    if not own:
        raise CouponUnknown(text=f"LQ{coupon_id:06d}")
    row = own[0]
    check(session, row, work=work, now=now)
    row.state, row.work_id, row.used_at = "used", work.id, now
    service.post_transfer(session, _posting(row, Purpose.DELIVERY, day=_day(now)), now=now)
    session.flush()
    return row


def record_delivery(session: Session, *, coupon_id: int, delivery: Delivery) -> None:
    """Store what the recommendation system reports of a coupon's day; a later report of the day replaces it.

    Never more than the coupon holds is delivered: the caller reports that as a fault of its own.
    """
    row = reward_queries.coupon(session, coupon_id=coupon_id)
    assert row.state == "used", f"{row.number} is {row.state}, nothing can be delivered of it"
    found = reward_queries.delivered(session, coupon_ids=[coupon_id])
    others = sum(each.impressions for each in found if each.day != delivery.day)
    assert others + delivery.impressions <= row.impressions, (
        f"{row.number} holds {row.impressions} impressions"
    )
    stored = next((each for each in found if each.day == delivery.day), None)
    if stored is None:
        stored = CouponDay(coupon_id=coupon_id, day=delivery.day, impressions=0, plays=0)
        session.add(stored)
    stored.impressions, stored.plays = delivery.impressions, delivery.plays
    session.flush()


def effects(
    session: Session, *, creator_id: int, on: date, now: datetime, work: WorkSummary | None = None
) -> list[Used]:
    """Return the creator's used coupons, the latest first, each with what it measurably did; only those of a work."""
    rows = [
        row
        for row in reward_queries.coupons(session, creator_id=creator_id)
        if row.state == "used" and (work is None or row.work_id == work.id)
    ]
    days: dict[int, list[Delivery]] = {}
    for each in reward_queries.delivered(session, coupon_ids=[row.id for row in rows]):
        if each.day < on:
            days.setdefault(each.coupon_id, []).append(Delivery(each.day, each.impressions, each.plays))
    known = {item.id: item for item in creators.works(session, creator_id=creator_id, on=on, limit=1_000)}
    found = [
        _measured(session, row, known[row.work_id], days.get(row.id, []), on=on, now=now)
        for row in rows
        if row.work_id in known
    ]
    return sorted(found, key=lambda used: (used.coupon.used_at or now, used.coupon.id), reverse=True)


def on_work(session: Session, *, creator_id: int, work_id: int) -> list[tuple[TrafficCoupon, int]]:
    """Return the coupons that were put on the work, each with the impressions delivered of it."""
    rows = [
        row
        for row in reward_queries.coupons(session, creator_id=creator_id)
        if row.state == "used" and row.work_id == work_id
    ]
    found = reward_queries.delivered(session, coupon_ids=[row.id for row in rows])
    return [(row, sum(each.impressions for each in found if each.coupon_id == row.id)) for row in rows]


def _measured(
    session: Session,
    row: TrafficCoupon,
    work: WorkSummary,
    deliveries: Sequence[Delivery],
    *,
    on: date,
    now: datetime,
) -> Used:
    effect = None
    if deliveries:
        first = coupons.compared_period(deliveries[0].day).starts_on
        effect = coupons.effect_of(
            deliveries,
            plays=creators.work_plays(session, work_id=work.id, period=Period(first, on, "")),
            boosted=reward_queries.boosted_plays(session, work_id=work.id),
        )
    delivered = sum(each.impressions for each in deliveries)
    return Used(row, work, delivered, _runs((row, delivered), now), effect)


def _runs(used: tuple[TrafficCoupon, int], now: datetime) -> bool:
    row, delivered = used
    assert row.used_at is not None
    return coupons.delivering(row.used_at, impressions=row.impressions, delivered=delivered, now=now)


def _fits(row: TrafficCoupon, work: WorkSummary) -> bool:
    # qingyun-rules 2.1: its impressions go to videos and to live rooms; those of live incentive to live rooms only.
    if row.program == coupons.QINGYUN:
        return True
    return (row.program == live.PROGRAM) == (work.kind == "live")


def _numbered(rows: Sequence[TrafficCoupon], text: str) -> TrafficCoupon:
    digits = "".join(c for c in text if c in "0123456789")[:18]
    found = [row for row in rows if digits and row.id == int(digits)]
    # "The one of 5,000": creators know a coupon by its impressions, too.
    found = found or [
        row for row in rows if digits and row.state == "available" and row.impressions == int(digits)
    ]
    if not found:
        raise CouponUnknown(text=text.strip()[:20])
    return found[0]


def _posting(row: TrafficCoupon, purpose: Purpose, *, day: date) -> Posting:
    return Posting(
        key=f"{row.source}:{purpose}",
        debit=Owner(OwnerKind.CREATOR, str(row.creator_id)),
        credit=Owner(OwnerKind.EXTERNAL, f"traffic:{purpose}"),
        asset=Asset.TRAFFIC,
        amount=row.impressions,
        purpose=purpose,
        day=day,
        program=row.program,
        source=row.source,
    )


def _day(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()
