"""What accounts that left a stage did differently from those that stayed: effect sizes, never causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import assert_never

from tools.creators.growth.milestones import next_milestone
from tools.creators.growth.stages import GROWTH_FOLLOWERS, Stage

# Fewer than these on either side and a mean is an anecdote.
FEWEST = 8
# Hedges' g below this is small in anybody's convention; and 90 % of the normal distribution.
SMALL_EFFECT = 0.2
_NINETY = 1.645
EVERYWHERE = ""  # the category of a cohort over all categories


class Factor(StrEnum):
    """Something an account did in the four weeks, measured on the same scale for everybody."""

    POSTS_A_WEEK = "posts_a_week"
    SECONDS_A_WORK = "seconds_a_work"
    ORIGINAL_PERCENT = "original_percent"
    LIVE_HOURS_A_WEEK = "live_hours_a_week"
    INTERACTIONS_PER_THOUSAND = "interactions_per_thousand"
    COMPLETED_PERCENT = "completed_percent"

    @property
    def words(self) -> str:
        """The factor and its unit as a creator reads them; `{value}` is the figure."""
        match self:
            case Factor.POSTS_A_WEEK:
                return "每周发 {value} 条"
            case Factor.SECONDS_A_WORK:
                return "单条平均 {value} 秒"
            case Factor.ORIGINAL_PERCENT:
                return "原创占 {value}%"
            case Factor.LIVE_HOURS_A_WEEK:
                return "每周开播 {value} 小时"
            case Factor.INTERACTIONS_PER_THOUSAND:
                return "每千次播放互动 {value} 次"
            case Factor.COMPLETED_PERCENT:
                return "完播率 {value}%"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Doings:
    """What one account did in four weeks; None where it did nothing to measure."""

    works: int
    seconds: int
    original_works: int
    live_seconds: int
    plays: int
    completed_plays: int
    interactions: int

    def value(self, factor: Factor, *, weeks: int) -> float | None:
        """Return the account's figure for a factor."""
        match factor:
            case Factor.POSTS_A_WEEK:
                return self.works / weeks
            case Factor.SECONDS_A_WORK:
                return self.seconds / self.works if self.works else None
            case Factor.ORIGINAL_PERCENT:
                return 100 * self.original_works / self.works if self.works else None
            case Factor.LIVE_HOURS_A_WEEK:
                return self.live_seconds / 3_600 / weeks
            case Factor.INTERACTIONS_PER_THOUSAND:
                return 1_000 * self.interactions / self.plays if self.plays else None
            case Factor.COMPLETED_PERCENT:
                return 100 * self.completed_plays / self.plays if self.plays else None
            case _:
                assert_never(factor)


@dataclass(slots=True)
class Moments:
    """A running count, sum and sum of squares: all that a mean and a spread need, in one pass."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Count one more value."""
        self.count += 1
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float:
        """The mean of at least one value."""
        return self.total / self.count

    @property
    def variance(self) -> float:
        """The sample variance of at least two values, never below zero for rounding."""
        return max(0.0, (self.squares - self.total * self.total / self.count) / (self.count - 1))


@dataclass(frozen=True, slots=True)
class Difference:
    """Leavers beside stayers in one factor: the means, and Hedges' g with its 90 % interval."""

    factor: Factor
    leavers: int
    stayers: int
    leaver_mean: float
    stayer_mean: float
    effect: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero and the effect is not a small one."""
        return abs(self.effect) >= SMALL_EFFECT and (self.low > 0 or self.high < 0)


def has_left(*, stage: Stage, followers: int, now: Stage, followers_now: int) -> bool:
    """Whether an account went on from the stage it was in: its next milestone, or growth after standing still."""
    milestone = next_milestone(followers)
    if milestone and followers_now >= milestone.followers:
        return True
    match stage:
        case Stage.PLATEAU:
            return now is not Stage.PLATEAU and followers_now >= GROWTH_FOLLOWERS
        case Stage.MATURE:
            return now is Stage.GROWTH
        case Stage.SIGN_UP | Stage.COLD_START | Stage.GROWTH:
            return False
        case _:
            assert_never(stage)


def difference(factor: Factor, *, leavers: Moments, stayers: Moments) -> Difference | None:
    """Return the difference with Hedges' g, or None below the minimum cohort or when nobody differs from anybody.

    g is Cohen's d with the correction for small samples, its standard error as in Hedges and Olkin (1985).
    """
    many, few = leavers.count, stayers.count
    if many < FEWEST or few < FEWEST:
        return None
    pooled = ((many - 1) * leavers.variance + (few - 1) * stayers.variance) / (many + few - 2)
    if pooled <= 0:
        return None
    correction = 1 - 3 / (4 * (many + few) - 9)
    effect = correction * (leavers.mean - stayers.mean) / sqrt(pooled)
    error = sqrt((many + few) / (many * few) + effect * effect / (2 * (many + few)))
    return Difference(
        factor=factor,
        leavers=many,
        stayers=few,
        leaver_mean=leavers.mean,
        stayer_mean=stayers.mean,
        effect=effect,
        low=effect - _NINETY * error,
        high=effect + _NINETY * error,
    )


def clearest_first(differences: Sequence[Difference]) -> list[Difference]:
    """Return the clear differences, the largest effect first; ties keep the factors' order."""
    return sorted((each for each in differences if each.is_clear), key=lambda each: -abs(each.effect))
