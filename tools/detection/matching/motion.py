"""Whether two aligned films change alike from one moment to the next.

Faces and edges of other films can be turned until they meet, but they do not move at the same moments; what stays in
place, a sticker, a frame or the grey of a damaged file, cancels out.
"""
# numba ships no types for what it compiles; verification.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numba import njit

from tools.detection.matching.blocks import BLOCK
from tools.detection.matching.warping import Compared

# What a block changes by without anything moving: noise and compression.
_NOISE = 4.0
# A film in which hardly anything moves says nothing: this much change, as alike as is usual, is added to what was seen.
_DOUBT, _USUAL = 6_000.0, 0.35


def shared_motion(moments: Sequence[Compared]) -> float:
    """Return how alike both films change between moments that follow each other: about 1 in a copy, 0 elsewhere."""
    agreed = moved = 0.0
    for one, other in pairwise(moments):
        if one.video.shape != other.video.shape:
            # A file may change the size of its pictures on the way.
            continue
        part, whole = compare_changes(
            one.video - other.video, one.original - other.original, one.known & other.known, _NOISE
        )
        agreed, moved = agreed + part, moved + whole
    return (agreed + _DOUBT * _USUAL) / (moved + _DOUBT)


@njit(cache=True, nogil=True, fastmath=True)
def compare_changes(one, other, known, noise):  # noqa: ANN001, ANN201 - float32 (h, w) twice, bool (h, w)
    """Return the blocks' correlation summed by how much both change, and how much they change."""
    agreed, moved = 0.0, 0.0
    pixels = BLOCK * BLOCK
    for row in range(one.shape[0] // BLOCK):
        for column in range(one.shape[1] // BLOCK):
            top, left = row * BLOCK, column * BLOCK
            if not (
                known[top, left]
                and known[top + BLOCK - 1, left]
                and known[top, left + BLOCK - 1]
                and known[top + BLOCK - 1, left + BLOCK - 1]
            ):
                continue
            mean, other_mean, square, other_square, product = 0.0, 0.0, 0.0, 0.0, 0.0
            for i in range(BLOCK):
                for j in range(BLOCK):
                    here, there = one[top + i, left + j], other[top + i, left + j]
                    mean += here
                    other_mean += there
                    square += here * here
                    other_square += there * there
                    product += here * there
            spread = (square - mean * mean / pixels) / pixels
            other_spread = (other_square - other_mean * other_mean / pixels) / pixels
            least = noise * noise
            if spread <= least or other_spread <= least:
                continue
            weight = np.sqrt((spread - least) * (other_spread - least))
            agreed += (
                weight * (product - mean * other_mean / pixels) / pixels / np.sqrt(spread * other_spread)
            )
            moved += weight
    return agreed, moved
