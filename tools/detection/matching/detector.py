"""The whole check of one video: fingerprint, candidates, alignment, verification, verdict."""

import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.detection.fingerprints.extract import FINGERPRINT_TASK, ORIGINAL, PICTURES_TASK, UPLOAD
from tools.detection.fingerprints.fingerprint import Fingerprint, read_fingerprint
from tools.detection.fingerprints.picture import LEAST_CONTRAST
from tools.detection.matching.alignment import Alignment, align, align_pooled, straight_on, straightened
from tools.detection.matching.originals import Found
from tools.detection.matching.segment import NewOriginal, Original
from tools.detection.matching.segments import matched_segment
from tools.detection.matching.timing import retimed
from tools.detection.matching.verdict import (
    REVIEW_FROM,
    SURE,
    Match,
    Verdict,
    copy_probability,
    verdict_of,
    without_noise,
)
from tools.detection.matching.verification import Verification, verify
from tools.detection.original_store import OriginalStore
from tools.kernel.media.frames import Frame, Gray
from tools.kernel.media.limits import Fault, MediaError
from tools.kernel.media.pool import MediaPool

_LEAST_VOTES = 2
_MOST_CANDIDATES = 12
_LEAST_CELLS, _PLENTY_OF_CELLS = 8, 32
_MOST_VERIFIED = 8
# Alignments with a smaller share of another's cells at the same moments are not worth verifying.
_OF_ANOTHER = 0.3
_SAME_MOMENT_SECONDS = 0.5
_VERIFIED_FPS = 6.0
_VERIFIED_FRAMES = 600
# A match with so much smaller a share of blocks than another at the same place is its echo.
_ECHO = 0.12
# What is less likely than this is no copy at other moments either.
_POSSIBLE = 0.01
_MOSTLY = 0.5
_FRAME_HEAD = struct.Struct("<fHH")
# Whole pictures that differ in no more bits, of 256, may be the same.
_PICTURE_WITHIN = 70
_SAME_SHIFT_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of one file; `fault` says why it could not be read, and then there is no verdict."""

    path: Path
    verdict: Verdict | None
    matches: tuple[Match, ...]
    milliseconds: float
    fault: Fault | None = None


class Detector:
    """Checks videos against the originals, with as many processes and threads as there are cores."""

    def __init__(self, originals: OriginalStore, *, pool: MediaPool) -> None:
        self.originals = originals
        self._pool = pool

    def add(self, paths: Iterable[Path], *, owner: str) -> Iterator[tuple[Path, Fault | None]]:
        """Protect the files as the owner's originals, all in one step at the end; yield each file's fault or None."""
        added: list[NewOriginal] = []
        for outcome in self._pool.map(FINGERPRINT_TASK, paths, ORIGINAL):
            if outcome.fault is None:
                added.append(NewOriginal(Original(outcome.path.stem, owner), outcome.body))
            yield outcome.path, outcome.fault
        self.originals.add(added)

    def check_all(
        self, paths: Iterable[Path], *, allowed_owners: frozenset[str] = frozenset()
    ) -> Iterator[Check]:
        """Yield each file's check in order, several worked on at a time."""
        with ThreadPoolExecutor(self._pool.size) as threads:
            waiting: list[Future[Check]] = []
            for path in paths:
                waiting.append(threads.submit(self.check, path, allowed_owners=allowed_owners))
                if len(waiting) >= 4 * self._pool.size:
                    yield waiting.pop(0).result()
            for future in waiting:
                yield future.result()

    def check(self, path: Path, *, allowed_owners: frozenset[str] = frozenset()) -> Check:
        """Return what the file copies; the originals of allowed owners (its author, licensors) are not infringed."""
        started = time.perf_counter()
        try:
            query = read_fingerprint(self._pool.run(FINGERPRINT_TASK, path, UPLOAD))
            matches = self._matches(path, query, allowed_owners)
        except MediaError as error:
            return Check(path, None, (), _milliseconds(started), error.fault)
        return Check(path, verdict_of(matches), tuple(matches), _milliseconds(started))

    def _matches(self, path: Path, query: Fingerprint, allowed_owners: frozenset[str]) -> list[Match]:
        frames, considered = self._considered(path, query, allowed_owners)
        best: dict[str, _Judged] = {}
        for found, verification in considered:
            score = copy_probability(verification)
            known = best.get(found.original.name)
            if score >= REVIEW_FROM and (known is None or score > known.match.score):
                best[found.original.name] = _judged(query, frames, found, verification)
        return without_noise(_without_echoes(list(best.values())))

    def considered(self, path: Path) -> list[tuple[Original, Verification]]:
        """Return every verified alignment of a file, likely or not: what the calibration learns from. Raises MediaError."""
        query = read_fingerprint(self._pool.run(FINGERPRINT_TASK, path, UPLOAD))
        return [(found.original, told) for found, told in self._considered(path, query, frozenset())[1]]

    def _considered(
        self, path: Path, query: Fingerprint, allowed_owners: frozenset[str]
    ) -> tuple[list[Frame], list[tuple[Found, Verification]]]:
        """Return the video's frames, and the verified alignments on its candidates."""
        candidates = self.originals.find(query, least_votes=_LEAST_VOTES, most=_MOST_CANDIDATES)
        others = [found for found in candidates if found.original.owner not in allowed_owners]
        aligned = sorted(_alignments(query, others), key=lambda pair: -pair[1].cells)
        if not aligned:
            return [], []
        promising = [
            pair for i, pair in enumerate(aligned) if not _outdone(pair[1], [one for _, one in aligned[:i]])
        ]
        frames = self.frames(path)
        return frames, [
            (found, _verified(query, frames, found, alignment))
            for found, alignment in promising[:_MOST_VERIFIED]
        ]

    def frames(self, path: Path) -> list[Frame]:
        """Return the video's frames as the verification needs them. Raises MediaError."""
        options = {"fps": _VERIFIED_FPS, "most": _VERIFIED_FRAMES}
        return _unpacked(self._pool.run(PICTURES_TASK, path, options))


