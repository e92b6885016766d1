"""Live incentive: what counts as time on air, which tier it reaches, and who is out (policy live-incentive-rules)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tools.creators.days import CreatorDays
from tools.creators.figures import Penalty
from tools.kernel.period import PLATFORM_ZONE, Period, month
from tools.payout.programs import Task

PROGRAM = "live"
POLICY = "live-incentive-rules"
# The claim that takes part in a month; its reward is that of the tier that the month reaches.
MONTH_TASK = "live-month"
_BANS_CLOSE_DAYS = 90
_CLOSED_MONTHS = 2


@dataclass(frozen=True, slots=True)
class LiveRule:
    """One version's numbers: the shortest session that counts (1.3), hours until traffic is there (2.2)."""

    starts_on: date
    shortest_seconds: int
    traffic_hours: int
    two_bans_close_months: bool


# By clause 1.3, 2.2 and 3.1 of versions 1 and 2; days before the first version are read by it.
_RULES = (
    LiveRule(date(2022, 10, 1), 25 * 60, 12, two_bans_close_months=True),
    LiveRule(date(2022, 7, 29), 30 * 60, 24, two_bans_close_months=False),
)
# Serious penalties under these are bans from going live: penalty rows do not name the ban itself.
_LIVE_POLICIES = frozenset({"live-rules", "live-pk-rules", "minors-live-tipping"})


@dataclass(frozen=True, slots=True)
class LiveTime:
    """Effective seconds and days on air in a period, and how many sessions were too short to count."""

    seconds: int
    days: int
    short_sessions: int


def rule_on(day: date) -> LiveRule:
    """Return the numbers in force on the day."""
    return next((rule for rule in _RULES if rule.starts_on <= day), _RULES[-1])


def live_time(found: CreatorDays, period: Period) -> LiveTime:
    """Return the effective time on air (1.3): sessions shorter than the day's rule count nothing.

    Where a day's sessions are not known, the day counts as one session.
    """
    seconds = days = short_sessions = 0
    for day, figures in found.days.items():
        if not (period.starts_on <= day < period.ends_on and figures.live_seconds):
            continue
        shortest = rule_on(day).shortest_seconds
        sessions = [
            work.seconds
            for work in found.published
            if work.kind == "live" and work.at.astimezone(PLATFORM_ZONE).date() == day
        ] or [figures.live_seconds]
        short = [session for session in sessions if session < shortest]
        effective = max(0, figures.live_seconds - sum(short))
        seconds += effective
        days += effective > 0
        short_sessions += len(short)
    return LiveTime(seconds, days, short_sessions)


def reached(tiers: Sequence[Task], seconds: int) -> tuple[Task | None, Task | None]:
    """Return the highest tier that the seconds reach, and the next one above."""
    ordered = sorted(tiers, key=lambda tier: tier.goal)
    below = [tier for tier in ordered if tier.goal <= seconds]
    above = [tier for tier in ordered if tier.goal > seconds]
    return (below[-1] if below else None), (above[0] if above else None)


def bans(penalties: Sequence[Penalty]) -> list[date]:
    """Return the days on which the account was banned from going live, ascending."""
    return sorted(
        each.day for each in penalties if each.severity == "serious" and each.policy in _LIVE_POLICIES
    )


def closed_by(banned_on: Sequence[date], period: Period) -> date | None:
    """Return the ban that closes the month to the creator (3.1), None while it is open.

    A ban in the month closes it. From version 2 on, the second ban within 90 days also closes the two months after.
    """
    for day in banned_on:
        if period.starts_on <= day < period.ends_on:
            return day
    if not rule_on(period.starts_on).two_bans_close_months:
        return None
    for first, second in pairwise(banned_on):
        if second - first <= timedelta(days=_BANS_CLOSE_DAYS):
            closed = month(second.year, second.month)
            for _ in range(_CLOSED_MONTHS):
                closed = month(closed.ends_on.year, closed.ends_on.month)
                if closed.starts_on <= period.starts_on < closed.ends_on:
                    return second
    return None
