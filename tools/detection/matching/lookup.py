"""Compiled loops over the buckets of a code index."""
# numba ships no types for what it compiles; code_index.py types what goes in and comes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportCallIssue=false

import numpy as np
from numba import njit, uint64

from tools.detection.fingerprints.popcount import popcount

# A probe that was not worth its cache miss.
NO_BUCKET = -1
# Codes that share a line of the processor's cache, for codes of 16 bytes.
_A_LINE = 4


@njit(cache=True, nogil=True)
def probed_buckets(probes, starts, crowd, firsts, ends):  # noqa: ANN001, ANN201 - as look_up
    """Fill in where each probed bucket that is worth reading begins and ends; return how many these are."""
    count = 0
    for probe in range(probes.shape[0]):
        bucket = probes[probe]
        if bucket == NO_BUCKET:
            continue
        firsts[count], ends[count] = starts[uint64(bucket)], starts[uint64(bucket) + uint64(1)]
        count += ends[count] > firsts[count] and ends[count] - firsts[count] <= crowd
    return count


@njit(cache=True, nogil=True)
def look_up(wanted, probes, codes, starts, within, crowd):  # noqa: ANN001, ANN201 - uint64 (q, w), int64 (q, p), uint64 (n, w), int64 (2^bits + 1,)
    """Return hits (k, 2): index of the wanted code, index of a stored code in its probed buckets within so many bits.

    A bucket of more than `crowd` codes is passed over: what is that frequent tells nothing.
    """
    hits = np.empty((4096, 2), np.int64)
    size = 0
    words = codes.shape[1]
    firsts, ends = np.empty(probes.shape[1], np.int64), np.empty(probes.shape[1], np.int64)
    touched = np.zeros(1, np.uint64)
    # Indexes are unsigned where they can be: signed ones are checked for counting from the end.
    for i in range(wanted.shape[0]):
        own = wanted[i, 0]
        count = probed_buckets(probes[i], starts, crowd, firsts, ends)
        # Every bucket's lines are asked for before any is read, so that the memory answers for all at once.
        for k in range(count):
            for j in range(uint64(firsts[k]), uint64(ends[k]), uint64(_A_LINE)):
                touched[0] ^= codes[j, uint64(0)]
        for k in range(count):
            for j in range(uint64(firsts[k]), uint64(ends[k])):
                bits = popcount(own ^ codes[j, uint64(0)])
                if bits > within:
                    continue
                for word in range(1, words):
                    bits += popcount(wanted[i, word] ^ codes[j, uint64(word)])
                if bits <= within:
                    if size == hits.shape[0]:
                        hits = np.concatenate((hits, np.empty_like(hits)))
                    hits[size, 0], hits[size, 1] = i, j
                    size += 1
    return hits[:size]


@njit(cache=True, nogil=True)
def place_in_buckets(codes, bits):  # noqa: ANN001, ANN201 - uint64 (n, w)
    """Return (starts, order): where each bucket begins, and the codes' indexes bucket by bucket."""
    shift = uint64(64 - bits)
    starts = np.zeros((1 << bits) + 1, np.int64)
    for i in range(codes.shape[0]):
        starts[np.int64(codes[i, 0] >> shift) + 1] += 1
    for bucket in range(1 << bits):
        starts[bucket + 1] += starts[bucket]
    at = starts[:-1].copy()
    order = np.empty(codes.shape[0], np.int64)
    for i in range(codes.shape[0]):
        bucket = np.int64(codes[i, 0] >> shift)
        order[at[bucket]] = i
        at[bucket] += 1
    return starts, order
