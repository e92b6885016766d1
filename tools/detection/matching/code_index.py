"""An index of codes in buckets, in memory or memory-mapped from a folder of arrays."""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import BUCKET_BITS, CERTAINTY_UNITS, Certainties, Words
from tools.detection.matching.lookup import NO_BUCKET, look_up, place_in_buckets

Indexes = npt.NDArray[np.int64]

_FEWEST_BITS = 6
# A bucket's codes are read together: more of them save misses, fewer save comparisons, which tell where codes are many.
_CODES_A_BUCKET, _A_BUCKET_OF_MANY, _MANY_CODES = 12, 6, 10_000_000
# What fills a bucket so much is too frequent to tell anything; with few buckets, codes of one still film share one.
_CROWD, _CROWD_OF_MANY, _MANY_BITS = 1_000, 60, 20
_WORD_BITS = 64
# A component is in units of what copying moves it by: the odds that its bit turned are e to this times its size.
_ODDS = np.float32(1.7)


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """Codes (n, words) bucket by bucket; a bucket shares the first `bits` bits.

    `frames` says which frame of the segment each is of, `places` x | y << 8 | level << 16.
    """

    bits: int
    starts: Indexes
    codes: Words
    frames: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]

    def find(self, wanted: Words, probes: Indexes, *, within: int) -> Indexes:
        """Return (k, 2) pairs of a wanted code's index and a stored one's in its probed buckets within so many bits."""
        if not len(wanted) or not len(self.codes):
            return np.zeros((0, 2), np.int64)
        crowd = _CROWD_OF_MANY if self.bits >= _MANY_BITS else _CROWD
        return np.asarray(look_up(wanted, probes, self.codes, self.starts, np.uint64(within), crowd))

    def compare(self, wanted: Words, *, within: int) -> Indexes:
        """Return all pairs within so many bits, by comparing every code: the oracle of `find`."""
        distances = np.bitwise_count(wanted[:, None] ^ np.asarray(self.codes)[None]).sum(2, dtype=np.int64)
        return np.argwhere(distances <= within).astype(np.int64)

    def homes(self, wanted: Words) -> Indexes:
        """Return the bucket of each wanted code."""
        return (wanted[:, 0] >> np.uint64(_WORD_BITS - self.bits)).astype(np.int64)

    def near_buckets(self, wanted: Words) -> Indexes:
        """Return probes (n, bits + 1): the own bucket and all that differ in one bit."""
        flips = np.concatenate([[0], np.int64(1) << np.arange(self.bits)])
        return self.homes(wanted)[:, None] ^ flips[None]

    def likely_buckets(self, wanted: Words, certainties: Certainties, *, flipped: int, most: int) -> Indexes:
        """Return probes (n, 2^flipped): buckets that differ in the least certain bits.

        Of all codes' probes only the `most` likeliest are kept, the others are NO_BUCKET: a point whose bits are all
        doubtful is hardly met in any bucket, and a cache miss is better spent on one that is.
        """
        flipped = min(flipped, self.bits)
        certain = certainties[:, : self.bits] * (_ODDS / np.float32(CERTAINTY_UNITS))
        order = np.argpartition(certain, flipped - 1, axis=1)[:, :flipped]
        flips = np.int64(1) << (self.bits - 1 - order)
        chosen = (np.arange(1 << flipped)[:, None] >> np.arange(flipped)[None]) & 1
        probes = self.homes(wanted)[:, None] ^ (flips @ chosen.T)
        if probes.size <= most:
            return probes
        # The logarithm of the chance that the stored code lies in the bucket, each bit turning on its own.
        stays = -np.log1p(np.exp(-certain)).sum(1)
        chances = stays[:, None] - np.take_along_axis(certain, order, 1) @ chosen.T.astype(np.float32)
        least = np.partition(chances, chances.size - most, axis=None)[chances.size - most]
        probes[chances < least] = NO_BUCKET
        return probes

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `name.*.npy`."""
        for field in ("starts", "codes", "frames", "places"):
            np.save(folder / f"{name}.{field}.npy", getattr(self, field))


def build_index(codes: Words, frames: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32]) -> CodeIndex:
    """Return an index of the codes (n, words), with buckets of a size that one cache miss pays for."""
    a_bucket = _CODES_A_BUCKET if len(codes) < _MANY_CODES else _A_BUCKET_OF_MANY
    wanted_bits = round(math.log2(max(1, len(codes) / a_bucket)))
    bits = min(BUCKET_BITS, max(_FEWEST_BITS, wanted_bits))
    starts, order = place_in_buckets(codes, bits)
    return CodeIndex(bits, starts, codes[order], frames[order], places[order])


def load_index(folder: Path, name: str) -> CodeIndex:
    """Return the saved index, its arrays memory-mapped."""
    starts, codes, frames, places = (
        np.load(folder / f"{name}.{field}.npy", mmap_mode="r", allow_pickle=False)
        for field in ("starts", "codes", "frames", "places")
    )
    return CodeIndex(int(np.log2(len(starts) - 1)), starts, codes, frames, places)
