"""When a video shows an original, by what changes in both: where a camera stands still, all else looks alike at any moment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tools.detection.matching.alignment import Alignment
from tools.detection.matching.verification import SPEEDS
from tools.detection.matching.warping import COARSE_SIDE, sharpened, warped
from tools.kernel.media.frames import Frame, Gray

Floats = npt.NDArray[np.floating]
Indexes = npt.NDArray[np.int64]

# How far around the aligned moments of the original is looked.
_AROUND_SECONDS = 60.0
# Changes are told over the time between two pictures of an original, 0.5 s, to the nearest frame of the video.
_STEP_SECONDS, _NEAR_SECONDS = 0.5, 0.1
_OFFSET_STEP = 1 / 6
# Squares of change, in shades of gray, that are added to what was seen, so that noise agrees with nothing.
_DOUBT = 20_000.0
_USUAL_MOMENTS = 8
_FEWEST = 4
_ALIKE = 0.1


def retimed(
    frames: Sequence[Frame], pictures: Sequence[tuple[float, Gray]], alignment: Alignment
) -> Alignment | None:
    """Return the alignment at the time and speed at which the video and the original (seconds, gray) change most alike.

    None where too little of them can be compared, or nothing changes alike.
    """
    seen = [other for _, other, _ in alignment.pairs]
    first, last = min(seen) - _AROUND_SECONDS, max(seen) + _AROUND_SECONDS
    pictures = [found for found in pictures if first <= found[0] <= last]
    shape = frames[0].gray.shape
    frames = [frame for frame in frames if frame.gray.shape == shape]
    if len(pictures) <= _FEWEST or len(frames) <= _FEWEST:
        return None
    video = np.stack(
        [sharpened(frame.gray, side=COARSE_SIDE, mirrored=alignment.mirrored) for frame in frames]
    )
    laid = [warped(picture, alignment.matrix, shape=video.shape[1:]) for _, picture in pictures]
    known = laid[0][1]
    if not known.any():
        return None
    times = np.array([frame.seconds for frame in frames])
    other_times = np.array([seconds for seconds, _ in pictures])
    starts, changes = _changes(times, video[:, known])
    other_starts, other_changes = _changes(other_times, np.stack([one[known] for one, _ in laid]))
    if len(starts) < _FEWEST or len(other_starts) < _FEWEST:
        return None
    line = _best_line(
        times[starts],
        other_times[other_starts],
        changes @ other_changes.T,
        (changes**2).sum(1),
        (other_changes**2).sum(1),
        dict.fromkeys((1.0, alignment.speed, *SPEEDS)),
    )
    if line is None:
        return None
    offset, speed, pairs = line
    return replace(alignment, offset=offset, speed=speed, pairs=pairs)


def _changes(times: Floats, pictures: Floats) -> tuple[Indexes, Floats]:
    """Return the pictures that another follows after a step, and what changes until then."""
    after = np.abs(times[None] - times[:, None] - _STEP_SECONDS)
    follower = after.argmin(1)
    starts = np.flatnonzero(after[np.arange(len(times)), follower] <= _NEAR_SECONDS)
    return starts, pictures[follower[starts]] - pictures[starts]


def _best_line(
    times: Floats,
    other_times: Floats,
    products: Floats,
    squares: Floats,
    other_squares: Floats,
    speeds: Iterable[float],
) -> tuple[float, float, tuple[tuple[float, float, float], ...]] | None:
    """Return offset, speed and pairs of moments of the line of time on which the changes agree most."""
    best, found = 0.0, None
    originals = np.arange(len(other_times))
    # A few moments agree by chance: as much as some usual ones is added to what was seen.
    doubt = _DOUBT + _USUAL_MOMENTS * np.sqrt(squares.mean() * other_squares.mean())
    for speed in speeds:
        for offset in np.arange(
            other_times[0] - speed * times[-1], other_times[-1] - speed * times[0], _OFFSET_STEP
        ):
            wanted = (other_times - offset) / speed
            nearest = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
            nearest -= wanted - times[nearest - 1] < times[nearest] - wanted
            kept = np.abs(times[nearest] - wanted) <= _NEAR_SECONDS
            if kept.sum() < _FEWEST:
                continue
            mine, theirs = nearest[kept], originals[kept]
            shared = products[mine, theirs]
            score = shared.sum() / (np.sqrt(squares[mine].sum() * other_squares[theirs].sum()) + doubt)
            alike = shared > _ALIKE * np.sqrt(squares[mine] * other_squares[theirs])
            if score > best and alike.sum() >= _FEWEST:
                best, found = float(score), (float(offset), float(speed), mine[alike], theirs[alike])
    if found is None:
        return None
    offset, speed, mine, theirs = found
    pairs = tuple((float(times[i]), float(other_times[j]), 1.0) for i, j in zip(mine, theirs, strict=True))
    return offset, speed, pairs
