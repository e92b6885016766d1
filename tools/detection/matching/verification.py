"""Whether the aligned pictures are the same pictures, and at which moments exactly.

Features of a scene that hardly moves agree at any moment, and those of another take of it too; only the pictures tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.detection.matching.alignment import Alignment
from tools.detection.matching.blocks import CORRELATION, TEXTURE
from tools.detection.matching.motion import shared_motion
from tools.detection.matching.warping import (
    COARSE_SIDE,
    Compared,
    Sharp,
    compared,
    glanced,
    likeness,
    sharpened,
    warped,
)
from tools.kernel.media.frames import Frame, Gray

_MOMENTS = 8
_WIDER_SECONDS = 1.6
_LINE_SECONDS = 0.2
_NEAR_SECONDS = 0.45
_LINES = 16
_FEWEST_BLOCKS = 6
_SAME = 0.7
# Speeds that are tried beside the aligned one; any but the true and the aligned one has to be clearly better.
SPEEDS = (0.8, 0.9, 1.1, 1.2, 1.25)
_OTHER_SPEED = 0.97
Floats = npt.NDArray[np.float64]
Pictures = Sequence[tuple[float, Gray]]


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of the video beside one picture of the original.

    `likeness` is 0 to 1, `correlation` the median of the blocks with most texture, `blocks` how many are the same.
    """

    video_seconds: float
    original_seconds: float
    likeness: float
    correlation: float
    blocks: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The alignment with its time corrected, the moments that were compared, and how alike they change (motion.py)."""

    alignment: Alignment
    moments: tuple[Moment, ...]
    motion: float = 0.0


def verify(frames: Sequence[Frame], pictures: Pictures, alignment: Alignment) -> Verification:
    """Compare the video's frames with the original's pictures (seconds, gray) where they fit best in time."""
    chosen = _spread(pictures, alignment)
    rows = _glances(frames, chosen, alignment)
    if not len(rows):
        return Verification(alignment, ())
    offset, speed, kept = _best_line(rows, alignment.speed)
    # The rows are in the order of the original's pictures, so that neighbours follow each other in time.
    pairs = [(frames[int(frame)], *chosen[int(picture)]) for *_, frame, picture in rows[kept]]
    shown = [_compared(frame, picture, alignment) for frame, _, picture in pairs]
    moments = tuple(
        _moment(frame, seconds, one) for (frame, seconds, _), one in zip(pairs, shown, strict=True)
    )
    return Verification(replace(alignment, offset=offset, speed=speed), moments, shared_motion(shown))


def compare_moment(
    frames: Sequence[Frame], seconds: float, picture: Gray, alignment: Alignment
) -> Moment | None:
    """Return how the best of the frames near the aligned moment compares, None when the video has none there."""
    wanted = (seconds - alignment.offset) / alignment.speed
    near = [frame for frame in frames if abs(frame.seconds - wanted) <= _NEAR_SECONDS]
    if not near:
        return None
    rows = _glances(near, [(seconds, picture)], alignment)
    frame = near[int(np.argmax(rows[:, 2]))]
    return _moment(frame, seconds, _compared(frame, picture, alignment))


def _compared(frame: Frame, picture: Gray, alignment: Alignment) -> Compared:
    return compared(frame.gray, picture, alignment.matrix, mirrored=alignment.mirrored)


def _moment(frame: Frame, seconds: float, shown: Compared) -> Moment:
    blocks = shown.blocks
    if len(blocks) < _FEWEST_BLOCKS:
        return Moment(frame.seconds, seconds, 0.0, 0.0, 0)
    textured = blocks[blocks[:, TEXTURE] >= np.median(blocks[:, TEXTURE])]
    return Moment(
        frame.seconds,
        seconds,
        likeness(blocks),
        float(np.median(textured[:, CORRELATION])),
        int((blocks[:, CORRELATION] > _SAME).sum()),
    )


def _glances(frames: Sequence[Frame], chosen: Pictures, alignment: Alignment) -> Floats:
    """Return rows (video's seconds, original's, likeness, frame, picture) of all pairs that are near in time."""
    matrix = alignment.matrix
    small: dict[int, Sharp] = {}
    rows: list[tuple[float, float, float, int, int]] = []
    for number, (seconds, picture) in enumerate(chosen):
        wanted = (seconds - alignment.offset) / alignment.speed
        laid: tuple[Sharp, npt.NDArray[np.bool_]] | None = None
        for i, frame in enumerate(frames):
            if abs(frame.seconds - wanted) > _WIDER_SECONDS:
                continue
            if i not in small:
                small[i] = sharpened(frame.gray, side=COARSE_SIDE, mirrored=alignment.mirrored)
            laid = laid or warped(picture, matrix, shape=small[i].shape)
            rows.append((frame.seconds, seconds, glanced(small[i], laid), i, number))
    return np.array(rows, np.float64).reshape(-1, 5)


def _best_line(rows: Floats, aligned_speed: float) -> tuple[float, float, npt.NDArray[np.int64]]:
    """Return offset, speed and rows, one a picture, of the line of time on which most pictures look alike."""
    weights = rows[:, 2]
    best, offset, speed, kept = -1.0, 0.0, 1.0, np.zeros(0, np.int64)
    seeds = np.argsort(-weights)[:_LINES]
    for tried in dict.fromkeys((1.0, aligned_speed, *SPEEDS)):
        shifts = rows[:, 1] - tried * rows[:, 0]
        for seed in seeds:
            near = np.flatnonzero(np.abs(shifts - shifts[seed]) <= _LINE_SECONDS)
            # Of each of the original's pictures the frame that fits best.
            order = near[np.argsort(-weights[near])]
            mine = order[np.unique(rows[order, 4], return_index=True)[1]]
            score = weights[mine].sum() * (1.0 if tried in (1.0, aligned_speed) else _OTHER_SPEED)
            if score > best:
                middle = float(np.average(shifts[mine], weights=weights[mine] + 1e-6))
                best, offset, speed, kept = float(score), middle, tried, mine
    return offset, speed, kept


def _spread(pictures: Pictures, alignment: Alignment) -> Pictures:
    """Return a few of the original's pictures, spread over what the aligned pairs span and a little beyond."""
    seen = [other for _, other, _ in alignment.pairs]
    first, last = min(seen) - _WIDER_SECONDS, max(seen) + _WIDER_SECONDS
    inside = [found for found in pictures if first <= found[0] <= last]
    if len(inside) <= _MOMENTS:
        return inside
    chosen: list[int] = np.linspace(0, len(inside) - 1, _MOMENTS).round().astype(int).tolist()
    return [inside[i] for i in chosen]
