"""128-bit codes of local features, learned so that copies of a point agree and other points do not.

`projection.npy` is (129, 128): what each number of a histogram adds to a component, and in the last row what is taken
off. Components come in the order of how much they tell over how much copying disturbs them, in units of that
disturbance: a component near zero is one whose bit may well differ in a copy. learning.py made it (decision 12).

It was learned from points and their mirror images alike. So each component of a mirrored point is either the same or
its negative, and the code of a mirrored point is the point's own with always the same bits turned over.
"""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints import local
from tools.detection.fingerprints.local import Histograms

Words = npt.NDArray[np.uint64]
Certainties = npt.NDArray[np.uint8]

COMPONENTS = 128
# Of so many components, those that name a bucket of an index, it is kept how far from zero they are, in these units.
BUCKET_BITS = 24
CERTAINTY_UNITS = 50
_PROJECTION = Path(__file__).with_name("projection.npy")


def projected(histograms: Histograms) -> npt.NDArray[np.float32]:
    """Return the (n, 128) components of histograms."""
    learned = projection()
    return histograms @ learned[:-1] + learned[-1]


def packed(components: npt.NDArray[np.float32]) -> Words:
    """Return (n, 2) words, the first component in the highest bit of the first word."""
    return np.packbits(components > 0, axis=1).view(">u8").astype(np.uint64)


def mirrored(codes: Words) -> Words:
    """Return the codes (n, 2) that the mirrored picture has at the mirrored points."""
    return codes ^ _turned_over()


def certainties(components: npt.NDArray[np.float32]) -> Certainties:
    """Return (n, 24): how far the first components are from zero."""
    return np.minimum(np.abs(components[:, :BUCKET_BITS]) * CERTAINTY_UNITS, 255).astype(np.uint8)


def compare(left: Words, right: Words) -> npt.NDArray[np.int64]:
    """Return the Hamming distances of every code to every other: the oracle of whatever looks up faster."""
    return (
        np.bitwise_count(left[:, None] ^ right[None])
        .reshape(len(left), len(right), -1)
        .sum(2, dtype=np.int64)
    )


@cache
def _turned_over() -> Words:
    """Return (1, 2): the bits whose components are negative in a mirror image."""
    learned = projection()[:-1].T
    return packed(-(learned * local.mirrored(np.ascontiguousarray(learned))).sum(1)[None])


@cache
def projection() -> npt.NDArray[np.float32]:
    """Return what was learned, (129, 128)."""
    return np.asarray(np.load(_PROJECTION, allow_pickle=False), np.float32)
