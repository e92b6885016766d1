"""From a rule text to its tree: recursive descent over the subset of CEL that rules use.

    any        = all { "||" all }
    all        = relation { "&&" relation }
    relation   = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") sum ]
    sum        = product { ("+" | "-") product }
    product    = unary { ("*" | "/" | "%") unary }
    unary      = { "!" | "-" } primary
    primary    = number | string | "true" | "false" | name | "(" any ")" | "[" literal { "," literal } "]"

What CEL has beyond this (fractions, fields, calls, macros, chained comparisons, ? :) is refused, never reinterpreted.
"""

from dataclasses import dataclass
from typing import Protocol

from tools.kernel.rules.facts import LARGEST_INT, Value
from tools.kernel.rules.tokens import Kind, Token, tokens
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
    Sign,
)

# Far above any rule that people write, far below Python's own limit.
_DEEPEST = 30
_RESERVED = frozenset(
    [
        "null",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_RELATIONS = frozenset(operator.value for operator in Operator)
_SUMS = frozenset((Sign.PLUS.value, Sign.MINUS.value))
_PRODUCTS = frozenset((Sign.TIMES.value, Sign.DIVIDED.value, Sign.REMAINDER.value))


def parse(text: str) -> Node:
    """Return the tree of the text; names and types are not looked at. Raises RuleError with place and expectation."""
    reader = _Reader(text, tuple(tokens(text)))
    tree = reader.any_of(0)
    if reader.token.kind is not Kind.END:
        raise reader.expected("&&, || or the end of the rule")
    return tree


class _Part(Protocol):
    """A method of the reader that reads one operand."""

    def __call__(self, depth: int, /) -> Node: ...


@dataclass(slots=True)
class _Reader:
    text: str
    found: tuple[Token, ...]
    place: int = 0

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def sees(self, *words: str) -> bool:
        # A string "in" is no operator: its token's text has quotes.
        return self.token.text in words

    def expected(self, what: str) -> RuleError:
        return RuleError(f"expected {what}, found {self.token.shown}", text=self.text, at=self.token.at)

    def expect(self, symbol: str) -> None:
        if not self.sees(symbol):
            raise self.expected(repr(symbol))
        self.take()

    def any_of(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise RuleError(f"nested deeper than {_DEEPEST}", text=self.text, at=self.token.at)
        at, parts = self.token.at, [self.all_of(depth)]
        while self.sees("||"):
            self.take()
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts), at)

    def all_of(self, depth: int) -> Node:
        at, parts = self.token.at, [self.relation(depth)]
        while self.sees("&&"):
            self.take()
            parts.append(self.relation(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts), at)

    def relation(self, depth: int) -> Node:
        left = self.sum(depth)
        if not self.sees(*_RELATIONS):
            return left
        token = self.take()
        right = self.sum(depth)
        if self.sees(*_RELATIONS):
            raise self.expected("&& between two comparisons")
        return Comparison(Operator(token.text), left, right, token.at)

    def sum(self, depth: int) -> Node:
        left, terms = self.product(depth), 0
        while self.sees(*_SUMS):
            left, terms = self._arithmetic(left, self.product, terms=terms, depth=depth), terms + 1
        return left

    def product(self, depth: int) -> Node:
        left, terms = self.unary(depth), 0
        while self.sees(*_PRODUCTS):
            left, terms = self._arithmetic(left, self.unary, terms=terms, depth=depth), terms + 1
        return left

    def _arithmetic(self, left: Node, right: _Part, *, terms: int, depth: int) -> Node:
        token = self.take()
        if terms >= _DEEPEST:
            raise RuleError(f"more than {_DEEPEST} terms in a row", text=self.text, at=token.at)
        return Arithmetic(Sign(token.text), left, right(depth), token.at)

    def unary(self, depth: int) -> Node:
        before: list[Token] = []
        while self.sees("!", "-"):
            before.append(self.take())
        if len(before) > _DEEPEST:
            raise RuleError(f"more than {_DEEPEST} signs in a row", text=self.text, at=before[0].at)
        # The sign before a number belongs to the number: the smallest int has no positive counterpart.
        negative = bool(before) and before[-1].text == "-" and self.token.kind is Kind.NUMBER
        node = self.number(negative=negative) if negative else self.primary(depth)
        for token in reversed(before[:-1] if negative else before):
            node = Not(node, token.at) if token.text == "!" else Negative(node, token.at)
        return node

    def primary(self, depth: int) -> Node:
        if self.sees("("):
            self.take()
            inner = self.any_of(depth + 1)
            self.expect(")")
            return inner
        if self.sees("["):
            return self.items()
        token = self.token
        if token.kind is Kind.NAME and token.text not in ("true", "false"):
            return self.name()
        return self.literal("a fact, a value or '('")

    def name(self) -> Name:
        token = self.token
        if token.text in _RESERVED or token.text == Operator.IN:
            raise self.expected("a fact or a value")
        self.take()
        if self.sees("("):
            raise RuleError(
                f"{token.text[:40]}(…) is a call; rules have no functions", text=self.text, at=token.at
            )
        return Name(token.text, token.at)

    def items(self) -> Items:
        at = self.take().at
        values: list[Value] = [self.item()]
        while self.sees(","):
            self.take()
            values.append(self.item())
        self.expect("]")
        return Items(tuple(values), at)

    def item(self) -> Value:
        if self.sees("-"):
            self.take()
            if self.token.kind is not Kind.NUMBER:
                raise self.expected("a number")
            return self.number(negative=True).value
        return self.literal("a number, a string, true or false").value

    def literal(self, what: str) -> Literal:
        token = self.token
        if token.kind is Kind.NUMBER:
            return self.number(negative=False)
        if token.kind is Kind.STRING:
            return Literal(token.value, self.take().at)
        if self.sees("true", "false"):
            return Literal(token.text == "true", self.take().at)
        raise self.expected(what)

    def number(self, *, negative: bool) -> Literal:
        token = self.take()
        # Cut before reading: a text of a million digits is refused, not computed.
        size = int(token.text.lstrip("0")[:20] or "0")
        if size > LARGEST_INT + negative:
            raise RuleError(f"{token.text[:24]} does not fit 64 bits", text=self.text, at=token.at)
        return Literal(-size if negative else size, token.at)
