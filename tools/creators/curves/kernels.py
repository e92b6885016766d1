"""The same as rows.place and tally.tally, compiled: for logs of many millions of rows.

Importing this imports numba and compiles nothing yet; the first call does, in seconds. Nothing is cached on disk: an
installed package may lie where it can't be written, and a build that is worth compiling for takes longer.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from tools.creators.curves.logs import Columns
from tools.creators.curves.rows import (
    BUCKETS,
    DAY_BITS,
    MOST_DAYS,
    POSITION_BITS,
    Flags,
    Integers,
    Keys,
    Longs,
    Placed,
)
from tools.creators.curves.slab import Slab
from tools.creators.curves.tally import Bucket, Tallied, group_bounds

Places = npt.NDArray[np.uint32]
_Kernel = TypeVar("_Kernel", bound=Callable[..., object])
_BITS = np.uint64(POSITION_BITS)
_REST = np.uint64(POSITION_BITS + 1)
_MASK = np.uint64((1 << POSITION_BITS) - 1)
_DAY_BITS, _DAY_MASK = np.uint64(DAY_BITS), np.uint64((1 << DAY_BITS) - 1)
_ONE = np.uint64(1)
_NEXT = np.uint32(1)
UNSEEN, _FINE = -2, -1
# splitmix64: neighbouring viewer ids land far apart.
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)


def _compiled(function: _Kernel) -> _Kernel:
    compiler: Any = numba  # Any: numba ships no types
    return cast("_Kernel", compiler.njit(nogil=True)(function))


def place(
    columns: Columns,
    *,
    table: Integers,
    durations: Integers,
    buckets: npt.NDArray[np.int16],
    ranks: Integers,
    slab: Slab,
) -> Placed | int:
    """Return the rows by bucket as `rows.place`, or the place of the first row that `rows.first_bad` finds.

    `table` gives the place of each work by its id, or below 0 where that is not known yet: then UNSEEN comes back. The
    others are by place; they may lack places that the table has got since. The rows are put into the slab, and counted there.
    """
    bounds = np.zeros(BUCKETS + 1, np.int64)
    present = np.zeros(MOST_DAYS + 1, np.bool_)
    works = np.empty(len(columns), np.uint32)
    seconds = (columns.starts, columns.ends, columns.likes)
    found = int(
        _check(columns.works, columns.days, *seconds, table, durations, buckets, bounds, present, works)
    )
    if found != _FINE:
        return found
    placed = Placed(bounds, slab.room(len(columns)), present)
    following = bounds[:-1].copy()
    kept = (columns.viewers, columns.exited)
    counts = slab.counts(len(durations))
    _scatter(works, columns.days, *seconds, *kept, buckets, ranks, following, counts, placed.rows)
    return placed


def tally(bucket: Bucket, *, places: Integers, days: int) -> Tallied:
    """Return the same curves as `tally.tally`."""
    bounds = group_bounds(bucket.positions, days=days)
    groups, size = len(bounds) - 1, int(bounds[-1])
    counts = np.zeros(groups + 1, np.int64)
    if bucket.counts is not None and days == 1:
        # Each work is one group: to read all rows for the lengths of the groups is not needed.
        counts[1:] = bucket.counts
    else:
        for piece in bucket.pieces:
            _count_rows(piece, places, days, counts)
    np.cumsum(counts, out=counts)
    viewers, packed = (np.empty(int(counts[-1]), np.uint64) for _ in range(2))
    following = counts[:-1].copy()
    for piece in bucket.pieces:
        _gather(piece, places, days, following, viewers, packed)
    seen, likes, exits, covered = (np.zeros(size, np.int64) for _ in range(4))
    plays, distinct = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    largest = int(np.diff(counts).max(initial=0))
    slots = np.empty(_table_size(largest), np.int32)
    _count(
        counts,
        viewers,
        packed,
        bounds,
        slots,
        np.empty(largest, np.int32),
        np.empty(largest, np.int32),
        np.empty(largest, np.uint64),
        seen,
        likes,
        exits,
        covered,
        plays,
        distinct,
    )
    return Tallied(bounds, np.diff(counts), plays, distinct, seen, likes, exits, covered - seen)


@_compiled
def _check(  # noqa: PLR0913, PLR0917 - arrays are all that a compiled function takes
    ids: Longs,
    days: Integers,
    starts: Integers,
    ends: Integers,
    likes: Integers,
    table: Integers,
    durations: Integers,
    buckets: npt.NDArray[np.int16],
    bounds: Longs,
    present: Flags,
    works: Places,
) -> int:
    """Note each row's work, the days, and where each bucket begins; return a bad row's place, UNSEEN or _FINE."""
    table_size, known = np.uint64(table.size), np.uint32(durations.size)
    for row in range(ids.size):
        # As unsigned numbers, ids below 0 are too large as well, and no index is looked at for its sign.
        number = np.uint64(ids[row])
        place = table[number] if number < table_size else np.int32(0)
        work = np.uint32(place)
        if work >= known:
            return UNSEEN
        works[row] = work
        duration = durations[work]
        bad = duration <= 0 or days[row] < 0 or days[row] > MOST_DAYS or starts[row] < 0
        if bad or ends[row] < starts[row] or ends[row] > duration or likes[row] > duration:
            return row
        present[np.uint32(days[row])] = True
        bounds[np.uint32(buckets[work]) + _NEXT] += 1
    for bucket in range(1, bounds.size):
        bounds[bucket] += bounds[bucket - 1]
    return _FINE


@_compiled
def _scatter(  # noqa: PLR0913, PLR0917 - arrays are all that a compiled function takes
    works: Places,
    days: Integers,
    starts: Integers,
    ends: Integers,
    likes: Integers,
    viewers: Keys,
    exited: Flags,
    buckets: npt.NDArray[np.int16],
    ranks: Integers,
    following: Longs,
    counts: Longs,
    placed: Keys,
) -> None:
    for row in range(works.size):
        work = works[row]
        bucket = np.uint32(buckets[work])
        at = np.uint64(following[bucket])
        following[bucket] += 1
        counts[work] += 1
        placed[at, 0] = np.uint64(ranks[work]) << _DAY_BITS | np.uint64(days[row])
        placed[at, 1] = viewers[row]
        seconds = np.uint64(starts[row]) << _BITS | np.uint64(ends[row])
        placed[at, 2] = seconds << _REST | np.uint64(likes[row] + 1) << _ONE | np.uint64(exited[row])


@_compiled
def _group(key: np.uint64, places: Integers, days: int) -> np.uint64:
    """Return the group of a row: by its work's rank, then by its day's place among the file's."""
    return (key >> _DAY_BITS) * np.uint64(days) + np.uint64(places[key & _DAY_MASK])


