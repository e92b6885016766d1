"""What an account is to the other rooms: plain values, no database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

_BASIS_POINTS = 10_000


class Tier(StrEnum):
    """The follower tiers that the platform reports by (FACTS S23)."""

    UNDER_10K = "under_10k"
    FROM_10K = "10k"
    FROM_100K = "100k"
    FROM_1M = "1m"
    FROM_10M = "10m"

    @property
    def words(self) -> str:
        """The tier as creators call it."""
        match self:
            case Tier.UNDER_10K:
                return "1 万粉以下"
            case Tier.FROM_10K:
                return "1 万到 10 万粉"
            case Tier.FROM_100K:
                return "10 万到 100 万粉"
            case Tier.FROM_1M:
                return "100 万到 1000 万粉"
            case Tier.FROM_10M:
                return "1000 万粉以上"
            case _:
                assert_never(self)


_LOWEST = (
    (10_000_000, Tier.FROM_10M),
    (1_000_000, Tier.FROM_1M),
    (100_000, Tier.FROM_100K),
    (10_000, Tier.FROM_10K),
)


def tier_bounds(tier: Tier) -> tuple[int, int | None]:
    """Return the lowest follower count of the tier, and the lowest of the next, None for the highest."""
    above: int | None = None
    for lowest, each in (*_LOWEST, (0, Tier.UNDER_10K)):
        if each is tier:
            return lowest, above
        above = lowest
    raise AssertionError(tier)


def tier_of(followers: int) -> Tier:
    """Return the tier that a follower count belongs to; a tier begins with its lowest count."""
    return next((tier for lowest, tier in _LOWEST if followers >= lowest), Tier.UNDER_10K)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the other rooms see it. `followers` is the count at the end of the last imported day."""

    id: int
    handle: str
    nickname: str
    category: str
    city: str
    joined_on: date
    followers: int
    tier: Tier
    real_name_verified: bool
    shop_opened_on: date | None
    shop_score_hundredths: int | None
    agency: str | None


@dataclass(frozen=True, slots=True)
class CreatorFacts:
    """The figures that programme rules may name, each with a default where the store knows nothing.

    A window of N days is the N whole days before the day asked. `violations_*` count penalties with points
    (general and serious); a notice is a reminder and counts nowhere here. `original_works_30d` counts videos and
    drama episodes; a live session is no work. `shop_days` is 0 without a shop and on its opening day.
    """

    followers: int
    follower_growth_30d_bp: int
    original_works_30d: int
    violations_90d: int
    violations_180d: int
    serious_violations_90d: int
    real_name_verified: bool
    live_seconds_30d: int
    drama_series_5_episodes: int
    shop_opened: bool
    shop_score_hundredths: int
    shop_days: int


def growth_bp(*, now: int, before: int) -> int:
    """Return the growth from `before` to `now` in basis points, rounded down.

    An account that had no follower then is taken to have had one: growth without a base has no figure.
    """
    return (now - before) * _BASIS_POINTS // max(before, 1)
