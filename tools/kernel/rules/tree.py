"""The tree of a rule: immutable, equal when it means the same, wherever in a text it stood."""

from dataclasses import dataclass, field
from enum import StrEnum

from tools.kernel.rules.facts import Value


class RuleError(ValueError):
    """A rule text that is none: `line` and `column` count from 1."""

    def __init__(self, reason: str, *, text: str, at: int) -> None:
        self.reason = reason
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)
        super().__init__(f"column {self.column}: {reason}")


class Operator(StrEnum):
    """Comparisons, as CEL writes them."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"


class Sign(StrEnum):
    """Arithmetic of whole numbers: division cuts towards zero, the remainder has the sign of the dividend."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    DIVIDED = "/"
    REMAINDER = "%"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text."""

    value: Value
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Name:
    """A declared fact."""

    name: str
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of literals of one type, at least one."""

    values: tuple[Value, ...]
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers put together."""

    sign: Sign
    left: "Node"
    right: "Node"
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with the other sign."""

    of: "Node"
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values of one type held against each other; with IN the right side is Items."""

    operator: Operator
    left: "Node"
    right: "Node"
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: "Node"
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part (&&)."""

    parts: tuple["Node", ...]
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part (||)."""

    parts: tuple["Node", ...]
    at: int = field(compare=False, default=0)


Node = Literal | Name | Items | Arithmetic | Negative | Comparison | Not | AllOf | AnyOf


def written(node: Node) -> str:  # noqa: PLR0911 - a case for each kind of node
    """Return a rule text with this tree."""
    match node:
        case Literal(value):
            return _literal(value)
        case Items(values):
            return "[" + ", ".join(_literal(value) for value in values) + "]"
        case Name(name):
            return name
        case Arithmetic(sign, left, right):
            return f"{_inner(left)} {sign} {_inner(right)}"
        case Comparison(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"
        case Negative(of):
            # Parentheses keep -(5) a negation: "-5" alone is the literal.
            return f"-({written(of)})"
        case Not(of):
            return f"!{_inner(of)}"
        case AllOf(parts):
            return " && ".join(_inner(part) for part in parts)
        case AnyOf(parts):
            return " || ".join(_inner(part) for part in parts)


def names(node: Node) -> frozenset[str]:
    """Return the facts that a tree asks for."""
    match node:
        case Name(name):
            return frozenset((name,))
        case Literal() | Items():
            return frozenset()
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return names(left) | names(right)
        case Negative(of) | Not(of):
            return names(of)
        case AllOf(parts) | AnyOf(parts):
            return frozenset[str]().union(*(names(part) for part in parts))


def _inner(node: Node) -> str:
    text = written(node)
    return text if isinstance(node, Literal | Name | Items | Not | Negative) else f"({text})"


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    for character, letter in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(character, f"\\{letter}")
    return f'"{escaped}"'
