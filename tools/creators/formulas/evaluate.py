"""The value of a formula on a day or over days: exact fractions, or the reason why there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from tools.creators.formulas.measures import BY_MEASURE, Measure
from tools.creators.formulas.tree import (
    Binary,
    Extreme,
    Growth,
    Negative,
    Node,
    Number,
    Of,
    Over,
    Sign,
    Statistic,
    Window,
)

# Beyond this no figure of an account makes sense; it also keeps every number short.
LARGEST = 10**18
# Fractions stay exact to this many bits; what is longer (averages of quotients over many days) is rounded to 30
# decimals, far below what is shown, so that no formula can be made slow.
_LONGEST_BITS = 2_048
_DECIMALS = 10**30
_TWO = 2


class Absent(StrEnum):
    """Why there is no value."""

    NO_FIGURES = "no_figures"  # a day that it needs has no figures
    DIVIDED_BY_ZERO = "divided_by_zero"
    TOO_LARGE = "too_large"


Value = Fraction | Absent


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by day: `days` are those on which there are any; a measure without an entry counts 0 on them."""

    days: frozenset[date]
    counts: Mapping[Measure, Mapping[date, int]] = field(default_factory=dict[Measure, Mapping[date, int]])


class Evaluation:
    """One formula over one set of figures; values that parts share are worked out once."""

    def __init__(self, node: Node, figures: Figures) -> None:
        """Add up the figures once: any run of days is then one subtraction."""
        self._node = node
        self._figures = figures
        self._known: dict[tuple[int, date, int], Value] = {}
        self._first = min(figures.days, default=date.min)
        self._last = max(figures.days, default=date.min)
        self._present = self._running(lambda day: 1 if day in figures.days else 0)
        self._totals = {
            measure: self._running(lambda day, counts=counts: counts.get(day, 0))
            for measure, counts in figures.counts.items()
        }

    def on(self, day: date) -> Value:
        """Return the value of one day."""
        return self._at(self._node, day, 1)

    def over(self, last: date, *, days: int) -> Value:
        """Return the value of a run of days that ends with `last`: bare measures are summed over all of it."""
        return self._at(self._node, last, days)

    def _running(self, count: Callable[[date], int]) -> list[int]:
        totals = [0]
        for place in range((self._last - self._first).days + 1):
            totals.append(totals[-1] + count(self._first + timedelta(days=place)))
        return totals

    def _sum(self, totals: Sequence[int], last: date, days: int) -> int:
        end = (last - self._first).days + 1
        return totals[end] - totals[end - days]

    def _at(self, node: Node, last: date, days: int) -> Value:
        key = (id(node), last, days)
        if (known := self._known.get(key)) is None:
            known = self._known[key] = _kept(self._worked_out(node, last, days))
        return known

    def _worked_out(self, node: Node, last: date, days: int) -> Value:  # noqa: PLR0911 - a case for each kind
        match node:
            case Number(value):
                return value
            case Of(measure):
                return self._measured(measure, last, days)
            case Negative(of):
                value = self._at(of, last, days)
                return value if isinstance(value, Absent) else -value
            case Binary(sign, left, right):
                return _put_together(sign, self._at(left, last, days), self._at(right, last, days))
            case Window(inner, of):
                return self._at(of, last, inner)
            case Over(statistic, inner, of):
                return _of_days(statistic, list(self._each(of, last, inner)))
            case Growth(inner, of):
                # A part with days of its own is held against itself as it stood that much earlier.
                now, before = self._at(of, last, inner), self._at(of, last - timedelta(days=inner), inner)
                return _changed(now, before)
            case Extreme(statistic, items):
                return _extreme(statistic, [self._at(item, last, days) for item in items])
            case _:
                assert_never(node)

    def _each(self, node: Node, last: date, days: int) -> Iterator[Value]:
        for back in range(days):
            yield self._at(node, last - timedelta(days=back), 1)

    def _measured(self, measure: Measure, last: date, days: int) -> Value:
        if BY_MEASURE[measure].level:
            days = 1
        first = last - timedelta(days=days - 1)
        if not self._figures.days or first < self._first or last > self._last:
            return Absent.NO_FIGURES
        if self._sum(self._present, last, days) < days:
            return Absent.NO_FIGURES
        return (
            Fraction(self._sum(self._totals[measure], last, days)) if measure in self._totals else Fraction()
        )


def _kept(value: Value) -> Value:
    if isinstance(value, Absent):
        return value
    if abs(value) > LARGEST:
        return Absent.TOO_LARGE
    if value.denominator.bit_length() > _LONGEST_BITS:
        return Fraction(round(value * _DECIMALS), _DECIMALS)
    return value


def _put_together(sign: Sign, left: Value, right: Value) -> Value:
    if isinstance(left, Absent):
        return left
    if isinstance(right, Absent):
        return right
    match sign:
        case Sign.PLUS:
            return left + right
        case Sign.MINUS:
            return left - right
        case Sign.TIMES:
            return left * right
        case Sign.DIVIDED:
            return left / right if right else Absent.DIVIDED_BY_ZERO
        case _:
            assert_never(sign)


def _changed(now: Value, before: Value) -> Value:
    difference = _put_together(Sign.MINUS, now, before)
    base = before if isinstance(before, Absent) else abs(before)
    return _put_together(Sign.DIVIDED, difference, base)


def _of_days(statistic: Statistic, values: list[Value]) -> Value:  # noqa: PLR0911 - a case for each kind
    """Return the statistic of the values there are; a day without figures leaves it without a value."""
    if Absent.NO_FIGURES in values:
        return Absent.NO_FIGURES
    if Absent.TOO_LARGE in values:
        return Absent.TOO_LARGE
    have = sorted(value for value in values if isinstance(value, Fraction))
    if not have:
        return Absent.DIVIDED_BY_ZERO
    match statistic:
        case Statistic.MEAN:
            return _mean(have)
        case Statistic.HIGHEST:
            return have[-1]
        case Statistic.LOWEST:
            return have[0]
        case Statistic.MEDIAN:
            return (have[(len(have) - 1) // _TWO] + have[len(have) // _TWO]) / _TWO
        case _:
            assert_never(statistic)


def _mean(values: Sequence[Fraction]) -> Value:
    total = Fraction()
    for value in values:
        kept = _kept(total + value)
        if isinstance(kept, Absent):
            return kept
        total = kept
    return total / len(values)


def _extreme(statistic: Statistic, values: Sequence[Value]) -> Value:
    have: list[Fraction] = []
    for value in values:
        if isinstance(value, Absent):
            return value
        have.append(value)
    return max(have) if statistic is Statistic.HIGHEST else min(have)
