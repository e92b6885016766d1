"""The compiled loop that describes points."""
# numba ships no types for what it compiles; the tests compare with plain NumPy.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit, uint64


@njit(cache=True, nogil=True)
def describe(blurred, points, pairs):  # noqa: ANN001, ANN201 - compiled for uint8 (h, w), int32 (n, 2), int8 (256, 4)
    """Return (n, 4) words; bit i says that the first pixel of pair i is darker than the second."""
    words = np.zeros((points.shape[0], 4), np.uint64)
    for point in range(points.shape[0]):
        x, y = points[point, 0], points[point, 1]
        for word in range(4):
            bits = uint64(0)
            for bit in range(64):
                pair = word * 64 + bit
                first = blurred[y + pairs[pair, 1], x + pairs[pair, 0]]
                second = blurred[y + pairs[pair, 3], x + pairs[pair, 2]]
                if first < second:
                    bits |= uint64(1) << uint64(bit)
            words[point, word] = bits
    return words
