"""The compiled loops that find corners: where the brightness changes in two directions (Shi and Tomasi, 1994).

Rows are taken as slices, so that the processor works on eight pixels at a time.
"""
# numba ships no types for what it compiles; the tests compare with plain NumPy.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit

# A Gaussian of one pixel.
_BLUR = np.exp(-(np.arange(4) ** 2) / 2)
_B0, _B1, _B2, _B3 = (_BLUR / (2 * _BLUR.sum() - 1)).astype(np.float32)
# The least strength of a corner beside the strongest's, and how many pixels apart corners are.
_QUALITY = np.float32(0.02)
_APART = 5
_FOUR = np.float32(4)


@njit(cache=True, nogil=True, fastmath=True)
def smoothed(picture):  # noqa: ANN001, ANN201 - compiled for uint8 (h, w)
    """Return the picture, float32 (h, w), blurred by a Gaussian of one pixel; its border goes on outside."""
    height, width = picture.shape
    found = np.empty((height, width), np.float32)
    line = np.empty(width + 6, np.float32)
    for y in range(height):
        u3, u2, u1 = picture[max(0, y - 3)], picture[max(0, y - 2)], picture[max(0, y - 1)]
        d1, d2, d3 = (
            picture[min(height - 1, y + 1)],
            picture[min(height - 1, y + 2)],
            picture[min(height - 1, y + 3)],
        )
        row, middle = picture[y], line[3 : width + 3]
        for x in range(width):
            one, two, three = np.int32(u1[x]) + d1[x], np.int32(u2[x]) + d2[x], np.int32(u3[x]) + d3[x]
            middle[x] = (
                _B0 * np.float32(row[x])
                + _B1 * np.float32(one)
                + _B2 * np.float32(two)
                + _B3 * np.float32(three)
            )
        line[:3], line[width + 3 :] = line[3], line[width + 2]
        out = found[y]
        for x in range(width):
            out[x] = (
                _B0 * line[x + 3]
                + _B1 * (line[x + 2] + line[x + 4])
                + _B2 * (line[x + 1] + line[x + 5])
                + _B3 * (line[x] + line[x + 6])
            )
    return found


@njit(cache=True, nogil=True, fastmath=True)
def gradients(smooth):  # noqa: ANN001, ANN201 - compiled for float32 (h, w)
    """Return (across, down), (h, w) each: how much brighter the next pixel is than the one before; 0 at the border."""
    height, width = smooth.shape
    across, down = np.zeros_like(smooth), np.zeros_like(smooth)
    for y in range(1, height - 1):
        left, right = smooth[y, : width - 2], smooth[y, 2:]
        above, below = smooth[y - 1, 1 : width - 1], smooth[y + 1, 1 : width - 1]
        to_across, to_down = across[y, 1 : width - 1], down[y, 1 : width - 1]
        for x in range(width - 2):
            to_across[x] = right[x] - left[x]
            to_down[x] = below[x] - above[x]
    return across, down


@njit(cache=True, nogil=True, fastmath=True)
def strengths(across, down, margin):  # noqa: ANN001, ANN201 - compiled for float32 (h, w) twice
    """Return (h, w): twice the smaller eigenvalue of the gradients' products summed over 5 x 5; 0 within the margin."""
    height, width = across.shape
    found = np.zeros_like(across)
    size = width - 2 * margin
    sums = np.empty((3, size + 4), np.float32)
    xx, xy, yy = sums[0], sums[1], sums[2]
    for y in range(margin, height - margin):
        sums[:] = 0
        for row in range(y - 2, y + 3):
            a, d = across[row, margin - 2 : width - margin + 2], down[row, margin - 2 : width - margin + 2]
            for x in range(size + 4):
                xx[x] += a[x] * a[x]
                xy[x] += a[x] * d[x]
                yy[x] += d[x] * d[x]
        out = found[y, margin : width - margin]
        for x in range(size):
            a = xx[x] + xx[x + 1] + xx[x + 2] + xx[x + 3] + xx[x + 4]
            b = xy[x] + xy[x + 1] + xy[x + 2] + xy[x + 3] + xy[x + 4]
            d = yy[x] + yy[x + 1] + yy[x + 2] + yy[x + 3] + yy[x + 4]
            out[x] = a + d - np.sqrt((a - d) * (a - d) + _FOUR * b * b)
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _larger(one, other):  # noqa: ANN001, ANN202 - compiled for float32
    return one if one > other else other  # noqa: FURB136 - max() looks for NaN, eight times slower


@njit(cache=True, nogil=True, fastmath=True)
def strongest(strength, most):  # noqa: ANN001, ANN201 - compiled for float32 (h, w), 0 at the border
    """Return int32 (n, 2): x and y of at most so many corners, the strongest first, apart from each other."""
    width = strength.shape[1]
    highest = np.zeros(width, np.float32)
    for row in strength:
        for x in range(width):
            highest[x] = _larger(row[x], highest[x])
    least = highest.max() * _QUALITY
    around = _around(strength.ravel(), width)
    middle = strength.ravel()[width + 1 : width + 1 + around.shape[0]]
    places = np.empty(around.shape[0], np.int32)
    count = 0
    for i in range(around.shape[0]):
        if middle[i] > least and middle[i] >= around[i]:
            places[count] = i
            count += 1
    return _apart(places[:count], middle, width, most)


@njit(cache=True, nogil=True, fastmath=True)
def _around(strength, width):  # noqa: ANN001, ANN202 - compiled for float32 (h w,)
    """Return the largest of the eight neighbours of each place, from the second of the second row on."""
    size = strength.shape[0] - 2 * width - 2
    above, here, below = strength, strength[width:], strength[2 * width :]
    a0, a1, a2 = above[:size], above[1 : size + 1], above[2 : size + 2]
    left, right = here[:size], here[2 : size + 2]
    b0, b1, b2 = below[:size], below[1 : size + 1], below[2 : size + 2]
    found = np.empty(size, np.float32)
    for i in range(size):
        most = _larger(left[i], right[i])
        most = _larger(a0[i], most)
        most = _larger(a1[i], most)
        most = _larger(a2[i], most)
        most = _larger(b0[i], most)
        most = _larger(b1[i], most)
        found[i] = _larger(b2[i], most)
    return found


@njit(cache=True, nogil=True)
def _apart(places, strength, width, most):  # noqa: ANN001, ANN202 - int32 (n,), float32 (m,) from the second of the second row on
    """Return x and y of the places (n, 2), the strongest first, without those too near to a stronger one that is kept."""
    kept = np.empty((most, 2), np.int32)
    count = 0
    for place in places[np.argsort(-strength[places])]:
        x, y = (place + width + 1) % width, (place + width + 1) // width
        near = False
        for i in range(count):
            if (kept[i, 0] - x) ** 2 + (kept[i, 1] - y) ** 2 < _APART**2:
                near = True
                break
        if not near:
            kept[count, 0], kept[count, 1] = x, y
            count += 1
            if count == most:
                break
    return kept[:count]
