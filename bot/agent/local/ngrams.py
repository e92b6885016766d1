"""Nearness of a message to example questions: TF-IDF over character n-grams."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SIZES = (1, 2, 3)
_LONGEST = 400
_BEST = 3


class Examples:
    """An index of labelled examples; built once, then read only."""

    def __init__(self, examples: Sequence[tuple[int, str]], *, labels: int) -> None:
        """Index `(label, text)` pairs; labels count from 0."""
        counted = [Counter(_grams(text)) for _, text in examples]
        documents = Counter(gram for grams in counted for gram in grams)
        self._idf = {gram: math.log((1 + len(examples)) / n) for gram, n in documents.items()}
        # An n-gram that no example has still makes the message less like any of them.
        self._unseen_idf = math.log(1 + len(examples))
        self._labels = np.array([label for label, _ in examples], dtype=np.intp)
        self._label_count = labels
        postings: dict[str, tuple[list[int], list[float]]] = {gram: ([], []) for gram in documents}
        for place, grams in enumerate(counted):
            for gram, weight in self._weighted(grams).items():
                postings[gram][0].append(place)
                postings[gram][1].append(weight)
        self._postings = {
            gram: (np.array(places, dtype=np.intp), np.array(weights))
            for gram, (places, weights) in postings.items()
        }

    def nearness(self, text: str) -> NDArray[np.float64]:
        """Return for each label how near its examples are, 0 to 1: mostly the nearest, partly the next two."""
        cosines = np.zeros(len(self._labels))
        for gram, weight in self._weighted(Counter(_grams(text))).items():
            if gram in self._postings:
                places, weights = self._postings[gram]
                cosines[places] += weight * weights
        best = np.zeros((self._label_count, _BEST))
        for place in np.argsort(-cosines, kind="stable")[: 8 * _BEST]:
            row = best[self._labels[place]]
            empty = int(np.argmin(row > 0)) if not row.all() else _BEST
            if empty < _BEST:
                row[empty] = cosines[place]
        return best @ np.array([0.8, 0.1, 0.1])

    def _weighted(self, grams: Counter[str]) -> dict[str, float]:
        raw = {gram: (1 + math.log(n)) * self._idf.get(gram, self._unseen_idf) for gram, n in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items()}


def _grams(text: str) -> list[str]:
    letters = "".join(character for character in text[:_LONGEST] if character.isalnum())
    return [letters[start : start + size] for size in _SIZES for start in range(len(letters) - size + 1)]
