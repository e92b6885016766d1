"""Recall, errors, speed and size of finding copies, beside vPDQ's rule and global hashes on the same copies."""

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.opening import progress_bar
from bot.measures.detection_distractors import write_distractors
from bot.measures.detection_peers import Peers, right_and_wrong, wilson
from bot.measures.figure import Figure, figure
from bot.measures.pirate_clips import Copy, write_copies, write_originals
from tools.detection.fingerprints.extract import FINGERPRINT_TASK, ORIGINAL, PICTURES_TASK, UPLOAD
from tools.detection.fingerprints.fingerprint import Fingerprint, read_fingerprint
from tools.detection.matching.alignment import align
from tools.detection.matching.detector import Detector
from tools.detection.matching.originals import Originals
from tools.detection.matching.segment import NewOriginal
from tools.detection.matching.verdict import COPY_FROM, Verdict
from tools.kernel.errors import OperatorError
from tools.kernel.media.pool import MediaPool

_SEED = 33
_FILMS, _STRANGERS, _OUTSIDE = 16, 8, 24
_RECALL, _A_TRANSFORM, _ERRORS = 0.98, 0.9, 0.001
_CHECKS_A_SECOND = 500.0
# What the detector asks its index for.
_LEAST_VOTES, _MOST_CANDIDATES = 2, 12
_FRAMES_A_SECOND = {"fps": 1.0, "most": 600}
_DECODE_ALONE = {"fps": 1.0, "most": 64, "keyframes": True, "longest_side": 32}
_OWNER = "measure"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Originals to protect, files to check with what each shows, and films that none of them shows."""

    originals: Sequence[Path]
    copies: Sequence[Copy]
    outside: Sequence[Path]


def measure_detection(
    *, copies: Path | None = None, originals: Path | None = None, distractors: int = 1_000_000
) -> Iterator[Figure]:
    """Yield the figures; own films unless labelled `copies` (JSON lines) of `originals` (a folder) are given."""
    with tempfile.TemporaryDirectory(prefix="guanghe-detection-") as made, MediaPool() as pool:
        folder = Path(made)
        outside = write_originals(folder / "outside", seed=_SEED + 1, count=_OUTSIDE)
        labelled = read_labels(copies, originals, outside) if copies else _own_films(folder, outside)
        originals_alone = Originals(folder / "index")
        detector = Detector(originals_alone, pool=pool)
        for path, fault in detector.add(labelled.originals, owner=_OWNER):
            if fault is not None:
                raise OperatorError(f"{path}: {fault.line}")
        yield from _quality(detector, pool, labelled)
        yield from _size(originals_alone, labelled)
        yield from _crowded(folder / "crowded", originals_alone, pool, labelled, distractors)


def read_labels(copies: Path, originals: Path | None, outside: Sequence[Path]) -> Labelled:
    """Return what the label file says: each line has `file`, `transform`, and `originals` or `segs` as make_copies.py.

    Originals that no copy shows become distractors, beside the films outside.
    """
    if originals is None:
        raise OperatorError(
            "measure detection: --copies needs --originals, the folder of the originals' files"
        )
    known = {path.stem: path for path in sorted(originals.iterdir()) if path.is_file()}
    rows: list[Copy] = []
    for number, line in enumerate(copies.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            shown = row.get("originals", [seg["src"] for seg in row.get("segs", ()) if seg["registered"]])
            rows.append(Copy(copies.parent / row["file"], row["transform"], tuple(dict.fromkeys(shown))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OperatorError(f"{copies}:{number}: {error!r}") from error
    wanted = {name for row in rows for name in row.originals}
    if not wanted:
        raise OperatorError(f"{copies}: no copy shows an original")
    if missing := sorted(wanted - set(known)):
        raise OperatorError(f"{originals}: has no original {missing[0]!r}")
    unused = [path for name, path in known.items() if name not in wanted and not _is_shown(name, rows)]
    return Labelled([known[name] for name in sorted(wanted)], rows, [*unused, *outside])


def _is_shown(name: str, copies: Sequence[Copy]) -> bool:
    """Whether a file that is to be checked was made from this film: their names begin with it."""
    return any(copy.path.stem.startswith(name) for copy in copies)


def _own_films(folder: Path, outside: Sequence[Path]) -> Labelled:
    originals = write_originals(folder / "originals", seed=_SEED, count=_FILMS)
    copies = write_copies(folder / "copies", seed=_SEED, originals=_FILMS, strangers=_STRANGERS)
    return Labelled(originals, list(copies), outside)


def _quality(detector: Detector, pool: MediaPool, labelled: Labelled) -> Iterator[Figure]:
    """Yield recall and errors of the three methods on the same files, and how quickly ours went."""
    peers = Peers({path.stem: _frames(pool, path) for path in labelled.originals})
    positives = [copy for copy in labelled.copies if copy.originals]
    others = [copy for copy in labelled.copies if not copy.originals]
    ours: list[set[str]] = []
    for words, copies in (("copies", positives), ("others", others)):
        if copies:
            rate, named = _checked(detector, copies)
            ours += named
            yield figure(
                f"detection.files.{words}", rate, unit="1/s", limit=_decode_rate(pool, copies), n=len(copies)
            )
    copies = [*positives, *others]
    prints, decoded = _rate(pool, FINGERPRINT_TASK, UPLOAD, copies), _decode_rate(pool, copies)
    yield figure("detection.fingerprints", prints, unit="1/s", limit=decoded, n=len(copies))
    queries = [_frames(pool, copy.path) for copy in copies]
    yield from _rates("ours", copies, ours)
    yield from _rates("vpdq", copies, [peers.vpdq(query) for query in queries])
    yield from _rates("global_hash", copies, [peers.whole_pictures(query) for query in queries])
    for transform, right, count in _by_transform(copies, ours):
        yield figure(f"detection.recall.{transform}", right / count, unit="1", limit=_A_TRANSFORM, n=count)


def _decode_rate(pool: MediaPool, copies: Sequence[Copy]) -> float:
    """Return how many files a second give their keyframes, in as many processes as the detector has."""
    return _rate(pool, PICTURES_TASK, _DECODE_ALONE, copies)


def _rate(pool: MediaPool, task: str, options: Mapping[str, Any], copies: Sequence[Copy]) -> float:
    started = time.perf_counter()
    for _ in pool.map(task, [copy.path for copy in copies], options):
        pass
    return len(copies) / (time.perf_counter() - started)


def _rates(method: str, copies: Sequence[Copy], named: Sequence[set[str]]) -> Iterator[Figure]:
    positives = [
        right_and_wrong(one, copy.originals)
        for copy, one in zip(copies, named, strict=True)
        if copy.originals
    ]
    strangers = [bool(one) for copy, one in zip(copies, named, strict=True) if not copy.originals]
    right, wrong = sum(one for one, _ in positives), sum(one for _, one in positives)
    low, high = wilson(right, len(positives))
    for name, value in (("", right / len(positives)), (".low", low), (".high", high)):
        yield figure(f"detection.recall.{method}{name}", value, unit="1", limit=_RECALL, n=len(positives))
    yield figure(
        f"detection.wrong_original.{method}",
        wrong / len(positives),
        unit="1",
        limit=_ERRORS,
        n=len(positives),
    )
    if strangers:
        share = sum(strangers) / len(strangers)
        yield figure(f"detection.false_positive.{method}", share, unit="1", limit=_ERRORS, n=len(strangers))


def _by_transform(copies: Sequence[Copy], named: Sequence[set[str]]) -> list[tuple[str, int, int]]:
    counts: dict[str, list[bool]] = {}
    for copy, one in zip(copies, named, strict=True):
        if copy.originals:
            counts.setdefault(copy.transform, []).append(right_and_wrong(one, copy.originals)[0])
    return [(transform, sum(right), len(right)) for transform, right in sorted(counts.items())]


def _size(originals: Originals, labelled: Labelled) -> Iterator[Figure]:
    stored = sum(path.stat().st_size for segment in originals.segments for path in segment.folder.iterdir())
    films = sum(path.stat().st_size for path in labelled.originals)
    count = len(labelled.originals)
    yield figure("detection.bytes_an_original", stored / count, unit="B", limit=films / count, n=count)


def _crowded(
    folder: Path, alone: Originals, pool: MediaPool, labelled: Labelled, distractors: int
) -> Iterator[Figure]:
    """Yield checks a second and recall among so many originals that no copy shows."""
    prints = [pool.run(FINGERPRINT_TASK, path, ORIGINAL) for path in labelled.outside]
    among = [NewOriginal(one, alone.fingerprint(one).to_bytes()) for one in alone]
    with progress_bar("distractors", distractors) as advance:
        codes = write_distractors(
            folder, among=among, prints=prints, count=distractors, seed=_SEED, told=advance
        )
    crowded = Originals(folder)
    detector = Detector(crowded, pool=pool)
    queries = [read_fingerprint(pool.run(FINGERPRINT_TASK, copy.path, UPLOAD)) for copy in labelled.copies]
    # Once before the clock runs: the index is then in memory, as on a machine that serves it.
    _in_threads(queries, lambda query: _candidates(crowded, query))
    for name, ask in (("lookups", _candidates), ("checks", _aligned)):
        rate, found = _in_threads(queries, lambda query, ask=ask: ask(crowded, query))
        yield figure(f"detection.{name}", rate, unit="1/s", limit=_CHECKS_A_SECOND, n=len(crowded))
        right = [
            bool(names & set(copy.originals))
            for copy, names in zip(labelled.copies, found, strict=True)
            if copy.originals
        ]
        yield figure(
            f"detection.{name}.recall", sum(right) / len(right), unit="1", limit=_RECALL, n=len(right)
        )
    rate, named = _checked(detector, labelled.copies)
    yield from _rates("among_distractors", labelled.copies, named)
    yield figure(
        "detection.files.among_distractors",
        rate,
        unit="1/s",
        limit=_decode_rate(pool, labelled.copies),
        n=len(labelled.copies),
    )
    held = sum(path.stat().st_size for one in crowded.segments for path in one.folder.glob("*.npy"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    yield figure("detection.peak_memory", peak, unit="B", limit=held, n=codes)


def _candidates(originals: Originals, query: Fingerprint) -> set[str]:
    """Return which originals may be in a fingerprint."""
    found = originals.candidates(query, least_votes=_LEAST_VOTES, most=_MOST_CANDIDATES)
    return {segment.original(candidate.original).name for _, segment, candidate in found}


def _aligned(originals: Originals, query: Fingerprint) -> set[str]:
    """Find them, read their features and lay the fingerprint on them: all of a check that needs no picture."""
    return {
        found.original.name
        for found in originals.find(query, least_votes=_LEAST_VOTES, most=_MOST_CANDIDATES)
        if align(query, found.fingerprint, mirror=found.candidate.mirrored, offset=found.candidate.offset)
    }


def _in_threads(
    queries: Sequence[Fingerprint], ask: Callable[[Fingerprint], set[str]]
) -> tuple[float, list[set[str]]]:
    """Return how many a second are asked, on all cores, and the answers."""
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = list(threads.map(ask, queries))
    return len(queries) / (time.perf_counter() - started), found


def _checked(detector: Detector, copies: Sequence[Copy]) -> tuple[float, list[set[str]]]:
    """Return files a second, and the originals that each check calls copied: what is left to a person is not named."""
    named: list[set[str]] = []
    with progress_bar("videos", len(copies)) as advance:
        started = time.perf_counter()
        for check in detector.check_all(copy.path for copy in copies):
            advance(1)
            sure = {match.original.name for match in check.matches if match.score >= COPY_FROM}
            named.append(sure if check.verdict is Verdict.COPY else set())
        seconds = time.perf_counter() - started
    return len(copies) / seconds, named


def _frames(pool: MediaPool, path: Path) -> Fingerprint:
    return read_fingerprint(pool.run(FINGERPRINT_TASK, path, _FRAMES_A_SECOND))
