"""Learns the projection of codes.py: `python -m tools.detection.matching.learning COPIES CLIPS OUT.npy`.

The arguments are those of calibration.py. Points of a copy and of its original that lie on each other, by the labels'
times and a similarity fitted to the frames, are copies of one point; the directions kept are those in which points vary
most over how much copying moves them (linear discriminant analysis, as in Strecha et al., LDAHash, 2012).
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import COMPONENTS, signs
from tools.detection.fingerprints.extract import FINGERPRINT_TASK, ORIGINAL, UPLOAD
from tools.detection.fingerprints.fingerprint import Fingerprint, read_fingerprint
from tools.detection.fingerprints.local import LEVEL_SIDES, PLACE_UNITS, Words, compare, mirrored
from tools.detection.matching.pairing import CELLS, A, agree, match_points
from tools.kernel.media.pool import MediaPool

Floats = npt.NDArray[np.floating]
Pairs = tuple[Words, Words]
_NEAR_SECONDS = 0.26
_MATCHED_WITHIN, _KEPT_WITHIN = 72, 84
_FEWEST_MATCHES, _FEWEST_CELLS = 5, 6
_NEAR, _SAME_LEVEL = 0.012, 0.3
# So many pairs of a copy and points of a clip, so that a long one does not outweigh others.
_OF_A_COPY, _OF_A_CLIP = 400, 2_500
_SHRINK = 0.05


def learn(pairs: Sequence[Pairs], clips: Sequence[Words]) -> npt.NDArray[np.float16]:
    """Return the (257, 128) projection from pairs of words of the same points and from words of all clips."""
    one, other = _all_signs([pair[0] for pair in pairs]), _all_signs([pair[1] for pair in pairs])
    flipped = _all_signs([mirrored(pair[0]) for pair in pairs])
    other_flipped = _all_signs([mirrored(pair[1]) for pair in pairs])
    every = _all_signs([part for words in clips for part in (words, mirrored(words))])
    moved: Floats = np.concatenate([one - other, flipped - other_flipped])
    within: Floats = moved.T @ moved / len(moved) / 2
    within += _SHRINK * np.trace(within) / len(within) * np.eye(len(within))
    middle: Floats = every.mean(0)
    total: Floats = np.cov((every - middle).T)
    root: Floats = np.linalg.cholesky(within)
    directions: Floats = np.linalg.eigh(np.linalg.solve(root, np.linalg.solve(root, total).T))[1]
    weights: Floats = np.linalg.solve(root.T, directions[:, ::-1][:, :COMPONENTS])
    # Half of all points lie on either side of zero, and one unit is what copying moves a point.
    zero: Floats = np.median((every - middle) @ weights, axis=0)
    unit: Floats = ((one - other) @ weights).std(0)
    scaled: Floats = weights / unit
    return np.vstack([scaled, -(zero / unit + middle @ scaled)]).astype(np.float16)


def _all_signs(parts: Sequence[Words]) -> Floats:
    return signs(np.concatenate(list(parts))).astype(np.float64)


def matched_words(query: Fingerprint, original: Fingerprint, segment: Mapping[str, Any]) -> list[Pairs]:
    """Return words of points that lie on each other in frames of the same moment, as a label's segment says."""
    found: list[Pairs] = []
    for i, seconds in enumerate(query.times):
        if not segment["q0"] - 0.1 <= seconds <= segment["q1"] + 0.1:
            continue
        moment = segment["r0"] + (seconds - segment["q0"]) * segment["speed"]
        j = int(np.argmin(np.abs(original.times - moment)))
        if abs(original.times[j] - moment) > _NEAR_SECONDS:
            continue
        mine, theirs = _points(query, i), _points(original, j)
        if segment["mirror"]:
            mine[1][:, 0] = query.width - mine[1][:, 0]
            mine = mirrored(mine[0]), *mine[1:]
        found += _on_each_other(mine, theirs)
    return found


_Points = tuple[Words, Floats, Floats]


def _points(found: Fingerprint, frame: int) -> _Points:
    """Return a frame's words, places in units of the longer side, and log2 of the level's side."""
    rows = slice(int(found.firsts[frame]), int(found.firsts[frame + 1]))
    places = found.places[rows]
    sides = np.log2(np.array(LEVEL_SIDES, np.float64))[places[:, 2]]
    return found.words[rows], places[:, :2].astype(np.float64) / PLACE_UNITS, sides


def _on_each_other(mine: _Points, theirs: _Points) -> list[Pairs]:
    words, places, sides = mine
    other_words, other_places, other_sides = theirs
    if min(len(words), len(other_words)) < _FEWEST_MATCHES:
        return []
    # Any: numba ships no types for what it compiled.
    matches: Any = match_points(words, other_words, _MATCHED_WITHIN)
    if len(matches) < _FEWEST_MATCHES:
        return []
    columns = [places[matches[:, 0], axis] for axis in (0, 1)]
    columns += [other_places[matches[:, 1], axis] for axis in (0, 1)]
    evidence: Any = agree(*(np.ascontiguousarray(column) for column in columns))[0]
    if evidence[CELLS] < _FEWEST_CELLS:
        return []
    a, b, c, d = evidence[A:]
    laid = np.column_stack([a * places[:, 0] - b * places[:, 1] + c, b * places[:, 0] + a * places[:, 1] + d])
    scale = float(np.log2(np.hypot(a, b)))
    apart = np.hypot(*(laid[:, None, axis] - other_places[None, :, axis] for axis in (0, 1)))
    level = np.abs(scale - sides[:, None] + other_sides[None])
    near = (apart < _NEAR * max(1.0, 2**scale)) & (level < _SAME_LEVEL)
    one, other = np.nonzero(near & (compare(words, other_words) <= _KEPT_WITHIN))
    return [(words[one], other_words[other])]


def main(copies: Path, clips: Path, out: Path) -> None:
    """Write the projection."""
    with (clips / "manifest.csv").open(encoding="utf-8") as file:
        paths = [clips / row["file"] for row in csv.DictReader(file)]
    lines = (copies / "dev_labels.jsonl").read_text("utf-8").splitlines()
    labels: list[dict[str, Any]] = [json.loads(line) for line in lines]
    with MediaPool() as pool:
        originals = {
            one.path.stem: read_fingerprint(one.body) for one in pool.map(FINGERPRINT_TASK, paths, ORIGINAL)
        }
        files = [copies / label["file"] for label in labels]
        queries = [read_fingerprint(one.body) for one in pool.map(FINGERPRINT_TASK, files, UPLOAD)]
    pairs: list[Pairs] = []
    for label, query in zip(labels, queries, strict=True):
        found = [
            one
            for segment in label["segs"]
            if segment["src"] in originals
            for one in matched_words(query, originals[segment["src"]], segment)
        ]
        if found:
            pairs.append(_some(found))
    draw = [np.random.RandomState(1).permutation(len(one.words))[:_OF_A_CLIP] for one in originals.values()]
    words = [one.words[kept] for one, kept in zip(originals.values(), draw, strict=True)]
    np.save(out, learn(pairs, words))


def _some(found: Sequence[Pairs]) -> Pairs:
    one, other = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    kept = np.random.RandomState(1).permutation(len(one))[:_OF_A_COPY]
    return one[kept], other[kept]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
