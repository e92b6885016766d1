"""The ways to meet a rule: each a list of clauses that must all hold, as people read rules."""

from dataclasses import dataclass, field
from itertools import product
from typing import assert_never

from tools.kernel.rules.facts import LARGEST_INT, SMALLEST_INT, Declared, Fact
from tools.kernel.rules.rule import Rule
from tools.kernel.rules.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Comparison,
    Items,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    RuleError,
    written,
)

# A creator can't read more; && over many || would make thousands of them.
MOST_WAYS = 32

_OPPOSITE = {
    Operator.EQUAL: Operator.UNEQUAL,
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
}
_MIRRORED = {
    Operator.EQUAL: Operator.EQUAL,
    Operator.UNEQUAL: Operator.UNEQUAL,
    Operator.LESS: Operator.MORE,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.AT_MOST: Operator.AT_LEAST,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A clause of a policy, by the number that stands in the document."""

    policy: str
    clause: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison, a fact on its left where it can be; `wanted` False asks that it does not hold (only with IN).

    Bounds that a number may touch are inclusive: followers > 9 is followers >= 10. `reference` is the policy's clause that
    asks for it, where one is named; it says nothing of what the comparison means.
    """

    left: Node
    operator: Operator
    right: Node
    wanted: bool
    fact: Fact | None  # what the left side is, when it is one fact
    reference: Reference | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The clause as a rule text."""
        comparison = Comparison(self.operator, self.left, self.right)
        return written(comparison if self.wanted else Not(comparison))


Way = tuple[Clause, ...]


def ways_of(rule: Rule) -> tuple[Way, ...]:
    """Return the ways in the order of the text; a rule that is always met has one way without clauses.

    The rule holds exactly when all clauses of at least one way hold. Raises RuleError for more than MOST_WAYS.
    """
    declared = {fact.name: fact for fact in rule.facts}
    return tuple(
        dict.fromkeys(tuple(dict.fromkeys(way)) for way in _ways(rule, rule.tree, declared, wanted=True))
    )


def _ways(rule: Rule, node: Node, declared: Declared, *, wanted: bool) -> tuple[Way, ...]:
    """Return the ways to make a condition true, or with `wanted` False to make it false (De Morgan)."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            inner = [_ways(rule, part, declared, wanted=wanted) for part in parts]
            if isinstance(node, AllOf) is wanted:
                count = 1
                for ways in inner:
                    count *= len(ways)
                    _limit(rule, node, count)
                return tuple(sum(chosen, ()) for chosen in product(*inner))
            _limit(rule, node, sum(len(ways) for ways in inner))
            return sum(inner, ())
        case Not(of):
            return _ways(rule, of, declared, wanted=not wanted)
        case Literal(value):
            return ((),) if value is wanted else ()
        case Name(name):
            return ((Clause(Name(name), Operator.EQUAL, Literal(wanted), True, declared[name]),),)  # noqa: FBT003 - `wanted` of a clause that is told as it stands
        case Comparison():
            return ((_clause(node, declared, wanted=wanted),),)
        case Items() | Arithmetic() | Negative():
            raise AssertionError("a checked condition is none of these")
        case _:
            assert_never(node)


def _limit(rule: Rule, node: AllOf | AnyOf, count: int) -> None:
    if count > MOST_WAYS:
        raise RuleError(f"more than {MOST_WAYS} ways to meet the rule", text=rule.text, at=node.at)


def _clause(node: Comparison, declared: Declared, *, wanted: bool) -> Clause:
    operator, left, right = node.operator, node.left, node.right
    if operator is not Operator.IN:
        if not wanted:
            operator, wanted = _OPPOSITE[operator], True
        if isinstance(left, Literal) and not isinstance(right, Literal):
            operator, left, right = _MIRRORED[operator], right, left
        operator, right = _inclusive(operator, right)
    fact = declared[left.name] if isinstance(left, Name) else None
    return Clause(left, operator, right, wanted, fact)


def _inclusive(operator: Operator, right: Node) -> tuple[Operator, Node]:
    if isinstance(right, Literal) and isinstance(right.value, int) and not isinstance(right.value, bool):
        if operator is Operator.MORE and right.value < LARGEST_INT:
            return Operator.AT_LEAST, Literal(right.value + 1)
        if operator is Operator.LESS and right.value > SMALLEST_INT:
            return Operator.AT_MOST, Literal(right.value - 1)
    return operator, right
