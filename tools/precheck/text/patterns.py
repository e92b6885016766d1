"""Numbers and addresses that lead away from the platform, in their disguises: patterns, tried only where one may stand."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from tools.precheck.text.folding import DIGIT, NUMERALS, SIGN, fold_visible, visible_places
from tools.precheck.text.reading import Gap, Reading
from tools.precheck.text.rules import Rule, View

_SHORTEST_RUN = 5
# From the first of five digits to the fifth: room for fifteen marks, invisible characters or emoji parts after each.
_FURTHEST = 64
_LONGEST_NUMBER = 24
_BEFORE, _AFTER = 40, 80
# Nobody gives more addresses than this in one text; what a hostile text adds is not looked at.
_MOST_WINDOWS = 200
_PHONE_HEAD = 3
# Nobody sets prices or dates in figures this long.
_LONG_GROUP = 7
_SHORTEST_GROUP = 2


class PatternFinder:
    """Finds the rules that are patterns."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        patterns = [
            (number, re.compile(rule.pattern), rule.view) for number, rule in enumerate(rules) if rule.pattern
        ]
        self._digits = [(number, pattern) for number, pattern, view in patterns if view is View.DIGITS]
        self._triggered: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for number, pattern, view in patterns:
            for trigger in rules[number].triggers if view is View.VISIBLE else ():
                self._triggered.setdefault(trigger, []).append((number, pattern))

    def find(
        self, reading: Reading, triggers: Iterable[tuple[str, int]]
    ) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield (rule, place in the original); `triggers` say where in the folded text which may stand."""
        found = {
            (number, span)
            for trigger, place in _places(reading, triggers)
            for number, span in self._around(reading, trigger, place)
        }
        yield from sorted(found)
        for first, last in _digit_windows(reading):
            digits = _as_digits(reading.text[first:last])
            for number, pattern in self._digits:
                for found in pattern.finditer(digits):
                    start, end = _named(found)
                    if _is_one_number(reading, first + start, first + end):
                        yield number, reading.folded.span(first + start, first + end)

    def _around(self, reading: Reading, trigger: str, place: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield what the trigger's own patterns find around it."""
        first = max(0, place - _BEFORE)
        window = reading.original[first : place + _AFTER]
        visible = fold_visible(window)
        for number, pattern in self._triggered.get(trigger, ()):
            for found in pattern.finditer(visible):
                start, end = _named(found)
                places = visible_places(window)
                yield number, (first + places[start], first + places[end - 1] + 1)


def _named(found: re.Match[str]) -> tuple[int, int]:
    """Return the part of the match that the finding shows: the group `it` where the pattern has one."""
    return found.span("it") if "it" in found.re.groupindex else found.span()


def _places(reading: Reading, triggers: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the triggers and signs with their places in the original."""
    starts = reading.folded.starts
    places = [(trigger, int(starts[place])) for trigger, place in islice(triggers, _MOST_WINDOWS)]
    signs = np.flatnonzero(reading.folded.kinds == SIGN)[:_MOST_WINDOWS].tolist()
    return places + [(fold_visible(reading.original[place]), place) for place in signs]


def _digit_windows(reading: Reading) -> list[tuple[int, int]]:
    """Return the stretches of folded characters around runs of five digits or more, with what stands before them."""
    digits = np.flatnonzero(reading.folded.kinds == DIGIT).astype(np.int32)
    if digits.size < _SHORTEST_RUN:
        return []
    firsts, fifths = digits[: 1 - _SHORTEST_RUN], digits[_SHORTEST_RUN - 1 :]
    # Only digits that stand close may be neighbours; which are is then asked of the folded text.
    close = fifths - firsts <= _FURTHEST
    starts = reading.folded.starts
    begins, ends = starts.searchsorted(firsts[close]), starts.searchsorted(fifths[close])
    begins = begins[ends - begins < _SHORTEST_RUN][: _MOST_WINDOWS * _LONGEST_NUMBER]
    return _joined([(max(0, first - _BEFORE), first + _LONGEST_NUMBER) for first in begins.tolist()])


def _joined(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in windows:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined[:_MOST_WINDOWS]


def _is_one_number(reading: Reading, start: int, end: int) -> bool:
    """Whether digits that stand apart are one number: all single, or in groups as numbers are written."""
    starts = reading.folded.starts[start:end].tolist()
    text = reading.text[start:end]
    if not (_is_edge(reading, start) and _is_edge(reading, end)):
        return False
    groups: list[str] = []
    for place, (letter, here) in enumerate(zip(text, starts, strict=True)):
        if place and here - starts[place - 1] <= 1:
            groups[-1] += letter
        else:
            groups.append(letter)
    lengths = [len(group) for group in groups]
    if max(lengths) == 1 or max(lengths) >= _LONG_GROUP or min(lengths) >= _PHONE_HEAD:
        return True
    marks = reading.matched((starts[0], starts[-1]))
    return (
        min(lengths) >= _SHORTEST_GROUP and lengths[0] == _PHONE_HEAD and not set(marks) & set(".:：/、，,")
    )


def _is_edge(reading: Reading, place: int) -> bool:
    """Whether no digit that belongs to the same number stands on the other side of a place."""
    if place in {0, len(reading.text)}:
        return True
    both = _as_digits(reading.text[place - 1 : place + 1])
    return not (both.isascii() and both.isdigit()) or reading.gap(place - 1, place + 1) is Gap.BROKEN


_DIGITS = {ord(numeral): digit for numeral, digit in NUMERALS.items()} | {ord("o"): "0"}


def _as_digits(text: str) -> str:
    return text.translate(_DIGITS)
