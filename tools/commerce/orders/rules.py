"""The dated rules of brand orders (policy brand-orders-rules)."""

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from tools.creators.fact_words import FACTS
from tools.kernel.dated import Term, read_terms, term_on
from tools.kernel.rules.rule import Rule, read_rule

POLICY: Final = "brand-orders-rules"
_FILE = Path(__file__).parent / "rules.yaml"


class OrderRules(Term):
    """What holds for orders that are accepted in a term."""

    rule: str
    fee_bp: int
    free_revisions: int
    keep_days: int
    invitation_hours: int
    answer_hours: int
    review_days: int
    effect_days: int
    settles_after_days: int
    cancels_in_30_days: int
    pause_days: int


@cache
def _terms() -> tuple[OrderRules, ...]:
    return read_terms(_FILE, OrderRules)


def order_rules(on: date) -> OrderRules:
    """Return the rules in force on a day. Raises NoRulesError."""
    return term_on(_terms(), on)


@lru_cache(maxsize=4_096)
def audience_rule(text: str) -> Rule:
    """Return a brief's or the platform's rule over creator facts, read once. Raises RuleError."""
    return read_rule(text, FACTS)
