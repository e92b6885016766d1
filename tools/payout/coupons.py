"""Traffic coupons: how long they hold, how many a work takes, and what one measurably did (policy traffic-coupons)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tools.kernel.period import PLATFORM_ZONE, Period

POLICY = "traffic-coupons"
QINGYUN = "qingyun"
# qingyun-rules 3.3: what is left of it is void from this moment on, whatever the coupon says.
QINGYUN_ENDS_ON = date(2022, 10, 1)
COMPARED_DAYS = 7
_DELIVERED_WITHIN = timedelta(hours=24)  # 1.3


@dataclass(frozen=True, slots=True)
class CouponRule:
    """One version's numbers: days that a coupon holds (1.4), and how many a work takes at once (1.2)."""

    starts_on: date
    valid_days: int
    at_once: int


_RULES = (CouponRule(date(2022, 10, 1), 14, 2), CouponRule(date(2022, 1, 1), 7, 1))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered on one day: impressions, and the plays that came of them."""

    day: date
    impressions: int
    plays: int


@dataclass(frozen=True, slots=True)
class Effect:
    """A coupon's plays beside the work's plays without coupons: on the same days, and on the days before.

    `days_before` counts the days before with figures; organic plays are all plays less those that coupons brought.
    """

    impressions: int
    boosted: int
    days: int
    organic: int
    days_before: int
    organic_before: int

    @property
    def plays(self) -> int:
        """All plays of the days of delivery."""
        return self.boosted + self.organic


def rule_on(day: date) -> CouponRule:
    """Return the numbers in force on the day."""
    return next((rule for rule in _RULES if rule.starts_on <= day), _RULES[-1])


def valid_until(granted_on: date, *, program: str) -> datetime:
    """Return the first moment at which a coupon granted on the day is void: the day itself is not counted (1.4)."""
    day = granted_on + timedelta(days=rule_on(granted_on).valid_days + 1)
    if program == QINGYUN:
        day = min(day, QINGYUN_ENDS_ON)
    return datetime.combine(day, time(), PLATFORM_ZONE)


def delivering(used_at: datetime, *, impressions: int, delivered: int, now: datetime) -> bool:
    """Whether a used coupon still is on its work: within a day of its use, until all is delivered (1.3)."""
    return delivered < impressions and now < used_at + _DELIVERED_WITHIN


def effect_of(
    deliveries: Sequence[Delivery], *, plays: Mapping[date, int], boosted: Mapping[date, int]
) -> Effect | None:
    """Return what the deliveries did, None when a day of delivery has no figures of the work yet.

    `plays` are the work's plays by day, `boosted` those that any coupon brought.
    """
    days = [each.day for each in deliveries]
    if not days or any(day not in plays for day in days):
        return None
    before = compared_period(days[0])
    earlier = [day for day in plays if before.starts_on <= day < before.ends_on]
    return Effect(
        impressions=sum(each.impressions for each in deliveries),
        boosted=sum(each.plays for each in deliveries),
        days=len(days),
        organic=sum(max(0, plays[day] - boosted.get(day, 0)) for day in days),
        days_before=len(earlier),
        organic_before=sum(max(0, plays[day] - boosted.get(day, 0)) for day in earlier),
    )


def compared_period(first: date) -> Period:
    """Return the days before the first delivery that it is compared with."""
    return Period(first - timedelta(days=COMPARED_DAYS), first, f"投放前 {COMPARED_DAYS} 天")
