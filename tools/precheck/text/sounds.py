"""How a text sounds: one syllable a Han character, and one for each that is spelled in Latin letters (pinyin)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.precheck.text.folding import Codes, Folded, Places, Syllables
from tools.precheck.text.syllables import spellings

_LONGEST_SYLLABLE = 6
_LONGEST_KEPT_RUN = 24
# Nobody reads pinyin of this many letters without a space.
_LONGEST_RUN = 300
_LETTER_A = ord("a")
# Leet in pinyin: the digits that look like letters.
_LEET = str.maketrans("013458", "oieasb")


@dataclass(frozen=True, slots=True)
class Heard:
    """The text as syllables (0: no sound), each standing for one folded character, or for [starts[i], ends[i])."""

    syllables: Syllables
    starts: Places | None
    ends: Places | None

    def start(self, syllable: int) -> int:
        """Return where a syllable begins in the folded text."""
        return syllable if self.starts is None else int(self.starts[syllable])

    def end(self, syllable: int) -> int:
        """Return where a syllable ends in the folded text."""
        return syllable + 1 if self.ends is None else int(self.ends[syllable])

    def first_places(self, syllables: NDArray[np.intp]) -> NDArray[np.integer]:
        """Return where syllables begin in the folded text."""
        return syllables if self.starts is None else self.starts[syllables]


def hear(text: str, folded: Folded, latin: Places) -> Heard:
    """Return how the folded text sounds; `latin` are the places of Latin letters and digits in it."""
    runs = list(_syllables(text, folded, latin)) if latin.size > 1 else []
    if not runs:
        return Heard(folded.syllables, None, None)
    places = np.arange(folded.codes.size, dtype=np.int32)
    syllables = folded.syllables.copy()
    kept = np.ones(places.size, np.bool_)
    ends = places + 1
    for start, end, number in runs:
        syllables[start], ends[start] = number, end
        kept[start + 1 : end] = False
    return Heard(syllables[kept], places[kept], ends[kept])


def _syllables(text: str, folded: Folded, latin: Places) -> Iterator[tuple[int, int, int]]:
    """Yield the syllables (start, end, number) of every Latin word that is pinyin from end to end."""
    for start, end in _latin_words(folded, latin):
        place = start
        for length, number in _split(text[start:end]):
            yield place, place + length, number
            place += length


def _latin_words(folded: Folded, latin: Places) -> list[tuple[int, int]]:
    """Return the words that may be pinyin; letters that all stand apart (w e i) are one word."""
    codes, starts = folded.codes[latin], folded.starts[latin]
    apart = (np.diff(latin) > 1) | (np.diff(starts) > 1)
    firsts = np.concatenate([[0], np.flatnonzero(apart) + 1])
    lengths = np.diff(np.concatenate([firsts, [latin.size]]))
    # Two letters that no syllable or seam of syllables has side by side rule most other words out.
    letters = _letters(codes)
    left, right = letters[:-1], letters[1:]
    lasts = firsts + lengths - 1
    misfits = np.concatenate([[0], np.cumsum(~(_neighbours().take(left * np.uint32(27) + right) | apart))])
    spelled = np.concatenate([[0], np.cumsum(letters > 0)])
    may = (lengths > 1) & (misfits[lasts] == misfits[firsts]) & (spelled[lasts + 1] > spelled[firsts])
    may &= _beginnings()[letters[firsts]] & _endings()[letters[lasts]]
    words = [
        (start, start + length)
        for start, length in zip(latin[firsts[may]].tolist(), lengths[may].tolist(), strict=True)
    ]
    single = latin[firsts[lengths == 1]]
    single = single[folded.codes[single] >= _LETTER_A]
    if single.size > 1:
        # Neighbours in the folded text that were parted only by what folding dropped.
        edges = np.flatnonzero(np.diff(single) > 1) + 1
        groups = [group for group in np.split(single, edges) if group.size > 1]
        words += [(int(group[0]), int(group[-1]) + 1) for group in groups]
    return words


def _letters(codes: Codes) -> Codes:
    """Return 1 to 26 for a to z, 0 for a digit."""
    return np.maximum(codes, np.uint32(_LETTER_A - 1)) - np.uint32(_LETTER_A - 1)


@cache
def _beginnings() -> NDArray[np.bool_]:
    table = np.zeros(27, np.bool_)
    table[[0, *(ord(name[0]) - _LETTER_A + 1 for name in spellings())]] = True
    return table


@cache
def _endings() -> NDArray[np.bool_]:
    table = np.zeros(27, np.bool_)
    table[[0, *(ord(name[-1]) - _LETTER_A + 1 for name in spellings())]] = True
    return table


@cache
def _neighbours() -> NDArray[np.bool_]:
    """Return which letters (a is 1) may follow each other in pinyin, by 27 * one + other; 0 is a digit (leet)."""
    table = np.zeros((27, 27), np.bool_)
    table[0, :] = table[:, 0] = True
    numbers = [[ord(letter) - _LETTER_A + 1 for letter in name] for name in spellings()]
    table[np.ix_([name[-1] for name in numbers], [name[0] for name in numbers])] = True
    for name in numbers:
        table[name[:-1], name[1:]] = True
    return table.ravel()


def _split(run: str) -> tuple[tuple[int, int], ...]:
    if len(run) > _LONGEST_RUN:
        return ()
    return _split_kept(run) if len(run) <= _LONGEST_KEPT_RUN else _split_now(run)


@lru_cache(maxsize=20_000)
def _split_kept(run: str) -> tuple[tuple[int, int], ...]:
    return _split_now(run)


def _split_now(run: str) -> tuple[tuple[int, int], ...]:
    """Return (length, number) of the syllables with the fewest pieces, or nothing where the run is no pinyin."""
    if run.isdigit():
        return ()
    if not run.isalpha():
        run = run.translate(_LEET)
    syllables = spellings()
    # best[i]: pieces needed for the first i letters, and the length of the last one.
    best: list[tuple[int, int]] = [(0, 0)]
    for end in range(1, len(run) + 1):
        ways = [
            (best[end - length][0] + 1, -length)
            for length in range(1, min(_LONGEST_SYLLABLE, end) + 1)
            if best[end - length][0] < len(run) + 1 and run[end - length : end] in syllables
        ]
        pieces, length = min(ways, default=(len(run) + 1, 0))
        best.append((pieces, -length))
    if best[-1][0] > len(run):
        return ()
    found: list[tuple[int, int]] = []
    end = len(run)
    while end:
        length = best[end][1]
        found.append((length, syllables[run[end - length : end]]))
        end -= length
    return tuple(reversed(found))
