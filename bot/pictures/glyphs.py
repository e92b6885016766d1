"""Text as the font of the charts can show it."""

import logging
from collections.abc import Set as AbstractSet
from unicodedata import category, normalize

logger = logging.getLogger(__name__)

# What stands for a letter that the font does not have: the reader sees that there is one.
MISSING = "□"
# Symbols (most emoji), modifiers of emoji, invisible joiners, controls, private and unassigned characters.
_LEFT_OUT = frozenset({"So", "Sk", "Cf", "Cc", "Co", "Cn", "Cs", "Mn", "Me"})


def drawable(text: str, *, font: AbstractSet[int]) -> str:
    """Return the text with only characters of the font, given as its code points.

    Emoji and invisible characters are left out: they decorate. A letter of another script becomes □.
    """
    composed = normalize("NFC", text)
    shown = "".join(_shown(character, font) for character in composed)
    if MISSING in shown and MISSING not in text:
        unknown = sorted({f"U+{ord(character):04X}" for character in composed if not _known(character, font)})
        logger.info("the font of the charts lacks %s", " ".join(unknown))
    return " ".join(shown.split())


def _shown(character: str, font: AbstractSet[int]) -> str:
    if character.isspace():
        return " "
    if _known(character, font):
        return character if ord(character) in font else ""
    return MISSING


def _known(character: str, font: AbstractSet[int]) -> bool:
    """Whether a reader misses nothing: the font has the character, or it only decorates."""
    return ord(character) in font or category(character) in _LEFT_OUT or character.isspace()
