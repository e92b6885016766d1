"""The fingerprint of a video and its byte format.

Format 4, little-endian: magic `GHFP`, u16 version, u16 flags (1: an original's), u32 CRC-32 of all else, f32 duration, f32 width and f32 height in units of the longer, u32 frames, u32 points, u64 bytes of pictures; then
times f32[frames], points of each frame u16, contrasts u8, picture hashes u64[frames, 4], picture codes u64[frames, 2]
(as it is, mirrored), mirrored picture hashes u64[frames, 4], codes of points u64[points, 2], places u8[points, 4]; of an original
sizes of the pictures u32[frames] and JPEGs; of any other video certainties u8[points, 24].
An original of 2 frames a second takes about 0.4 MB a minute without its pictures, 1.0 MB with them.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import BUCKET_BITS, Certainties, Words
from tools.detection.fingerprints.local import Places

VERSION = 4
_MAGIC = b"GHFP"
_HEAD = struct.Struct("<4sHHI")
_SIZES = struct.Struct("<fffIIQ")
_ORIGINAL = 1
_MOST_FRAMES = 100_000
_MOST_POINTS = 256


class FingerprintError(Exception):
    """Bytes that are no fingerprint of this version, or were damaged."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Frames of a video in time order; `firsts[i]` to `firsts[i + 1]` are the points of frame i.

    `width` and `height` are in units of the longer side. An original has `pictures`, gray JPEGs; a video that is asked about
    has none, but says how certain the first bits of its codes are (codes.py).
    """

    duration_seconds: float
    width: float
    height: float
    times: npt.NDArray[np.float32]
    firsts: npt.NDArray[np.int64]
    contrasts: npt.NDArray[np.uint8]
    hashes: Words
    codes: Words
    mirrored_hashes: Words
    words: Words
    places: Places
    certainties: Certainties
    pictures: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the fingerprint in the format above."""
        counts = np.diff(self.firsts).astype("<u2")
        pictures = b"".join(self.pictures)
        sizes = np.array([len(picture) for picture in self.pictures], "<u4")
        body = b"".join(
            (
                _SIZES.pack(
                    self.duration_seconds,
                    self.width,
                    self.height,
                    len(self.times),
                    len(self.words),
                    len(pictures),
                ),
                self.times.astype("<f4").tobytes(),
                counts.tobytes(),
                self.contrasts.tobytes(),
                self.hashes.astype("<u8").tobytes(),
                self.codes.astype("<u8").tobytes(),
                self.mirrored_hashes.astype("<u8").tobytes(),
                self.words.astype("<u8").tobytes(),
                self.places.tobytes(),
                sizes.tobytes(),
                pictures,
                self.certainties.tobytes(),
            )
        )
        flags = _ORIGINAL if self.pictures else 0
        return _HEAD.pack(_MAGIC, VERSION, flags, _checksum(flags, body)) + body


def read_fingerprint(data: bytes | memoryview) -> Fingerprint:
    """Return the fingerprint that the bytes hold. Raises FingerprintError."""
    if len(data) < _HEAD.size + _SIZES.size:
        raise FingerprintError("too short for a fingerprint")
    magic, version, flags, checksum = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise FingerprintError("not a fingerprint")
    if version != VERSION:
        raise FingerprintError(f"fingerprint of version {version}, this program reads {VERSION}")
    body = memoryview(data)[_HEAD.size :]
    if _checksum(flags, body) != checksum:
        raise FingerprintError("fingerprint damaged: its checksum differs")
    duration, width, height, frames, points, picture_bytes = _SIZES.unpack_from(body)
    if frames > _MOST_FRAMES or points > frames * _MOST_POINTS:
        raise FingerprintError("fingerprint names impossible sizes")
    cursor = _Cursor(body, _SIZES.size)
    times = cursor.take("<f4", frames)
    firsts = np.concatenate([[0], np.cumsum(cursor.take("<u2", frames), dtype=np.int64)])
    contrasts = cursor.take("u1", frames)
    hashes = cursor.take("<u8", frames * 4).reshape(-1, 4)
    codes = cursor.take("<u8", frames * 2).reshape(-1, 2)
    mirrored_hashes = cursor.take("<u8", frames * 4).reshape(-1, 4)
    words = cursor.take("<u8", points * 2).reshape(-1, 2)
    places = cursor.take("u1", points * 4).reshape(-1, 4)
    original = bool(flags & _ORIGINAL)
    pictures = _pictures(cursor, frames, picture_bytes) if original else ()
    certainties = cursor.take("u1", 0 if original else points * BUCKET_BITS).reshape(-1, BUCKET_BITS)
    if firsts[-1] != points:
        raise FingerprintError("fingerprint names impossible sizes")
    return Fingerprint(
        duration,
        width,
        height,
        times,
        firsts,
        contrasts,
        hashes,
        codes,
        mirrored_hashes,
        words,
        places,
        certainties,
        pictures,
    )


def _pictures(cursor: "_Cursor", frames: int, size: int) -> tuple[bytes, ...]:
    ends = np.cumsum(cursor.take("<u4", frames), dtype=np.int64)
    kept = bytes(cursor.rest(size))
    return tuple(kept[end - size : end] for end, size in zip(ends, np.diff(ends, prepend=0), strict=True))


def _checksum(flags: int, body: bytes | memoryview) -> int:
    return zlib.crc32(body, zlib.crc32(flags.to_bytes(2, "little")))


class _Cursor:
    """Reads arrays one after the other, each within the bytes that are there."""

    def __init__(self, body: memoryview, at: int) -> None:
        self._body = body
        self._at = at

    # Any: the kind of number is the caller's.
    def take(self, kind: str, count: int) -> npt.NDArray[Any]:
        size = np.dtype(kind).itemsize * count
        return np.frombuffer(self.rest(size), kind)

    def rest(self, size: int) -> memoryview:
        if self._at + size > len(self._body):
            raise FingerprintError("fingerprint ends too early")
        part = self._body[self._at : self._at + size]
        self._at += size
        return part
