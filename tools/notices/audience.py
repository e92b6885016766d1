"""Who an activity is meant for: its rule over creator facts, for one creator or for all of them at once."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.fact_words import FACTS, values_of
from tools.kernel.rules.explain import Verdict, explain
from tools.kernel.rules.facts import Fact, Facts
from tools.kernel.rules.rule import Rule, read_rule
from tools.kernel.rules.units import Unit
from tools.kernel.rules.walk import holds
from tools.kernel.rules.ways import ways_of
from tools.kernel.rules.words import clause_words, gap_words

if TYPE_CHECKING:
    from tools.creators.populations import FactTable

# What programmes may ask for, and where an account belongs.
AUDIENCE_FACTS: Final = {
    **FACTS,
    "category": Fact("category", "", "领域", Unit.TEXT),
    "city": Fact("city", "", "城市", Unit.TEXT),
}


@lru_cache(maxsize=4_096)
def audience_rule(text: str) -> Rule:
    """Return the rule of an audience's text, read once. Raises RuleError."""
    return read_rule(text, AUDIENCE_FACTS)


def facts_of(session: Session, *, creator_id: int, on: date) -> Facts:
    """Return what an audience may ask about one creator."""
    account = creators.account(session, creator_id=creator_id)
    figures = values_of(creators.facts(session, creator_id=creator_id, on=on))
    return {**figures, "category": account.category, "city": account.city}


def is_meant(text: str, facts: Facts) -> bool:
    """Whether somebody with these facts belongs to the audience."""
    return holds(audience_rule(text), facts)


def verdict(text: str, facts: Facts) -> Verdict:
    """Return whether somebody belongs to the audience, clause by clause."""
    rule = audience_rule(text)
    return explain(rule, ways_of(rule), facts)


def missing(found: Verdict) -> list[str]:
    """Return what is missing on the nearest way into the audience, in words."""
    return [gap_words(clause, AUDIENCE_FACTS) for clause in found.nearest.failed]


def conditions(found: Verdict) -> list[str]:
    """Return what the nearest way into the audience asks for, beside what the creator has."""
    return [clause_words(clause, AUDIENCE_FACTS) for clause in found.nearest.clauses]


def all_facts(session: Session, *, on: date) -> "FactTable":
    """Return the facts of all creators, in the order of their ids."""
    # Arrow and sqlglot are a fifth of a second of every `guanghe ask` that does not need them.
    from tools.creators import populations  # noqa: PLC0415

    return populations.fact_table(creators.facts_of_all(session, on=on))


def members(table: "FactTable", text: str) -> Sequence[int]:
    """Return the ids of all creators of the table who belong to the audience, in order."""
    from tools.creators import populations  # noqa: PLC0415 - as above

    return populations.members(table, audience_rule(text))
