"""The peers of the detector: vPDQ's published rule, and global hashes in both orientations, by brute force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.picture import LEAST_CONTRAST

# vPDQ (ThreatExchange): frames within 31 of 256 bits match; a video matches when 80 % of its frames do.
_VPDQ_BITS = 31
_VPDQ_SHARE = 0.8
# Global hashes: at least two frames within this many of 256 bits at one time offset.
_GLOBAL_BITS = 60
_GLOBAL_FRAMES = 2
_SAME_SHIFT_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Peers:
    """Fingerprints of the originals by name, compared one by one."""

    originals: Mapping[str, Fingerprint]

    def vpdq(self, query: Fingerprint) -> set[str]:
        """Return the originals that the rule finds: enough frames near to any frame of the original."""
        good = query.contrasts >= LEAST_CONTRAST
        if not good.any():
            return set()
        return {
            name
            for name, original in self.originals.items()
            if float((_distances(query.hashes[good], original).min(1) <= _VPDQ_BITS).mean()) >= _VPDQ_SHARE
        }

    def whole_pictures(self, query: Fingerprint) -> set[str]:
        """Return the originals with enough frames near at one offset, mirrored or not."""
        return {
            name
            for name, original in self.originals.items()
            if any(
                _aligned(query, original, hashes) >= _GLOBAL_FRAMES
                for hashes in (query.hashes, query.mirrored_hashes)
            )
        }


def _aligned(
    query: Fingerprint, original: Fingerprint, hashes: "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]"
) -> int:
    """Return how many frames of the query agree on one offset."""
    near = _distances(hashes, original) <= _GLOBAL_BITS
    near[query.contrasts < LEAST_CONTRAST] = False
    rows, columns = np.nonzero(near)
    shifts = original.times[columns] - query.times[rows]
    best = 0
    for shift in shifts:
        best = max(best, len(set(rows[np.abs(shifts - shift) <= _SAME_SHIFT_SECONDS].tolist())))
    return best


def _distances(
    hashes: "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]", original: Fingerprint
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    return np.bitwise_count(hashes[:, None] ^ original.hashes[None]).sum(2, dtype=np.int64)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share (Wilson's score interval)."""
    if not trials:
        return 0.0, 1.0
    z = 1.959964
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def right_and_wrong(found: Sequence[str] | set[str], truth: Sequence[str]) -> tuple[bool, bool]:
    """Return whether all true originals were found, and whether any other was."""
    return set(truth) <= set(found) and bool(truth), bool(set(found) - set(truth))
