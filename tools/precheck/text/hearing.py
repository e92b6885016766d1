"""The words of the rules by their sound: other characters that are read alike, and pinyin, wholly or partly.

A syllable automaton was measured and is slower than this: a table of all pairs of syllables says where a rule's word may
begin, and what little remains is sifted in numpy, by everyday words and by the third syllable.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tools.precheck.text.findings import Disguise
from tools.precheck.text.folding import Syllables
from tools.precheck.text.ordinary import Ordinary
from tools.precheck.text.reading import Reading
from tools.precheck.text.rules import Rule
from tools.precheck.text.sounds import Heard, hear
from tools.precheck.text.syllables import merged, readings
from tools.precheck.text.words import Hit

_PAIR = 2
_TRIPLE = 3
_SYLLABLE_BITS = 9
_PAIRS = 1 << 2 * _SYLLABLE_BITS
# What may begin at a pair of syllables.
_TWO = np.uint8(1)
_MORE = np.uint8(2)
_SMALLEST_SIEVE_BITS = 21
_BLOCK = 16_384
# Knuth's multiplier for hashing: odd, and near 2^32 divided by the golden ratio.
_MULTIPLIER = np.uint32(2654435769)
_HAN = range(0x4E00, 0xA000)
# Nobody hides more than this many words in one text; what a hostile text adds is not looked at.
_MOST_HITS = 20_000
# Words of one character that stand anywhere.
_PARTICLES = frozenset("的了是在有和不就都也会为与及或我你他她它这那个把被让给对从到要")
# English words that are also pinyin from end to end.
_ENGLISH_WORDS = """
    women hehe gene bike bake cake take make like line fine wine mine nine dine lane pane cane mane lame came game name
    same tame fame dame wake fake sake lake rake paid laid said gang sang rang hang bang fang dang long song gong tong
    dong pan man can ran tan fan ban wan bad sex papa mama baba banana panama canada havana china shanghai beijing chang
    change danger ranger manage mango dance lance finance panda sense tense sale male pale tale gale sauna tuna luna lima
    media data beta delta gala mafia pizza sofa soda coca coda cola hola yoga tempo bingo singe hinge lingo bongo mambo
    rambo jumbo combo dubai
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


