"""Who qualifies for a programme, and what is missing: every clause with its value, its bound and the gap in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.kernel.rules import explain as rules
from tools.kernel.rules import words
from tools.kernel.rules.facts import Facts, Value
from tools.kernel.rules.walk import holds
from tools.payout.facts import FACTS
from tools.payout.programs import Alternative, Reference, Term


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """One clause of the rule held against a creator, and the policy's clause that asks for it."""

    judged: rules.ClauseVerdict
    reference: Reference

    @property
    def passed(self) -> bool:
        """Whether the creator meets it."""
        return self.judged.passed

    @property
    def fact(self) -> str | None:
        """The fact that it bounds, None when it bounds something calculated."""
        fact = self.judged.clause.fact
        return fact.name if fact else None

    @property
    def rule(self) -> str:
        """The clause as a rule text."""
        return self.judged.clause.text

    @property
    def value(self) -> Value | None:
        """What the creator has."""
        return self.judged.value

    @property
    def bound(self) -> rules.Bound | None:
        """What is asked."""
        return self.judged.bound

    @property
    def gap(self) -> int:
        """The distance to the bound, 0 when passed."""
        return self.judged.gap

    @property
    def gap_words(self) -> str:
        """What is missing, "" when passed."""
        return words.gap_words(self.judged, FACTS)

    @property
    def words(self) -> str:
        """What the creator has beside what is asked."""
        return words.clause_words(self.judged, FACTS)


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
    """Return the verdict on every clause of a programme's term; a fact that is missing counts as its default."""
    return Verdict(tuple(_alternatives(term, facts)))


def qualifies(term: Term, facts: Facts) -> bool:
    """Whether the creator qualifies: `evaluate(...).eligible` without the explanations."""
    return holds(term.eligibility.rule, facts)


def _alternatives(term: Term, facts: Facts) -> Iterator[AlternativeVerdict]:
    asked = term.eligibility
    ways = [alternative.clauses for alternative in asked.alternatives]
    judged = rules.explain(asked.rule, ways, facts)
    for alternative, way in zip(asked.alternatives, judged.ways, strict=True):
        pairs = zip(way.clauses, alternative.references, strict=True)
        yield AlternativeVerdict(alternative, tuple(ClauseVerdict(*pair) for pair in pairs))
