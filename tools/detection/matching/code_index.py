"""An index of 64-bit codes in buckets, in memory or memory-mapped from a folder of arrays."""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.local import Words
from tools.detection.matching.lookup import look_up, place_in_buckets

Indexes = npt.NDArray[np.int64]

_FEWEST_BITS, _MOST_BITS = 6, 24
_CODES_A_BUCKET = 64
_CROWD = 1_000


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """Codes bucket by bucket; `frames` says which frame of the segment each is of, `places` x | y << 8 | level << 16."""

    bits: int
    starts: Indexes
    codes: Words
    frames: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]

    def find(self, wanted: Words, *, within: int) -> Indexes:
        """Return (k, 2) pairs of a wanted code's index and a stored one's: most of those within so many bits."""
        if not len(wanted) or not len(self.codes):
            return np.zeros((0, 2), np.int64)
        return np.asarray(look_up(wanted, self.codes, self.starts, self.bits, within, _CROWD))

    def compare(self, wanted: Words, *, within: int) -> Indexes:
        """Return all pairs within so many bits, by comparing every code: the oracle of `find`."""
        distances = np.bitwise_count(wanted[:, None] ^ np.asarray(self.codes)[None])
        return np.argwhere(distances <= within).astype(np.int64)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `name.*.npy`."""
        for field in ("starts", "codes", "frames", "places"):
            np.save(folder / f"{name}.{field}.npy", getattr(self, field))


def build_index(codes: Words, frames: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32]) -> CodeIndex:
    """Return an index of the codes, with buckets of a size that one cache miss pays for."""
    wanted_bits = int(np.log2(max(1, len(codes) // _CODES_A_BUCKET)))
    bits = min(_MOST_BITS, max(_FEWEST_BITS, wanted_bits))
    starts, order = place_in_buckets(codes, bits)
    return CodeIndex(bits, starts, codes[order], frames[order], places[order])


def load_index(folder: Path, name: str) -> CodeIndex:
    """Return the saved index, its arrays memory-mapped."""
    starts, codes, frames, places = (
        np.load(folder / f"{name}.{field}.npy", mmap_mode="r", allow_pickle=False)
        for field in ("starts", "codes", "frames", "places")
    )
    return CodeIndex(int(np.log2(len(starts) - 1)), starts, codes, frames, places)
