"""One ranking from two signals: meaning (cosine) and words (BM25)."""

import numpy as np
from numpy.typing import NDArray

# Chosen on sources that a model of the same recipe was not trained on: docs/decisions/0002-retrieval.md.
DENSE_WEIGHT = 0.45


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shift and scale along the last axis to mean 0 and deviation 1; equal scores become 0."""
    centred = scores - scores.mean(axis=-1, keepdims=True)
    return centred / np.maximum(scores.std(axis=-1, keepdims=True), np.float32(1e-6))


def fuse(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], *, weight: float = DENSE_WEIGHT
) -> NDArray[np.float32]:
    """Weigh the standardised scores of one question against every text; both have shape (n,).

    Scores of one question only compare with each other: `knowledge.evidence` compares between questions.
    """
    fused = weight * standardise(dense) + (1 - weight) * standardise(lexical)
    return fused.astype(np.float32)
