"""One text under check: folded, with what lies between its characters and around its places."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import pairwise

import numpy as np

from tools.precheck.text.findings import Disguise
from tools.precheck.text.folding import SEPARATOR, SIGN, Folded, Places, fold, fold_word
from tools.precheck.text.rules import Context

# What ends a thought: a word is not written across it, unless all its characters stand apart.
_SENTENCE = frozenset("，。！？；：、,!?;:\n\r…")
# Longer gaps than this are layout.
_LONGEST_GAP = 12
_SHORTEST_APART = 3


class Gap(Enum):
    """Whether the characters of a place may be read as one word."""

    NONE = "none"
    INVISIBLE = "invisible"
    SYMBOLS = "symbols"
    BROKEN = "broken"


@dataclass(frozen=True)
class Reading:
    """A text and its folded form; places are half-open ranges of folded characters."""

    original: str
    folded: Folded

    @cached_property
    def text(self) -> str:
        """The folded text without separators."""
        return self.folded.text

    @cached_property
    def latin_places(self) -> Places:
        """Where the folded text has Latin letters and digits."""
        return np.flatnonzero(self.folded.codes < ord("z") + 1).astype(np.int32)

    def matched(self, span: tuple[int, int]) -> str:
        """Return that part of the original."""
        return self.original[span[0] : span[1]]

    def gap(self, start: int, end: int, *, syllables: bool = False) -> Gap:
        """Return how far apart the characters of a place stand in the original; syllables of pinyin may be parted."""
        starts = self.folded.starts
        if int(starts[end - 1]) - int(starts[start]) == end - start - 1:
            return Gap.NONE
        places = starts[start:end].tolist()
        found = [self._between(left + 1, right) for left, right in pairwise(places) if right - left > 1]
        apart = sum(one is not Gap.INVISIBLE for one in found) == end - start - 1
        if not found:
            return Gap.NONE
        if Gap.BROKEN in found and not (apart and end - start >= _SHORTEST_APART):
            return Gap.BROKEN
        if all(one is Gap.INVISIBLE for one in found):
            return Gap.INVISIBLE
        # In Latin letters a space is what parts words: only letters that all stand apart hide one.
        if not syllables and not apart and self.text[start:end].isascii():
            return Gap.BROKEN
        return Gap.SYMBOLS

    def _between(self, start: int, end: int) -> Gap:
        kinds = self.folded.kinds[start:end]
        seen = np.flatnonzero((kinds == SEPARATOR) | (kinds == SIGN))
        if not seen.size:
            return Gap.INVISIBLE
        if seen.size > _LONGEST_GAP:
            return Gap.BROKEN
        marks = {self.original[start + place] for place in seen.tolist()}
        return Gap.BROKEN if marks & _SENTENCE else Gap.SYMBOLS

    def ends_whole(self, start: int, end: int) -> bool:
        """Whether a place in Latin letters begins and ends where its words do."""
        text, starts = self.text, self.folded.starts
        before = start and _is_latin(text[start]) and _is_latin(text[start - 1])
        after = end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end])
        if before and int(starts[start]) - int(starts[start - 1]) <= 1:
            return False
        return not (after and int(starts[end]) - int(starts[end - 1]) <= 1)

    def disguise(self, span: tuple[int, int], word: str, gap: Gap) -> Disguise | None:
        """Return how an exactly folded word was dressed up."""
        if gap is Gap.INVISIBLE:
            return Disguise.INVISIBLE
        if gap is Gap.SYMBOLS:
            return Disguise.GAP
        return None if self.matched(span).lower() == word else Disguise.FORM

    def around(self, span: tuple[int, int], context: Context) -> str:
        """Return the folded text within a context's reach of the place."""
        if context.same_clause:
            # Twice the reach leaves room for what folding drops.
            before = fold_word(_last_clause(self.original[max(0, span[0] - 2 * context.before) : span[0]]))
            after = fold_word(_first_clause(self.original[span[1] : span[1] + 2 * context.after]))
            return before[max(0, len(before) - context.before) :] + "\n" + after[: context.after]
        first, last = self.folded.starts.searchsorted(np.array(span, np.int32)).tolist()
        before = self.text[max(0, first - context.before) : first]
        return before + "\n" + self.text[last : last + context.after]


def read(text: str) -> Reading:
    """Return the text ready to be searched."""
    return Reading(text, fold(text))


def _is_latin(character: str) -> bool:
    return character.isascii()


def _last_clause(before: str) -> str:
    cut = max((before.rfind(mark) for mark in _SENTENCE), default=-1)
    return before[cut + 1 :]


def _first_clause(after: str) -> str:
    cuts = [cut for mark in _SENTENCE if (cut := after.find(mark)) >= 0]
    return after[: min(cuts, default=len(after))]
