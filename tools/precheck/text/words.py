"""The words of the rules in every dress that is a matter of writing: one Aho-Corasick automaton over the folded text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation

from tools.precheck.text.findings import Disguise
from tools.precheck.text.folding import fold_word
from tools.precheck.text.reading import Gap, Reading
from tools.precheck.text.rules import Rule, Shapes

# A word with several characters that have look-alikes is looked for in this many dresses at most.
_MOST_DRESSES = 12
# One alphabet for Latin letters and the digits that stand in for them; i and l share one, since 1 is both.
_LEET = str.maketrans("i0134578", "loleastb")
_SHORTEST_LEET = 4
# The quicker automaton takes too long to build, and too much memory, for an operator's 50,000 words.
_MOST_FOR_DFA = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's word at folded characters [start, end), before anything was judged."""

    rule: int
    start: int
    end: int
    word: str
    disguise: Disguise | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Scan:
    """What the automaton found, as (pattern, start, end), and the triggers of pattern rules, as (word, start)."""

    found: list[tuple[int, int, int]]
    triggers: list[tuple[str, int]]


class WordFinder:
    """Finds the rules' words, their split and look-alike writings, and Latin ones in leet."""

    def __init__(self, rules: tuple[Rule, ...], shapes: Shapes) -> None:
        written: dict[str, list[tuple[int, str, Disguise | None]]] = {}
        leet: dict[str, list[tuple[int, str]]] = {}
        for number, rule in enumerate(rules):
            for word in rule.words:
                written.setdefault(word, []).append((number, word, None))
                for dress, disguise in _dresses(word, shapes):
                    written.setdefault(dress, []).append((number, word, disguise))
                if len(word) >= _SHORTEST_LEET and word.isascii():
                    leet.setdefault(word.translate(_LEET), []).append((number, word))
        # Words after which a pattern may stand are no rule's words, but found on the same way through the text.
        self._triggers = {word for rule in rules for word in rule.triggers if fold_word(word) == word}
        self.patterns = [*written, *sorted(self._triggers - set(written))]
        self._trigger_numbers = {
            number for number, word in enumerate(self.patterns) if word in self._triggers
        }
        self._meanings = [written.get(word, []) for word in self.patterns]
        self._written = automaton(self.patterns)
        self._leet_meanings = list(leet.values())
        self._leet = automaton(list(leet))

    def scan(self, reading: Reading) -> Scan:
        """Return everything that the automaton finds, overlapping occurrences too."""
        found = self._written.find_matches_as_indexes(reading.text, overlapping=True)
        numbers, words = self._trigger_numbers, self.patterns
        return Scan(found, [(words[number], start) for number, start, _ in found if number in numbers])

    def hits(self, reading: Reading, scan: Scan) -> Iterator[Hit]:
        """Yield the rules' words among what was found, and Latin ones in leet."""
        for number, start, end in scan.found:
            for rule, word, disguise in self._meanings[number]:
                yield Hit(rule, start, end, word, disguise, 0.95 if disguise is None else 0.85)
        text = reading.text
        for first, last in _leet_stretches(reading):
            canonical = text[first:last].translate(_LEET)
            for number, start, end in self._leet.find_matches_as_indexes(canonical, overlapping=True):
                for rule, word in self._leet_meanings[number]:
                    if text[first + start : first + end] != word:
                        yield Hit(rule, first + start, first + end, word, Disguise.LOOKALIKE, 0.8)


def automaton(patterns: list[str]) -> AhoCorasick:
    """Return the automaton over the patterns; a few thousand get the quickest kind."""
    quick = len(patterns) <= _MOST_FOR_DFA
    kind = Implementation.DFA if quick else Implementation.ContiguousNFA
    return AhoCorasick(patterns, implementation=kind)


def gap_within(reading: Reading, hit: Hit) -> Gap | None:
    """Return the gap inside a place, or None where its characters do not make one word."""
    gap = reading.gap(hit.start, hit.end, syllables=hit.disguise is Disguise.PINYIN)
    if gap is Gap.BROKEN or not reading.ends_whole(hit.start, hit.end):
        return None
    return gap


def _leet_stretches(reading: Reading) -> list[tuple[int, int]]:
    """Return the runs of Latin letters and digits in which both stand side by side."""
    places = reading.latin_places
    if places.size < _SHORTEST_LEET:
        return []
    is_digit = reading.folded.codes[places] < ord("9") + 1
    broken = (np.diff(places) > 1) | (np.diff(reading.folded.starts[places]) > 1)
    mixed = (is_digit[1:] != is_digit[:-1]) & ~broken
    if not mixed.any():
        return []
    firsts = np.concatenate([[0], np.flatnonzero(broken) + 1])
    lasts = np.concatenate([firsts[1:], [places.size]])
    runs = np.unique(np.searchsorted(firsts, np.flatnonzero(mixed), side="right") - 1)
    return [(int(places[firsts[run]]), int(places[lasts[run] - 1]) + 1) for run in runs.tolist()]


def _dresses(word: str, shapes: Shapes) -> Iterator[tuple[str, Disguise]]:
    for table, disguise in ((shapes.splits, Disguise.SPLIT), (shapes.lookalikes, Disguise.LOOKALIKE)):
        choices = [(character, *table.get(character, ())) for character in word]
        # The first of all ways is the word itself.
        for way in islice(product(*choices), 1, _MOST_DRESSES + 1):
            yield "".join(way), disguise
