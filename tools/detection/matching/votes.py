"""Compiled counting of votes: which codes that met agree on original, time, scale and place."""
# numba ships no types for what it compiles; candidates.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportCallIssue=false

import numpy as np
from numba import njit, uint64

from tools.detection.fingerprints.local import LEVEL_SIDES, PLACE_UNITS

BIN_SECONDS = 1.5
_BIN_PLACE = 0.2
_BIN_SCALE = 0.5
_LEVELS = np.log2(np.array(LEVEL_SIDES, np.float64))
# A vote in 64 bits, from the top: original, time bin, scale, x and y bin, the point of the video that voted.
POINT_BITS, PLACE_BITS, SCALE_BITS, TIME_BITS = 13, 5, 3, 15
BIN_BITS = 2 * PLACE_BITS + SCALE_BITS
ORIGINAL_AT = POINT_BITS + BIN_BITS + TIME_BITS
_MIDDLE_PLACE, _MIDDLE_SCALE, MIDDLE_TIME = 1 << (PLACE_BITS - 1), 4, 1 << (TIME_BITS - 1)


@njit(cache=True, nogil=True)
def local_votes(hits, mine, seconds, places, frames, originals, times, width, mirrored, known):  # noqa: ANN001, ANN201 - hits int64 (k, 2), the rest arrays by point, code and frame
    """Return the votes of hits; originals that are met only once have no say."""
    met = np.zeros(known, np.uint8)
    for k in range(hits.shape[0]):
        original = originals[frames[hits[k, 1]]]
        met[original] = min(2, met[original] + 1)
    votes = np.empty(hits.shape[0], np.uint64)
    size = 0
    for k in range(hits.shape[0]):
        frame = frames[hits[k, 1]]
        if met[originals[frame]] < 2:  # noqa: PLR2004 - twice, as above
            continue
        here, there = mine[hits[k, 0]], places[hits[k, 1]]
        step = _LEVELS[there >> 16 & 255] - _LEVELS[here >> 16 & 255]
        scale = 2.0**-step
        x, y = (here & 255) / PLACE_UNITS, (here >> 8 & 255) / PLACE_UNITS
        x = width - x if mirrored else x
        across = (there & 255) / PLACE_UNITS - scale * x
        down = (there >> 8 & 255) / PLACE_UNITS - scale * y
        votes[size] = _pack(
            originals[frame],
            np.floor((times[frame] - seconds[hits[k, 0]]) / BIN_SECONDS),
            np.round(step / _BIN_SCALE),
            np.floor(across / _BIN_PLACE),
            np.floor(down / _BIN_PLACE),
            hits[k, 0],
        )
        size += 1
    return votes[:size]


@njit(cache=True, nogil=True)
def picture_votes(hits, seconds, frames, originals, times):  # noqa: ANN001, ANN201 - as local_votes
    """Return the votes of whole pictures, which lie straight on the original."""
    votes = np.empty(hits.shape[0], np.uint64)
    for k in range(hits.shape[0]):
        frame = frames[hits[k, 1]]
        shift = np.floor((times[frame] - seconds[hits[k, 0]]) / BIN_SECONDS)
        votes[k] = _pack(originals[frame], shift, 0.0, 0.0, 0.0, hits[k, 0])
    return votes


@njit(cache=True, nogil=True)
def count_votes(votes):  # noqa: ANN001, ANN201 - uint64 (k,)
    """Return (bins, counts): a point votes once for one bin, however many frames of a still original it meets."""
    votes = np.sort(votes)
    bins, counts = np.empty(votes.shape[0], np.uint64), np.zeros(votes.shape[0], np.int64)
    size = 0
    for k in range(votes.shape[0]):
        if k > 0 and votes[k] == votes[k - 1]:
            continue
        its = votes[k] >> uint64(POINT_BITS)
        if size == 0 or bins[size - 1] != its:
            bins[size] = its
            size += 1
        counts[size - 1] += 1
    return bins[:size], counts[:size]


@njit(cache=True, nogil=True)
def _pack(original, shift, step, across, down, point):  # noqa: ANN001, ANN202 - numbers
    value = uint64(original)
    value = value << uint64(TIME_BITS) | uint64(min(max(shift + MIDDLE_TIME, 0), (1 << TIME_BITS) - 1))
    value = value << uint64(SCALE_BITS) | uint64(min(max(step + _MIDDLE_SCALE, 0), (1 << SCALE_BITS) - 1))
    for bin_ in (across, down):
        value = value << uint64(PLACE_BITS) | uint64(min(max(bin_ + _MIDDLE_PLACE, 0), (1 << PLACE_BITS) - 1))
    return value << uint64(POINT_BITS) | uint64(point)
