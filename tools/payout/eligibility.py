"""Who qualifies for a programme, and what is missing: every clause with its value, its bound and the gap in words."""

from tools.creators.fact_words import FACTS
from tools.kernel.rules import words
from tools.kernel.rules.explain import ClauseVerdict, Verdict, explain
from tools.kernel.rules.facts import Facts
from tools.kernel.rules.walk import holds
from tools.payout.programs import Term


def evaluate(term: Term, facts: Facts) -> Verdict:
    """Return the verdict on every clause of a programme's term; a fact that is missing counts as its default.

    A way's place is that of its alternative.
    """
    asked = term.eligibility
    return explain(asked.rule, [alternative.clauses for alternative in asked.alternatives], facts)


def qualifies(term: Term, facts: Facts) -> bool:
    """Whether the creator qualifies: `evaluate(...).passed` without the explanations."""
    return holds(term.eligibility.rule, facts)


def gap_words(clause: ClauseVerdict) -> str:
    """Return what is missing, "" when passed."""
    return words.gap_words(clause, FACTS)


def clause_words(clause: ClauseVerdict) -> str:
    """Return what the creator has beside what is asked."""
    return words.clause_words(clause, FACTS)
