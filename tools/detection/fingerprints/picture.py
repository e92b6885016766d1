"""A hash of the whole picture: the signs of its lowest frequencies (the layout of PDQ, without its rotations).

Mirroring a picture flips the sign of the odd horizontal frequencies, so both orientations come from one transform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import Words
from tools.kernel.media.frames import Gray

_SIDE = 64
_FREQUENCIES = 16
_LOWEST = 8
# A flat picture has no signs worth comparing.
LEAST_CONTRAST = 8


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """Of n pictures: hash words (n, 4) and 64-bit codes (n,) as they are and mirrored; `contrasts` (n,) are the brightness's deviations."""

    words: Words
    codes: Words
    mirrored_words: Words
    mirrored_codes: Words
    contrasts: npt.NDArray[np.uint8]


def picture_hashes(grays: Sequence[Gray]) -> PictureHashes:
    """Return the hashes of pictures."""
    import cv2  # noqa: PLC0415 - heavy, and only fingerprinting needs it

    small = np.empty((len(grays), _SIDE, _SIDE), np.float32)
    for i, gray in enumerate(grays):
        small[i] = cv2.resize(gray, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    basis = _basis()
    waves = basis @ small @ basis.T
    flipped = waves * np.where(np.arange(1, _FREQUENCIES + 1) % 2, -1, 1)
    return PictureHashes(
        _bits(waves),
        _bits(waves[:, :_LOWEST, :_LOWEST])[:, 0],
        _bits(flipped),
        _bits(flipped[:, :_LOWEST, :_LOWEST])[:, 0],
        np.minimum(255, small.std(axis=(1, 2))).astype(np.uint8),
    )


@cache
def _basis() -> npt.NDArray[np.float32]:
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    place = np.arange(_SIDE)[None]
    return (np.sqrt(2 / _SIDE) * np.cos(np.pi / (2 * _SIDE) * frequency * (2 * place + 1))).astype(np.float32)


def _bits(waves: npt.NDArray[np.floating]) -> Words:
    flat = waves.reshape(len(waves), -1)
    half = flat.shape[1] // 2
    # The median by hand, which NumPy's takes several times as long for.
    ordered = np.partition(flat, (half - 1, half), axis=1)
    middle = (ordered[:, half - 1] + ordered[:, half]) / 2
    return np.packbits(flat > middle[:, None], axis=1, bitorder="little").view(np.uint64)
