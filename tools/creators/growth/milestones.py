"""The next count of followers that opens something, the clause that says so, and when it comes at this pace."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from tools.creators.growth.stages import Pace
from tools.kernel.numerals import NUMBER, count

# Further away than this a pace of a few weeks says nothing.
FARTHEST_DAYS = 730
# Less than this after 到 is a day, an hour or a rank.
_SMALLEST_GOAL = 100
_GOAL = re.compile(
    rf"(?:涨到|做到|干到|达到|涨满|突破|冲到|到|破|冲)\s?({NUMBER})(?!\s?[点天月年号名条次元块])"
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A follower count and what it opens; the clause holds the count in its own words."""

    followers: int
    opens: str
    policy: str
    clause: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The days between which a follower count is reached at this pace; `latest` is None when it may never be."""

    earliest: date
    expected: date | None
    latest: date | None


MILESTONES = (
    Milestone(100, "成长周期任务的冷启动任务", "lifecycle-tasks-rules", "1.4"),
    Milestone(1_000, "光合计划的高成长路径（还要看 30 天增长率）", "guanghe-plan-rules", "1.2"),
    Milestone(10_000, "光合计划的粉丝数门槛", "guanghe-plan-rules", "1.1"),
    Milestone(100_000, "快手之星的粉丝数门槛（还要看 30 天增长率）", "star-application-rules", "1.1"),
)


def next_milestone(followers: int) -> Milestone | None:
    """Return the lowest milestone above the count, None above the last."""
    return next((each for each in MILESTONES if followers < each.followers), None)


def goal_of(said: str) -> int | None:
    """Return the follower count that a creator wants to get to (怎么涨到两万粉, 从5000粉干到一万), None without one."""
    found = [count(match[1]) for match in _GOAL.finditer(said)]
    goals = [value for value in found if value is not None and value >= _SMALLEST_GOAL]
    return goals[-1] if goals else None


def arrival(followers: int, goal: int, pace: Pace | None, *, on: date) -> Arrival | None:
    """Return when so many followers are reached at the pace; None when not even its upper end leads there in two years."""
    if pace is None or (soonest := _days(followers, goal, pace.high_a_day)) is None:
        return None
    expected = _days(followers, goal, pace.mean_a_day)
    latest = _days(followers, goal, pace.low_a_day)
    return Arrival(
        earliest=on + timedelta(days=soonest),
        expected=None if expected is None else on + timedelta(days=expected),
        latest=None if latest is None else on + timedelta(days=latest),
    )


def _days(followers: int, goal: int, a_day: float) -> int | None:
    if a_day <= 0:
        return None
    days = ceil((goal - followers) / a_day)
    return days if days <= FARTHEST_DAYS else None
