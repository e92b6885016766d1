"""Who qualifies for a programme, and what is missing: every clause with its value, its bound and the gap in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.payout.facts import Fact, Facts, Unit, hundredths, quantity
from tools.payout.programs import Alternative, Requirement, Term


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """One requirement held against a creator; `gap` is the distance to the bound, 0 when passed, always ≥ 0."""

    requirement: Requirement
    value: int
    gap: int

    @property
    def passed(self) -> bool:
        """Whether the creator meets it."""
        return self.gap == 0

    @property
    def gap_words(self) -> str:
        """What is missing, "" when passed."""
        return "" if self.passed else _gap_words(self.requirement, value=self.value, gap=self.gap)

    @property
    def words(self) -> str:
        """What the creator has beside what is asked."""
        unit = self.requirement.fact.unit
        if unit is Unit.FLAG:
            return f"{self.requirement.fact.words}：{quantity(self.value, unit)}"
        return (
            f"{self.requirement.fact.words} {quantity(self.value, unit)}（{bound_words(self.requirement)}）"
        )


@dataclass(frozen=True, slots=True)
class AlternativeVerdict:
    """One way into a programme held against a creator: open when every clause passed."""

    alternative: Alternative
    clauses: tuple[ClauseVerdict, ...]

    @property
    def passed(self) -> bool:
        """Whether this way is open."""
        return all(clause.passed for clause in self.clauses)

    @property
    def failed(self) -> tuple[ClauseVerdict, ...]:
        """What is still missing on this way."""
        return tuple(clause for clause in self.clauses if not clause.passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every way into a programme held against a creator."""

    alternatives: tuple[AlternativeVerdict, ...]

    @property
    def eligible(self) -> bool:
        """Whether at least one way is open."""
        return any(alternative.passed for alternative in self.alternatives)

    @property
    def nearest(self) -> AlternativeVerdict:
        """The way with the fewest missing clauses, the earlier in the file when equal; an open one if there is one."""
        return min(self.alternatives, key=lambda alternative: len(alternative.failed))


def evaluate(term: Term, facts: Facts) -> Verdict:
    """Return the verdict on every clause of a programme's term."""
    return Verdict(
        tuple(
            AlternativeVerdict(alternative, tuple(_clauses(alternative, facts)))
            for alternative in term.eligibility
        )
    )


def qualifies(term: Term, facts: Facts) -> bool:
    """Whether the creator qualifies: `evaluate(...).eligible` without the explanations, for counting millions."""
    return any(
        all(_gap(requirement, facts.get(requirement.fact, 0)) == 0 for requirement in alternative.clauses)
        for alternative in term.eligibility
    )


def bound_words(requirement: Requirement) -> str:
    """Return what is asked: 要求至少 10,000 人."""
    unit = requirement.fact.unit
    if requirement.at_least is not None:
        return f"要求至少 {quantity(requirement.at_least, unit, up=True)}"
    assert requirement.at_most is not None
    if requirement.at_most == 0:
        return f"要求 {quantity(0, unit)}"
    return f"要求不超过 {quantity(requirement.at_most, unit)}"


def _clauses(alternative: Alternative, facts: Facts) -> Iterator[ClauseVerdict]:
    for requirement in alternative.clauses:
        value = facts.get(requirement.fact, 0)
        yield ClauseVerdict(requirement, value, _gap(requirement, value))


def _gap(requirement: Requirement, value: int) -> int:
    if requirement.at_least is not None:
        return max(0, requirement.at_least - value)
    assert requirement.at_most is not None
    return max(0, value - requirement.at_most)


def _gap_words(requirement: Requirement, *, value: int, gap: int) -> str:
    fact, unit = requirement.fact, requirement.fact.unit
    if fact is Fact.FOLLOWERS and requirement.at_least is not None:
        return f"粉丝还差 {quantity(gap, unit)}"
    if unit is Unit.FLAG:
        return f"还没{fact.words}" if fact is Fact.SHOP_OPENED else f"还没完成{fact.words}"
    if unit is Unit.SERIES and value == 0 and requirement.at_least == 1:
        return f"还没有{fact.words}"
    distance = f"{hundredths(gap)} 个百分点" if unit is Unit.BASIS_POINTS else quantity(gap, unit, up=True)
    if requirement.at_least is not None:
        return f"{fact.words} {quantity(value, unit)}，还差 {distance}"
    if requirement.at_most == 0:
        return f"{fact.words} {quantity(value, unit)}，{bound_words(requirement)}"
    return f"{fact.words} {quantity(value, unit)}，{bound_words(requirement)}，超出 {distance}"