@_compiled
def _count_rows(rows: Keys, places: Integers, days: int, counts: Longs) -> None:
    """Count the rows of each group, shifted by one."""
    for row in range(rows.shape[0]):
        counts[_group(rows[row, 0], places, days) + _ONE] += 1


@_compiled
def _gather(rows: Keys, places: Integers, days: int, following: Longs, viewers: Keys, packed: Keys) -> None:
    """Bring the rows of each group together; `following` is where the next row of each group goes."""
    for row in range(rows.shape[0]):
        group = _group(rows[row, 0], places, days)
        at = np.uint64(following[group])
        following[group] += 1
        viewers[at] = rows[row, 1]
        packed[at] = rows[row, 2]


@_compiled
def _table_size(rows: int) -> int:
    """Return a power of two of at least twice as many slots as rows."""
    size = 4
    while size < 2 * rows:
        size *= 2
    return size


@_compiled
def _slot(slots: Integers, viewers: Keys, row: int) -> np.uint64:
    """Return the slot of a row's viewer: the one that has a row of theirs, or a free one."""
    mask = np.uint64(slots.size - 1)
    mixed = viewers[row]
    mixed = (mixed ^ mixed >> _SHIFT_1) * _MIX_1
    mixed = (mixed ^ mixed >> _SHIFT_2) * _MIX_2
    slot = (mixed >> _SHIFT_3 ^ mixed) & mask
    while slots[slot] >= 0 and viewers[np.uint32(slots[slot])] != viewers[row]:
        slot = slot + _ONE & mask
    return slot


