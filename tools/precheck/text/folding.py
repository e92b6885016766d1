"""Texts as a reader sees them, with the way back: every folded character knows its place in the original.

Folding takes each character alone (compatibility form, marks dropped, lower case, traditional to simplified, letters of
other scripts that look Latin), so that the map of offsets is exact and the work is one table look-up in numpy: an entry
holds what the character is, what it folds to, and how that is read.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.script import TRADITIONAL
from tools.precheck.text.syllables import readings

Codes = NDArray[np.uint32]
Places = NDArray[np.int32]
Kinds = NDArray[np.uint8]
Syllables = NDArray[np.uint16]

# What a character is to the reader of a word.
INVISIBLE: Final = 0  # zero width, direction marks, controls: nobody sees them
MARK: Final = 1  # combining marks: belong to the character before them
SEPARATOR: Final = 2  # spaces, punctuation, symbols, emoji
SIGN: Final = 3  # the symbols that addresses are written with
TEXT: Final = 4  # letters, Han characters
DIGIT: Final = 5  # digits and numerals

# An entry: the folded code in 18 bits, the syllable in 9, the kind in 3. Every letter in Unicode fits.
_CODE_BITS = 18
_CODE_MASK = (1 << _CODE_BITS) - 1
_SYLLABLE_MASK = 0x1FF
_KIND_SHIFT = 27
_CODES = 0x110000
_BLOCK = 16_384
# A few characters stand for a whole formula (U+FDFA: eighteen letters); no word hides in one, so they only separate.
_LONGEST_EXPANSION = 8
NUMERALS = {
    numeral: str(value % 10) for value, numeral in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")
}
NUMERALS["幺"] = "1"
_SIGNS = "+@❤"
# Letters to Unicode, blank to the reader.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
_LOOKS_LATIN = {
    **dict(zip("абвгдеєзикорстухіјѕԁһԛԝ", "abbrdeezukopctyxijsdhqw", strict=True)),
    **dict(zip("αβγεικνορτυχω", "abyeiknoptuxw", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
    **dict(zip("ɑɡıøðłđħßæ", "agiodldhba", strict=True)),
}
_SPECIAL = {
    "❶❷❸❹❺❻❼❽❾": "123456789",
    "➀➁➂➃➄➅➆➇➈": "123456789",
    "➊➋➌➍➎➏➐➑➒": "123456789",
    "⓵⓶⓷⓸⓹⓺⓻⓼⓽": "123456789",
    "⓿": "0",
    "〇": "零",
    "➕": "+",
    "❤♥💗💕💓💖💙💚💛💜": "❤" * 10,
}
_SQUARED = (0x1F150, 0x1F170)  # negative circled, negative squared: 26 letters each


class Tables(NamedTuple):
    """By code point: the entry; and the whole expansion where a character folds to several."""

    entries: Codes
    expansions: dict[int, str]

    def kind(self, code: int) -> int:
        """Return what a character is."""
        return int(self.entries[code]) >> _KIND_SHIFT

    def folded(self, code: int) -> str:
        """Return what a character folds to."""
        return self.expansions.get(code) or chr(int(self.entries[code]) & _CODE_MASK)


@dataclass(frozen=True)
class Folded:
    """The text's letters, digits and Han characters: `codes[i]` stands at `starts[i]` of the original.

    `syllables` are numbers of syllables.py, 0 for what has no sound; `kinds` are those of the original's characters.
    """

    kinds: Kinds
    codes: Codes
    syllables: Syllables
    starts: Places

    @cached_property
    def text(self) -> str:
        """The folded text without separators."""
        return decode(self.codes)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of folded characters [start, end), marks on the last one included."""
        first, last = int(self.starts[start]), int(self.starts[end - 1])
        rest = self.kinds[last + 1 :]
        # Nearly always the next character is none; looking ahead in blocks keeps a run of 100,000 marks cheap.
        for begin in range(0, rest.size, 64):
            others = np.flatnonzero(rest[begin : begin + 64] != MARK)
            if others.size:
                return first, last + 1 + begin + int(others[0])
        return first, last + 1 + rest.size


def decode(codes: Codes) -> str:
    """Return the codes as a text; they hold no surrogates once folded."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def fold(text: str) -> Folded:
    """Return the text folded, with the map back.

    Costs one look-up a character and at most eight folded characters for one.
    """
    original = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
    # In blocks the arrays in between stay in the processor's cache: three times as fast for a long text.
    blocks = [
        _fold_block(original[first : first + _BLOCK], first)
        for first in range(0, max(original.size, 1), _BLOCK)
    ]
    if len(blocks) == 1:
        return Folded(*blocks[0])
    return Folded(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def fold_visible(text: str) -> str:
    """Return a text folded with its separators kept."""
    return text.translate(_VISIBLE)


def visible_places(text: str) -> list[int]:
    """Return the place in the text of each character of `fold_visible`."""
    return [place for place, character in enumerate(text) for _ in character.translate(_VISIBLE)]


def fold_word(word: str) -> str:
    """Return a rule's word as `fold` would: the same, one character at a time, and quick for 50,000 short words."""
    return word.translate(_WORDS)


