"""Pure questions about gray pictures: how wide are the black margins, is there anything new to read."""

from collections.abc import Sequence
from statistics import median_low

import numpy as np
import numpy.typing as npt

from tools.kernel.media.frames import Gray
from tools.precheck.media.measured import Borders

# Encoded black is about 16; compression leaves some noise above it.
_DARK = 34
_DARK_SHARE = 0.98
# A picture whose neighbours differ by less on average has nothing that could be sharp.
_FEWEST_EDGES = 0.4
_BLOCK = 16
# A block whose brightness changes by this on average shows something else: one subtitle line is enough.
_NEW_FROM = 14.0
_COMPARED = 8


def borders(gray: Gray) -> Borders:
    """Return the black margins of one picture; an altogether black one has none."""
    dark = gray < _DARK
    rows: npt.NDArray[np.bool_] = dark.mean(axis=1) >= _DARK_SHARE
    if rows.all():
        return Borders()
    top, bottom = _run(rows), _run(rows[::-1])
    columns: npt.NDArray[np.bool_] = dark[top : len(rows) - bottom].mean(axis=0) >= _DARK_SHARE
    left, right = _run(columns), _run(columns[::-1])
    height, width = gray.shape
    return Borders(top / height, bottom / height, left / width, right / width)


def steady_borders(seen: Sequence[Borders]) -> Borders:
    """Return the margins that most pictures have: a dark scene has wider ones for a while."""
    if not seen:
        return Borders()
    # The narrow half decides, so that a night scene is no margin.
    return Borders(
        *(_lower_quarter([getattr(one, side) for one in seen]) for side in ("top", "bottom", "left", "right"))
    )


def sharpness(gray: Gray) -> float | None:
    """Return which share of the picture's edges a slight blur takes away, None where there are hardly any.

    What is blurred already loses little (Crété et al. 2007, "The blur effect"). On 17 real clips 0.43–0.78, the same
    blurred by 2 pixels of 640 0.22–0.37; FFmpeg's blurdetect gave 4–12 and 6–12, which tells them apart less well.
    """
    import cv2  # noqa: PLC0415 - only decoding needs it

    sharp = gray.astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2.0), np.float32)
    edges, left = np.abs(np.diff(sharp, axis=1)), np.abs(np.diff(soft, axis=1))
    total = float(edges.sum())
    if total < _FEWEST_EDGES * gray.size:
        return None
    return float(np.maximum(0.0, edges - left).sum()) / total


def is_black(gray: Gray) -> bool:
    """Whether nothing can be seen in the picture."""
    return bool((gray < _DARK).mean() >= _DARK_SHARE)


def is_new(gray: Gray, seen: Sequence[Gray]) -> bool:
    """Whether some part of the picture differs from each of those seen last."""
    return all(
        gray.shape != other.shape or _largest_change(gray, other) >= _NEW_FROM for other in seen[-_COMPARED:]
    )


def _largest_change(one: Gray, other: Gray) -> float:
    change = np.abs(one.astype(np.int16) - other.astype(np.int16))
    height, width = (size // _BLOCK * _BLOCK for size in change.shape)
    if height == 0 or width == 0:
        return float(change.mean())
    blocks = change[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return float(blocks.mean(axis=(1, 3)).max())


def _run(flags: npt.NDArray[np.bool_]) -> int:
    """Return how many of the first are true without a break."""
    breaks = np.flatnonzero(~flags)
    return int(breaks[0]) if len(breaks) else len(flags)


def _lower_quarter(values: Sequence[float]) -> float:
    ranked = sorted(values)
    return float(median_low(ranked[: max(1, len(ranked) // 2)]))
