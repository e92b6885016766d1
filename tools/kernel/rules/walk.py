"""A rule over the facts of one creator, in plain Python.

Arithmetic that has no result in 64 bits (overflow, division by zero) makes the part an error, None here. As in CEL, an
error is passed over where the other parts decide alone: false && error is false, true || error is true.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from tools.kernel.rules.facts import LARGEST_INT, SMALLEST_INT, Facts, Value
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
    Sign,
)


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether the creator meets the rule; a rule that ends in an error is not met."""
    return evaluate(rule.tree, rule.values(facts)) is True


def evaluate(node: Node, values: Mapping[str, Value]) -> Value | None:  # noqa: C901, PLR0911 - a case for each kind of node
    """Return the value of a checked tree, None for an error; `values` has every fact that it names."""
    match node:
        case Literal(value):
            return value
        case Name(name):
            return values[name]
        case Comparison(Operator.IN, left, Items(items)):
            found = evaluate(left, values)
            return None if found is None else found in items
        case Comparison(operator, left, right):
            return compared(operator, evaluate(left, values), evaluate(right, values))
        case AllOf(parts):
            return _joined((evaluate(part, values) for part in parts), decisive=False)
        case AnyOf(parts):
            return _joined((evaluate(part, values) for part in parts), decisive=True)
        case Not(of):
            found = evaluate(of, values)
            return None if found is None else not found
        case Negative(of):
            return _calculated(Sign.MINUS, 0, evaluate(of, values))
        case Arithmetic(sign, left, right):
            return _calculated(sign, evaluate(left, values), evaluate(right, values))
        case Items():
            raise AssertionError("a checked tree has lists only after in")
        case _:
            assert_never(node)


def _joined(parts: Iterable[Value | None], *, decisive: bool) -> bool | None:
    failed = False
    for part in parts:
        if part is decisive:
            return decisive
        failed = failed or part is None
    return None if failed else not decisive


def compared(operator: Operator, left: Value | None, right: Value | None) -> bool | None:
    """Return whether two values of one type compare so, None when one is an error."""
    if left is None or right is None:
        return None
    if operator is Operator.EQUAL:
        return left == right
    if operator is Operator.UNEQUAL:
        return left != right
    if isinstance(left, str):
        assert isinstance(right, str), "a checked comparison has one type"
        # By code point, which is also the order of UTF-8 bytes: the databases agree.
        return _ordered(operator, less=left < right, equal=left == right)
    assert not isinstance(right, str), "a checked comparison has one type"
    return _ordered(operator, less=left < right, equal=left == right)


def _ordered(operator: Operator, *, less: bool, equal: bool) -> bool:
    match operator:
        case Operator.LESS:
            return less
        case Operator.AT_MOST:
            return less or equal
        case Operator.MORE:
            return not less and not equal
        case Operator.AT_LEAST:
            return not less
        case Operator.EQUAL | Operator.UNEQUAL | Operator.IN:
            raise AssertionError("decided before")
        case _:
            assert_never(operator)


def _calculated(sign: Sign, left: Value | None, right: Value | None) -> int | None:
    if left is None or right is None:
        return None
    assert isinstance(left, int), "a checked sum has numbers"
    assert isinstance(right, int), "a checked sum has numbers"
    match sign:
        case Sign.PLUS:
            found = left + right
        case Sign.MINUS:
            found = left - right
        case Sign.TIMES:
            found = left * right
        case Sign.DIVIDED | Sign.REMAINDER:
            if right == 0:
                return None
            size = abs(left) // abs(right)
            quotient = size if (left < 0) is (right < 0) else -size
            found = quotient if sign is Sign.DIVIDED else left - quotient * right
        case _:
            assert_never(sign)
    return found if SMALLEST_INT <= found <= LARGEST_INT else None
