"""A rule: its text read once, its names and types checked against the declared facts."""

from dataclasses import dataclass
from typing import assert_never

from tools.kernel.rules.facts import Declared, Fact, Facts, FactType, Value
from tools.kernel.rules.parse import parse
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
    names,
)

_SHOWN_NAMES = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule over declared facts: whoever has one can evaluate it without an error of names or types."""

    text: str
    tree: Node
    facts: tuple[Fact, ...]  # those that the rule asks for, by name

    def values(self, found: Facts) -> dict[str, Value]:
        """Return the value of each fact that the rule asks for, the declared default where it is missing."""
        return {fact.name: found.get(fact.name, fact.default) for fact in self.facts}


def read_rule(text: str, declared: Declared) -> Rule:
    """Return the rule of a text. Raises RuleError with the place and what was expected there."""
    tree = parse(text)
    if _Types(text, declared).of(tree) is not FactType.BOOL:
        raise RuleError("the rule is not a condition: compare the value with a bound", text=text, at=0)
    return Rule(text, tree, tuple(declared[name] for name in sorted(names(tree))))


def type_of(value: Value) -> FactType:
    """Return the rule type of a value."""
    if isinstance(value, bool):
        return FactType.BOOL
    return FactType.STRING if isinstance(value, str) else FactType.INT


@dataclass(frozen=True, slots=True)
class _Types:
    text: str
    declared: Declared

    def of(self, node: Node) -> FactType:  # noqa: C901, PLR0911 - a case for each kind of node
        """Return the type of a part whose own parts fit together."""
        match node:
            case Literal(value):
                return type_of(value)
            case Name(name, at):
                return self._fact(name, at).type
            case Arithmetic(sign, left, right, at):
                self._want(FactType.INT, left, f"{sign} takes numbers", at)
                return self._want(FactType.INT, right, f"{sign} takes numbers", at)
            case Negative(of, at):
                return self._want(FactType.INT, of, "- takes a number", at)
            case Not(of, at):
                return self._want(FactType.BOOL, of, "! takes a condition", at)
            case AllOf(parts) | AnyOf(parts):
                joint = "&&" if isinstance(node, AllOf) else "||"
                for part in parts:
                    self._want(FactType.BOOL, part, f"{joint} joins conditions", part.at)
                return FactType.BOOL
            case Comparison(Operator.IN, left, right, at):
                return self._membership(left, right, at)
            case Comparison(operator, left, right, at):
                return self._comparison(operator, left, right, at)
            case Items(_, at):
                raise self._error("a list stands only after in", at)
            case _:
                assert_never(node)

    def _comparison(self, operator: Operator, left: Node, right: Node, at: int) -> FactType:
        first = self.of(left)
        self._want(first, right, f"{operator} compares values of one type", at)
        if first is FactType.BOOL and operator not in (Operator.EQUAL, Operator.UNEQUAL):
            raise self._error(f"{operator} has no meaning between conditions", at)
        return FactType.BOOL

    def _membership(self, left: Node, right: Node, at: int) -> FactType:
        if not isinstance(right, Items):
            raise self._error("in takes a list: [1, 2]", at)
        wanted = self.of(left)
        for value in right.values:
            if type_of(value) is not wanted:
                raise self._error(f"the list holds a {type_of(value)}, expected {wanted}", right.at)
        return FactType.BOOL

    def _want(self, wanted: FactType, node: Node, why: str, at: int) -> FactType:
        if (found := self.of(node)) is not wanted:
            raise self._error(f"{why}: expected {wanted}, found {found}", at)
        return wanted

    def _fact(self, name: str, at: int) -> Fact:
        if name not in self.declared:
            known = ", ".join(sorted(self.declared)[:_SHOWN_NAMES])
            raise self._error(f"no fact is called {name[:40]!r}; known are {known}", at)
        return self.declared[name]

    def _error(self, reason: str, at: int) -> RuleError:
        return RuleError(reason, text=self.text, at=at)
