"""Which tool a message means, learnt from examples: ridge regression on characters and a sentence embedding.

Least squares have one solution, so that the same examples always give the same weights.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import Embedding, load_embedding

_SIZES = (1, 2)
_LONGEST = 400
# What the embedding counts beside the characters, and how far the weights are held down.
_DENSE = 0.5
_RIDGE = 0.2
# Every text has this in common, so that a label may be rare or frequent.
_BIAS = 0.1
# A label with few examples is not drowned by one with many.
_USUAL_EXAMPLES = 60
_MOST_STEPS = 127
# Turns a score into a probability; set so that among the decisions of voices left out, of those made at p about p are right.
_SHARPNESS = 5.0
# What a rule has found in a text counts as so many pairs of characters.
_COPIES = 2
# What a number or a link is about is told by its form.
_TYPED = tuple(
    (mark, re.compile(form))
    for mark, form in (
        ("\x01url", r"https?://|v\.example"),
        ("\x01order", r"\bsd-\d|\bbf-\d"),
        ("\x01application", r"\bks-?\d"),
        ("\x01case", r"\bqq\d{4,}"),
        ("\x01migration", r"\bqy\d{6,}"),
        ("\x01product", r"\bp\d{3,5}\b"),
        ("\x01title", r"\*{3,}"),
        ("\x01work", r"\b(?=[a-z]*\d)\d?x[a-z0-9]{6,}"),
    )
)


@dataclass(frozen=True, slots=True)
class Example:
    """A text in the engine's spelling and its label."""

    text: str
    label: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights for each character pair and each direction of the embedding, one column a label.

    `weights` are whole steps of `step`, one row a gram: a byte each is as good as a number, and small enough to ship.
    """

    labels: tuple[str, ...]
    grams: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    step: float
    dense: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, text: str, marks: Sequence[str] = ()) -> dict[str, float]:
        """Return how likely each label is for a text in the engine's spelling; `marks` is what else is known of it."""
        scores = self.bias + _embedded([text])[0] @ self.dense
        counts = Counter(_grams_of(text, marks))
        known = [(self.grams[gram], 1 + math.log(n)) for gram, n in counts.items() if gram in self.grams]
        if known:
            places = np.array([place for place, _ in known])
            raw = np.array([weight for _, weight in known]) * self.idf[places]
            # Grams that no example has lengthen the text, and so make it less like any of them.
            unseen = sum(1 for gram in counts if gram not in self.grams) * float(self.idf.max()) ** 2
            shares = raw * (self.step / math.sqrt(float(raw @ raw) + unseen))
            scores = scores + shares @ self.weights[places].astype(np.float32)
        raised = np.exp(_SHARPNESS * (scores - scores.max()))
        return dict(zip(self.labels, (raised / raised.sum()).tolist(), strict=True))


def fit(examples: Sequence[Example]) -> Learned:
    """Learn from examples; the same examples in the same order give the same weights."""
    labels = sorted({one.label for one in examples})
    counted = [Counter(_grams_of(one.text, one.marks)) for one in examples]
    documents = Counter(gram for counts in counted for gram in counts)
    grams = {gram: place for place, gram in enumerate(sorted(documents))}
    idf = np.array([1 + math.log((1 + len(examples)) / (1 + documents[gram])) for gram in grams])
    postings = _postings(counted, grams, idf)
    vectors = _embedded([one.text for one in examples]).astype(np.float64)
    kernel = _DENSE * (vectors @ vectors.T) + _BIAS
    for places, values in postings:
        kernel[np.ix_(places, places)] += np.outer(values, values)
    sizes = Counter(one.label for one in examples)
    held = [_RIDGE * math.sqrt(sizes[one.label] / _USUAL_EXAMPLES) for one in examples]
    targets = np.array([[1.0 if one.label == label else -1.0 for label in labels] for one in examples])
    shares = np.linalg.solve(kernel + np.diag(held), targets)
    weights = np.array([values @ shares[places] for places, values in postings])
    step = float(np.abs(weights).max()) / _MOST_STEPS
    return Learned(
        labels=tuple(labels),
        grams=grams,
        idf=idf.astype(np.float32),
        weights=np.rint(weights / step).astype(np.int8),
        step=step,
        dense=(_DENSE * (vectors.T @ shares)).astype(np.float32),
        bias=(_BIAS * shares.sum(axis=0)).astype(np.float32),
    )


def _postings(
    counted: Sequence[Counter[str]], grams: Mapping[str, int], idf: NDArray[np.float64]
) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Return for each gram the examples that have it, and its weight in each."""
    found: list[tuple[list[int], list[float]]] = [([], []) for _ in grams]
    for place, counts in enumerate(counted):
        raw = {gram: (1 + math.log(n)) * idf[grams[gram]] for gram, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        for gram, weight in raw.items():
            found[grams[gram]][0].append(place)
            found[grams[gram]][1].append(weight / length)
    return [(np.array(places, dtype=np.intp), np.array(values)) for places, values in found]


def _grams_of(text: str, known: Sequence[str] = ()) -> list[str]:
    shown = text[:_LONGEST]
    letters = "".join(character for character in shown if character.isalnum())
    marks = [mark for mark, form in _TYPED if form.search(shown)]
    marks += [f"\x02{mark}{copy}" for mark in known for copy in range(_COPIES)]
    return marks + [
        letters[start : start + size] for size in _SIZES for start in range(len(letters) - size + 1)
    ]


@cache
def _embedding() -> Embedding:
    # The weights belong to the shipped model, whatever model the policies are searched with.
    return load_embedding(None)


def _embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    return _embedding().encode([text[:_LONGEST] for text in texts])
