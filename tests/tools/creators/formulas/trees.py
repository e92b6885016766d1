"""Random formulas, and what Python's own fractions make of them."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from hypothesis import strategies as st

from tools.creators.formulas.evaluate import Absent, Figures, Value
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

FIRST = date(2022, 7, 1)
SUMMED = tuple(measure for measure in Measure if not BY_MEASURE[measure].level)

_numbers = st.one_of(
    st.integers(0, 10_000).map(lambda whole: Number(Fraction(whole))),
    st.integers(0, 10_000).map(lambda cents: Number(Fraction(cents, 100))),
    st.integers(0, 1_000).map(lambda percent: Number(Fraction(percent, 100), percent=True)),
)
_figures = st.sampled_from(SUMMED).map(Of)
_days = st.integers(1, 9)


def _signed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, st.sampled_from(Sign), inner, inner),
        st.builds(
            Extreme,
            st.sampled_from([Statistic.HIGHEST, Statistic.LOWEST]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
    )


def _spanned(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        _signed(inner),
        st.builds(Window, _days, inner),
        st.builds(Over, st.sampled_from(Statistic), _days, inner),
        st.builds(Growth, _days, inner),
    )


# Arithmetic of one day, and formulas with days of their own.
arithmetic: st.SearchStrategy[Node] = st.recursive(st.one_of(_numbers, _figures), _signed, max_leaves=8)
formulas: st.SearchStrategy[Node] = st.recursive(st.one_of(_numbers, _figures), _spanned, max_leaves=6)


@st.composite
def figures(draw: st.DrawFn, *, days: int = 30) -> Figures:
    """Return figures of some of the days from FIRST on, with gaps and zeros."""
    present = draw(st.sets(st.integers(0, days - 1), min_size=1))
    counts = {
        measure: {
            FIRST + timedelta(days=place): draw(st.integers(0, 3) | st.integers(0, 10**9))
            for place in present
            if draw(st.booleans())
        }
        for measure in draw(st.sets(st.sampled_from(SUMMED), max_size=4))
    }
    return Figures(frozenset(FIRST + timedelta(days=place) for place in present), counts)


def expected(node: Node, have: Figures, last: date, days: int = 1) -> Value:  # noqa: PLR0911 - a case for each kind
    """Return the value day by day, adding up again for every run of days."""
    run = [last - timedelta(days=back) for back in range(days)]
    match node:
        case Number(value):
            return value
        case Of(measure):
            if not have.days.issuperset(run):
                return Absent.NO_FIGURES
            by_day: Mapping[date, int] = have.counts.get(measure, {})
            return Fraction(sum(by_day.get(day, 0) for day in run))
        case Negative(of):
            return _of(lambda value: -value, expected(of, have, last, days))
        case Binary(sign, left, right):
            return _binary(sign, expected(left, have, last, days), expected(right, have, last, days))
        case Window(inner, of):
            return expected(of, have, last, inner)
        case Over(statistic, inner, of):
            return _over(
                statistic, [expected(of, have, last - timedelta(days=back)) for back in range(inner)]
            )
        case Growth(inner, of):
            before = expected(of, have, last - timedelta(days=inner), inner)
            change = _binary(Sign.MINUS, expected(of, have, last, inner), before)
            return _binary(Sign.DIVIDED, change, _of(abs, before))
        case Extreme(statistic, items):
            values = [expected(item, have, last, days) for item in items]
            missing = [value for value in values if isinstance(value, Absent)]
            pick = max if statistic is Statistic.HIGHEST else min
            return missing[0] if missing else pick(value for value in values if isinstance(value, Fraction))


def _of(change: Callable[[Fraction], Fraction], value: Value) -> Value:
    return value if isinstance(value, Absent) else _bounded(change(value))


def _binary(sign: Sign, left: Value, right: Value) -> Value:
    for value in (left, right):
        if isinstance(value, Absent):
            return value
    assert isinstance(left, Fraction)
    assert isinstance(right, Fraction)
    if sign is Sign.DIVIDED and right == 0:
        return Absent.DIVIDED_BY_ZERO
    found = {
        Sign.PLUS: lambda: left + right,
        Sign.MINUS: lambda: left - right,
        Sign.TIMES: lambda: left * right,
        Sign.DIVIDED: lambda: left / right,
    }[sign]()
    return _bounded(found)


def _over(statistic: Statistic, values: list[Value]) -> Value:
    for reason in (Absent.NO_FIGURES, Absent.TOO_LARGE):
        if reason in values:
            return reason
    have = [value for value in values if isinstance(value, Fraction)]
    if not have:
        return Absent.DIVIDED_BY_ZERO
    return {
        Statistic.MEAN: lambda: sum(have, Fraction()) / len(have),
        Statistic.HIGHEST: lambda: max(have),
        Statistic.LOWEST: lambda: min(have),
        Statistic.MEDIAN: lambda: Fraction(median(have)),
    }[statistic]()


def _bounded(value: Fraction) -> Value:
    return Absent.TOO_LARGE if abs(value) > 10**18 else value
