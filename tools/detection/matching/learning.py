"""Learns the projection of codes.py: `python -m tools.detection.matching.learning OUT.npy CLIPS COPIES...`.

The arguments are those of calibration.py. Points of a copy and of its original that lie on each other, by the labels'
times and a similarity fitted to the frames, are copies of one point; the directions kept are those in which points vary
most over how much copying moves them (linear discriminant analysis, as in Strecha et al., LDAHash, 2012).
"""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import COMPONENTS
from tools.detection.fingerprints.extract import ORIGINAL, UPLOAD
from tools.detection.fingerprints.local import (
    ASKED_POINTS,
    LEVEL_SIDES,
    ORIGINAL_POINTS,
    PLACE_UNITS,
    Histograms,
    LevelPoints,
    LocalFeatures,
    local_features,
    mirrored,
)
from tools.detection.matching.calibration import labels
from tools.detection.matching.pairing import CELLS, A, agree
from tools.kernel.media.frames import Sampling, Video, read_video
from tools.kernel.media.limits import MediaLimits

Floats = npt.NDArray[np.floating]
Pairs = tuple[Histograms, Histograms]
_NEAR_SECONDS = 0.26
# How alike histograms are (1: the same) that fit a similarity, and of points that lie on each other and are kept: those of
# any two points are 0.86 in the middle and above 0.95 for one in a hundred.
_MATCHED, _KEPT = 0.94, 0.9
_FEWEST_MATCHES, _FEWEST_CELLS = 5, 8
# In pixels of the original's level, and in powers of two of the level.
_NEAR_PIXELS, _SAME_LEVEL = 2.2, 0.3
# So many pairs of a copy and points of a clip, so that a long one does not outweigh others.
_OF_A_COPY, _OF_A_CLIP = 400, 2_500
_SHRINK = 0.05
_TRIES = 300
_SIDES = np.array(LEVEL_SIDES, np.float64)


@dataclass(frozen=True, slots=True)
class Film:
    """Features of a video's frames; width in units of the longer side."""

    width: float
    times: Floats
    frames: Sequence[LocalFeatures]


def film(video: Video, points: LevelPoints) -> Film:
    """Return the features of decoded frames, at most so many points of each level."""
    height, width = video.frames[0].gray.shape
    times = np.array([frame.seconds for frame in video.frames])
    features = [local_features(frame.gray, points) for frame in video.frames]
    return Film(width / max(width, height), times, features)


def learn(pairs: Sequence[Pairs], clips: Sequence[Histograms]) -> npt.NDArray[np.float16]:
    """Return the (129, 128) projection from pairs of histograms of the same points and from histograms of all clips."""
    one, other = _both_ways([pair[0] for pair in pairs]), _both_ways([pair[1] for pair in pairs])
    every = _both_ways(clips)
    moved: Floats = one - other
    within: Floats = moved.T @ moved / len(moved) / 2
    within += _SHRINK * np.trace(within) / len(within) * np.eye(len(within))
    middle: Floats = every.mean(0)
    total: Floats = np.cov((every - middle).T)
    root: Floats = np.linalg.cholesky(within)
    directions: Floats = np.linalg.eigh(np.linalg.solve(root, np.linalg.solve(root, total).T))[1]
    weights: Floats = np.linalg.solve(root.T, directions[:, ::-1][:, :COMPONENTS])
    # Half of all points lie on either side of zero, and one unit is what copying moves a point.
    zero: Floats = np.median((every - middle) @ weights, axis=0)
    unit: Floats = (moved @ weights).std(0)
    scaled: Floats = weights / unit
    return np.vstack([scaled, -(zero / unit + middle @ scaled)]).astype(np.float16)


def _both_ways(parts: Sequence[Histograms]) -> Floats:
    found = np.concatenate(list(parts))
    return np.concatenate([found, mirrored(found)]).astype(np.float64)


def matched_points(query: Film, original: Film, segment: Mapping[str, Any]) -> list[Pairs]:
    """Return histograms of points that lie on each other in frames of the same moment, as a label's segment says.

    A copy's points lie on the original's in the same way all the time: as they do where most of them agree.
    """
    shown = list(_same_moments(query, original, segment))
    found = [_agreed(mine, theirs) for mine, theirs in shown]
    best = max(found, key=lambda evidence: evidence[CELLS], default=None)
    if best is None or best[CELLS] < _FEWEST_CELLS:
        return []
    return [_on_each_other(mine, theirs, best[A:]) for mine, theirs in shown]


