"""The Star programme's contract: which step follows which, and what the guarantee adds to a month (FACTS S4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tools.kernel.money import FEN_PER_YUAN
from tools.kernel.working_days import Deadline, WorkingCalendar

APPLICATION_RULES = "star-application-rules"
CONTRACT_RULES = "star-contract-rules"
# star 2.1: guaranteed cash of at most 1.2 million yuan in a contract year.
YEARLY_CAP_FEN = 1_200_000 * FEN_PER_YUAN
# star-application-rules 2.2 and 2.4; star-contract-rules 1.1.
SCREENING_WORKING_DAYS = 10
APPLY_AGAIN_DAYS = 30
CONTRACT_WORKING_DAYS = 5
SIGNING_DAYS = 15
_MONTHS = 12


class StarState(StrEnum):
    """Where an application or a contract stands."""

    APPLIED = "applied"
    SCREENING = "screening"
    PASSED = "passed"
    SIGNED = "signed"
    RUNNING = "running"
    ENDED = "ended"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Whether something can still come of it."""
        return bool(_NEXT[self])

    @property
    def words(self) -> str:
        """The state as creators read it."""
        return _WORDS[self]


_WORDS: Mapping[StarState, str] = {
    StarState.APPLIED: "已报名，等待筛选",
    StarState.SCREENING: "筛选中",
    StarState.PASSED: "筛选通过，等待签约",
    StarState.SIGNED: "已签约，还没开始",
    StarState.RUNNING: "合同履行中",
    StarState.ENDED: "已结束",
    StarState.REJECTED: "未通过筛选",
}
_NEXT: Mapping[StarState, frozenset[StarState]] = {
    StarState.APPLIED: frozenset({StarState.SCREENING, StarState.REJECTED}),
    StarState.SCREENING: frozenset({StarState.PASSED, StarState.REJECTED}),
    # A contract that is not signed in time is given up (star-contract-rules 1.1).
    StarState.PASSED: frozenset({StarState.SIGNED, StarState.ENDED}),
    StarState.SIGNED: frozenset({StarState.RUNNING, StarState.ENDED}),
    StarState.RUNNING: frozenset({StarState.ENDED}),
    StarState.ENDED: frozenset(),
    StarState.REJECTED: frozenset(),
}


class WrongStepError(ValueError):
    """The step does not follow the state that the contract is in."""


class StarUseKind(StrEnum):
    """A benefit that is used up."""

    PLANNING = "planning"
    IMPRESSIONS = "impressions"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class StarTerms:
    """What a contract says: a year from the first of a month, a monthly floor, what is done for it, what comes with it."""

    starts_on: date
    floor_fen: int
    works_a_month: int = 0
    live_seconds_a_month: int = 0
    impressions: int = 0
    outside_impressions: int = 0
    planning_sessions: int = 0
    specialist: str = ""

    @property
    def ends_on(self) -> date:
        """The first day after it: a contract runs for a year (star-contract-rules 1.2)."""
        return self.starts_on.replace(year=self.starts_on.year + 1)


@dataclass(frozen=True, slots=True)
class Done:
    """How much of what a month asked for was done, as an exact fraction of at most 1."""

    done: int
    required: int


def advance(state: StarState, to: StarState) -> StarState:
    """Return the state after the step; raises WrongStepError when it does not follow."""
    if to not in _NEXT[state]:
        following = ", ".join(sorted(_NEXT[state])) or "nothing"
        raise WrongStepError(f"{to} does not follow {state}; {following} does")
    return to


def completion(terms: StarTerms, *, works: int, live_seconds: int) -> Done:
    """Return the smaller share of the month's works and hours that was done (star-contract-rules 2.3)."""
    works_done = Done(min(works, terms.works_a_month), terms.works_a_month)
    live_done = Done(min(live_seconds, terms.live_seconds_a_month), terms.live_seconds_a_month)
    if not live_done.required:
        return works_done if works_done.required else Done(1, 1)
    if not works_done.required:
        return live_done
    # Two fractions are compared as whole numbers, each times the other's denominator.
    fewer_works = works_done.done * live_done.required <= live_done.done * works_done.required
    return works_done if fewer_works else live_done


def top_up_fen(*, floor_fen: int, earned_fen: int, done: Done, topped_up_fen: int) -> int:
    """Return what the guarantee adds to a month: the gap to the floor, in part where the work was done in part.

    `topped_up_fen` is what the contract year got before: together never above the yearly cap. Fractions are cut.
    """
    assert floor_fen >= 0
    assert 0 <= done.done <= done.required
    assert done.required > 0
    gap = max(0, floor_fen - earned_fen) * done.done // done.required
    return min(gap, max(0, YEARLY_CAP_FEN - topped_up_fen))


def contract_months(starts_on: date, ends_on: date, *, before: date) -> list[date]:
    """Return the first days of the contract's whole months that are over before a day, oldest first.

    A month that the contract does not reach the end of has no guarantee: what was settled before it ended stays.
    """
    found: list[date] = []
    month = starts_on
    while (following := _next_month(month)) <= min(ends_on, before):
        found.append(month)
        month = following
    return found


def month_end(starts_on: date) -> date:
    """Return the first day after the month that begins on this day."""
    return _next_month(starts_on)


def screened_by(applied_on: date, *, calendar: WorkingCalendar) -> Deadline:
    """Return the last of the working days in which the screening answers."""
    return calendar.after(applied_on, SCREENING_WORKING_DAYS)


def sign_by(passed_on: date, *, calendar: WorkingCalendar) -> Deadline:
    """Return the last day for signing: the contract's five working days and the creator's fifteen days."""
    contract = calendar.after(passed_on, CONTRACT_WORKING_DAYS)
    return Deadline(contract.day + timedelta(days=SIGNING_DAYS), contract.unknown_years)


def _next_month(first: date) -> date:
    years, index = divmod(first.year * _MONTHS + first.month, _MONTHS)
    return date(years, index + 1, 1)
