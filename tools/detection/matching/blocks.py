"""Compiled comparison of two aligned pictures, block by block, each block allowed a small shift."""
# numba ships no types for what it compiles; verification.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit

BLOCK = 12
# Columns of what is found for a block: centre x and y, correlation, best shift in x and y, the weaker texture of the two.
CENTRE_X, CENTRE_Y, CORRELATION, SHIFT_X, SHIFT_Y, TEXTURE = range(6)


@njit(cache=True, nogil=True, fastmath=True)
def correlate(one, other, top, left, reach, least, found):  # noqa: ANN001, ANN201 - as compare_blocks
    """Fill the row of one block; its texture is -1 where the first picture has none there."""
    pixels = BLOCK * BLOCK
    total, squares = 0.0, 0.0
    for i in range(BLOCK):
        for j in range(BLOCK):
            value = one[top + i, left + j]
            total += value
            squares += value * value
    mean = total / pixels
    spread = squares - total * mean
    found[TEXTURE] = -1.0
    if spread < least * least * pixels:
        return
    found[CENTRE_X], found[CENTRE_Y] = left + BLOCK / 2, top + BLOCK / 2
    found[CORRELATION], found[SHIFT_X], found[SHIFT_Y], found[TEXTURE] = -1.0, 0, 0, 0
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            other_total, other_squares, product = 0.0, 0.0, 0.0
            for i in range(BLOCK):
                for j in range(BLOCK):
                    value = other[top + i + down, left + j + across]
                    other_total += value
                    other_squares += value * value
                    product += value * one[top + i, left + j]
            other_spread = other_squares - other_total * other_total / pixels
            if other_spread < least * least * pixels * 0.25:
                continue
            correlation = (product - other_total * mean) / np.sqrt(other_spread * spread)
            if correlation > found[CORRELATION]:
                found[CORRELATION], found[SHIFT_X], found[SHIFT_Y] = correlation, across, down
                found[TEXTURE] = np.sqrt(min(spread, other_spread) / pixels)


@njit(cache=True, nogil=True, fastmath=True)
def compare_blocks(one, other, known, reach, least):  # noqa: ANN001, ANN201 - float32 (h, w) twice, bool (h, w)
    """Return rows (n, 6) of the blocks that `other` knows wholly and that have texture in both pictures.

    A block's correlation is the best over shifts of up to `reach` pixels; `least` is the deviation that is texture.
    """
    height, width = one.shape
    rows, columns = height // BLOCK, width // BLOCK
    found = np.empty((rows * columns, 6), np.float32)
    size = 0
    for row in range(rows):
        for column in range(columns):
            top, left = row * BLOCK, column * BLOCK
            if (
                top < reach
                or left < reach
                or top + BLOCK + reach > height
                or left + BLOCK + reach > width
                or not known[top, left]
                or not known[top + BLOCK - 1, left]
                or not known[top, left + BLOCK - 1]
                or not known[top + BLOCK - 1, left + BLOCK - 1]
            ):
                continue
            correlate(one, other, top, left, reach, least, found[size])
            if found[size, TEXTURE] >= 0:
                size += 1
    return found[:size]