class SoundFinder:
    """Finds the rules' words in texts that only sound like them."""

    def __init__(self, rules: tuple[Rule, ...], ordinary: Ordinary) -> None:
        self._rules = rules
        self._ordinary = ordinary
        self._number, _ = readings()
        self._merged = np.array(merged(), np.uint32)
        self._two: dict[int, list[tuple[int, str]]] = {}
        self._more: dict[int, list[tuple[int, str, list[int]]]] = {}
        for number, rule in enumerate(rules):
            for word in rule.words:
                self._add(number, rule, word)
        self._longest = max((len(word) for rule in rules for word in rule.words), default=0)
        self._begins, spoken = self._beginnings()
        # A sieve that is nearly empty lets little through that no rule begins with.
        self._sieve_bits = max(_SMALLEST_SIEVE_BITS, len(spoken).bit_length() + 4)
        self._sieve = np.zeros(1 << self._sieve_bits, np.bool_)
        self._sieve[self._sieve_places(np.array(spoken, np.uint32))] = True

    def _add(self, number: int, rule: Rule, word: str) -> None:
        codes = [ord(character) for character in word]
        if not all(code in _HAN and code in self._number for code in codes):
            return
        heard = [self._number[code] for code in codes]
        if len(word) > _PAIR:
            plain = [int(self._merged[syllable]) for syllable in heard]
            self._more.setdefault(_key(plain[:3]), []).append((number, word, plain))
        elif rule.sound or rule.pinyin:
            self._two.setdefault(_key(heard), []).append((number, word))

    def _beginnings(self) -> tuple[NDArray[np.uint8], list[int]]:
        """Return, by a pair of syllables, what may begin there; and the keys of all that longer words begin with.

        These are the three syllables of a word of three, four of a longer one, each in every way that sounds alike.
        """
        begins = np.zeros(_PAIRS, np.uint8)
        begins[list(self._two)] |= _TWO
        alike: dict[int, list[int]] = {}
        for syllable, plain in enumerate(self._merged.tolist()):
            alike.setdefault(plain, []).append(syllable)
        heads = {tuple(sounds[:4]) for meanings in self._more.values() for _, _, sounds in meanings}
        keys: list[int] = []
        for head in heads:
            for spoken in product(*(alike[sound] for sound in head)):
                begins[_key(list(spoken[:_PAIR]))] |= _MORE
                three = _key(list(spoken[:3]))
                keys.append(three if len(spoken) == _TRIPLE else _further(three, spoken[3]))
        return begins, keys

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Yield what sounds like a word of a rule and is not written like it."""
        if len(reading.text) < _PAIR:
            return
        heard = hear(reading.text, reading.folded, reading.latin_places)
        # In blocks the arrays in between stay in the processor's cache.
        size = heard.syllables.size
        found = [self._begin_within(heard.syllables, first) for first in range(0, size, _BLOCK)]
        yield from self._find_two(reading, heard, np.concatenate([two for two, _ in found]))
        yield from self._find_more(reading, heard, np.concatenate([more for _, more in found]))

    def _begin_within(self, syllables: Syllables, first: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where words of two syllables, and of more, may begin in one block."""
        block = syllables[first : first + _BLOCK + 1].astype(np.uint32)
        begins = self._begins.take(block[:-1] << np.uint32(_SYLLABLE_BITS) | block[1:])
        places = np.flatnonzero(begins)
        begins = begins.take(places)
        two = places[(begins & _TWO) > 0] + first
        more = places[(begins & _MORE) > 0] + first
        # Beyond the end there is the last syllable once more, which costs a look at worst.
        spoken = [syllables.take(more + offset, mode="clip").astype(np.uint32) for offset in range(4)]
        keys = spoken[0] << np.uint32(2 * _SYLLABLE_BITS) | spoken[1] << np.uint32(_SYLLABLE_BITS) | spoken[2]
        passes = self._sieve.take(self._sieve_places(keys))
        passes |= self._sieve.take(self._sieve_places(keys * _MULTIPLIER + spoken[3]))
        return two, more[passes]

    def _find_two(self, reading: Reading, heard: Heard, places: NDArray[np.intp]) -> Iterator[Hit]:
        codes = reading.folded.codes
        # An everyday word of that sound, or the rule's own word as written, is nothing to hear.
        known = self._ordinary.are_pairs(
            codes[heard.first_places(places)], codes[heard.first_places(places + 1)]
        )
        for place in places[~known][:_MOST_HITS].tolist():
            start, end = heard.start(place), heard.end(place + 1)
            key = _key(heard.syllables[place : place + _PAIR].tolist())
            for rule, word in self._two[key]:
                if hit := self._two_hit(reading, heard, place, Hit(rule, start, end, word, None, 0.0)):
                    yield hit

    def _two_hit(self, reading: Reading, heard: Heard, place: int, found: Hit) -> Hit | None:
        written = reading.text[found.start : found.end]
        if written == found.word:
            return None
        if len(written) > _PAIR:
            return self._pinyin_hit(reading, heard, place, found)
        if not self._rules[found.rule].sound:
            return None
        same = sum(one == other for one, other in zip(written, found.word, strict=True))
        if not same and self._is_ordinary_around(reading.text, found.start, found.end):
            return None
        return Hit(found.rule, found.start, found.end, found.word, Disguise.HOMOPHONE, 0.75 if same else 0.55)

    def _is_ordinary_around(self, text: str, start: int, end: int) -> bool:
        """Whether either end of two characters makes an everyday word with its neighbour."""
        words = self._ordinary.words
        return text[max(0, start - 1) : start + 1] in words or text[end - 1 : end + 1] in words

    def _find_more(self, reading: Reading, heard: Heard, places: NDArray[np.intp]) -> Iterator[Hit]:
        passed = places[:_MOST_HITS]
        # What follows each place, a row each.
        after = np.minimum(passed[:, None] + np.arange(self._longest), heard.syllables.size - 1)
        rows = self._merged[heard.syllables[after]].tolist()
        for place, plainly in zip(passed.tolist(), rows, strict=True):
            left = heard.syllables.size - place
            for rule, word, sounds in self._more.get(_key(plainly[:3]), ()):
                if len(sounds) > left or plainly[: len(sounds)] != sounds:
                    continue
                end = heard.end(place + len(word) - 1)
                found = Hit(rule, heard.start(place), end, word, None, 0.0)
                if hit := self._longer_hit(reading, heard, place, found):
                    yield hit

    def _sieve_places(self, keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
        return (keys * _MULTIPLIER) >> np.uint32(32 - self._sieve_bits)

    def _longer_hit(self, reading: Reading, heard: Heard, place: int, found: Hit) -> Hit | None:
        written, word = reading.text[found.start : found.end], found.word
        if written == word:
            return None
        if len(written) > len(word):
            return self._pinyin_hit(reading, heard, place, found)
        same = sum(one == other for one, other in zip(written, word, strict=True))
        alike = sum(
            self._number[ord(one)] == self._number[ord(other)]
            for one, other in zip(written, word, strict=True)
        )
        # With nothing written as in the rule, and only nearly its sound, too many harmless phrases would be meant.
        if (not same and alike < len(word)) or self._is_ordinary_within(reading.text, found):
            return None
        confidence = 0.6 + 0.3 * same / len(word) - 0.1 * (len(word) - alike) / len(word)
        return Hit(found.rule, found.start, found.end, word, Disguise.HOMOPHONE, round(confidence, 2))

    def _is_ordinary_within(self, text: str, found: Hit) -> bool:
        """Whether every character that differs belongs to an everyday word where it stands (国家机关 for 国家级)."""
        words = self._ordinary.words
        for place in range(found.start, found.end):
            if text[place] == found.word[place - found.start] or text[place] in _PARTICLES:
                continue
            if text[max(0, place - 1) : place + 1] not in words and text[place : place + 2] not in words:
                return False
        return True

    def _pinyin_hit(self, reading: Reading, heard: Heard, place: int, found: Hit) -> Hit | None:
        """Return the hit where every Latin syllable in it is exact and its words end where the place does."""
        text = reading.text
        if not reading.ends_whole(found.start, found.end) or text[found.start : found.end] in _ENGLISH:
            return None
        written_alike = True
        for number, character in enumerate(found.word, start=place):
            start, end = heard.start(number), heard.end(number)
            if end - start > 1:
                if int(heard.syllables[number]) != self._number[ord(character)]:
                    return None
            elif text[start] != character:
                written_alike = False
        confidence = 0.8 if written_alike else 0.65
        return Hit(found.rule, found.start, found.end, found.word, Disguise.PINYIN, confidence)


def _further(three: int, fourth: int) -> int:
    """Return the key of four syllables: the hash of the first three with the fourth added, in 32 bits."""
    return (three * int(_MULTIPLIER) + fourth) & 0xFFFFFFFF


def _key(syllables: list[int]) -> int:
    key = 0
    for syllable in syllables:
        key = key << _SYLLABLE_BITS | syllable
    return key
