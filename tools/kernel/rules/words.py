"""A clause and its verdict in the words that creators read."""

from typing import assert_never

from tools.kernel.rules.explain import Bound, ClauseVerdict
from tools.kernel.rules.facts import Declared, Value
from tools.kernel.rules.tree import Arithmetic, Items, Literal, Name, Negative, Node, Operator, Sign
from tools.kernel.rules.units import Unit, hundredths, quantity
from tools.kernel.rules.ways import Clause

_SIGNS = {Sign.PLUS: "+", Sign.MINUS: "-", Sign.TIMES: "×", Sign.DIVIDED: "÷", Sign.REMAINDER: "除以"}


def clause_words(verdict: ClauseVerdict, facts: Declared) -> str:
    """Return what the creator has beside what is asked: 粉丝 12,000 人（要求至少 10,000 人）."""
    unit = _unit(verdict.clause.left, facts)
    if unit is Unit.FLAG and verdict.value is not None:
        return f"{_subject(verdict.clause.left, facts)}：{quantity(verdict.value, unit)}"
    return f"{_has(verdict, facts)}（{bound_words(verdict.clause, verdict.bound, facts)}）"


def gap_words(verdict: ClauseVerdict, facts: Declared) -> str:  # noqa: PLR0911 - a sentence for each kind of gap
    """Return what is missing, "" when passed."""
    clause, value, bound = verdict.clause, verdict.value, verdict.bound
    if verdict.passed:
        return ""
    if value is None or bound is None:
        return f"{_subject(clause.left, facts)}算不出结果，{bound_words(clause, bound, facts)}"
    fact, unit = clause.fact, _unit(clause.left, facts)
    if fact and fact.none_words and not value and bound == 1:
        return fact.none_words
    if unit is Unit.FLAG and bound is True:
        return f"还没完成{_subject(clause.left, facts)}"
    asked = bound_words(clause, bound, facts)
    distance = _distance(verdict.gap, unit)
    match clause.operator:
        case Operator.AT_LEAST | Operator.MORE:
            if fact and fact.gap_words:
                return fact.gap_words.format(gap=distance)
            if isinstance(clause.right, Literal) and not isinstance(value, str):
                return f"{_has(verdict, facts)}，还差 {distance}"
            return f"{_has(verdict, facts)}，{asked}" + (
                "" if isinstance(value, str) else f"，还差 {distance}"
            )
        case Operator.AT_MOST | Operator.LESS:
            beyond = "" if bound == 0 or isinstance(value, str) else f"，超出 {distance}"
            return f"{_has(verdict, facts)}，{asked}{beyond}"
        case Operator.EQUAL | Operator.UNEQUAL | Operator.IN:
            return f"{_has(verdict, facts)}，{asked}"
        case _:
            assert_never(clause.operator)


def bound_words(clause: Clause, bound: Bound | None, facts: Declared) -> str:  # noqa: PLR0911 - a case for each comparison
    """Return what is asked: 要求至少 10,000 人."""
    unit = _unit(clause.left, facts)
    if isinstance(bound, tuple):
        items = "、".join(quantity(item, unit) for item in bound)
        return f"要求是 {items} 之一" if clause.wanted else f"要求不是 {items}"
    asked = _asked(clause, bound, unit, facts)
    match clause.operator:
        case Operator.AT_LEAST:
            return f"要求至少 {asked}"
        case Operator.AT_MOST:
            return f"要求 {asked}" if bound == 0 else f"要求不超过 {asked}"
        case Operator.EQUAL:
            return f"要求 {asked}" if bound == 0 or isinstance(bound, str | bool) else f"要求正好 {asked}"
        case Operator.UNEQUAL:
            return f"要求不是 {asked}"
        case Operator.MORE:
            return f"要求多于 {asked}"
        case Operator.LESS:
            return f"要求少于 {asked}"
        case Operator.IN:
            raise AssertionError("a list has a tuple as its bound")
        case _:
            assert_never(clause.operator)


def _asked(clause: Clause, bound: Value | None, unit: Unit, facts: Declared) -> str:
    source = "" if isinstance(clause.right, Literal) else _subject(clause.right, facts)
    if bound is None:
        return source
    amount = quantity(bound, unit, up=clause.operator in (Operator.AT_LEAST, Operator.MORE))
    return f"{source}（{amount}）" if source else amount


def _has(verdict: ClauseVerdict, facts: Declared) -> str:
    subject = _subject(verdict.clause.left, facts)
    if verdict.value is None:
        return f"{subject}算不出结果"
    amount = quantity(verdict.value, _unit(verdict.clause.left, facts))
    return f"{subject} {amount}" if verdict.clause.fact else f"{subject} = {amount}"


def _distance(gap: int, unit: Unit) -> str:
    if unit is Unit.BASIS_POINTS:
        return f"{hundredths(gap)} 个百分点"
    return quantity(gap, Unit.TEXT if unit is Unit.FLAG else unit, up=True)


def _subject(node: Node, facts: Declared) -> str:
    match node:
        case Name(name):
            return facts[name].words
        case Literal(value):
            return quantity(value, Unit.FLAG if isinstance(value, bool) else Unit.TEXT)
        case Negative(of):
            return f"负的{_subject(of, facts)}"
        case Arithmetic(Sign.REMAINDER, left, right):
            return f"{_part(left, facts)} 除以 {_part(right, facts)} 的余数"
        case Arithmetic(sign, left, right):
            return f"{_part(left, facts)} {_SIGNS[sign]} {_part(right, facts)}"
        case _:
            return "条件"


def _part(node: Node, facts: Declared) -> str:
    words = _subject(node, facts)
    return f"({words})" if isinstance(node, Arithmetic | Negative) else words


def _unit(node: Node, facts: Declared) -> Unit:  # noqa: PLR0911 - a case for each kind of node
    """Return the unit of a value: a sum keeps the unit that both sides have, a multiple that of the one with a unit."""
    match node:
        case Name(name):
            return facts[name].unit
        case Literal(value):
            return Unit.FLAG if isinstance(value, bool) else Unit.TEXT
        case Negative(of):
            return _unit(of, facts)
        case Arithmetic(sign, left, right):
            first, second = _unit(left, facts), _unit(right, facts)
            if sign in (Sign.PLUS, Sign.MINUS):
                return first if first is second or isinstance(right, Literal) else Unit.TEXT
            return first if isinstance(right, Literal) else second if isinstance(left, Literal) else Unit.TEXT
        case Items():
            return Unit.TEXT
        case _:
            return Unit.FLAG
