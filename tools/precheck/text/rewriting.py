"""A way to say it that passes: the clause around a finding with every found word replaced."""

import re
from collections.abc import Callable

from tools.precheck.text.findings import Category
from tools.precheck.text.judging import Place
from tools.precheck.text.rules import Rule

_CLAUSE_ENDS = frozenset("，。！？；,!?;\n\r…")
# A clause longer than this on either side of the place is shown from here.
_REACH = 30
_ROUNDS = 3
# What stands between clauses that are checked together: more than any context reaches over, and part of no word.
_FILLER = "\n" + "龘" * 80 + "\n"
_CLAIMS = {Category.MEDICAL, Category.PROMISE, Category.FINANCIAL}
_ABLE = re.compile(r"(?:能够|可以|能|会|帮你|帮助|有助于|专门|让你)\Z")
_SPACES = re.compile(r"[ \t]{2,}")
_EDGES = " ，,、:：-—~·"

Find = Callable[[str], list[Place]]


class Rewriter:
    """Rewrites clauses until the same check finds nothing in them."""

    def __init__(self, rules: tuple[Rule, ...], find: Find) -> None:
        self._rules = rules
        self._find = find

    def rewrite(self, text: str, places: list[Place]) -> list[str]:
        """Return for each place the clause around it so rewritten that it passes.

        First every word in it is replaced as its rule says, then struck; where neither helps, the rule's whole harmless
        sentence stands instead.
        """
        written = [self._first_try(text, place, places) for place in places]
        # All at once costs one check; only where that finds something each is looked at by itself.
        if not self._find(_FILLER.join(["", *written, ""])) and all(map(_says_something, written)):
            return written
        return [self._settle(clause, place) for clause, place in zip(written, places, strict=True)]

    def _first_try(self, text: str, place: Place, places: list[Place]) -> str:
        first, last = _clause(text, place.span)
        within = [
            (other.span[0] - first, other.span[1] - first, other.rule)
            for other in places
            if first <= other.span[0] and other.span[1] <= last
        ]
        return _tidy(self._replaced(text[first:last], within, strike=False))

    def _settle(self, clause: str, place: Place) -> str:
        for strike in (False, True):
            if written := self._settled(clause, strike=strike):
                return written
        return self._rules[place.rule].fallback

    def _settled(self, clause: str, *, strike: bool) -> str | None:
        """Return the clause once nothing is found in it any more, or None where that does not end, or in nothing."""
        for _ in range(_ROUNDS):
            clause = _tidy(clause)
            if not _says_something(clause):
                return None
            found = self._find(clause)
            if not found:
                return clause
            clause = self._replaced(clause, [(*place.span, place.rule) for place in found], strike=strike)
        return None

    def _replaced(self, clause: str, places: list[tuple[int, int, int]], *, strike: bool) -> str:
        """Return the clause with each place replaced; of places that overlap the first counts, the rest is struck."""
        written: list[str] = []
        done = 0
        for start, end, number in sorted(places):
            rule = self._rules[number]
            if start >= done:
                before = clause[done:start]
                # A claim turned into a description has no "can" before it any more: 能降血压 becomes 口味清淡.
                if rule.category in _CLAIMS:
                    before = _ABLE.sub("", before)
                written += [before, "" if strike else rule.rewrite]
            done = max(done, end)
        return "".join(written) + clause[done:]


def _tidy(clause: str) -> str:
    return _SPACES.sub(" ", clause).strip(_EDGES)


def _says_something(clause: str) -> bool:
    return any(map(str.isalnum, clause))


def _clause(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return the bounds of the clause around the place, cut where it is too long to show."""
    first, last = span
    while first > max(0, span[0] - _REACH) and text[first - 1] not in _CLAUSE_ENDS:
        first -= 1
    while last < min(len(text), span[1] + _REACH) and text[last] not in _CLAUSE_ENDS:
        last += 1
    return first, last
