"""The compiled loops that describe points by the directions of the brightness around them."""
# numba ships no types for what it compiles; the tests compare with plain NumPy.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit

from tools.detection.fingerprints.corners import gradients, smoothed, strengths, strongest
from tools.detection.fingerprints.local import CELLS, DIRECTIONS

_CLIP = np.float32(0.2)
# Added to the length of a histogram, so that a flat surface's noise is not blown up.
_LEAST = np.float32(100.0)
_ANGLES = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
_COSINES, _SINES = np.cos(_ANGLES).astype(np.float32), np.sin(_ANGLES).astype(np.float32)


@njit(cache=True, nogil=True)
def described(picture, margin, most, window, firsts, ends):  # noqa: ANN001, ANN201 - compiled for uint8 (h, w); the rest as of histograms
    """Return (points, histograms) of at most so many corners of a picture, outside of the margin."""
    across, down = gradients(smoothed(picture))
    points = strongest(strengths(across, down, margin), most)
    return points, histograms(across, down, points, window, firsts, ends)


@njit(cache=True, nogil=True, fastmath=True)
def histograms(across, down, points, window, firsts, ends):  # noqa: ANN001, ANN201 - float32 (h, w) twice, int32 (n, 2), float32 (4, s), int64 (4,) twice
    """Return (n, 128) square roots of the slopes summed by cell and direction, rows of cells first.

    A slope is how much brighter the surroundings of a pixel grow in a direction, 0 where they grow darker. `window[i]`
    weighs the rows or columns of cell i, which lie from `firsts[i]` to `ends[i]`; `s` is odd.
    """
    size, width = window.shape[1], across.shape[1]
    flat_across, flat_down = across.ravel(), down.ravel()
    line = np.empty(size * DIRECTIONS, np.float32)
    bands = np.empty((CELLS, size * DIRECTIONS), np.float32)
    sums = np.empty(CELLS * CELLS * DIRECTIONS, np.float32)
    found = np.empty((points.shape[0], sums.shape[0]), np.float32)
    for point in range(points.shape[0]):
        at = (points[point, 1] - size // 2) * width + points[point, 0] - size // 2
        bands[:] = 0
        # Whole lines of all directions are added up first, which the processor does eight at a time.
        for y in range(size):
            _slopes(flat_across, flat_down, at + y * width, line)
            for cell in range(CELLS):
                if firsts[cell] <= y < ends[cell]:
                    weight = window[cell, y]
                    for k in range(line.shape[0]):
                        bands[cell, k] += weight * line[k]
        sums[:] = 0
        for cell in range(CELLS * CELLS):
            for x in range(firsts[cell % CELLS], ends[cell % CELLS]):
                weight = window[cell % CELLS, x]
                for direction in range(DIRECTIONS):
                    slope = bands[cell // CELLS, x * DIRECTIONS + direction]
                    sums[cell * DIRECTIONS + direction] += weight * slope
        _normalise(sums, found[point])
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _slopes(across, down, at, line):  # noqa: ANN001, ANN202 - float32 (h w,) twice, (8 s,)
    """Write the slopes of a line of pixels from here, all directions of a pixel side by side."""
    for x in range(line.shape[0] // DIRECTIONS):
        for direction in range(DIRECTIONS):
            slope = across[at + x] * _COSINES[direction] + down[at + x] * _SINES[direction]
            line[x * DIRECTIONS + direction] = max(np.float32(0), slope)


@njit(cache=True, nogil=True, fastmath=True)
def _normalise(sums, out):  # noqa: ANN001, ANN202 - float32 (128,) twice
    """Write the sums with large ones clipped, as square roots of shares: contrast and a single strong edge cancel out."""
    length = np.float32(0)
    for k in range(sums.shape[0]):
        length += sums[k] * sums[k]
    length = np.sqrt(length) + _LEAST
    total = np.float32(1e-9)
    for k in range(sums.shape[0]):
        out[k] = min(sums[k] / length, _CLIP)
        total += out[k]
    for k in range(sums.shape[0]):
        out[k] = np.sqrt(out[k] / total)
