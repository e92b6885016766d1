"""A hash of the whole picture: the signs of its lowest frequencies (the layout of PDQ, without its rotations).

Mirroring a picture flips the sign of the odd horizontal frequencies, so both orientations come from one transform.
"""

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
class PictureHash:
    """Hash words (4,) and 64-bit code of a picture and of its mirror image; `contrast` is the brightness's deviation."""

    words: Words
    code: int
    mirrored_words: Words
    mirrored_code: int
    contrast: int


def picture_hash(gray: Gray) -> PictureHash:
    """Return the hash of one picture."""
    import cv2  # noqa: PLC0415 - heavy, and only fingerprinting needs it

    small = np.asarray(cv2.resize(gray, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.float32)
    basis = _basis()
    waves = basis @ small @ basis.T
    flipped = waves * np.where(np.arange(1, _FREQUENCIES + 1) % 2, -1, 1)
    return PictureHash(
        _bits(waves),
        int(_bits(waves[:_LOWEST, :_LOWEST])[0]),
        _bits(flipped),
        int(_bits(flipped[:_LOWEST, :_LOWEST])[0]),
        min(255, int(small.std())),
    )


@cache
def _basis() -> npt.NDArray[np.float32]:
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    place = np.arange(_SIDE)[None]
    return (np.sqrt(2 / _SIDE) * np.cos(np.pi / (2 * _SIDE) * frequency * (2 * place + 1))).astype(np.float32)


def _bits(waves: npt.NDArray[np.floating]) -> Words:
    flat = waves.ravel()
    half = flat.size // 2
    # The median by hand, which NumPy's takes several times as long for.
    ordered = np.partition(flat, (half - 1, half))
    middle = (ordered[half - 1] + ordered[half]) / 2
    return np.packbits(flat > middle, bitorder="little").view(np.uint64)