def _fold_block(original: Codes, first: int) -> tuple[Kinds, Codes, Syllables, Places]:
    tables = folding_tables()
    entries = tables.entries.take(original.astype(np.intp))
    kinds = (entries >> np.uint32(_KIND_SHIFT)).astype(np.uint8)
    shown = np.flatnonzero(kinds >= TEXT)
    places = shown.astype(np.int32)
    entries = entries.take(shown)
    codes = entries & np.uint32(_CODE_MASK)
    # An expansion's entry has no code.
    if not codes.all():
        entries, places = _expand(original, np.flatnonzero(codes == 0), entries, places)
        codes = entries & np.uint32(_CODE_MASK)
    syllables = ((entries >> np.uint32(_CODE_BITS)) & np.uint32(_SYLLABLE_MASK)).astype(np.uint16)
    return kinds, codes, syllables, places + np.int32(first)


def _expand(original: Codes, wide: NDArray[np.intp], entries: Codes, places: Places) -> tuple[Codes, Places]:
    """Write the characters that stand for several out."""
    tables = folding_tables()
    lengths = np.ones(entries.size, np.int64)
    found = original[places[wide]]
    several = np.unique(found).tolist()
    for code in several:
        lengths[wide[found == code]] = len(tables.expansions[code])
    ends = np.cumsum(lengths)
    written = np.repeat(entries, lengths)
    for code in several:
        begins = ends[wide[found == code]] - lengths[wide[found == code]]
        for offset, character in enumerate(tables.expansions[code]):
            written[begins + offset] = tables.entries[ord(character)]
    kept = (written >> np.uint32(_KIND_SHIFT)) >= TEXT
    return written[kept], np.repeat(places, lengths)[kept]


@cache
def folding_tables() -> Tables:
    """Return the tables, made once a process from the interpreter's Unicode data and pypinyin's readings."""
    kind = np.full(_CODES, SEPARATOR, np.uint32)
    folded = np.arange(_CODES, dtype=np.uint32)
    folded[0xD800:0xE000] = 0xFFFD  # a lone surrogate has no encoding
    folded[1 << _CODE_BITS :] = 0xFFFD
    expansions: dict[int, str] = {}
    # Han beyond the first plane and the syllables of Korean are letters that fold to themselves: no need to ask.
    kind[0x3400:0x4DC0] = kind[0x4E00:0xA000] = kind[0xAC00:0xD7A4] = kind[0x20000:0x323B0] = TEXT
    asked = [*range(0x3400), *range(0x4DC0, 0x4E00), *range(0xA000, 0xAC00), *range(0xD7B0, 0xD800)]
    asked += [*range(0xF900, 0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)]
    for code in asked:
        kind[code], written = _fold_one(chr(code))
        folded[code] = ord(written) if len(written) == 1 else 0
        if len(written) > 1:
            expansions[code] = written
    for traditional, simplified in TRADITIONAL.items():
        folded[traditional] = ord(simplified)
    kind[[ord(numeral) for numeral in NUMERALS]] = DIGIT
    syllable = np.zeros(_CODES, np.uint32)
    numbers, _ = readings()
    syllable[list(numbers)] = list(numbers.values())
    entries = folded | syllable[folded] << np.uint32(_CODE_BITS) | kind << np.uint32(_KIND_SHIFT)
    return Tables(entries, expansions)


def _fold_one(character: str) -> tuple[int, str]:
    """Return what one character is, and what it is written as once folded."""
    if character in _BLANK:
        return INVISIBLE, ""
    character = _specials().get(character, character)
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Mc"}:
        return MARK, ""
    if category == "Cf" or (category == "Cc" and character not in "\t\n\r"):
        return INVISIBLE, ""
    if category in {"Cs", "Co", "Cn"}:
        return SEPARATOR, ""
    written = "".join(_letters(unicodedata.normalize("NFKD", character)))
    written = unicodedata.normalize("NFC", written).strip() or character
    if len(written) > _LONGEST_EXPANSION or not any(map(str.isalnum, written)):
        shown = written if len(written) == 1 else character
        return SIGN if shown in _SIGNS else SEPARATOR, shown
    return DIGIT if written.isascii() and written.isdigit() else TEXT, written


def _letters(decomposed: str) -> list[str]:
    lowered = [
        part for letter in decomposed if not unicodedata.combining(letter) for part in letter.lower()[:1]
    ]
    return [_LOOKS_LATIN.get(letter, TRADITIONAL.get(ord(letter), letter)) for letter in lowered]


@cache
def _specials() -> dict[str, str]:
    found = {one: other for ones, others in _SPECIAL.items() for one, other in zip(ones, others, strict=True)}
    for first in _SQUARED:
        found |= {chr(first + number): chr(ord("a") + number) for number in range(26)}
    return found


class _Written(dict[int, str]):
    """What `str.translate` asks for each character, answered from the tables and kept."""

    def __init__(self, lowest: int) -> None:
        super().__init__()
        self._lowest = lowest

    def __missing__(self, code: int) -> str:
        tables = folding_tables()
        # A letter may expand to letters and brackets.
        kept = [letter for letter in tables.folded(code) if tables.kind(ord(letter)) >= self._lowest]
        self[code] = "".join(kept) if tables.kind(code) >= self._lowest else ""
        return self[code]


_WORDS = _Written(TEXT)
_VISIBLE = _Written(SEPARATOR)
