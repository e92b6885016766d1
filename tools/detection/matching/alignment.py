"""How a video lies on an original: orientation, offset, speed and similarity, by votes of matched frames."""
# numba ships no types for what it compiled; values are typed where they come back.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.codes import Words, mirrored
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import PLACE_UNITS, Places
from tools.detection.matching.pairing import (
    CELLS,
    GRID,
    A,
    B,
    C,
    D,
    agree_in_time,
    pair_frames,
    pool_frames,
)

Floats = npt.NDArray[np.float64]

_NEAR_SECONDS = 0.5
_FEWEST_CELLS = 4
# The largest speed-up or slow-down that is looked for, with the slack of the votes' bins.
_SPEED_SLACK = 0.27
_OFFSET_SLACK_SECONDS = 2.0
_WHOLLY_COMPARED = 600
_STRAIGHT, _NEARLY_STRAIGHT = 0.02, 0.2
_POOLED_SECONDS = 1.0
_SIDES = (slice(0, 2), slice(2, 4))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Time and place of a video on an original, and what speaks for them.

    The original's time is `offset` + `speed` x the video's; a point (x, y) of the video, mirrored first where
    `mirrored`, lies at (a x - b y + c, b x + a y + d) of the original, both in units of the longer side.
    `cells` are distinct places of the picture that agree, summed over `frames` of the video; `pairs` are (video's
    seconds, original's seconds, cells).
    """

    mirrored: bool
    offset: float
    speed: float
    cells: float
    frames: int
    similarity: tuple[float, float, float, float]
    pairs: tuple[tuple[float, float, float], ...]

    @property
    def matrix(self) -> Floats:
        """The similarity as (2, 3): the video's x, y, 1 to the original's u, v."""
        a, b, c, d = self.similarity
        return np.array([[a, -b, c], [b, a, d]])


def align(
    query: Fingerprint, original: Fingerprint, *, mirror: bool, offset: float | None = None
) -> Alignment | None:
    """Return the best alignment, None when nothing agrees; an offset narrows what is compared of long videos."""
    pairs = _frame_pairs(query.times, original.times, offset=offset)
    words, places = _points(query, mirror=mirror)
    evidence: Floats = pair_frames(
        words, places, query.firsts, original.words, original.places, original.firsts, pairs
    )
    good = evidence[:, CELLS] >= _FEWEST_CELLS
    if not good.any():
        return None
    evidence, pairs = evidence[good], pairs[good]
    times = query.times[pairs[:, 0]].astype(np.float64)
    other_times = original.times[pairs[:, 1]].astype(np.float64)
    members: npt.NDArray[np.bool_]
    cells, shift, speed, members = agree_in_time(times, other_times, pairs[:, 0], evidence, _NEAR_SECONDS)
    if not members.any():
        return None
    middle = np.average(evidence[members][:, [A, B, C, D]], axis=0, weights=evidence[members, CELLS])
    return Alignment(
        mirrored=mirror,
        offset=float(shift),
        speed=float(speed),
        cells=float(cells),
        frames=int(members.sum()),
        similarity=(float(middle[0]), float(middle[1]), float(middle[2]), float(middle[3])),
        pairs=tuple(
            (float(one), float(other), float(row[CELLS]))
            for one, other, row in zip(times[members], other_times[members], evidence[members], strict=True)
        ),
    )


def align_pooled(
    query: Fingerprint, original: Fingerprint, *, mirror: bool, offset: float
) -> Alignment | None:
    """Return the alignment on which the points of all frames near this offset agree together.

    It finds an original that fills a small part of the picture, of which no frame alone shows enough points.
    """
    shifts = original.times[None] - query.times[:, None] - offset
    pairs = np.argwhere(np.abs(shifts) <= _POOLED_SECONDS).astype(np.int64)
    words, places = _points(query, mirror=mirror)
    evidence, rows, at = pool_frames(
        words, places, query.firsts, original.words, original.places, original.firsts, pairs
    )
    if evidence[CELLS] < _FEWEST_CELLS:
        return None
    # Every frame of the video counts with the cells of its best partner.
    best: dict[int, tuple[float, float, float]] = {}
    for row in np.unique(rows):
        here, there = (
            np.unique((at[side][:, rows == row] * GRID).astype(np.int64), axis=1) for side in _SIDES
        )
        i, j = pairs[row]
        cells = float(min(here.shape[1], there.shape[1]))
        if cells > best.get(int(i), (0.0, 0.0, 0.0))[2]:
            best[int(i)] = float(query.times[i]), float(original.times[j]), cells
    found = tuple(best[i] for i in sorted(best))
    a, b, c, d = (float(value) for value in evidence[A:])
    return Alignment(
        mirrored=mirror,
        offset=float(
            np.average([other - one for one, other, _ in found], weights=[cells for *_, cells in found])
        ),
        speed=1.0,
        cells=sum(cells for *_, cells in found),
        frames=len(found),
        similarity=(a, b, c, d),
        pairs=found,
    )


def _points(query: Fingerprint, *, mirror: bool) -> tuple[Words, Places]:
    """Return codes and places of the video's points, in its mirrored picture where asked."""
    if not mirror:
        return query.words, query.places
    places = query.places.copy()
    width = np.round(query.width * PLACE_UNITS)
    places[:, 0] = width - np.minimum(places[:, 0], width)
    return mirrored(query.words), places


def straight_on(query: Fingerprint, original: Fingerprint) -> tuple[float, float, float, float]:
    """Return the similarity that lays the whole of one picture on the whole of the other."""
    return original.width / query.width, 0.0, 0.0, 0.0


def straightened(alignment: Alignment, query: Fingerprint, original: Fingerprint) -> Alignment | None:
    """Return the alignment laid straight on the original, None where it lies there already or far from it."""
    straight = straight_on(query, original)
    apart = max(abs(one - other) for one, other in zip(alignment.similarity, straight, strict=True))
    if not _STRAIGHT <= apart <= _NEARLY_STRAIGHT:
        return None
    return replace(alignment, similarity=straight)


def _frame_pairs(
    times: npt.NDArray[np.float32], other_times: npt.NDArray[np.float32], *, offset: float | None
) -> npt.NDArray[np.int64]:
    """Return the index pairs of frames that may show the same moment."""
    # What repeats itself gets votes at several offsets: short videos are compared wholly.
    if offset is None or len(times) * len(other_times) <= _WHOLLY_COMPARED:
        return np.stack(
            np.meshgrid(np.arange(len(times)), np.arange(len(other_times)), indexing="ij"), 2
        ).reshape(-1, 2)
    span = min(20.0, float(times[-1] - times[0]))
    slack = _OFFSET_SLACK_SECONDS + _SPEED_SLACK * span
    near = np.abs(other_times[None] - times[:, None] - offset) <= slack
    return np.argwhere(near).astype(np.int64)
