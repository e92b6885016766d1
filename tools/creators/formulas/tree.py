"""The tree of a formula: immutable, equal when it means the same, wherever in a text it stood."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from tools.creators.formulas.measures import BY_MEASURE, Measure
from tools.kernel.errors import Refusal

_MOST_SHOWN = 60
_HUNDRED = 100


class FormulaError(Refusal):
    """A formula that is none: `at` and `end` bound the place in `text`, counted from 0."""

    template = "公式{place}：{reason}。{shown}"

    def __init__(self, reason: str, *, text: str, at: int, end: int | None = None) -> None:
        self.reason, self.text = reason, text
        self.at = min(at, len(text))
        self.end = max(self.at, min(self.at + 1 if end is None else end, len(text)))
        wrong = text[self.at : self.end]
        place = f"第 {self.at + 1} 个字“{_short(wrong)}”" if wrong.strip() else "的末尾"
        super().__init__(place=place, reason=reason, shown=f"\n看这里：{self._marked()}" if text else "")

    def _marked(self) -> str:
        before, wrong, after = self.text[: self.at], self.text[self.at : self.end], self.text[self.end :]
        return f"{before[-_MOST_SHOWN:]}【{_short(wrong)}】{after[:_MOST_SHOWN]}"


class Sign(StrEnum):
    """Arithmetic, as it is printed."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "×"
    DIVIDED = "÷"


class Statistic(StrEnum):
    """What is made of the values of several days."""

    MEAN = "平均"
    HIGHEST = "最大"
    LOWEST = "最小"
    MEDIAN = "中位数"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written; `percent` when a percent sign stood after it, the value is then its hundredth."""

    value: Fraction
    percent: bool = False
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Of:
    """A measure, of the day or of the days that the formula is asked about."""

    measure: Measure
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Negative:
    """The value with the other sign."""

    of: "Node"
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values put together; the place is that of the sign."""

    sign: Sign
    left: "Node"
    right: "Node"
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Window:
    """The value with every measure inside summed over the last `days` days: a rate is the rate of their sums."""

    days: int
    of: "Node"
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Over:
    """A statistic of the values that the last `days` days have one by one; days without a value are left out."""

    statistic: Statistic
    days: int
    of: "Node"
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Growth:
    """How much the last `days` days changed against as many before them, as a share of those."""

    days: int
    of: "Node"
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Extreme:
    """The largest (HIGHEST) or smallest (LOWEST) of two or more values."""

    statistic: Statistic
    items: tuple["Node", ...]
    at: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


Node = Number | Of | Negative | Binary | Window | Over | Growth | Extreme


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below."""
    match node:
        case Number() | Of():
            return ()
        case Negative(of) | Window(_, of) | Over(_, _, of) | Growth(_, of):
            return (of,)
        case Binary(_, left, right):
            return (left, right)
        case Extreme(_, items):
            return items


def size(node: Node) -> int:
    """Return how many nodes a tree has."""
    return 1 + sum(size(child) for child in children(node))


def measures(node: Node) -> frozenset[Measure]:
    """Return the measures that a tree asks for."""
    if isinstance(node, Of):
        return frozenset((node.measure,))
    return frozenset[Measure]().union(*(measures(child) for child in children(node)))


def reach(node: Node, *, days: int = 1) -> int:
    """Return how many days, the last one included, a value over `days` days is made of."""
    match node:
        case Number():
            return 0
        case Of():
            return days
        case Window(inner, of):
            return reach(of, days=inner)
        case Over(_, inner, of):
            return inner - 1 + reach(of)
        case Growth(inner, of):
            return inner + reach(of, days=inner)
        case Negative() | Binary() | Extreme():
            return max(reach(child, days=days) for child in children(node))


def has_days(node: Node) -> bool:
    """Whether some part says its own days; a tree that has none can be asked about any period."""
    return isinstance(node, Window | Over | Growth) or any(has_days(child) for child in children(node))


def written(node: Node) -> str:  # noqa: PLR0911 - a case for each kind
    """Return a formula text with this tree: the one form that is stored and shown."""
    match node:
        case Number(value, percent):
            return _decimal(value * _HUNDRED) + "%" if percent else _decimal(value)
        case Of(measure):
            return BY_MEASURE[measure].name
        case Negative(of):
            return f"-{_bracketed(of)}" if isinstance(of, Binary) else f"-{written(of)}"
        case Binary(sign, left, right):
            return f"{_side(left, sign)} {sign} {_side(right, sign, right=True)}"
        case Window(days, of):
            return f"近{days}天({written(of)})"
        case Over(statistic, days, of):
            return f"{statistic}({written(of)}, {days}天)"
        case Growth(days, of):
            return f"增长({written(of)}, {days}天)"
        case Extreme(statistic, items):
            return f"{statistic}({', '.join(written(item) for item in items)})"
        case _:
            assert_never(node)


def _side(node: Node, outer: Sign, *, right: bool = False) -> str:
    if not isinstance(node, Binary):
        return written(node)
    weaker = _is_sum(node.sign) and not _is_sum(outer)
    same = _is_sum(node.sign) == _is_sum(outer)
    return _bracketed(node) if weaker or (right and same) else written(node)


def _is_sum(sign: Sign) -> bool:
    return sign in (Sign.PLUS, Sign.MINUS)


def _bracketed(node: Node) -> str:
    return f"({written(node)})"


def _decimal(value: Fraction) -> str:
    """Return a number with finitely many decimals in full."""
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    digits = str((value * 10**decimals).numerator).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"
