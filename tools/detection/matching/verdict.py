"""How sure it is that a video copies an original, and what is said about it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from tools.detection.matching.segment import Original
from tools.detection.matching.verification import Verification

# Fitted by calibration.py; decision 12 says on what.
_WEIGHTS = (17.00, 1.86, -47.98, 18.60)
_BIAS = -14.83
COPY_FROM = 0.5
REVIEW_FROM = 0.2
# From here on a second look changes nothing. Few videos show two originals: beside a sure one another has to be clear.
SURE, _BESIDE_SURE = 0.97, 0.8
_STEEPEST = 0.25
# A moment of few blocks tells little, and a mean over few moments is pulled towards what wrong alignments reach.
_DOUBT_BLOCKS = 8
_PRIOR_LIKENESS, _PRIOR_CORRELATION = 0.25, 0.5


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


def features(verification: Verification) -> tuple[float, ...]:
    """Return what speaks for a copy: likeness, correlation, slope, and how alike both films change.

    Wrong alignments lie crooked, since faces and edges were turned until they met, and move at other moments.
    """
    moments, alignment = verification.moments, verification.alignment
    trust = [moment.blocks / (moment.blocks + _DOUBT_BLOCKS) for moment in moments]
    likeness = sum(moment.likeness * part for moment, part in zip(moments, trust, strict=True))
    correlation = sum(moment.correlation * part for moment, part in zip(moments, trust, strict=True))
    return (
        (likeness + _PRIOR_LIKENESS) / (len(moments) + 1),
        (correlation + _PRIOR_CORRELATION) / (len(moments) + 1),
        min(_STEEPEST, abs(alignment.similarity[1] / alignment.similarity[0])),
        verification.motion,
    )


def copy_probability(verification: Verification) -> float:
    """Return the probability that an alignment is a copy."""
    if not verification.moments:
        return 0.0
    told = _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, features(verification), strict=True))
    return 1 / (1 + math.exp(-told))


def without_noise(matches: list[Match]) -> list[Match]:
    """Return the copies less those that are hardly any beside a sure one; where there is no copy, what may be one."""
    best = max((match.score for match in matches), default=0.0)
    least = _BESIDE_SURE if best >= SURE else COPY_FROM
    return [match for match in matches if match.score >= least] or matches


def verdict_of(matches: list[Match]) -> Verdict:
    """Return what the surest match means."""
    best = max((match.score for match in matches), default=0.0)
    if best >= COPY_FROM:
        return Verdict.COPY
    return Verdict.REVIEW if best >= REVIEW_FROM else Verdict.CLEAR
