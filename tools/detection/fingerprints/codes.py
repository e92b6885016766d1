"""128-bit codes of local features, learned so that copies of a point agree and other points do not.

`projection.npy` is (257, 128): what each of the 256 bits (as +1 and -1) adds to a component, and in the last row what
is taken off. Components come in the order of how much they tell over how much copying disturbs them, in units of that
disturbance: a component near zero is one whose bit may well differ in a copy. learning.py made it (decision 12).
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.local import Words

COMPONENTS = 128
_BITS, _OCTETS = 256, 32
_PROJECTION = Path(__file__).with_name("projection.npy")


def projected(words: Words) -> npt.NDArray[np.float32]:
    """Return the (n, 128) components of descriptors."""
    from tools.detection.fingerprints.describe import add_rows  # noqa: PLC0415 - numba is heavy

    return np.asarray(add_rows(_octets(words), _table()), np.float32)


def packed(components: npt.NDArray[np.float32]) -> Words:
    """Return (n, 2) words, the first component in the highest bit of the first word."""
    return np.packbits(components > 0, axis=1).view(">u8").astype(np.uint64)


def signs(words: Words) -> npt.NDArray[np.float32]:
    """Return the (n, 256) bits of descriptors as +1 and -1."""
    return np.unpackbits(_octets(words), axis=1, bitorder="little").astype(np.float32) * 2 - 1


@cache
def projection() -> npt.NDArray[np.float32]:
    """Return what was learned, (257, 128)."""
    return np.asarray(np.load(_PROJECTION, allow_pickle=False), np.float32)


@cache
def _table() -> npt.NDArray[np.float32]:
    """Return what each value of each octet adds, (32, 256, 128): sums of few rows, where a product has many terms."""
    values = np.arange(256, dtype=np.uint8)[:, None]
    bits = np.unpackbits(values, axis=1, bitorder="little").astype(np.float32) * 2 - 1
    weights = projection()
    table = np.einsum("vb,obc->ovc", bits, weights[:_BITS].reshape(_OCTETS, 8, COMPONENTS))
    table[0] += weights[_BITS]
    return np.ascontiguousarray(table)


def _octets(words: Words) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(words).view(np.uint8).reshape(len(words), _OCTETS)
