"""One ranking, and one strength of evidence, from two signals: meaning (cosine) and words (BM25)."""

import numpy as np
from numpy.typing import NDArray

# Chosen on sources that a model of the same recipe was not trained on: docs/decisions/0002-retrieval.md.
DENSE_WEIGHT = 0.4

# A logistic regression of "this question has a rule" on the first passage's two signals, fitted on every second line of
# tests/knowledge/questions.jsonl with the shipped model; the other lines are what the decision page reports.
EVIDENCE_OF_MEANING = 7.8
EVIDENCE_OF_WORDS = 2.8
EVIDENCE_OF_NOTHING = -6.6


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shift and scale along the last axis to mean 0 and deviation 1; equal scores become 0."""
    centred = scores - scores.mean(axis=-1, keepdims=True)
    return centred / np.maximum(scores.std(axis=-1, keepdims=True), np.float32(1e-6))


def fuse(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], *, weight: float = DENSE_WEIGHT
) -> NDArray[np.float32]:
    """Weigh the standardised scores of one question against every text; both have shape (n,).

    Scores of one question only compare with each other: `evidence` compares between questions.
    """
    fused = weight * standardise(dense) + (1 - weight) * standardise(lexical)
    return fused.astype(np.float32)


def evidence(cosine: float, words: float) -> float:
    """Give the probability, between 0 and 1, that a passage answers, where half of all questions have an answer.

    `words` is the BM25 score in units of a word that only one text has, so that it does not grow with the corpus.
    """
    strength = EVIDENCE_OF_MEANING * cosine + EVIDENCE_OF_WORDS * words + EVIDENCE_OF_NOTHING
    return float(1 / (1 + np.exp(-strength)))
