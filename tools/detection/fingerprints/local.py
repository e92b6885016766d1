"""Local features: corners on a pyramid, described by histograms of the directions around them (as SIFT, RootSIFT).

Mirroring a picture puts the numbers of a histogram in another order, so that a video is asked about in both
orientations and an original is indexed in one.
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.kernel.media.frames import Gray

Histograms = npt.NDArray[np.float32]
Places = npt.NDArray[np.uint8]

LevelPoints = tuple[int, int, int, int, int]

# The pyramid: the longest side in pixels of each level, and points taken from it. An original in a part of a video's picture
# is as small there as its own small levels, among all else that the video's large ones show: both have more points than others.
LEVEL_SIDES = (256, 196, 150, 115, 88)
ORIGINAL_POINTS: LevelPoints = (40, 34, 56, 44, 32)
ASKED_POINTS: LevelPoints = (80, 68, 40, 22, 16)
# Rows and columns of cells around a point, the directions that are told apart, and the numbers in a histogram.
CELLS, DIRECTIONS = 4, 8
NUMBERS = CELLS * CELLS * DIRECTIONS
# Coordinates are stored in 1/255 of the longest side.
PLACE_UNITS = 255
_REACH = 12
_MARGIN = _REACH + 1
# The middles of the outer cells, how far a cell reaches, and how much less the rim of the surroundings weighs.
_OUTER, _CELL, _RIM = 8.0, 3.0, 9.0
_NOTHING = 0.02


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Points of one frame: `histograms` (n, 128), `places` (n, 4): x, y in 1/255 of the longest side, level, rank."""

    histograms: Histograms
    places: Places


def local_features(gray: Gray, points: LevelPoints) -> LocalFeatures:
    """Return the features of a picture, at most so many of each level: those of the largest level first, the strongest corner first."""
    import cv2  # noqa: PLC0415 - heavy, and only fingerprinting needs it

    from tools.detection.fingerprints.describe import described  # noqa: PLC0415 - numba, as above

    longest = max(gray.shape)
    found: list[Histograms] = []
    places: list[Places] = []
    picture: npt.NDArray[Any] = gray
    for level, (side, most) in enumerate(zip(LEVEL_SIDES, points, strict=True)):
        width = max(2 * _MARGIN + 2, int(gray.shape[1] * side / longest))
        height = max(2 * _MARGIN + 2, int(gray.shape[0] * side / longest))
        # Each level from the one before, a small step that needs no averaging.
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
        corners, histograms = described(picture, _MARGIN, most, *_cells())
        found.append(np.asarray(histograms, np.float32))
        place = np.empty((len(corners), 4), np.uint8)
        place[:, 0] = np.round(corners[:, 0] * (gray.shape[1] / longest / width * PLACE_UNITS))
        place[:, 1] = np.round(corners[:, 1] * (gray.shape[0] / longest / height * PLACE_UNITS))
        place[:, 2] = level
        place[:, 3] = np.arange(len(corners))
        places.append(place)
    return LocalFeatures(np.concatenate(found), np.concatenate(places))


def mirrored(found: Histograms) -> Histograms:
    """Return the histograms that the mirrored picture has at the mirrored points."""
    turned = (DIRECTIONS // 2 - np.arange(DIRECTIONS)) % DIRECTIONS
    cells = found.reshape(len(found), CELLS, CELLS, DIRECTIONS)[:, :, ::-1]
    return np.ascontiguousarray(cells[..., turned]).reshape(len(found), NUMBERS)


@cache
def _cells() -> tuple[Histograms, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how much each row (or column) around a point counts for each row of cells, and from where to where."""
    offsets = np.arange(-_REACH, _REACH + 1)
    middles = np.linspace(-_OUTER, _OUTER, CELLS)
    window = np.exp(-((offsets[None] - middles[:, None]) ** 2) / (2 * _CELL**2))
    window *= np.exp(-(offsets**2) / (2 * _RIM**2))[None]
    counts = window > _NOTHING * window.max()
    ends = len(offsets) - counts[:, ::-1].argmax(1)
    return window.astype(np.float32), counts.argmax(1).astype(np.int64), ends.astype(np.int64)
