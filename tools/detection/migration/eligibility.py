"""Whether a creator may ask for an impostor's followers: follower-migration-rules 1.1 to 1.4, as pure functions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tools.detection.migration.impostor import PASSES_PERCENT, Likeness
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.working_days import Deadline, WorkingCalendar

RULES: Final = "follower-migration-rules"
# follower-migration-rules 1.2 and 2.1; a test reads the numbers in the clauses.
APPLY_DAYS: Final = 30
MOVE_WORKING_DAYS: Final = 7
# penalty-ladder 2.1 and 2.2: the fewest points of a penalty, and those at which an account is banned for the 180 days
# that points last.
_GENERAL_POINTS, _SERIOUS_POINTS = 1, 6
BANNED_POINTS: Final = 12
POINTS_DAYS: Final = 180
_IN_FORCE = ("upheld", "confirmed")


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: whether it holds, in words, and the clause of follower-migration-rules that asks for it."""

    passed: bool
    words: str
    clause: str


@dataclass(frozen=True, slots=True)
class Upheld:
    """What the conditions look at: the report, its author's account, and how alike the other account is."""

    report_state: str
    impersonation: bool
    decided_at: datetime
    real_name_verified: bool
    points: int
    likeness: Likeness


def points_of(severities: list[str]) -> int:
    """Return the fewest points that these penalties have brought."""
    worth = {"general": _GENERAL_POINTS, "serious": _SERIOUS_POINTS}
    return sum(worth.get(severity, 0) for severity in severities)


def apply_by(decided_at: datetime) -> date:
    """Return the last day on which the creator may apply."""
    return decided_at.astimezone(PLATFORM_ZONE).date() + timedelta(days=APPLY_DAYS)


def finished_by(approved_at: datetime, *, calendar: WorkingCalendar) -> Deadline:
    """Return the day by which the followers are moved."""
    return calendar.after(approved_at.astimezone(PLATFORM_ZONE).date(), MOVE_WORKING_DAYS)


def checks(found: Upheld, *, on: date) -> tuple[Check, ...]:
    """Return every condition in the order of the clauses, met or not."""
    last = apply_by(found.decided_at)
    return (
        _stands(found.report_state),
        Check(on <= last, f"{_day(last)}前申请（结果作出后 {APPLY_DAYS} 天内）", "1.2"),
        Check(found.real_name_verified, "你的账号已实名认证", "1.3"),
        Check(found.points < BANNED_POINTS, "你的账号没有处于封禁状态", "1.3"),
        _alike(found),
    )


def _stands(report_state: str) -> Check:
    if report_state == "appealed":
        return Check(passed=False, words="举报成立，但对方在申诉，申诉期间不迁移", clause="3.3")
    return Check(passed=report_state in _IN_FORCE, words="侵权或仿冒举报已判定成立", clause="1.1")


def _alike(found: Upheld) -> Check:
    if found.impersonation:
        return Check(passed=True, words="仿冒举报已判定成立，对应关系已认定", clause="1.3")
    words = f"昵称、头像、作品的对应程度 {found.likeness.percent}%（{PASSES_PERCENT}% 以上认定为仿冒）"
    return Check(found.likeness.passes, words, "1.3" if found.likeness.passes else "1.4")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
