"""Whether a Latin word in Chinese speech is somebody's handle or an ordinary English word."""

import re
from pathlib import Path

# One syllable of Mandarin as it is typed.
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE}){{2,8}}")
_WORD = re.compile(r"(?<![a-z0-9_@*/-])[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*(?:'s)?(?![a-z0-9_@*/-])")
# A work's public id, a case's number: mixtures as long as these, or letters before many digits.
_NUMBERED = re.compile(r"(?=[a-z0-9]*\d)[a-z0-9]{10,24}|[a-z]{1,4}-?\d{6,}(?:-\d+)?")
_OWNED = re.compile(r"\s?(?:的|这|那|号|账号|主播|上|近|昨|今)")
_SHORTEST = 3

# English that creators mix in, and the platform's own names in pinyin.
_ENGLISH = frozenset(Path(__file__).with_name("english.txt").read_text(encoding="utf-8").split())


def handles(text: str) -> list[tuple[int, int]]:
    """Return where handles stand: typed pinyin, a word with digits, or any strange word that owns what follows."""
    return [match.span() for match in _WORD.finditer(text) if _is_handle(match, text)]


def _is_handle(match: re.Match[str], text: str) -> bool:
    owns = match[0].endswith("'s")
    word = match[0].removesuffix("'s")
    if len(word) < _SHORTEST or word in _ENGLISH or _NUMBERED.fullmatch(word):
        return False
    # Words of a person who types English: earning, withdrawals.
    if any(word.removesuffix(ending) in _ENGLISH for ending in ("s", "ed", "ing", "al", "able")):
        return False
    marked = any(character.isdigit() or character == "_" for character in word)
    return bool(marked or owns or _PINYIN.fullmatch(word) or _OWNED.match(text, match.end()))
