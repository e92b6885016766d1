"""When two titles say the same."""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_ALIKE_PERCENT = 80
_SHORTEST = 4


def repeated(titles: Sequence[str]) -> list[int]:
    """Return the places of the titles that nearly repeat an earlier one: four fifths of their pairs of letters.

    Case, width, punctuation and digits make no difference; titles of fewer than four letters are never the same.
    """
    seen: list[frozenset[str]] = []
    found: list[int] = []
    for number, title in enumerate(titles):
        pairs = _pairs(title)
        if not pairs:
            continue
        if any(_alike(pairs, earlier) for earlier in seen):
            found.append(number)
        seen.append(pairs)
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    if fewer * 100 < _ALIKE_PERCENT * more:
        return False
    shared = len(one & other)
    return shared * 100 >= _ALIKE_PERCENT * (fewer + more - shared)


def _pairs(title: str) -> frozenset[str]:
    letters = [letter for letter in unicodedata.normalize("NFKC", title).casefold() if letter.isalpha()]
    if len(letters) < _SHORTEST:
        return frozenset()
    return frozenset(first + second for first, second in pairwise(letters))