def _alignments(query: Fingerprint, candidates: Iterable[Found]) -> Iterator[tuple[Found, Alignment]]:
    """Yield the ways in which the video may lie on its candidates: by local features, by whole pictures."""
    laid = [
        (one, align(query, one.fingerprint, mirror=one.candidate.mirrored, offset=one.candidate.offset))
        for one in candidates
    ]
    # Beside an original that is plainly shown, points of many frames agree by chance more often than by another.
    plain = any(local is not None and local.cells >= _PLENTY_OF_CELLS for _, local in laid)
    for one, local in laid:
        if local is not None and local.cells >= _LEAST_CELLS:
            yield one, local
        if local is not None and local.cells >= _PLENTY_OF_CELLS:
            continue
        mirror, offset = one.candidate.mirrored, one.candidate.offset
        pooled = None if plain else align_pooled(query, one.fingerprint, mirror=mirror, offset=offset)
        if pooled is not None and pooled.cells >= _LEAST_CELLS:
            yield one, pooled
        whole = _whole_picture(query, one.fingerprint, mirror=mirror)
        if whole is not None:
            yield one, whole


def _outdone(alignment: Alignment, others: Sequence[Alignment]) -> bool:
    """Whether an alignment by points has far fewer cells than another that explains the same moments of the video."""
    return any(
        0 < alignment.cells < other.cells * _OF_ANOTHER
        and other.pairs[0][0] - _SAME_MOMENT_SECONDS <= alignment.pairs[0][0]
        and alignment.pairs[-1][0] <= other.pairs[-1][0] + _SAME_MOMENT_SECONDS
        for other in others
    )


def _whole_picture(query: Fingerprint, original: Fingerprint, *, mirror: bool) -> Alignment | None:
    """Return the alignment of pictures that look alike as a whole, laid straight on each other."""
    asked = query.mirrored_hashes if mirror else query.hashes
    distances = np.bitwise_count(asked[:, None] ^ original.hashes[None]).sum(2, dtype=np.int64)
    distances[query.contrasts < LEAST_CONTRAST] = 256
    near = np.argwhere(distances <= _PICTURE_WITHIN)
    if not len(near):
        return None
    shifts = original.times[near[:, 1]] - query.times[near[:, 0]]
    votes = (np.abs(shifts[:, None] - shifts[None]) <= _SAME_SHIFT_SECONDS).sum(1)
    offset = float(shifts[int(np.argmax(votes))])
    best: dict[int, tuple[int, float, float]] = {}
    for (i, j), shift in zip(near, shifts, strict=True):
        bits = int(distances[i, j])
        if abs(shift - offset) <= _SAME_SHIFT_SECONDS and bits < best.get(int(i), (257, 0.0, 0.0))[0]:
            best[int(i)] = bits, float(query.times[i]), float(original.times[j])
    pairs = tuple((one, other, 1.0) for _, one, other in best.values())
    return Alignment(mirror, offset, 1.0, 0.0, len(pairs), straight_on(query, original), pairs)


