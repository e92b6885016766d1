"""Compiled comparison of two aligned pictures, block by block, each block allowed a small shift."""
# numba ships no types for what it compiles; warping.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import numpy as np
from numba import njit

BLOCK = 12
# Columns of what is found for a block: centre x and y, correlation, best shift in x and y, deviation, and how much of
# a corner it is: an edge meets any other edge of its direction, a corner hardly another corner.
CENTRE_X, CENTRE_Y, CORRELATION, SHIFT_X, SHIFT_Y, TEXTURE, CORNER = range(7)


@njit(cache=True, nogil=True, fastmath=True)
def describe_block(one, top, left, least, found):  # noqa: ANN001, ANN201 - as compare_blocks
    """Fill the row of one block, less its correlation; return (mean, spread), spread -1 where it has no texture."""
    pixels = BLOCK * BLOCK
    total, squares, across, both, down = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(BLOCK):
        for j in range(BLOCK):
            value = one[top + i, left + j]
            total += value
            squares += value * value
            if i > 0 and j > 0:
                right, below = value - one[top + i, left + j - 1], value - one[top + i - 1, left + j]
                across += right * right
                both += right * below
                down += below * below
    mean = total / pixels
    spread = squares - total * mean
    if spread < least * least * pixels:
        return mean, -1.0
    smaller = (across + down) / 2 - np.sqrt(((across - down) / 2) ** 2 + both * both)
    found[CENTRE_X], found[CENTRE_Y] = left + BLOCK / 2, top + BLOCK / 2
    found[TEXTURE], found[CORNER] = np.sqrt(spread / pixels), np.sqrt(max(0.0, smaller) / pixels)
    return mean, spread


@njit(cache=True, nogil=True, fastmath=True)
def correlate(one, other, top, left, mean, spread, reach, least, found):  # noqa: ANN001, ANN201 - as compare_blocks
    """Fill a block's correlation and shift."""
    pixels = BLOCK * BLOCK
    found[CORRELATION], found[SHIFT_X], found[SHIFT_Y] = -1.0, 0, 0
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            total, squares, product = 0.0, 0.0, 0.0
            for i in range(BLOCK):
                for j in range(BLOCK):
                    value = other[top + i + down, left + j + across]
                    total += value
                    squares += value * value
                    product += value * one[top + i, left + j]
            other_spread = squares - total * total / pixels
            if other_spread < least * least * pixels * 0.25:
                continue
            correlation = (product - total * mean) / np.sqrt(other_spread * spread)
            if correlation > found[CORRELATION]:
                found[CORRELATION], found[SHIFT_X], found[SHIFT_Y] = correlation, across, down


@njit(cache=True, nogil=True, fastmath=True)
def compare_blocks(one, other, known, reach, least):  # noqa: ANN001, ANN201 - float32 (h, w) twice, bool (h, w)
    """Return rows (n, 7) of the blocks that `other` knows wholly and that have texture in the first picture.

    A block's correlation is the best over shifts of up to `reach` pixels; `least` is the deviation that is texture.
    """
    height, width = one.shape
    rows, columns = height // BLOCK, width // BLOCK
    found = np.empty((rows * columns, 7), np.float32)
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
            mean, spread = describe_block(one, top, left, least, found[size])
            if spread >= 0:
                correlate(one, other, top, left, mean, spread, reach, least, found[size])
                size += 1
    return found[:size]
