"""The border between questions that have a rule and those that have none, learnt from both kinds.

Ridge regression on 1 and -1 over characters, their pairs and the embedding, both kinds weighing alike; solved by conjugate
gradients, which meet the grams only where they stand, so that ten thousand questions take a quarter of a second.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.lexicon import grams

# How far the weights are held down, and what the embedding counts beside the words: docs/decisions/0002-retrieval.md.
_RIDGE = 0.3
_DENSE = 0.7
_STEPS = 200
_CLOSE_ENOUGH = 1e-4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Words:
    """Texts as weights of grams, each text of length 1: entry i is `values[i]` in row `rows[i]`, column `columns[i]`."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats


class Border:
    """What is known of both kinds of questions."""

    def __init__(
        self, texts: Sequence[str], vectors: NDArray[np.float32], *, ruled: NDArray[np.bool_]
    ) -> None:
        """Learn from questions in common words and their vectors, shape (n, dimensions); `ruled` says which have a rule.

        Where one kind is missing nothing is learnt, and every question stands on the border.
        """
        counted = [Counter(grams(text)) for text in texts]
        documents = Counter(gram for counts in counted for gram in counts)
        self._places = {gram: place for place, gram in enumerate(sorted(documents))}
        self._rarity = np.array(
            [1 + math.log((1 + len(texts)) / (1 + documents[gram])) for gram in sorted(documents)]
        )
        self._of_words: Floats = np.zeros(len(documents))
        self._of_meaning: Floats = np.zeros(vectors.shape[1])
        self._bias = 0.0
        if ruled.any() and not ruled.all():
            self._learn(self._words(counted), _DENSE * vectors.astype(np.float64), ruled)

    def side(self, text: str, vector: NDArray[np.float32]) -> float:
        """Return where a question stands: near 1 as those with a rule, near -1 as those without."""
        words = self._words([Counter(grams(text))])
        return float(
            self._of_words[words.columns] @ words.values
            + _DENSE * (self._of_meaning @ vector.astype(np.float64))
            + self._bias
        )

    def _words(self, counted: Sequence[Counter[str]]) -> _Words:
        """Return the known grams of texts: more often counts a little more, rarer more."""
        rows, columns, values = list[int](), list[int](), list[float]()
        for row, counts in enumerate(counted):
            known = [
                (self._places[gram], 1 + math.log(n)) for gram, n in counts.items() if gram in self._places
            ]
            weights = [weight * self._rarity[place] for place, weight in known]
            length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
            rows += [row] * len(known)
            columns += [place for place, _ in known]
            values += [weight / length for weight in weights]
        return _Words(np.array(rows, np.int64), np.array(columns, np.int64), np.array(values, np.float64))

    def _learn(self, words: _Words, meanings: Floats, ruled: NDArray[np.bool_]) -> None:
        count, width, with_rule = len(ruled), len(self._of_words), int(ruled.sum())
        weights: Floats = np.where(ruled, count / 2 / with_rule, count / 2 / (count - with_rule))

        def sides(held: Floats) -> Floats:
            of_words = _sums(words.rows, words.values * held[:width][words.columns], count)
            return of_words + meanings @ held[width:-1] + held[-1]

        def gathered(of_rows: Floats) -> Floats:
            weighted: Floats = weights * of_rows
            of_words = _sums(words.columns, words.values * weighted[words.rows], width)
            of_meaning: Floats = meanings.T @ weighted
            return np.concatenate([of_words, of_meaning, np.array([np.add.reduce(weighted)])])

        wanted = gathered(np.where(ruled, 1.0, -1.0))
        found = _solved(lambda held: gathered(sides(held)) + _RIDGE * held, wanted)
        self._of_words, self._of_meaning, self._bias = found[:width], found[width:-1], float(found[-1])


def _sums(places: NDArray[np.int64], values: Floats, count: int) -> Floats:
    """Return the sums of the values that fall on each place."""
    return np.bincount(places, values, minlength=count).astype(np.float64)


def _solved(times: Callable[[Floats], Floats], wanted: Floats) -> Floats:
    """Return x with `times(x)` close to `wanted`, for a symmetric positive definite map: conjugate gradients."""
    found: Floats = np.zeros_like(wanted)
    left = wanted.copy()
    direction = left.copy()
    power = float(left @ left)
    enough = power * _CLOSE_ENOUGH**2
    for _ in range(_STEPS):
        if power <= enough:
            break
        image = times(direction)
        step = power / float(direction @ image)
        found += step * direction
        left -= step * image
        power, before = float(left @ left), power
        direction = left + power / before * direction
    return found
