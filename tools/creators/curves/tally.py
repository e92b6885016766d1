"""From placed rows of one bucket to curves, in numpy: for small inputs, and the equal of kernels.py in tests."""

from dataclasses import dataclass

import numpy as np

from tools.creators.curves.rows import DAY_BITS, POSITION_BITS, WORDS, Integers, Keys, Longs

_MASK = np.uint64((1 << POSITION_BITS) - 1)
_DAY_MASK = np.uint64((1 << DAY_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The placed rows of one bucket, as they came out of each batch of the log.

    `positions` is by rank of a work: how many seconds it has, its end included; `counts` how many rows, where known.
    """

    pieces: tuple[Keys, ...]
    positions: Longs
    counts: Longs | None = None


@dataclass(frozen=True, slots=True)
class Tallied:
    """Curves of a bucket, one group for each rank and day: group = rank * days in the file + place of the day.

    The seconds of group g lie from `bounds[g]` to `bounds[g + 1]` in the four arrays. A row counts for each second that
    it covers: the first time for `viewers`, every further time on that day for `replays`.
    """

    bounds: Longs
    rows: Longs
    plays: Longs
    distinct: Longs
    viewers: Longs
    likes: Longs
    exits: Longs
    replays: Longs


def group_bounds(positions: Longs, *, days: int) -> Longs:
    """Return where the seconds of each group begin, and after the last one the end."""
    bounds = np.zeros(len(positions) * days + 1, np.int64)
    np.cumsum(np.repeat(positions, days), out=bounds[1:])
    return bounds


def tally(bucket: Bucket, *, places: Integers, days: int) -> Tallied:
    """Return the curves of a bucket; `places` gives the place of each of the file's `days` days by its count."""
    bounds = group_bounds(bucket.positions, days=days)
    keys, all_viewers, seconds = np.concatenate([np.zeros((0, WORDS), np.uint64), *bucket.pieces]).T
    ranks, day = keys >> np.uint64(DAY_BITS), keys & _DAY_MASK
    groups = ranks.astype(np.int64) * days + places[day]
    starts, ends, likes, exited = _unpacked(seconds)
    count = len(bounds) - 1
    size = int(bounds[-1])
    at = bounds[groups]
    covered = _covered(at + starts, at + ends, size)
    # Sorted by viewer and start, what a row adds begins after the furthest end before it.
    order = np.lexsort((starts, all_viewers, groups))
    viewers, group, start, end = (each[order] for each in (all_viewers, groups, starts, ends))
    first = np.ones(len(order), bool)
    first[1:] = (viewers[1:] != viewers[:-1]) | (group[1:] != group[:-1])
    # Each viewer's ends are lifted above those of all viewers before, so that one running maximum serves all.
    lift = np.cumsum(first) << POSITION_BITS
    furthest = np.maximum.accumulate(end + lift)
    before = np.full(len(order), -1, np.int64)
    before[1:] = furthest[:-1] - lift[1:]
    added = np.where(first, start, np.maximum(start, before + 1))
    new = added <= end
    at = bounds[group]
    seen = _covered((at + added)[new], (at + end)[new], size)
    liked = likes >= 0
    return Tallied(
        bounds,
        rows=np.bincount(groups, minlength=count),
        plays=np.bincount(groups[starts == 0], minlength=count),
        distinct=np.bincount(group[first], minlength=count),
        viewers=seen,
        likes=np.bincount((bounds[groups] + likes)[liked], minlength=size),
        exits=np.bincount((bounds[groups] + ends)[exited], minlength=size),
        replays=covered - seen,
    )


def _unpacked(seconds: Keys) -> tuple[Longs, Longs, Longs, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Return starts, ends, likes (-1 without) and exits of packed seconds."""
    bits = np.uint64(POSITION_BITS)
    rest = np.uint64(POSITION_BITS + 1)
    starts = (seconds >> (rest + bits)).astype(np.int64)
    ends = (seconds >> rest & _MASK).astype(np.int64)
    likes = (seconds >> np.uint64(1) & _MASK).astype(np.int64) - 1
    return starts, ends, likes, (seconds & np.uint64(1)).astype(bool)


def _covered(starts: Longs, ends: Longs, size: int) -> Longs:
    """Return how many of the ranges, both ends included, cover each place; no range leaves its own group."""
    change = np.bincount(starts, minlength=size + 1) - np.bincount(ends + 1, minlength=size + 1)
    return np.cumsum(change)[:size]
