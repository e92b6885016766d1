"""Local binary features: corners on a pyramid, described by comparing pairs of pixels.

The pattern is closed under mirroring: pair i + 128 is the mirror image of pair i, so that the descriptor of the
mirrored picture is the same words in another order, and an index of one orientation answers for both.
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.kernel.media.frames import Gray

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint8]

# The pyramid: the longest side in pixels of each level, and points taken from it.
LEVEL_SIDES = (256, 196, 150, 115, 88)
LEVEL_POINTS = (40, 34, 28, 22, 16)
# Coordinates are stored in 1/255 of the longest side.
PLACE_UNITS = 255
_REACH = 11
_MARGIN = 5
_CUT = _REACH + 2 - _MARGIN
_BLUR = 1.6
_QUALITY = 0.02
_APART = 5
# The order of the pairs is part of the format: these first, each taken for its smallest correlation with those before
# it and with its own mirror image, over the corners of real clips; the widest of the others follow.
_FIRST_PAIRS = (
    *(1, 76, 83, 96, 84, 59, 73, 78, 26, 87, 65, 63, 95, 9, 7, 67),
    *(81, 21, 48, 97, 27, 85, 24, 77, 5, 72, 6, 29, 22, 86, 37, 98),
)


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Points of one frame: `words` (n, 4), `places` (n, 4): x, y in 1/255 of the longest side, level, rank."""

    words: Words
    places: Places


def local_features(gray: Gray) -> LocalFeatures:
    """Return the features of a picture, those of the largest level first, the strongest corner first."""
    import cv2  # noqa: PLC0415 - heavy, and only fingerprinting needs it

    from tools.detection.fingerprints.describe import describe  # noqa: PLC0415 - numba, as above

    longest = max(gray.shape)
    words: list[Words] = []
    places: list[Places] = []
    for level, (side, most) in enumerate(zip(LEVEL_SIDES, LEVEL_POINTS, strict=True)):
        width = max(2 * _REACH + 6, int(gray.shape[1] * side / longest))
        height = max(2 * _REACH + 6, int(gray.shape[0] * side / longest))
        method = cv2.INTER_AREA if side < longest else cv2.INTER_LINEAR
        picture = cv2.resize(gray, (width, height), interpolation=method)
        # Only the middle is looked at, with the margin that corners of its edge are told from.
        middle = picture[_CUT : height - _CUT, _CUT : width - _CUT]
        inside = np.zeros(middle.shape, np.uint8)
        inside[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = 255
        # The stubs leave out that there may be none.
        corners: Any = cv2.goodFeaturesToTrack(middle, most, _QUALITY, _APART, mask=inside, blockSize=5)
        if corners is None:
            continue
        points = np.asarray(np.round(corners[:, 0]), np.int32) + _CUT
        blurred = cv2.GaussianBlur(picture, (0, 0), _BLUR)
        words.append(describe(np.asarray(blurred, np.uint8), points, pattern()))
        place = np.empty((len(points), 4), np.uint8)
        place[:, 0] = np.round(points[:, 0] * (gray.shape[1] / longest / width * PLACE_UNITS))
        place[:, 1] = np.round(points[:, 1] * (gray.shape[0] / longest / height * PLACE_UNITS))
        place[:, 2] = level
        place[:, 3] = np.arange(len(points))
        places.append(place)
    if not words:
        return LocalFeatures(np.zeros((0, 4), np.uint64), np.zeros((0, 4), np.uint8))
    return LocalFeatures(np.concatenate(words), np.concatenate(places))


@cache
def pattern() -> npt.NDArray[np.int8]:
    """Return the 256 pairs of pixels (x, y, x, y) around a point; the second half mirrors the first."""
    # RandomState's stream is frozen by NumPy, so that fingerprints of any release compare.
    draw = np.random.RandomState(5)
    half = np.clip(np.round(draw.randn(128, 4) * _REACH / 2.2), -_REACH, _REACH).astype(np.int8)
    # Pairs far apart change least under noise and blur.
    apart = np.hypot(half[:, 0].astype(float) - half[:, 2], half[:, 1].astype(float) - half[:, 3])
    half = half[np.argsort(-apart, kind="stable")]
    half = half[[*_FIRST_PAIRS, *(pair for pair in range(128) if pair not in _FIRST_PAIRS)]]
    mirror = half.copy()
    mirror[:, [0, 2]] *= -1
    return np.concatenate([half, mirror])


def mirrored(words: Words) -> Words:
    """Return the words that the mirrored picture has at the mirrored points."""
    return np.ascontiguousarray(words[:, [2, 3, 0, 1]])


def compare(left: Words, right: Words) -> npt.NDArray[np.int64]:
    """Return the Hamming distances of every descriptor to every other: the oracle of whatever looks up faster."""
    return (
        np.bitwise_count(left[:, None] ^ right[None])
        .reshape(len(left), len(right), -1)
        .sum(2, dtype=np.int64)
    )