_Points = tuple[Histograms, Floats, Floats]


def _same_moments(
    query: Film, original: Film, segment: Mapping[str, Any]
) -> Iterator[tuple[_Points, _Points]]:
    for features, seconds in zip(query.frames, query.times, strict=True):
        if not segment["q0"] - 0.1 <= seconds <= segment["q1"] + 0.1:
            continue
        moment = segment["r0"] + (seconds - segment["q0"]) * segment["speed"]
        j = int(np.argmin(np.abs(original.times - moment)))
        if abs(original.times[j] - moment) > _NEAR_SECONDS:
            continue
        histograms, places, sides = _points(features)
        if segment["mirror"]:
            places[:, 0] = query.width - places[:, 0]
            histograms = mirrored(histograms)
        yield (histograms, places, sides), _points(original.frames[j])


def _points(found: LocalFeatures) -> _Points:
    """Return a frame's histograms, places in units of the longer side, and the sides of their levels."""
    return (
        found.histograms,
        found.places[:, :2].astype(np.float64) / PLACE_UNITS,
        _SIDES[found.places[:, 2]],
    )


def _agreed(mine: _Points, theirs: _Points) -> Floats:
    """Return the evidence of the similarity on which points agree that are each other's likest."""
    alike = mine[0] @ theirs[0].T
    if min(alike.shape) < _FEWEST_MATCHES:
        return np.zeros(CELLS + 1)
    one = np.arange(len(alike))
    other = alike.argmax(1)
    kept = (alike.argmax(0)[other] == one) & (alike[one, other] >= _MATCHED)
    if kept.sum() < _FEWEST_MATCHES:
        return np.zeros(CELLS + 1)
    places, other_places = mine[1][one[kept]], theirs[1][other[kept]]
    x, y, u, v = (np.ascontiguousarray(side[:, axis]) for side in (places, other_places) for axis in (0, 1))
    return np.asarray(agree(x, y, u, v, _TRIES)[0])


def _on_each_other(mine: _Points, theirs: _Points, similarity: Floats) -> Pairs:
    a, b, c, d = similarity
    places, other_places = mine[1], theirs[1]
    laid = np.column_stack([a * places[:, 0] - b * places[:, 1] + c, b * places[:, 0] + a * places[:, 1] + d])
    apart = np.hypot(*(laid[:, None, axis] - other_places[None, :, axis] for axis in (0, 1)))
    level = np.abs(np.log2(np.hypot(a, b) * theirs[2][None] / mine[2][:, None]))
    near = (apart * theirs[2][None] < _NEAR_PIXELS) & (level < _SAME_LEVEL)
    one, other = np.nonzero(near & (mine[0] @ theirs[0].T >= _KEPT))
    return mine[0][one], theirs[0][other]


def main(out: Path, clips: Path, copies: Sequence[Path]) -> None:
    """Write the projection."""
    with (clips / "manifest.csv").open(encoding="utf-8") as file:
        paths = [clips / row["file"] for row in csv.DictReader(file)]
    originals = {path.stem: _read(path, ORIGINAL) for path in paths}
    pairs: list[Pairs] = []
    for path, label in labels(copies):
        query = _read(path, UPLOAD)
        shown = [segment for segment in label["segs"] if segment["src"] in originals]
        found = [
            one for segment in shown for one in matched_points(query, originals[segment["src"]], segment)
        ]
        if found:
            pairs.append(_some(found))
    draw = np.random.RandomState(1)
    points = [np.concatenate([features.histograms for features in one.frames]) for one in originals.values()]
    np.save(out, learn(pairs, [one[draw.permutation(len(one))[:_OF_A_CLIP]] for one in points]))


def _read(path: Path, options: Mapping[str, Any]) -> Film:
    sampling = Sampling(**{name: value for name, value in options.items() if name != "original"})
    points = ORIGINAL_POINTS if "original" in options else ASKED_POINTS
    return film(read_video(path, sampling=sampling, limits=MediaLimits()), points)


def _some(found: Sequence[Pairs]) -> Pairs:
    one, other = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    kept = np.random.RandomState(1).permutation(len(one))[:_OF_A_COPY]
    return one[kept], other[kept]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
