"""Everyday words, to tell an innocent word that merely sounds like a rule's, or lies across its edge."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import SHIPPED_MODEL
from tools.precheck.text.folding import fold_word

_HAN_FROM, _HAN_UNTIL = "\u4e00", "\u9fff"
_PAIR = 2
_NUMBER_BITS = 13


@dataclass(frozen=True)
class Ordinary:
    """Words of two or more Han characters; those of two also as bits, by the small numbers of their characters."""

    words: frozenset[str]
    numbers: NDArray[np.uint16]
    bits: NDArray[np.uint8]

    def are_pairs(self, firsts: NDArray[np.uint32], seconds: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Whether each two characters are a word."""
        last = np.uint32(self.numbers.size - 1)
        left = self.numbers[np.minimum(firsts, last)].astype(np.uint32)
        right = self.numbers[np.minimum(seconds, last)].astype(np.uint32)
        keys = left << np.uint32(_NUMBER_BITS) | right
        return (
            self.bits[keys >> np.uint32(3)] >> (keys & np.uint32(7)).astype(np.uint8) & np.uint8(1)
        ).astype(np.bool_)


@cache
def ordinary_words() -> Ordinary:
    """Return the everyday words: the vocabulary of the sentence model (from web texts) and pypinyin's phrases."""
    # pypinyin loads 47,000 phrases on import, which only a check pays for.
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415

    vocabulary = json.loads((SHIPPED_MODEL / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    words = {piece for piece, _ in vocabulary if _is_han(piece)}
    words |= {fold_word(phrase) for phrase in phrases_dict if _is_han(phrase)}
    pairs = [word for word in words if len(word) == _PAIR]
    characters = {letter: number for number, letter in enumerate(sorted(set("".join(pairs))), start=1)}
    assert len(characters) < 1 << _NUMBER_BITS
    numbers = np.zeros(0x10000, np.uint16)
    numbers[[ord(letter) for letter in characters]] = list(characters.values())
    keys = np.array([characters[first] << _NUMBER_BITS | characters[second] for first, second in pairs])
    bits = np.zeros(1 << 2 * _NUMBER_BITS - 3, np.uint8)
    np.bitwise_or.at(bits, keys >> 3, (1 << (keys & 7)).astype(np.uint8))
    return Ordinary(frozenset(words), numbers, bits)


def _is_han(word: str) -> bool:
    return len(word) >= _PAIR and all(_HAN_FROM <= character <= _HAN_UNTIL for character in word)
