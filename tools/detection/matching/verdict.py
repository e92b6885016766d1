"""How sure it is that a video copies an original, and what is said about it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from tools.detection.matching.originals import Original

# Logistic weights, set by hand on labelled copies and the best wrong alignments of the same clips (decision 12): the
# score orders matches and is near 0 or 1 for nearly all; it is not a fitted probability.
_BIAS = -12.5
_SAME_WEIGHT = 19.0
_BLOCKS_WEIGHT = 0.55
_CELLS_WEIGHT = 0.45
_MOST_BLOCKS = 40.0
_MOST_CELLS = 60.0
# Below six moments the mean share is pulled towards what wrong alignments reach.
_PRIOR_MOMENTS = 1.0
_PRIOR_SAME = 0.45
COPY_FROM = 0.9
REVIEW_FROM = 0.35
# From here on nothing more is looked for.
SURE = 0.99
# Below this a closer look at the moments is not worth its time.
HOPELESS = 0.2


class Verdict(StrEnum):
    """What a check says about a video."""

    COPY = "copy"
    REVIEW = "review"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Match:
    """A part of the video that shows an original; times in seconds, `score` the probability that it is a copy."""

    original: Original
    video_seconds: tuple[float, float]
    original_seconds: tuple[float, float]
    mirrored: bool
    speed: float
    score: float


def copy_probability(*, same: float, blocks: float, moments: int, cells: float) -> float:
    """Return the probability that an alignment is a copy.

    `same` is the share of blocks that correlate, `blocks` how many were compared a moment, `cells` the places where
    local features agree.
    """
    if not moments:
        return 0.0
    told = (same * moments + _PRIOR_SAME * _PRIOR_MOMENTS) / (moments + _PRIOR_MOMENTS)
    sum_ = (
        _BIAS
        + _SAME_WEIGHT * told
        + _BLOCKS_WEIGHT * math.log2(1 + min(blocks, _MOST_BLOCKS))
        + _CELLS_WEIGHT * math.log2(1 + min(cells, _MOST_CELLS))
    )
    return 1 / (1 + math.exp(-sum_))


def verdict_of(matches: list[Match]) -> Verdict:
    """Return what the surest match means."""
    best = max((match.score for match in matches), default=0.0)
    if best >= COPY_FROM:
        return Verdict.COPY
    return Verdict.REVIEW if best >= REVIEW_FROM else Verdict.CLEAR
