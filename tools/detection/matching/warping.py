"""Pictures of a video and of an original brought onto each other, and what their blocks say."""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.matching.blocks import (
    CENTRE_X,
    CENTRE_Y,
    CORNER,
    CORRELATION,
    SHIFT_X,
    SHIFT_Y,
    compare_blocks,
)
from tools.kernel.media.frames import Gray

Blocks = npt.NDArray[np.float32]
Sharp = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

# The longest side at which pictures are glanced at and compared.
COARSE_SIDE, SIDE = 96, 192
_TEXTURE = 2.5
# A picture made smaller by more than this is smoothed first.
_SHRUNK = 1.3
_KNOWN = 250
_SAME = 0.7
_LOOSE, _RANGE = 0.5, 0.4
_FEWEST_BLOCKS = 6
_REFINED_BLOCKS = 8
# One block's weight: its corners, of which more than this tell nothing new.
_MOST_CORNER = 6.0
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """A video's picture, the original's laid upon it as well as can be, where that is known, and their blocks."""

    video: Sharp
    original: Sharp
    known: npt.NDArray[np.bool_]
    blocks: Blocks


def sharpened(gray: Gray, *, side: int, mirrored: bool) -> Sharp:
    """Return the picture at this longest side without its slow gradients, which any two pictures share."""
    import cv2  # noqa: PLC0415 - heavy, and only candidates are verified

    scale = side / max(gray.shape)
    size = round(gray.shape[1] * scale), round(gray.shape[0] * scale)
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return _sharp(small[:, ::-1] if mirrored else small)


def warped(picture: Gray, matrix: Matrix, *, shape: tuple[int, ...]) -> tuple[Sharp, npt.NDArray[np.bool_]]:
    """Return an original's picture as it lies on a video's picture of this shape, and where it is known.

    The matrix maps the video's points to the original's, both in units of the longer side.
    """
    import cv2  # noqa: PLC0415 - as above

    longest, side = max(picture.shape), max(shape)
    size = shape[1], shape[0]
    to_picture = np.hstack([matrix[:, :2] * (longest / side), matrix[:, 2:] * longest])
    shrink = float(np.hypot(to_picture[0, 0], to_picture[1, 0]))
    source = cv2.GaussianBlur(picture, (0, 0), 0.45 * shrink) if shrink > _SHRUNK else picture
    warp = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    known = cv2.warpAffine(np.full(picture.shape, 255, np.uint8), to_picture, size, flags=warp) > _KNOWN
    return _sharp(
        cv2.warpAffine(source, to_picture, size, flags=warp, borderMode=cv2.BORDER_REPLICATE)
    ), known


def glanced(small: Sharp, other: tuple[Sharp, npt.NDArray[np.bool_]]) -> float:
    """Return how alike two small pictures are, 0 to 1."""
    return likeness(np.asarray(compare_blocks(small, *other, 3, _TEXTURE), np.float32), doubt=6.0)


def compared(gray: Gray, picture: Gray, matrix: Matrix, *, mirrored: bool) -> Compared:
    """Return a video's and an original's picture with their blocks, after correcting the matrix twice."""
    small = sharpened(gray, side=COARSE_SIDE, mirrored=mirrored)
    found = compare_blocks(small, *warped(picture, matrix, shape=small.shape), 4, _TEXTURE)
    matrix = _corrected(found, matrix, COARSE_SIDE)
    large = sharpened(gray, side=SIDE, mirrored=mirrored)
    found = compare_blocks(large, *warped(picture, matrix, shape=large.shape), 3, _TEXTURE)
    matrix = _corrected(found, matrix, SIDE)
    # A small reach at the end: what is the same lies where it should.
    laid, known = warped(picture, matrix, shape=large.shape)
    found = compare_blocks(large, laid, known, 2, _TEXTURE)
    return Compared(large, laid, known, np.asarray(found, np.float32))


def likeness(blocks: Blocks, *, doubt: float = 3.0) -> float:
    """Return the mean of the blocks' correlation above chance, weighted by their corners, 0 to 1."""
    if len(blocks) < _FEWEST_BLOCKS:
        return 0.0
    weights = np.minimum(blocks[:, CORNER], _MOST_CORNER)
    told = np.clip((blocks[:, CORRELATION] - _LOOSE) / _RANGE, 0, 1)
    return float((weights * told).sum() / (weights.sum() + doubt))


def _sharp(picture: npt.NDArray[Any]) -> Sharp:
    import cv2  # noqa: PLC0415 - as above

    plain = np.ascontiguousarray(picture, np.float32)
    return np.asarray(cv2.GaussianBlur(plain, (0, 0), 0.8) - cv2.GaussianBlur(plain, (0, 0), 6.0), np.float32)


def _corrected(found: Blocks, matrix: Matrix, side: int) -> Matrix:
    """Return the matrix corrected by an affine fit of the blocks' shifts, blocks that disagree weighing less."""
    good = found[found[:, CORRELATION] > _SAME]
    if len(good) < _REFINED_BLOCKS:
        return matrix
    here = np.column_stack([good[:, CENTRE_X], good[:, CENTRE_Y], np.full(len(good), side)]) / side
    shifts = good[:, [SHIFT_X, SHIFT_Y]] / side
    corners = np.minimum(good[:, CORNER], _MOST_CORNER) + 0.1
    weights, fit = corners, np.zeros((3, 2))
    for _ in range(_ROUNDS):
        root = np.sqrt(weights)[:, None]
        fit, *_ = np.linalg.lstsq(here * root, shifts * root, rcond=None)
        weights = corners / (1 + (np.linalg.norm(here @ fit - shifts, axis=1) * side) ** 2)
    step = np.vstack([np.eye(2, 3) + fit.T, [0, 0, 1]])
    return np.asarray(matrix @ step)
