"""A rule as a SQL condition over a table with a column for each fact, built as sqlglot's tree, never as text.

SQL's three values are used for what they are good at and then removed. A fact is replaced by its declared default
where the column is NULL (`completed`), so NULL inside a rule means only one thing: arithmetic without a result, CEL's
error. AND, OR and NOT pass over NULL exactly as CEL passes over errors, and the whole rule's NULL becomes FALSE.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import assert_never

from sqlglot import exp

from tools.kernel.rules.facts import Fact, FactType, Value
from tools.kernel.rules.rule import Rule, type_of
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


class Engine(StrEnum):
    """Engines that run rules, by sqlglot's names of their dialects."""

    DUCKDB = "duckdb"
    CLICKHOUSE = "clickhouse"


_COMPARISONS: dict[Operator, Callable[..., exp.Expr]] = {
    Operator.EQUAL: exp.EQ,
    Operator.UNEQUAL: exp.NEQ,
    Operator.LESS: exp.LT,
    Operator.AT_MOST: exp.LTE,
    Operator.MORE: exp.GT,
    Operator.AT_LEAST: exp.GTE,
}
_TYPES = {FactType.INT: "bigint", FactType.BOOL: "boolean", FactType.STRING: "text"}


def condition(rule: Rule, *, engine: Engine) -> exp.Expr:
    """Return the rule as a condition that is TRUE or FALSE, over columns that `completed` gives."""
    tree = _Builder(engine).built(rule.tree)
    return exp.Coalesce(this=tree, expressions=[exp.false()]) if _calculates(rule.tree) else tree


def completed(facts: Iterable[Fact], *, table: str, keys: Iterable[str] = ()) -> exp.Select:
    """Return the SELECT of a table's keys and facts, each fact with its default where it is NULL."""
    columns: list[exp.Expr] = [exp.column(key, quoted=True) for key in keys]
    for fact in facts:
        column = exp.column(fact.name, quoted=True)
        value = exp.Coalesce(this=column, expressions=[_literal(fact.default)])
        columns.append(exp.alias_(value, fact.name, quoted=True))
    return exp.select(*columns).from_(exp.Table(this=exp.to_identifier(table, quoted=True)))


class _Builder:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def built(self, node: Node) -> exp.Expr:  # noqa: C901, PLR0911 - a case for each kind of node
        match node:
            case Literal(value):
                return _literal(value)
            case Name(name):
                return exp.column(name, quoted=True)
            case Comparison(Operator.IN, left, Items(items)):
                return exp.In(this=self._inner(left), expressions=[_literal(item) for item in items])
            case Comparison(operator, left, right):
                return _COMPARISONS[operator](this=self._inner(left), expression=self._inner(right))
            case AllOf(parts):
                return exp.and_(*(self.built(part) for part in parts))
            case AnyOf(parts):
                return exp.or_(*(self.built(part) for part in parts))
            case Not(of):
                return exp.Not(this=self._inner(of))
            case Negative(of):
                return self._calculated(Sign.MINUS, _literal(0), self.built(of))
            case Arithmetic(sign, left, right):
                return self._calculated(sign, self.built(left), self.built(right))
            case Items():
                raise AssertionError("a checked tree has lists only after in")
            case _:
                assert_never(node)

    def _inner(self, node: Node) -> exp.Expr:
        built = self.built(node)
        return (
            built
            if isinstance(node, Literal | Name | Arithmetic | Negative)
            else exp.paren(built, copy=False)
        )

    def _calculated(self, sign: Sign, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Return the result as a 64-bit number, NULL where there is none: calculated in 128 bits, then narrowed."""
        left, right = exp.cast(left, "int128"), exp.cast(right, "int128")
        if self._engine is Engine.CLICKHOUSE:
            return exp.func(
                "accurateCastOrNull", _wide_clickhouse(sign, left, right), exp.Literal.string("Int64")
            )
        return exp.TryCast(this=exp.paren(_wide_duckdb(sign, left, right)), to=exp.DataType.build("bigint"))


def _wide_duckdb(sign: Sign, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    match sign:
        case Sign.PLUS:
            return exp.Add(this=left, expression=right)
        case Sign.MINUS:
            return exp.Sub(this=left, expression=right)
        case Sign.TIMES:
            return exp.Mul(this=left, expression=right)
        case Sign.DIVIDED:
            return exp.IntDiv(this=left, expression=_not_zero(right))
        case Sign.REMAINDER:
            return exp.Mod(this=left, expression=_not_zero(right))
        case _:
            assert_never(sign)


def _wide_clickhouse(sign: Sign, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    # Functions by name: sqlglot would write its division as one of fractions.
    name = {
        Sign.PLUS: "plus",
        Sign.MINUS: "minus",
        Sign.TIMES: "multiply",
        Sign.DIVIDED: "intDivOrNull",
        Sign.REMAINDER: "moduloOrNull",
    }[sign]
    return exp.Anonymous(this=name, expressions=[left, right])


def _not_zero(divisor: exp.Expr) -> exp.Expr:
    return exp.Nullif(this=divisor, expression=exp.Literal.number(0))


def _literal(value: Value) -> exp.Expr:
    """Return the value with its type spelled out: ClickHouse would take 5 for one byte."""
    plain: exp.Expr
    match value:
        case bool():
            return exp.true() if value else exp.false()
        case int():
            plain = exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
        case str():
            return exp.Literal.string(value)
    return exp.cast(plain, _TYPES[type_of(value)])


def _calculates(node: Node) -> bool:
    match node:
        case Arithmetic() | Negative():
            return True
        case Comparison(_, left, right):
            return _calculates(left) or _calculates(right)
        case Not(of):
            return _calculates(of)
        case AllOf(parts) | AnyOf(parts):
            return any(_calculates(part) for part in parts)
        case Literal() | Name() | Items():
            return False
        case _:
            assert_never(node)