def _verified(query: Fingerprint, frames: list[Frame], found: Found, alignment: Alignment) -> Verification:
    pictures = decoded_pictures(found.fingerprint)
    best = verify(frames, pictures, alignment)
    if copy_probability(best) < SURE:
        # Points on what moves in the picture pull an alignment away from the whole picture's.
        best = _better(best, straightened(alignment, query, found.fingerprint), frames, pictures)
    if _POSSIBLE <= copy_probability(best) < SURE:
        best = _better(best, retimed(frames, pictures, best.alignment), frames, pictures)
    return best


def _better(
    known: Verification, other: Alignment | None, frames: list[Frame], pictures: Sequence[tuple[float, Gray]]
) -> Verification:
    """Return the likelier of what is known and of the other alignment verified, where there is one."""
    if other is None:
        return known
    again = verify(frames, pictures, other)
    return again if copy_probability(again) > copy_probability(known) else known


def _judged(query: Fingerprint, frames: list[Frame], found: Found, verification: Verification) -> "_Judged":
    alignment = verification.alignment
    video, original = matched_segment(
        frames,
        decoded_pictures(found.fingerprint),
        verification,
        video_seconds=max(query.duration_seconds, frames[-1].seconds),
        original_seconds=found.fingerprint.duration_seconds,
    )
    score = round(copy_probability(verification), 4)
    match = Match(found.original, video, original, alignment.mirrored, round(alignment.speed, 3), score)
    same = float(np.mean([moment.likeness for moment in verification.moments]))
    return _Judged(match, same, _region(query, found.fingerprint, alignment))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A match, how alike the pictures are, and where in the video's picture the original lies."""

    match: Match
    same: float
    region: tuple[float, float, float, float]


def _region(
    query: Fingerprint, original: Fingerprint, alignment: Alignment
) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the original in the video's (mirrored) picture, without its small rotation."""
    a, b, c, d = alignment.similarity
    scale = float(np.hypot(a, b))
    left, top = max(0.0, -c / scale), max(0.0, -d / scale)
    right, bottom = (original.width - c) / scale, (original.height - d) / scale
    return left, top, min(query.width, right), min(query.height, bottom)


def _without_echoes(judged: list[_Judged]) -> list[Match]:
    """Return the matches less those that a much better one explains: the same moments at the same place.

    Takes of one scene resemble each other; a picture shows only one of them.
    """
    kept: list[_Judged] = []
    for one in sorted(judged, key=lambda one: -one.same):
        if not any(
            one.same < better.same - _ECHO
            and _overlap(one.match.video_seconds, better.match.video_seconds) > _MOSTLY
            and _overlap(one.region[::2], better.region[::2]) > _MOSTLY
            and _overlap(one.region[1::2], better.region[1::2]) > _MOSTLY
            for better in kept
        ):
            kept.append(one)
    return sorted((one.match for one in kept), key=lambda match: -match.score)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return which share of the first span lies in the second."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, shared) / max(1e-6, one[1] - one[0])


def decoded_pictures(found: Fingerprint) -> list[tuple[float, Gray]]:
    """Return the pictures that are kept of an original, with their seconds."""
    import cv2  # noqa: PLC0415 - heavy, and only candidates are verified

    return [
        (
            float(seconds),
            np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8),
        )
        for seconds, picture in zip(found.times, found.pictures, strict=True)
    ]


def _unpacked(data: bytes) -> list[Frame]:
    frames: list[Frame] = []
    at = 0
    while at < len(data):
        seconds, width, height = _FRAME_HEAD.unpack_from(data, at)
        at += _FRAME_HEAD.size
        pixels = np.frombuffer(data, np.uint8, width * height, at).reshape(height, width)
        at += width * height
        frames.append(Frame(seconds, pixels))
    return frames


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
