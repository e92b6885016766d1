"""Who has reported falsely too often, and until when he may not report (infringement-report-rules 3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

CLAUSE = "3.3"


@dataclass(frozen=True, slots=True)
class FalseReportRule:
    """So many malicious reports within so many days pause reporting for so many days, from the first day on."""

    starts_on: date
    ends_on: date | None
    count: int
    within_days: int
    pause_days: int


# infringement-report-rules 3.3, the same in versions 1 and 2; a test reads the numbers in the clause.
RULES = (FalseReportRule(date(2021, 3, 1), None, count=3, within_days=365, pause_days=90),)


def paused_until(malicious_on: Sequence[date], *, on: date) -> date | None:
    """Return the first day on which the account may report again, None when it may on this day.

    `malicious_on` are the days on which reports of the account were found malicious, in any order.
    """
    days = sorted(malicious_on)
    ends: list[date] = []
    for place, last in enumerate(days):
        rule = next(
            (rule for rule in RULES if rule.starts_on <= last and (not rule.ends_on or last < rule.ends_on)),
            None,
        )
        if rule is None or place + 1 < rule.count:
            continue
        first = days[place + 1 - rule.count]
        if last - first < timedelta(days=rule.within_days):
            ends.append(last + timedelta(days=rule.pause_days))
    return max((end for end in ends if end > on), default=None)
