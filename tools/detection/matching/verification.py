"""Whether the aligned pictures are the same pictures: correlation of blocks after warping the original onto the video.

Other takes of the same scene agree in their background's features, not in their pixels at the same moments.
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.matching.alignment import Alignment
from tools.detection.matching.blocks import CENTRE_X, CENTRE_Y, CORRELATION, SHIFT_X, SHIFT_Y, compare_blocks
from tools.kernel.media.frames import Frame, Gray

_SIDE = 192
_COARSE_SIDE = 96
_MOMENTS = 8
_NEAR_SECONDS = 0.45
_TEXTURE = 2.5
# A picture made smaller by more than this is smoothed first.
_SHRUNK = 1.3
_KNOWN = 250
_SAME = 0.7
_FEWEST_BLOCKS = 6
_REFINED_BLOCKS = 8
_ENOUGH_BLOCKS = 30
_WIDER_SECONDS = 1.5
_LINE_SECONDS = 0.2
_LINES = 24
_LEAST_SAME = 0.4
# The video's seconds, the original's, the share of blocks that correlate, the number of blocks.
Moment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Verification:
    """`same` is the mean share of textured blocks that correlate, `blocks` their mean number a moment.

    `moments` are those compared.
    """

    same: float
    blocks: float
    moments: tuple[Moment, ...]


def verify(
    frames: Sequence[Frame], pictures: Sequence[tuple[float, Gray]], alignment: Alignment
) -> Verification:
    """Compare the video's frames with the original's pictures (seconds, gray) at the aligned moments."""
    compared = (
        compare_moment(frames, seconds, picture, alignment)
        for seconds, picture in _spread(pictures, alignment)
    )
    moments = [moment for moment in compared if moment is not None]
    if not moments:
        return Verification(0.0, 0.0, ())
    told = np.array(moments)
    return Verification(float(told[:, 2].mean()), float((told[:, 2] * told[:, 3]).mean()), tuple(moments))


def compare_moment(
    frames: Sequence[Frame], seconds: float, picture: Gray, alignment: Alignment
) -> Moment | None:
    """Return how the best of the frames near the aligned moment compares, None when the video has none there."""
    wanted = (seconds - alignment.offset) / alignment.speed
    near = [frame for frame in frames if abs(frame.seconds - wanted) <= _NEAR_SECONDS]
    if not near:
        return None
    compared = [_compare(frame.gray, picture, alignment) for frame in near]
    best = max(range(len(near)), key=lambda i: compared[i][0] * min(compared[i][1], _ENOUGH_BLOCKS))
    return near[best].seconds, seconds, *compared[best]


def realigned(
    frames: Sequence[Frame], pictures: Sequence[tuple[float, Gray]], alignment: Alignment
) -> Alignment | None:
    """Return the alignment on the line of time on which most pictures correlate, None where none does.

    Features of a scene that hardly moves agree at any moment; only the pictures tell which moment it is.
    """
    rows: list[Moment] = []
    for seconds, picture in _spread(pictures, alignment, beyond=_WIDER_SECONDS):
        wanted = (seconds - alignment.offset) / alignment.speed
        rows += [
            (frame.seconds, seconds, *_glance(frame.gray, picture, alignment))
            for frame in frames
            if abs(frame.seconds - wanted) <= _WIDER_SECONDS
        ]
    told = np.array(rows).reshape(-1, 4)
    weights = told[:, 2] * np.minimum(told[:, 3], _ENOUGH_BLOCKS) / _ENOUGH_BLOCKS
    best: tuple[float, float, float, npt.NDArray[np.int64]] | None = None
    for speed in dict.fromkeys((1.0, alignment.speed)):
        shifts = told[:, 1] - speed * told[:, 0]
        for seed in np.argsort(-weights)[:_LINES]:
            near = np.flatnonzero(np.abs(shifts - shifts[seed]) <= _LINE_SECONDS)
            # Of each of the original's pictures the frame that fits best.
            order = near[np.argsort(-weights[near])]
            kept = order[np.unique(told[order, 1], return_index=True)[1]]
            if best is None or weights[kept].sum() > best[0]:
                best = float(weights[kept].sum()), float(shifts[kept].mean()), speed, kept
    if best is None:
        return None
    _, offset, speed, kept = best
    good = kept[told[kept, 2] >= _LEAST_SAME]
    if not len(good):
        return None
    pairs = tuple((float(told[i, 0]), float(told[i, 1]), float(told[i, 3])) for i in good)
    return replace(alignment, offset=offset, speed=speed, pairs=pairs)


def _spread(
    pictures: Sequence[tuple[float, Gray]], alignment: Alignment, *, beyond: float = 1.01
) -> list[tuple[float, Gray]]:
    """Return a few of the original's pictures, spread over what the aligned pairs span and a little beyond."""
    seen = [other for _, other, _ in alignment.pairs]
    inside = [found for found in pictures if min(seen) - beyond <= found[0] <= max(seen) + beyond]
    if len(inside) <= _MOMENTS:
        return inside
    return [inside[i] for i in np.linspace(0, len(inside) - 1, _MOMENTS).round().astype(int)]


