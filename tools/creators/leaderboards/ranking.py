"""Ranks of millions of values, whole and within groups; numpy only.

The rule of ties: equal values share the better rank and the next rank is skipped (1, 2, 2, 4). Where equal ones
must stand in some order, the caller's order decides (earlier joined, then the smaller id), so every value has a
place of its own as well: 1, 2, 3, 4.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

_BITS = 63
_SHORT = 2**16


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows in order of their place: `order[0]` is the row at the first place, `ranks[0]` its rank."""

    order: Places
    ranks: Places


def rank(values: Counts) -> Ranked:
    """Return the rows from the highest value to the lowest with their ranks; rows are in tie order.

    The row's number is packed below its value, so that one sort of plain integers gives a stable order: numpy sorts
    those several times faster than it sorts by reference.
    """
    size = len(values)
    if not size:
        return Ranked(np.empty(0, np.int32), np.empty(0, np.int32))
    highest, lowest = int(values.max()), int(values.min())
    bits = max(size - 1, 1).bit_length()
    if (highest - lowest).bit_length() + bits > _BITS:
        order = _by_size(values)
        return Ranked(order.astype(np.int32), _ranks(values[order]))
    shift = np.int64(bits)
    keys = np.subtract(highest, values)
    np.left_shift(keys, shift, out=keys)
    keys += np.arange(size)
    keys.sort()
    order = np.empty(size, np.int32)
    np.bitwise_and(keys, np.int64((1 << bits) - 1), out=order, casting="unsafe")
    np.right_shift(keys, shift, out=keys)
    return Ranked(order, _ranks(keys))


def within(groups: npt.NDArray[np.int64], whole: Ranked, values: Counts) -> list[Ranked]:
    """Return the ranks within each group, from group 0 on; `groups` numbers each row's group."""
    if not len(groups):
        return []
    count = int(groups.max()) + 1
    # Numbers of two bytes are sorted by radix, in one pass over the places.
    short = groups.astype(np.uint16) if count <= _SHORT else groups
    placed = whole.order[np.argsort(short[whole.order], kind="stable")]
    ends = np.cumsum(np.bincount(groups, minlength=count))
    starts = ends - np.bincount(groups, minlength=count)
    return [
        Ranked(placed[start:end], _ranks(values[placed[start:end]]))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def _by_size(values: Counts) -> npt.NDArray[np.int64]:
    # The values lie too far apart to be packed: sorted by reference, from the end so that ties keep their order.
    return len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]


def _ranks(ordered: Counts) -> Places:
    """Return the ranks of values that are in order: the place of the first of its equals."""
    ranks = np.arange(1, len(ordered) + 1, dtype=np.int32)
    ranks[1:] *= ordered[1:] != ordered[:-1]
    np.maximum.accumulate(ranks, out=ranks)
    return ranks
