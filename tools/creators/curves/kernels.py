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
    MOST_DAYS,
    POSITION_BITS,
    Flags,
    Integers,
    Keys,
    Longs,
    Placed,
)
from tools.creators.curves.tally import Bucket, Tallied, group_bounds

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])
_BITS = np.uint64(POSITION_BITS)
_REST = np.uint64(POSITION_BITS + 1)
_MASK = np.uint64((1 << POSITION_BITS) - 1)
_ONE = np.uint64(1)
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
) -> Placed | int:
    """Return the rows by bucket as `rows.place`, or the place of the first row that `rows.first_bad` finds.

    `table` gives the place of each work by its id, or below 0 where that is not known yet: then UNSEEN comes back. The
    others are by place; they may lack places that the table has got since.
    """
    bounds = np.zeros(BUCKETS + 1, np.int64)
    present = np.zeros(MOST_DAYS + 1, np.bool_)
    count = len(columns)
    works = np.empty(count, np.int32)
    seconds = (columns.starts, columns.ends, columns.likes)
    found = int(
        _check(columns.works, columns.days, *seconds, table, durations, buckets, bounds, present, works)
    )
    if found != _FINE:
        return found
    placed = Placed(
        bounds,
        np.empty(count, np.int32),
        np.empty(count, np.uint16),
        np.empty(count, np.uint64),
        np.empty(count, np.uint64),
        present,
    )
    _scatter(
        works,
        columns.days,
        *seconds,
        columns.viewers,
        columns.exited,
        buckets,
        ranks,
        bounds[:-1].copy(),
        placed.ranks,
        placed.days,
        placed.viewers,
        placed.packed,
    )
    return placed


def tally(bucket: Bucket, *, places: Integers, days: int) -> Tallied:
    """Return the same curves as `tally.tally`."""
    bounds = group_bounds(bucket.positions, days=days)
    groups, size = len(bounds) - 1, int(bounds[-1])
    counts = np.zeros(groups + 1, np.int64)
    for piece in bucket.pieces:
        _count_rows(piece.ranks, piece.days, places, days, counts)
    np.cumsum(counts, out=counts)
    viewers, packed = (np.empty(int(counts[-1]), np.uint64) for _ in range(2))
    following = counts[:-1].copy()
    for piece in bucket.pieces:
        rows = (piece.ranks, piece.days, piece.viewers, piece.packed)
        _gather(*rows, places, days, following, viewers, packed)
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
    works: Integers,
) -> int:
    """Note each row's work, the days, and where each bucket begins; return a bad row's place, UNSEEN or _FINE."""
    for row in range(ids.size):
        known = 0 <= ids[row] < table.size
        work = table[ids[row]] if known else np.int32(0)
        if work < 0 or work >= durations.size:
            return UNSEEN
        works[row] = work
        duration = durations[work]
        bad = duration <= 0 or days[row] < 0 or days[row] > MOST_DAYS or starts[row] < 0
        if bad or ends[row] < starts[row] or ends[row] > duration or likes[row] > duration:
            return row
        present[days[row]] = True
        bounds[buckets[work] + 1] += 1
    for bucket in range(1, bounds.size):
        bounds[bucket] += bounds[bucket - 1]
    return _FINE


@_compiled
def _scatter(  # noqa: PLR0913, PLR0917 - arrays are all that a compiled function takes
    works: Integers,
    days: Integers,
    starts: Integers,
    ends: Integers,
    likes: Integers,
    viewers: Keys,
    exited: Flags,
    buckets: npt.NDArray[np.int16],
    ranks: Integers,
    following: Longs,
    placed_ranks: Integers,
    placed_days: npt.NDArray[np.uint16],
    placed_viewers: Keys,
    placed_packed: Keys,
) -> None:
    for row in range(works.size):
        work = works[row]
        at = following[buckets[work]]
        following[buckets[work]] = at + 1
        placed_ranks[at] = ranks[work]
        placed_days[at] = days[row]
        placed_viewers[at] = viewers[row]
        seconds = np.uint64(starts[row]) << _BITS | np.uint64(ends[row])
        placed_packed[at] = seconds << _REST | np.uint64(likes[row] + 1) << _ONE | np.uint64(exited[row])


@_compiled
def _count_rows(
    ranks: Integers, days: npt.NDArray[np.uint16], places: Integers, days_in_file: int, counts: Longs
) -> None:
    """Count the rows of each group, shifted by one."""
    for row in range(ranks.size):
        counts[ranks[row] * days_in_file + places[days[row]] + 1] += 1


@_compiled
def _gather(
    ranks: Integers,
    days: npt.NDArray[np.uint16],
    viewers: Keys,
    packed: Keys,
    places: Integers,
    days_in_file: int,
    following: Longs,
    sorted_viewers: Keys,
    sorted_packed: Keys,
) -> None:
    """Bring the rows of each group together; `following` is where the next row of each group goes."""
    for row in range(ranks.size):
        group = ranks[row] * days_in_file + places[days[row]]
        at = following[group]
        following[group] = at + 1
        sorted_viewers[at] = viewers[row]
        sorted_packed[at] = packed[row]


@_compiled
def _table_size(rows: int) -> int:
    """Return a power of two of at least twice as many slots as rows."""
    size = 4
    while size < 2 * rows:
        size *= 2
    return size


@_compiled
def _slot(slots: Integers, viewers: Keys, row: int) -> np.int64:
    """Return the slot of a row's viewer: the one that has a row of theirs, or a free one."""
    mask = np.uint64(slots.size - 1)
    mixed = viewers[row]
    mixed = (mixed ^ mixed >> _SHIFT_1) * _MIX_1
    mixed = (mixed ^ mixed >> _SHIFT_2) * _MIX_2
    slot = (mixed >> _SHIFT_3 ^ mixed) & mask
    while slots[slot] >= 0 and viewers[slots[slot]] != viewers[row]:
        slot = slot + _ONE & mask
    return np.int64(slot)


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
    plays = 0
    distinct = 0
    several_here = 0
    for row in range(packed.size):
        value = packed[row]
        start, end = np.int64(value >> (_REST + _BITS)), np.int64(value >> _REST & _MASK)
        covered[start] += 1
        if end + 1 < covered.size:
            covered[end + 1] -= 1
        like = np.int64(value >> _ONE & _MASK)
        if like > 0:
            likes[like - 1] += 1
        exits[end] += np.int64(value & _ONE)
        plays += start == 0
        slot = _slot(slots, viewers, row)
        earlier = slots[slot]
        chain[row] = earlier
        slots[slot] = row
        if earlier < 0:
            distinct += 1
        elif chain[earlier] < 0:
            # The viewer's second row: remembered once.
            several[several_here] = np.int32(slot)
            several_here += 1
    seen[:] = covered
    _count_again(several[:several_here], slots, chain, packed, again, seen)
    for second in range(1, covered.size):
        covered[second] += covered[second - 1]
        seen[second] += seen[second - 1]
    return plays, distinct