def _compare(gray: Gray, picture: Gray, alignment: Alignment) -> tuple[float, float]:
    """Return the share of blocks that correlate and the number of blocks, after refining the similarity once."""
    matrix = _matrix(alignment)
    found = _blocks(gray, picture, matrix, alignment, side=_COARSE_SIDE, reach=3)
    if len(found) >= _FEWEST_BLOCKS:
        matrix = _refined(found, matrix, _COARSE_SIDE)
    found = _blocks(gray, picture, matrix, alignment, side=_SIDE, reach=3)
    return _share(found), float(len(found))


def _glance(gray: Gray, picture: Gray, alignment: Alignment) -> tuple[float, float]:
    """Return what _compare would, from small pictures and without refining."""
    found = _blocks(gray, picture, _matrix(alignment), alignment, side=_COARSE_SIDE, reach=2)
    return _share(found), float(len(found))


def _share(found: npt.NDArray[np.float32]) -> float:
    return float((found[:, CORRELATION] > _SAME).mean()) if len(found) >= _FEWEST_BLOCKS else 0.0


def _matrix(alignment: Alignment) -> npt.NDArray[np.float64]:
    a, b, c, d = alignment.similarity
    return np.array([[a, -b, c], [b, a, d]])


def _blocks(
    gray: Gray,
    picture: Gray,
    matrix: npt.NDArray[np.float64],
    alignment: Alignment,
    *,
    side: int,
    reach: int,
) -> npt.NDArray[np.float32]:
    import cv2  # noqa: PLC0415 - heavy, and only candidates are verified

    scale = side / max(gray.shape)
    size = round(gray.shape[1] * scale), round(gray.shape[0] * scale)
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    if alignment.mirrored:
        small = small[:, ::-1]
    # From pixels of `small` to pixels of the picture, both through units of the longer side.
    longest = max(picture.shape)
    to_picture = np.hstack([matrix[:, :2] * (longest / side), matrix[:, 2:] * longest])
    shrink = float(np.hypot(to_picture[0, 0], to_picture[1, 0]))
    source = cv2.GaussianBlur(picture, (0, 0), 0.45 * shrink) if shrink > _SHRUNK else picture
    warp = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    known = cv2.warpAffine(np.full(picture.shape, 255, np.uint8), to_picture, size, flags=warp) > _KNOWN
    warped = cv2.warpAffine(source, to_picture, size, flags=warp, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(compare_blocks(_sharp(small), _sharp(warped), known, reach, _TEXTURE), np.float32)


def _sharp(picture: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return the picture without its slow gradients, which any two pictures share."""
    import cv2  # noqa: PLC0415 - as above

    plain = np.ascontiguousarray(picture, np.float32)
    return np.asarray(cv2.GaussianBlur(plain, (0, 0), 0.8) - cv2.GaussianBlur(plain, (0, 0), 6.0), np.float32)


def _refined(
    found: npt.NDArray[np.float32], matrix: npt.NDArray[np.float64], side: int
) -> npt.NDArray[np.float64]:
    """Return the map corrected by an affine fit of the blocks' shifts."""
    good = found[found[:, CORRELATION] > _SAME]
    if len(good) < _REFINED_BLOCKS:
        return matrix
    here = np.column_stack([good[:, CENTRE_X], good[:, CENTRE_Y], np.full(len(good), side)]) / side
    shifts = good[:, [SHIFT_X, SHIFT_Y]] / side
    weights = np.ones(len(good))
    fit = np.zeros((3, 2))
    for _ in range(3):
        root = np.sqrt(weights)[:, None]
        fit, *_ = np.linalg.lstsq(here * root, shifts * root, rcond=None)
        weights = 1 / (1 + (np.linalg.norm(here @ fit - shifts, axis=1) * side / 1.0) ** 2)
    step = np.vstack([np.eye(2, 3) + fit.T, [0, 0, 1]])
    return np.asarray(matrix @ step)
