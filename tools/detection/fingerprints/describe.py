"""The compiled loops that describe points by the directions of the brightness around them."""
# numba ships no types for what it compiles; the tests compare with plain NumPy.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit

from tools.detection.fingerprints.local import CELLS, DIRECTIONS

_CLIP = np.float32(0.2)
# Added to the length of a histogram, so that a flat surface's noise is not blown up.
_LEAST = np.float32(100.0)
_ANGLES = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
_COSINES, _SINES = np.cos(_ANGLES).astype(np.float32), np.sin(_ANGLES).astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def slopes(picture):  # noqa: ANN001, ANN201 - compiled for uint8 (h, w)
    """Return (h, w, 8): how much brighter each pixel's surroundings grow in each direction, 0 where they grow darker."""
    height, width = picture.shape
    found = np.zeros((height, width, DIRECTIONS), np.float32)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            across = np.float32(picture[y, x + 1]) - np.float32(picture[y, x - 1])
            down = np.float32(picture[y + 1, x]) - np.float32(picture[y - 1, x])
            for direction in range(DIRECTIONS):
                found[y, x, direction] = max(
                    np.float32(0), across * _COSINES[direction] + down * _SINES[direction]
                )
    return found


@njit(cache=True, nogil=True, fastmath=True)
def histograms(slopes_, points, window, firsts, ends):  # noqa: ANN001, ANN201 - float32 (h, w, 8), int32 (n, 2), float32 (4, s), int64 (4,) twice
    """Return (n, 128) square roots of the slopes summed by cell and direction, rows of cells first.

    `window[i]` weighs the rows or columns of cell i, which lie from `firsts[i]` to `ends[i]`; `s` is odd.
    """
    size = window.shape[1]
    reach, line = size // 2, slopes_.shape[1] * DIRECTIONS
    flat = slopes_.ravel()
    bands = np.empty((CELLS, size * DIRECTIONS), np.float32)
    sums = np.empty(CELLS * CELLS * DIRECTIONS, np.float32)
    found = np.empty((points.shape[0], sums.shape[0]), np.float32)
    for point in range(points.shape[0]):
        start = (points[point, 1] - reach) * line + (points[point, 0] - reach) * DIRECTIONS
        bands[:] = 0
        # Whole lines of all directions are added up first, which the processor does eight at a time.
        for cell in range(CELLS):
            band = bands[cell]
            for y in range(firsts[cell], ends[cell]):
                weight = window[cell, y]
                row = flat[start + y * line : start + y * line + band.shape[0]]
                for k in range(band.shape[0]):
                    band[k] += weight * row[k]
        sums[:] = 0
        for cell in range(CELLS * CELLS):
            into = sums[cell * DIRECTIONS : (cell + 1) * DIRECTIONS]
            for x in range(firsts[cell % CELLS], ends[cell % CELLS]):
                weight = window[cell % CELLS, x]
                column = bands[cell // CELLS, x * DIRECTIONS : (x + 1) * DIRECTIONS]
                for direction in range(DIRECTIONS):
                    into[direction] += weight * column[direction]
        _normalise(sums, found[point])
    return found


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
