"""Which originals may be in a video: votes of short codes that agree in time and place."""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import Certainties, Words, mirrored
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import LevelPoints
from tools.detection.fingerprints.picture import LEAST_CONTRAST
from tools.detection.matching.code_index import CodeIndex
from tools.detection.matching.votes import (
    BIN_BITS,
    BIN_SECONDS,
    MIDDLE_TIME,
    ORIGINAL_AT,
    POINT_BITS,
    TIME_BITS,
    count_votes,
    local_votes,
    picture_votes,
)

PICTURE_WITHIN = 10
# A video's frames that are looked up; more add cost and hardly any original.
MOST_FRAMES = 12
# From so many originals on their codes are thinned.
MANY_ORIGINALS = 50_000
# The least certain bits of a code, in which buckets are probed: few where buckets are many and each costs a cache miss.
_FEWEST_FLIPPED, _MOST_FLIPPED = 3, 6
_FLIPPED_AMONG_FEW, _FLIPPED_A_DECADE = 5.5, 0.6
_MANY_CODES, _MOST_PROBES, _PROBES_OF_MANY = 10_000_000, 1_000_000, 3_000
_PICTURE_VOTES = 4
_NEAREST, _FARTHEST, _BITS_A_DECADE = 36, 40, 0.9


@dataclass(frozen=True, slots=True)
class Density:
    """What of an original is indexed: frames so many seconds apart, so many points of each level."""

    seconds: float
    points: LevelPoints


# About 53 codes a second of video, and 19.
DENSE = Density(0.9, (18, 14, 10, 7, 4))
THIN = Density(1.8, (12, 9, 7, 5, 3))
# The points of a video that are looked up; the others help to align it.
LOOKED_UP: LevelPoints = (40, 34, 28, 22, 16)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An original that got votes; `offset` is its time less the video's where most votes are."""

    original: int
    mirrored: bool
    offset: float
    votes: int


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes (n, words) of a fingerprint with the frame and place of each."""

    codes: Words
    frames: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]


def indexed_frames(found: Fingerprint, *, density: Density) -> npt.NDArray[np.int64]:
    """Return the frames of an original whose codes are indexed."""
    chosen: list[int] = []
    for i, seconds in enumerate(found.times):
        if not chosen or seconds - found.times[chosen[-1]] >= density.seconds:
            chosen.append(i)
    return np.array(chosen, np.int64)


def local_codes(found: Fingerprint, frames: npt.NDArray[np.int64], *, density: Density) -> CodeSet:
    """Return the codes of the strongest points of these frames."""
    points = _points(found, frames, density.points)
    return CodeSet(found.words[points.index], points.frames, points.places)


def picture_codes(found: Fingerprint, frames: npt.NDArray[np.int64], *, mirror: bool = False) -> CodeSet:
    """Return the codes of whole pictures of these frames, flat ones left out."""
    frames = frames[found.contrasts[frames] >= LEAST_CONTRAST]
    return CodeSet(
        np.ascontiguousarray(found.codes[frames, int(mirror)])[:, None],
        frames.astype(np.uint32),
        np.zeros(len(frames), np.uint32),
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a lookup goes: bits in which a code may differ, doubtful bits that buckets are probed for, and probes in all."""

    within: int
    flipped: int
    most_probes: int


