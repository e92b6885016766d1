"""Words as they stand: BM25 over single characters and pairs of neighbours, which needs no word segmentation.

Written here rather than taken from bm25s, whose scores it equals (a test compares them): importing that takes 0.13 to
0.25 s, more where numba is installed, and indexing twice as long, while every `guanghe ask` starts a process; and the
evidence that a rule exists needs the rarities, which bm25s does not keep.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Robertson and Zaragoza (2009), with the rarity that Lucene uses, which is never negative.
SATURATION = 1.5
LENGTH_SHARE = 0.75

# Particles, pronouns and question words: what a passage has in common with a question through these is no evidence.
_COMMON_TO_QUESTIONS = dict.fromkeys(
    map(ord, "的了吗呢吧啊是在有和与或也都就还被把给我你他她它们这那个什么怎么如何请问谁哪"), " "
)

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[0-9]+")


def grams(text: str) -> list[str]:
    """Split into the characters and neighbouring pairs of each Han run, and into whole Latin words and numbers."""
    found: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii():
            found.append(run)
        else:
            found += run
            found += map("".join, pairwise(run))
    return found


def matter(question: str) -> str:
    """Give the question without the characters that questions have in common, whatever they are about."""
    return question.translate(_COMMON_TO_QUESTIONS)


class Lexicon:
    """BM25 over a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        split = [grams(text) for text in texts]
        self._terms: dict[str, int] = {}
        terms = np.array(
            [self._terms.setdefault(gram, len(self._terms)) for row in split for gram in row], np.int64
        )
        lengths = np.array([len(row) for row in split], np.int64)
        self._count = len(texts)
        # What a word weighs that only one text has: the unit in which scores of different corpora compare.
        self.unique_word = float(np.log1p((self._count - 0.5) / 1.5)) if texts else 1.0
        # Occurrences ordered by term and, within a term, by text; equal ones fall together.
        keys, times = np.unique(
            terms * self._count + np.repeat(np.arange(self._count), lengths), return_counts=True
        )
        self._texts = keys % max(self._count, 1)
        frequency = np.bincount(keys // max(self._count, 1), minlength=len(self._terms))
        self._ends = np.concatenate([[0], np.cumsum(frequency)])
        self._rarity = np.log1p((self._count - frequency + 0.5) / (frequency + 0.5))
        relative = lengths / lengths.mean() if lengths.any() else np.ones_like(lengths)
        damped = times / (times + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * relative[self._texts]))
        self._weights = (np.repeat(self._rarity, frequency) * damped).astype(np.float32)

    def scores(self, question: str) -> NDArray[np.float32]:
        """Score every text against the question, shape (number of texts,)."""
        scores = np.zeros(self._count, np.float32)
        for gram in grams(question):
            if (term := self._terms.get(gram)) is not None:
                part = slice(self._ends[term], self._ends[term + 1])
                scores[self._texts[part]] += self._weights[part]
        return scores
