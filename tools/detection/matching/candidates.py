"""Which originals may be in a video: votes of short codes that agree in time and place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import (
    LEVEL_SIDES,
    PLACE_UNITS,
    Words,
    compact_codes,
    is_compact,
    mirrored_codes,
)
from tools.detection.fingerprints.picture import LEAST_CONTRAST
from tools.detection.matching.code_index import CodeIndex

# Distances that still count as the same, of 64 bits.
LOCAL_WITHIN = 6
PICTURE_WITHIN = 10
# A video's frames that are looked up; more add cost and hardly any original.
MOST_FRAMES = 12
# An original's frames are indexed one second apart.
INDEXED_SECONDS = 0.9
_BIN_SECONDS = 1.5
_BIN_PLACE = 0.2
_BIN_SCALE = 0.5
_PICTURE_VOTES = 4
_LEVELS = np.log2(np.array(LEVEL_SIDES))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An original that got votes; `offset` is its time less the video's where most votes are."""

    original: int
    mirrored: bool
    offset: float
    votes: int


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes of a fingerprint with the frame and place of each."""

    codes: Words
    frames: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]


def indexed_frames(found: Fingerprint) -> npt.NDArray[np.int64]:
    """Return the frames of an original whose codes are indexed."""
    chosen: list[int] = []
    for i, seconds in enumerate(found.times):
        if not chosen or seconds - found.times[chosen[-1]] >= INDEXED_SECONDS:
            chosen.append(i)
    return np.array(chosen, np.int64)


def local_codes(found: Fingerprint, frames: npt.NDArray[np.int64]) -> CodeSet:
    """Return the compact local codes of these frames."""
    kept = np.concatenate([np.arange(int(found.firsts[i]), int(found.firsts[i + 1])) for i in frames])
    counts = found.firsts[frames + 1] - found.firsts[frames]
    of_frame = np.repeat(frames, counts)
    strong = is_compact(found.places[kept])
    kept, of_frame = kept[strong], of_frame[strong]
    place = found.places[kept].astype(np.uint32)
    return CodeSet(
        compact_codes(found.words[kept]),
        of_frame.astype(np.uint32),
        place[:, 0] | place[:, 1] << np.uint32(8) | place[:, 2] << np.uint32(16),
    )


def picture_codes(found: Fingerprint, frames: npt.NDArray[np.int64], *, mirror: bool = False) -> CodeSet:
    """Return the codes of whole pictures of these frames, flat ones left out."""
    frames = frames[found.contrasts[frames] >= LEAST_CONTRAST]
    return CodeSet(
        np.ascontiguousarray(found.codes[frames, int(mirror)]),
        frames.astype(np.uint32),
        np.zeros(len(frames), np.uint32),
    )


def find_candidates(
    query: Fingerprint,
    *,
    local: CodeIndex,
    pictures: CodeIndex,
    originals: npt.NDArray[np.uint32],
    times: npt.NDArray[np.float32],
    least_votes: int,
    most: int,
) -> list[Candidate]:
    """Return the originals with the most votes; `originals` and `times` are of the index's frames."""
    frames = np.arange(len(query.times), dtype=np.int64)
    if len(frames) > MOST_FRAMES:
        frames = np.unique(np.linspace(0, len(frames) - 1, MOST_FRAMES).round().astype(np.int64))
    votes: list[npt.NDArray[np.int64]] = []
    asked = local_codes(query, frames)
    for mirror in (False, True):
        wanted = mirrored_codes(asked.codes) if mirror else asked.codes
        hits = local.find(wanted, within=LOCAL_WITHIN)
        votes.append(_local_votes(query, asked, hits, local, originals, times, mirror=mirror))
        whole = picture_codes(query, frames, mirror=mirror)
        hits = pictures.find(whole.codes, within=PICTURE_WITHIN)
        votes.append(_picture_votes(query, whole, hits, pictures, originals, times, mirror=mirror))
    return _most_voted(np.concatenate(votes), least_votes=least_votes, most=most)


def _local_votes(
    query: Fingerprint,
    asked: CodeSet,
    hits: npt.NDArray[np.int64],
    index: CodeIndex,
    originals: npt.NDArray[np.uint32],
    times: npt.NDArray[np.float32],
    *,
    mirror: bool,
) -> npt.NDArray[np.int64]:
    """Return one row (original, mirrored, time bin, scale, x and y bin, weight) for each distinct vote."""
    if not len(hits):
        return np.zeros((0, 7), np.int64)
    mine, theirs = asked.places[hits[:, 0]], index.places[hits[:, 1]]
    frames = index.frames[hits[:, 1]]
    step = _LEVELS[theirs >> 16 & 255] - _LEVELS[mine >> 16 & 255]
    scale = 2.0**-step
    x = (mine & 255) / PLACE_UNITS
    x = query.width - x if mirror else x
    across = (theirs & 255) / PLACE_UNITS - scale * x
    down = (theirs >> 8 & 255) / PLACE_UNITS - scale * (mine >> 8 & 255) / PLACE_UNITS
    shift = times[frames] - query.times[asked.frames[hits[:, 0]]]
    rows = np.column_stack(
        [
            originals[frames],
            np.full(len(hits), int(mirror)),
            np.floor(shift / _BIN_SECONDS),
            np.round(step / _BIN_SCALE),
            np.floor(across / _BIN_PLACE),
            np.floor(down / _BIN_PLACE),
            hits[:, 0],
        ]
    ).astype(np.int64)
    # A point of the video votes once for one bin, however many frames of a still original it meets.
    rows = np.unique(rows, axis=0)
    rows[:, 6] = 1
    return rows


def _picture_votes(
    query: Fingerprint,
    asked: CodeSet,
    hits: npt.NDArray[np.int64],
    index: CodeIndex,
    originals: npt.NDArray[np.uint32],
    times: npt.NDArray[np.float32],
    *,
    mirror: bool,
) -> npt.NDArray[np.int64]:
    """Return rows as _local_votes; a whole picture counts as several points and lies straight on the original."""
    if not len(hits):
        return np.zeros((0, 7), np.int64)
    frames = index.frames[hits[:, 1]]
    shift = times[frames] - query.times[asked.frames[hits[:, 0]]]
    rows = np.zeros((len(hits), 7), np.int64)
    rows[:, 0] = originals[frames]
    rows[:, 1] = int(mirror)
    rows[:, 2] = np.floor(shift / _BIN_SECONDS)
    rows[:, 6] = asked.frames[hits[:, 0]]
    rows = np.unique(rows, axis=0)
    rows[:, 6] = _PICTURE_VOTES
    return rows


def _most_voted(votes: npt.NDArray[np.int64], *, least_votes: int, most: int) -> list[Candidate]:
    if not len(votes):
        return []
    bins, of_bin = np.unique(votes[:, :6], axis=0, return_inverse=True)
    counts = np.bincount(of_bin.ravel(), weights=votes[:, 6])
    found: dict[tuple[int, bool], Candidate] = {}
    for i in np.argsort(-counts, kind="stable"):
        if counts[i] < least_votes or len(found) >= most:
            break
        key = int(bins[i, 0]), bool(bins[i, 1])
        if key not in found:
            found[key] = Candidate(*key, (float(bins[i, 2]) + 0.5) * _BIN_SECONDS, int(counts[i]))
    return list(found.values())