def reach_among(stored: int) -> Reach:
    """Return how far to look among so many codes: the more there are, the nearer, and in the fewer buckets.

    Unrelated points of real clips are within 45, 39, 31, 26 bits with a chance of 9e-4, 8e-5, 7e-6, 2e-6 (decision 12).
    """
    decades = math.log10(max(1, stored) / 1e4)
    flipped = round(_FLIPPED_AMONG_FEW - _FLIPPED_A_DECADE * decades)
    return Reach(
        max(_NEAREST, min(_FARTHEST, round(_FARTHEST - _BITS_A_DECADE * decades))),
        max(_FEWEST_FLIPPED, min(_MOST_FLIPPED, flipped)),
        _MOST_PROBES if stored < _MANY_CODES else _PROBES_OF_MANY,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked up of a video, for one orientation."""

    mirrored: bool
    width: float
    codes: Words
    certainties: Certainties
    places: npt.NDArray[np.uint32]
    seconds: npt.NDArray[np.float32]
    pictures: Words
    picture_seconds: npt.NDArray[np.float32]


def questions(query: Fingerprint, *, every_point: bool) -> tuple[Question, Question]:
    """Return what is looked up of a video as it is and mirrored."""
    frames = np.arange(len(query.times), dtype=np.int64)
    if len(frames) > MOST_FRAMES:
        frames = np.unique(np.linspace(0, len(frames) - 1, MOST_FRAMES).round().astype(np.int64))
    points = _points(query, frames, LOOKED_UP if every_point else DENSE.points)
    assert len(query.certainties) == len(query.words), "an original is not asked about"
    codes, certainties = query.words[points.index], query.certainties[points.index]

    def question(*, mirror: bool) -> Question:
        whole = picture_codes(query, frames, mirror=mirror)
        return Question(
            mirror,
            query.width,
            mirrored(codes) if mirror else codes,
            certainties,
            points.places,
            query.times[points.frames],
            whole.codes,
            query.times[whole.frames],
        )

    return question(mirror=False), question(mirror=True)


def find_candidates(
    asked: Question,
    *,
    local: CodeIndex,
    pictures: CodeIndex,
    originals: npt.NDArray[np.uint32],
    times: npt.NDArray[np.float32],
    known: int,
    reach: Reach,
    least_votes: int,
    most: int,
) -> list[Candidate]:
    """Return the originals with the most votes; `originals` and `times` are of the index's frames, `known` their number."""
    probes = local.likely_buckets(
        asked.codes, asked.certainties, flipped=reach.flipped, most=reach.most_probes
    )
    votes = local_votes(
        local.find(asked.codes, probes, within=reach.within),
        asked.places,
        asked.seconds,
        local.places,
        local.frames,
        originals,
        times,
        asked.width,
        asked.mirrored,
        known,
    )
    hits = pictures.find(asked.pictures, pictures.near_buckets(asked.pictures), within=PICTURE_WITHIN)
    straight = picture_votes(hits, asked.picture_seconds, pictures.frames, originals, times)
    return _most_voted(votes, straight, mirror=asked.mirrored, least_votes=least_votes, most=most)


@dataclass(frozen=True, slots=True)
class _Points:
    index: npt.NDArray[np.int64]
    frames: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint32]


def _points(found: Fingerprint, frames: npt.NDArray[np.int64], most: tuple[int, ...]) -> _Points:
    """Return the points of these frames that are among so many strongest of their level."""
    kept = np.concatenate([np.arange(int(found.firsts[i]), int(found.firsts[i + 1])) for i in frames])
    of_frame = np.repeat(frames, found.firsts[frames + 1] - found.firsts[frames])
    strong = found.places[kept, 3] < np.array(most, np.uint8)[found.places[kept, 2]]
    kept, of_frame = kept[strong], of_frame[strong]
    place = found.places[kept].astype(np.uint32)
    together = place[:, 0] | place[:, 1] << np.uint32(8) | place[:, 2] << np.uint32(16)
    return _Points(kept, of_frame.astype(np.uint32), together)


def _most_voted(
    votes: Words, straight: Words, *, mirror: bool, least_votes: int, most: int
) -> list[Candidate]:
    """Return the originals of the fullest bins; a whole picture counts as several points."""
    bins, counts = count_votes(votes)
    straight_bins, straight_counts = count_votes(straight)
    bins = np.concatenate([bins, straight_bins])
    counts = np.concatenate([counts, straight_counts * _PICTURE_VOTES])
    if len(straight_bins):
        bins, of_bin = np.unique(bins, return_inverse=True)
        counts = np.bincount(of_bin.ravel(), weights=counts).astype(np.int64)
    found: dict[int, Candidate] = {}
    enough = np.flatnonzero(counts >= least_votes)
    for i in enough[np.argsort(-counts[enough], kind="stable")]:
        if len(found) >= most:
            break
        original = int(bins[i]) >> (ORIGINAL_AT - POINT_BITS)
        if original not in found:
            time = (int(bins[i]) >> BIN_BITS & ((1 << TIME_BITS) - 1)) - MIDDLE_TIME
            found[original] = Candidate(original, mirror, (time + 0.5) * BIN_SECONDS, int(counts[i]))
    return list(found.values())
