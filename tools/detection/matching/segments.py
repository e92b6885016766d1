"""From which second to which second a verified copy runs, in the video and in the original."""

from collections.abc import Sequence

from tools.detection.matching.alignment import Alignment
from tools.detection.matching.verification import Moment, Verification, compare_moment
from tools.kernel.media.frames import Frame, Gray

_SAME_FROM = 0.3
# A moment shown by one frame stands for the time to its neighbours.
_HALF_STEP = 0.25
# What ends this near to the end of the file ends with it.
_SNAP_SECONDS = 0.6
_STEP_SECONDS = 1.0
# A hidden moment (a flash, a sticker over all) does not end a copy, two in a row do.
_MOST_MISSED = 2
Span = tuple[float, float]


def matched_segment(
    frames: Sequence[Frame],
    pictures: Sequence[tuple[float, Gray]],
    verification: Verification,
    *,
    video_seconds: float,
    original_seconds: float,
) -> tuple[Span, Span]:
    """Return the seconds of the copy in the video and in the original."""
    alignment = verification.alignment
    good = [moment for moment in verification.moments if moment.likeness >= _SAME_FROM] or list(
        verification.moments
    )
    first, last = (
        min(moment.original_seconds for moment in good),
        max(moment.original_seconds for moment in good),
    )
    first = _grown(frames, pictures[::-1], alignment, first, forward=False)
    last = _grown(frames, pictures, alignment, last, forward=True)
    shift = _shift(good, alignment.speed)
    start, end = first - _HALF_STEP, last + _HALF_STEP
    low, high = (start - shift) / alignment.speed, (end - shift) / alignment.speed
    if low < _SNAP_SECONDS or start < _SNAP_SECONDS:
        step = min(low, start / alignment.speed)
        low, start = low - step, start - step * alignment.speed
    left = min(video_seconds - high, (original_seconds - end) / alignment.speed)
    if left < _SNAP_SECONDS:
        high, end = high + left, end + left * alignment.speed
    return (round(max(0.0, low), 2), round(max(low, high), 2)), (
        round(max(0.0, start), 2),
        round(max(start, end), 2),
    )


def _shift(good: Sequence[Moment], speed: float) -> float:
    """Return the original's time at the video's zero, the median over the moments as they were found."""
    shifts = sorted(moment.original_seconds - speed * moment.video_seconds for moment in good)
    return shifts[len(shifts) // 2]


def _grown(
    frames: Sequence[Frame],
    pictures: Sequence[tuple[float, Gray]],
    alignment: Alignment,
    edge: float,
    *,
    forward: bool,
) -> float:
    """Return how far the copy goes on beyond an edge of what was verified, in the original's seconds."""
    missed, looked = 0, edge
    for seconds, picture in pictures:
        beyond = seconds - looked if forward else looked - seconds
        if beyond < _STEP_SECONDS - 0.01:
            continue
        looked = seconds
        compared = compare_moment(frames, seconds, picture, alignment)
        if compared is None or missed >= _MOST_MISSED:
            break
        if compared.likeness >= _SAME_FROM:
            edge, missed = seconds, 0
        else:
            missed += 1
    return edge
