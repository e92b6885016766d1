"""One spelling for what creators type and dictate; positions in both spellings stay the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.agent.local.script import SOUNDS
from knowledge.script import TRADITIONAL

# What a message is decided on. A pasted article keeps its beginning and its end, where requests stand.
LONGEST_TEXT = 1_200

_PUNCTUATION = {ord(mark): "," for mark in ",，、;；…~～·|丨"} | {
    ord("。"): ".",
    ord("“"): '"',
    ord("”"): '"',
    ord("「"): '"',
    ord("」"): '"',
    ord("『"): '"',
    ord("』"): '"',
    ord("【"): "[",
    ord("】"): "]",
    ord("—"): "-",
    ord("–"): "-",
}
_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_STRETCHED = re.compile(r"(.)\1{3,}")
# Spoken or typed forms of the same length that no sound explains.
_VARIANTS = (
    ("神马", "什么"),
    ("肿么", "怎么"),
    ("咋么", "怎么"),
    ("木有", "没有"),
    ("米有", "没有"),
    ("介个", "这个"),
    ("介条", "这条"),
    ("内个", "那个"),
    ("内条", "那条"),
    ("泥萌", "你们"),
    ("偶的", "我的"),
    ("俺的", "我的"),
    ("嘛时", "啥时"),
    ("视屏", "视频"),
    ("帐", "账"),
    ("俺", "我"),
    ("咱", "我"),
    ("您", "你"),
)
# Pairs of characters that are frequent in ordinary Chinese (counted on the texts of knowledge/model/train.py): where one of
# them stands, nothing was misspelt.
_EVERYDAY = frozenset(Path(__file__).with_name("everyday.txt").read_text(encoding="utf-8").split())
_NUMERALS = frozenset("一二两三四五六七八九十百千万几")
# 体现 is what input methods make of 提现, except in these.
_TRULY = re.compile(r"体现(?:在|出|了|为|着|自)")


@dataclass(frozen=True, slots=True)
class Said:
    """A message in two spellings of one length: `plain` as it was written, `text` as it is understood."""

    plain: str
    text: str


@dataclass(frozen=True, slots=True)
class Speller:
    """Hears a word of the vocabulary behind characters that sound like it."""

    words: Sequence[str]
    _by_sound: tuple[tuple[str, str], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        heard = {word.translate(SOUNDS): word for word in reversed(self.words)}
        longest_first = sorted(heard.items(), key=lambda pair: (-len(pair[1]), pair[1]))
        object.__setattr__(self, "_by_sound", tuple(longest_first))

    def correct(self, text: str) -> str:
        """Return the text with misspelt words of the vocabulary put right, one character for one.

        At least one character of the word must be right, and none of the others part of an everyday word.
        """
        sounds = text.translate(SOUNDS)
        fixed = list(text)
        taken = [False] * len(text)
        for sound, word in self._by_sound:
            start = sounds.find(sound)
            while start >= 0:
                end = start + len(word)
                if not any(taken[start:end]) and (text[start:end] == word or _misspelt(text, start, word)):
                    fixed[start:end] = word
                    taken[start:end] = [True] * len(word)
                start = sounds.find(sound, start + 1)
        return "".join(fixed)


def _misspelt(text: str, start: int, word: str) -> bool:
    """Whether what stands at a place may be a slip for the word: partly right, and no everyday word."""
    end = start + len(word)
    wrong = [place for place in range(start, end) if text[place] != word[place - start]]
    # 三千粉 is a count, not 迁粉.
    if any(text[place] in _NUMERALS for place in wrong):
        return False
    if len(wrong) == len(word) or _TRULY.match(text, start):
        return False
    pairs = (text[first : first + 2] for place in wrong for first in (place - 1, place) if first >= 0)
    return not any(pair in _EVERYDAY for pair in pairs)


def speller(words: Iterable[str]) -> Speller:
    """Return a speller for the Chinese words of two characters and more."""
    # 盗我, 抄我: two such characters are too little to hear a slip in 到我卡里.
    long = {
        word for word in words if len(word) > 1 and _HAN.fullmatch(word) and not re.fullmatch(r".我", word)
    }
    return Speller(sorted(long))


def plain(text: str) -> str:
    """Return the text in compatibility form on one line, without controls, shortened to LONGEST_TEXT."""
    if len(text) > 2 * LONGEST_TEXT:
        # Normalising first would make the cost depend on what somebody pasted.
        text = f"{text[:LONGEST_TEXT]}\n{text[-LONGEST_TEXT:]}"
    spaced = _SPACE.sub(" ", unicodedata.normalize("NFKC", text))
    visible = "".join(character for character in spaced if unicodedata.category(character)[0] != "C")
    whole = _SPACE.sub(" ", unicodedata.normalize("NFKC", visible)).strip()
    if len(whole) > LONGEST_TEXT:
        half = LONGEST_TEXT // 2
        whole = f"{whole[:half]}\n{whole[-half + 1 :]}"
    return whole


def said(text: str, *, spell: Speller | None = None) -> Said:
    """Return a message in both spellings."""
    as_written = plain(text)
    understood = "".join(_one(character) for character in as_written.translate(TRADITIONAL))
    understood = understood.translate(_PUNCTUATION)
    for variant, word in _VARIANTS:
        understood = understood.replace(variant, word)
    if spell is not None:
        understood = spell.correct(understood)
    return Said(as_written, understood)


def unstretched(text: str) -> str:
    """Return the text with a character that is repeated many times written three times."""
    return _STRETCHED.sub(r"\1\1\1", text)


def _one(character: str) -> str:
    """Lower case, and a pictogram is a break between words; always one character."""
    lower = character.lower()
    if unicodedata.category(character) in ("So", "Sk", "Cs", "Mn"):
        return " "
    return lower if len(lower) == 1 else character