@_compiled
def _add_once(seconds: Keys, seen: Longs) -> None:
    """Change the differences of one viewer's rows, starts and ends packed, to those of the seconds seen once."""
    if seconds.size == 2:  # noqa: PLR2004 - by far the most of them
        if seconds[1] < seconds[0]:
            seconds[0], seconds[1] = seconds[1], seconds[0]
    else:
        seconds.sort()
    furthest = np.int64(-1)
    for value in seconds:
        start, end = np.int64(value >> _BITS), np.int64(value & _MASK)
        # Taken out as a row that covers, put back with what it adds.
        begin = max(start, furthest + 1)
        seen[start] -= 1
        if begin <= end:
            seen[begin] += 1
        elif end + 1 < seen.size:
            seen[end + 1] += 1
        furthest = max(furthest, end)


@_compiled
def _count_again(
    several: Integers, slots: Integers, chain: Integers, packed: Keys, again: Keys, seen: Longs
) -> None:
    """Count the seconds of viewers with several rows once."""
    for slot in several:
        length = 0
        row = slots[slot]
        while row >= 0:
            again[length] = packed[row] >> _REST
            length += 1
            row = chain[row]
        _add_once(again[:length], seen)


@_compiled
def _count(  # noqa: PLR0913, PLR0917 - arrays are all that a compiled function takes
    counts: Longs,
    viewers: Keys,
    packed: Keys,
    bounds: Longs,
    slots: Integers,
    chain: Integers,
    several: Integers,
    again: Keys,
    seen: Longs,
    likes: Longs,
    exits: Longs,
    covered: Longs,
    plays: Longs,
    distinct: Longs,
) -> None:
    """Count group by group."""
    for group in range(plays.size):
        low, high = counts[group], counts[group + 1]
        if low == high:
            continue
        begin, end = bounds[group], bounds[group + 1]
        table = _table_size(high - low)
        plays[group], distinct[group] = _count_group(
            viewers[low:high],
            packed[low:high],
            slots[:table],
            chain,
            several,
            again,
            seen[begin:end],
            likes[begin:end],
            exits[begin:end],
            covered[begin:end],
        )


@_compiled
def _count_group(
    viewers: Keys,
    packed: Keys,
    slots: Integers,
    chain: Integers,
    several: Integers,
    again: Keys,
    seen: Longs,
    likes: Longs,
    exits: Longs,
    covered: Longs,
) -> tuple[int, int]:
    """Count the seconds of one work and day; return its plays and its different viewers.

    `slots` is a table of each viewer's last row, `chain` leads from a row to the one before it.
    """
    slots[:] = -1
    size = np.uint64(covered.size)
    plays = 0
    distinct = 0
    several_here = 0
    for row in range(packed.size):
        value = packed[row]
        start, end = value >> (_REST + _BITS), value >> _REST & _MASK
        covered[start] += 1
        if end + _ONE < size:
            covered[end + _ONE] -= 1
        like = value >> _ONE & _MASK
        if like > 0:
            likes[like - _ONE] += 1
        exits[end] += np.int64(value & _ONE)
        plays += start == 0
        slot = _slot(slots, viewers, row)
        earlier = slots[slot]
        chain[row] = earlier
        slots[slot] = row
        if earlier < 0:
            distinct += 1
        elif chain[np.uint32(earlier)] < 0:
            # The viewer's second row: remembered once.
            several[np.uint32(several_here)] = np.int32(slot)
            several_here += 1
    seen[:] = covered
    _count_again(several[:several_here], slots, chain, packed, again, seen)
    for second in range(1, covered.size):
        covered[second] += covered[second - 1]
        seen[second] += seen[second - 1]
    return plays, distinct
