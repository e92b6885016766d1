"""The SELECTs of task claims and traffic coupons."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Integer, cast, func, literal, select
from sqlalchemy.orm import Session

from tools.payout.models import (
    CouponDay,
    CouponWatermark,
    LedgerAccount,
    LedgerTransfer,
    TaskClaim,
    TrafficCoupon,
)
from tools.payout.posting import Asset, OwnerKind, Purpose

_BATCH = 2_000
# Impressions of a Star contract hold as long as the contract (star-contract-rules 3.3), no coupon's days.
_WITHOUT_COUPONS = ("star",)


@dataclass(frozen=True, slots=True)
class GrantedTraffic:
    """Impressions that a programme gave a creator and that no coupon stands for yet."""

    key: str
    creator_id: int
    program: str
    impressions: int
    day: date


def claims(session: Session, *, creator_id: int, since: date, lock: bool = False) -> Sequence[TaskClaim]:
    """Return the creator's running claims, and those that began on the day or later, oldest first."""
    query = (
        select(TaskClaim)
        .where(
            TaskClaim.creator_id == creator_id,
            (TaskClaim.state == "active") | (TaskClaim.starts_on >= since),
        )
        .order_by(TaskClaim.id)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def finished_once(session: Session, *, creator_id: int, tasks: Collection[str]) -> set[str]:
    """Return which of the tasks the creator was ever rewarded for."""
    return set(
        session.scalars(
            select(TaskClaim.task).where(
                TaskClaim.creator_id == creator_id, TaskClaim.task.in_(tasks), TaskClaim.state == "granted"
            )
        )
    )


def active_claims(
    session: Session, *, after: int, limit: int, program: str | None = None
) -> Sequence[TaskClaim]:
    """Return running claims by id, locked until the transaction ends."""
    query = select(TaskClaim).where(TaskClaim.state == "active", TaskClaim.id > after)
    if program is not None:
        query = query.where(TaskClaim.program == program)
    return session.scalars(query.order_by(TaskClaim.id).limit(limit).with_for_update()).all()


def live_claim(
    session: Session, *, creator_id: int, task: str, first: date, before: date
) -> TaskClaim | None:
    """Return the creator's claim of the task that began in these days."""
    return session.scalar(
        select(TaskClaim).where(
            TaskClaim.creator_id == creator_id,
            TaskClaim.task == task,
            TaskClaim.starts_on >= first,
            TaskClaim.starts_on < before,
        )
    )


def traffic_without_coupon(
    session: Session, *, creator_id: int | None = None, after: int = 0, limit: int
) -> list[GrantedTraffic]:
    """Return granted impressions that have no coupon yet, the oldest first, of transfers after an id."""
    query = (
        select(
            LedgerTransfer.key,
            cast(LedgerAccount.owner, BigInteger().with_variant(Integer(), "sqlite")),
            LedgerTransfer.program,
            LedgerTransfer.amount,
            LedgerTransfer.day,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .outerjoin(TrafficCoupon, TrafficCoupon.source == LedgerTransfer.key)
        .where(
            LedgerAccount.owner_kind == OwnerKind.CREATOR.value,
            LedgerAccount.asset == Asset.TRAFFIC.value,
            LedgerTransfer.purpose == Purpose.INCENTIVE.value,
            LedgerTransfer.state == "posted",
            LedgerTransfer.program.not_in(_WITHOUT_COUPONS),
            TrafficCoupon.id.is_(None),
            LedgerTransfer.id > after,
        )
        .order_by(LedgerTransfer.id)
        .limit(limit)
    )
    if creator_id is not None:
        query = query.where(LedgerAccount.owner == str(creator_id))
    return [
        GrantedTraffic(key, owner, program or "", amount, day)
        for key, owner, program, amount, day in session.execute(query)
    ]


def watermark(session: Session) -> CouponWatermark | None:
    """Return how far transfers were read for coupons, locked until the transaction ends; None before the first time."""
    return session.scalar(select(CouponWatermark).with_for_update())


def settled_until(session: Session, *, after: int, before: datetime) -> int:
    """Return the last transfer after an id that was posted before a moment, as were all between; the id if there is none.

    Read along the primary key: what stands below the id costs nothing.
    """
    above = LedgerTransfer.id > after
    recent = session.scalar(select(func.min(LedgerTransfer.id)).where(above, LedgerTransfer.at >= before))
    last = select(func.max(LedgerTransfer.id)).where(above, LedgerTransfer.at < before)
    return session.scalar(last if recent is None else last.where(LedgerTransfer.id < recent)) or after


def coupons(session: Session, *, creator_id: int, lock: bool = False) -> Sequence[TrafficCoupon]:
    """Return the creator's coupons, the first to run out first."""
    query = (
        select(TrafficCoupon)
        .where(TrafficCoupon.creator_id == creator_id)
        .order_by(TrafficCoupon.valid_until, TrafficCoupon.impressions, TrafficCoupon.id)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def coupon(session: Session, *, coupon_id: int) -> TrafficCoupon:
    """Return a coupon that exists, locked until the transaction ends."""
    return session.scalars(select(TrafficCoupon).where(TrafficCoupon.id == coupon_id).with_for_update()).one()


def coupons_by_id(
    session: Session, coupon_ids: Collection[int], *, lock: bool = False
) -> dict[int, TrafficCoupon]:
    """Return these coupons by id, in that order locked until the transaction ends when asked for."""
    found: dict[int, TrafficCoupon] = {}
    for batch in _batches(coupon_ids):
        query = select(TrafficCoupon).where(TrafficCoupon.id.in_(batch)).order_by(TrafficCoupon.id)
        rows = session.scalars(query.with_for_update() if lock else query)
        found |= {row.id: row for row in rows}
    return found


def days_of_coupons(session: Session, coupon_ids: Collection[int]) -> dict[tuple[int, date], CouponDay]:
    """Return what is stored of these coupons' days, by coupon and day."""
    found: dict[tuple[int, date], CouponDay] = {}
    for batch in _batches(coupon_ids):
        rows = session.scalars(select(CouponDay).where(CouponDay.coupon_id.in_(batch)))
        found |= {(row.coupon_id, row.day): row for row in rows}
    return found


def stale_coupons(session: Session, *, now: datetime, limit: int) -> Sequence[TrafficCoupon]:
    """Return unused coupons whose time has passed, locked."""
    return session.scalars(
        select(TrafficCoupon)
        .where(TrafficCoupon.state == "available", TrafficCoupon.valid_until <= now)
        .order_by(TrafficCoupon.valid_until, TrafficCoupon.id)
        .limit(limit)
        .with_for_update()
    ).all()


def delivered(session: Session, *, coupon_ids: Collection[int]) -> Sequence[CouponDay]:
    """Return what was delivered for the coupons, by coupon and day."""
    return session.scalars(
        select(CouponDay)
        .where(CouponDay.coupon_id.in_(list(coupon_ids)))
        .order_by(CouponDay.coupon_id, CouponDay.day)
    ).all()


def boosted_plays(session: Session, *, work_id: int) -> dict[date, int]:
    """Return the plays that coupons brought the work on each day."""
    rows = session.execute(
        select(CouponDay.day, cast(func.sum(CouponDay.plays), BigInteger))
        .join(TrafficCoupon, TrafficCoupon.id == CouponDay.coupon_id)
        .where(TrafficCoupon.work_id == work_id)
        .group_by(CouponDay.day)
    )
    return {row[0]: row[1] for row in rows}


def boosted_of_works(session: Session, work_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """Return the plays that coupons brought these works, by work and day."""
    found: dict[tuple[int, date], int] = {}
    for batch in _batches(work_ids):
        rows = session.execute(
            select(TrafficCoupon.work_id, CouponDay.day, cast(func.sum(CouponDay.plays), BigInteger))
            .join(CouponDay, CouponDay.coupon_id == TrafficCoupon.id)
            .where(TrafficCoupon.work_id.in_(batch))
            .group_by(TrafficCoupon.work_id, CouponDay.day)
        )
        found |= {(work_id, day): plays for work_id, day, plays in rows if work_id is not None}
    return found


def shared_on(session: Session, *, prefix: str) -> dict[str, int]:
    """Return key and amount of every transfer whose key begins so."""
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.amount).where(LedgerTransfer.key.startswith(prefix))
    )
    return {row.key: row.amount for row in rows}


def wrong_coupons(session: Session) -> list[tuple[int, str, str, str, int | None]]:
    """Return id, source, state, the key that must be in the ledger and its amount, where it differs.

    A used coupon's impressions were delivered, an expired one's lapsed, and its source granted as many.
    """
    wrong: list[tuple[int, str, str, str, int | None]] = []
    for suffix, states in (
        ("", ("available", "used", "expired")),
        (":delivery", ("used",)),
        (":lapse", ("expired",)),
    ):
        rows = session.execute(
            select(TrafficCoupon.id, TrafficCoupon.source, TrafficCoupon.state, LedgerTransfer.amount)
            .outerjoin(LedgerTransfer, LedgerTransfer.key == TrafficCoupon.source.concat(literal(suffix)))
            .where(
                TrafficCoupon.state.in_(states),
                LedgerTransfer.amount.is_(None) | (LedgerTransfer.amount != TrafficCoupon.impressions),
            )
            .order_by(TrafficCoupon.id)
        )
        wrong += [(row[0], row[1], row[2], row[1] + suffix, row[3]) for row in rows]
    return wrong


def overdelivered(
    session: Session, *, coupon_ids: Collection[int] | None = None
) -> Iterator[tuple[int, int, int]]:
    """Yield id, impressions and delivered impressions of coupons, of these or of all, that delivered more than they hold."""
    total = cast(func.sum(CouponDay.impressions), BigInteger)
    query = (
        select(TrafficCoupon.id, TrafficCoupon.impressions, total)
        .join(CouponDay, CouponDay.coupon_id == TrafficCoupon.id)
        .group_by(TrafficCoupon.id, TrafficCoupon.impressions)
        .having(total > TrafficCoupon.impressions)
        .order_by(TrafficCoupon.id)
    )
    narrowed = (
        [query]
        if coupon_ids is None
        else (query.where(TrafficCoupon.id.in_(batch)) for batch in _batches(coupon_ids))
    )
    for each in narrowed:
        yield from ((row[0], row[1], row[2]) for row in session.execute(each))


def granted_claims_without_reward(session: Session) -> Iterator[tuple[int, str]]:
    """Yield id and key of granted claims of which nothing is in the ledger, reading a few thousand at a time."""
    after = 0
    wanted = select(TaskClaim).where(TaskClaim.state == "granted").order_by(TaskClaim.id).limit(_BATCH)
    while claims := session.scalars(wanted.where(TaskClaim.id > after)).all():
        keys = [f"{claim.key}:{asset}" for claim in claims for asset in Asset]
        posted = set(session.scalars(select(LedgerTransfer.key).where(LedgerTransfer.key.in_(keys))))
        for claim in claims:
            wanted_keys = [
                f"{claim.key}:{asset}"
                for asset, amount in ((Asset.CASH, claim.cash_fen), (Asset.TRAFFIC, claim.impressions))
                if amount
            ]
            if not posted.issuperset(wanted_keys):
                yield claim.id, claim.key
        after = claims[-1].id


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    yield from (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))
