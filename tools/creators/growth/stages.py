"""Which stage of its growth an account is in: a decision over its followers by week, thresholds stated here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev
from typing import assert_never

# Policy lifecycle-tasks-rules 1.4 and 1.1, guanghe-plan-rules 1.1: where the platform itself draws its lines.
COLD_START_FOLLOWERS = 100
GROWTH_FOLLOWERS = 1_000
MATURE_FOLLOWERS = 10_000
# Above the mature line an account that gains this in thirty days is still growing (policy youchuang-rules 1.2).
STILL_GROWING = 0.10
# An account whose growth is surely below this in thirty days stands still.
STANDING_STILL = 0.01
WEEK_DAYS = 7
MOST_WEEKS = 4
FEWEST_WEEKS = 2
_MONTH_DAYS = 30
# Student's t, 90 % two-sided, by the number of weeks: few weeks make a wide interval.
_STUDENT = {2: 6.314, 3: 2.920, 4: 2.353}


class Stage(StrEnum):
    """A stretch of an account's growth."""

    SIGN_UP = "sign_up"
    COLD_START = "cold_start"
    GROWTH = "growth"
    PLATEAU = "plateau"
    MATURE = "mature"

    @property
    def words(self) -> str:
        """The stage as creators call it."""
        match self:
            case Stage.SIGN_UP:
                return "入驻期"
            case Stage.COLD_START:
                return "冷启动期"
            case Stage.GROWTH:
                return "成长期"
            case Stage.PLATEAU:
                return "平台期"
            case Stage.MATURE:
                return "成熟期"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Pace:
    """Net followers a day over the last whole weeks: the mean, and the 90 % interval that the weeks allow."""

    weeks: tuple[int, ...]  # net followers of each week, the oldest first
    followers_before: int
    mean_a_day: float
    low_a_day: float
    high_a_day: float

    @property
    def latest_two(self) -> int:
        """Net followers of the last two weeks."""
        return sum(self.weeks[-2:])

    def monthly_rate(self, a_day: float) -> float:
        """Return what so many followers a day add in thirty days, as a share of the followers at the start."""
        return a_day * _MONTH_DAYS / max(self.followers_before, 1)


def pace_of(weeks: Sequence[int], *, followers_before: int) -> Pace | None:
    """Return the pace of whole weeks, the oldest first; None when there are fewer than two.

    Weeks, not days: a day follows the day before it and the day of the week, so days would promise too narrow an
    interval. The interval is Student's over the weeks' sums.
    """
    assert len(weeks) <= MOST_WEEKS
    if len(weeks) < FEWEST_WEEKS:
        return None
    mean = fmean(weeks)
    margin = _STUDENT[len(weeks)] * stdev(weeks) / sqrt(len(weeks))
    return Pace(
        weeks=tuple(weeks),
        followers_before=followers_before,
        mean_a_day=mean / WEEK_DAYS,
        low_a_day=(mean - margin) / WEEK_DAYS,
        high_a_day=(mean + margin) / WEEK_DAYS,
    )


def stage_of(followers: int, pace: Pace | None) -> Stage:
    """Return the stage of an account with so many followers and this pace; without a pace by followers alone."""
    if followers < COLD_START_FOLLOWERS:
        return Stage.SIGN_UP
    if followers < GROWTH_FOLLOWERS:
        return Stage.COLD_START
    if pace and stands_still(pace):
        return Stage.PLATEAU
    if followers < MATURE_FOLLOWERS:
        return Stage.GROWTH
    still_growing = pace is not None and pace.monthly_rate(pace.mean_a_day) >= STILL_GROWING
    return Stage.GROWTH if still_growing else Stage.MATURE


def stands_still(pace: Pace) -> bool:
    """Whether two weeks brought nothing, or even the upper end of the interval is below one percent a month."""
    return pace.latest_two <= 0 or pace.monthly_rate(pace.high_a_day) < STANDING_STILL
