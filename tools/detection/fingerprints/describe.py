"""The compiled loops that describe points."""
# numba ships no types for what it compiles; the tests compare with plain NumPy.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit, uint64


@njit(cache=True, nogil=True)
def describe(blurred, points, pairs):  # noqa: ANN001, ANN201 - compiled for uint8 (h, w), int32 (n, 2), int8 (256, 4)
    """Return (n, 4) words; bit i says that the first pixel of pair i is darker than the second."""
    # One unsigned index into the rows laid end to end spares the checks of two signed ones.
    width, pixels = blurred.shape[1], blurred.ravel()
    first, second = np.empty(256, np.int64), np.empty(256, np.int64)
    for pair in range(256):
        first[pair] = pairs[pair, 1] * width + pairs[pair, 0]
        second[pair] = pairs[pair, 3] * width + pairs[pair, 2]
    words = np.zeros((points.shape[0], 4), np.uint64)
    for point in range(points.shape[0]):
        centre = points[point, 1] * width + points[point, 0]
        for word in range(4):
            bits = uint64(0)
            for bit in range(64):
                pair = word * 64 + bit
                darker = pixels[uint64(centre + first[pair])] < pixels[uint64(centre + second[pair])]
                bits |= uint64(darker) << uint64(bit)
            words[point, word] = bits
    return words


@njit(cache=True, nogil=True, fastmath=True)
def add_rows(octets, table):  # noqa: ANN001, ANN201 - compiled for uint8 (n, 32), float32 (32, 256, 128)
    """Return (n, 128) sums of the table's rows that the octets name."""
    sums = np.zeros((octets.shape[0], table.shape[2]), np.float32)
    for point in range(octets.shape[0]):
        for place in range(octets.shape[1]):
            row = table[place, octets[point, place]]
            for column in range(table.shape[2]):
                sums[point, column] += row[column]
    return sums
