"""Checked rows of playback logs as columns, and the rules that a row must keep. Plain arrays, no file or database.

A row says that one viewer saw every whole second from `start_s` to `end_s` of a work, both included; positions run
from 0 to the work's duration, so that the last one is its very end.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

# Days are counted from here in 16 bits; Arrow counts from 1970.
FIRST_DAY = date(2000, 1, 1)
EPOCH_DAYS = (FIRST_DAY - date(1970, 1, 1)).days
_LAST_DAY = date(2099, 12, 31)
MOST_DAYS = (_LAST_DAY - FIRST_DAY).days
# A position takes 20 bits of a packed row: twelve days of video.
POSITION_BITS = 20
LONGEST_SECONDS = (1 << POSITION_BITS) - 3
NO_LIKE = -1
# The words of a placed row: work and day, viewer, seconds.
WORDS = 3
DAY_BITS = 16
# Works are spread over buckets by id: a bucket is counted at once, sixteen of them are stored at once.
BUCKETS = 128
PARTS = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of one length: places of works, days since FIRST_DAY, viewers' keys, positions, NO_LIKE without a like."""

    works: Integers
    days: Integers
    viewers: Keys
    starts: Integers
    ends: Integers
    likes: Integers
    exited: Flags

    def __len__(self) -> int:
        return len(self.works)


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows by bucket: those of bucket b lie from `bounds[b]` to `bounds[b + 1]`; `present` says which days they have.

    A row is WORDS words, so that it is moved as a whole: the work's rank within its bucket above DAY_BITS of the day;
    the viewer; and start, end, like + 1, each of POSITION_BITS, and exited.
    """

    bounds: Longs
    rows: Keys
    present: Flags


def part_of(work_id: int) -> int:
    """Return the part that a work is stored with."""
    return (work_id % BUCKETS) // (BUCKETS // PARTS)


def day_of(days: int) -> date:
    """Return the day of a count since FIRST_DAY."""
    return FIRST_DAY + timedelta(days=days)


def first_bad(rows: Rows, durations: Integers) -> int:
    """Return the place of the first row that breaks a rule, or -1; `durations` are by place of the work."""
    durations_here = durations[rows.works]
    bad = (
        (durations_here <= 0)
        | (rows.days < 0)
        | (rows.days > MOST_DAYS)
        | (rows.starts < 0)
        | (rows.ends < rows.starts)
        | (rows.ends > durations_here)
        | (rows.likes > durations_here)
    )
    return int(bad.argmax()) if bad.any() else -1


def fault(rows: Rows, place: int, duration: int) -> tuple[str, str]:
    """Return the column and the problem of a row that `first_bad` has found."""
    start, end, like = (int(column[place]) for column in (rows.starts, rows.ends, rows.likes))
    days = int(rows.days[place])
    if not 0 <= days <= MOST_DAYS:
        return "day", f"not between {FIRST_DAY} and {_LAST_DAY}"
    if duration <= 0:
        return "work_id", "no work has this id"
    if start < 0:
        return "start_s", f"is negative: {start}"
    if end < start:
        return "end_s", f"{end} is before start_s {start}"
    if end > duration:
        return "end_s", f"{end} is beyond the work's {duration} seconds"
    assert like > duration
    return "liked_at_s", f"{like} is beyond the work's {duration} seconds"


def place(rows: Rows, *, buckets: npt.NDArray[np.int16], ranks: Integers) -> Placed:
    """Return the rows by bucket; `buckets` and `ranks` are by place of the work."""
    bucket = buckets[rows.works]
    order = np.argsort(bucket, kind="stable")
    bounds = np.zeros(BUCKETS + 1, np.int64)
    np.cumsum(np.bincount(bucket, minlength=BUCKETS), out=bounds[1:])
    bits = np.uint64(POSITION_BITS)
    seconds = rows.starts.astype(np.uint64) << bits | rows.ends.astype(np.uint64)
    seconds = seconds << (bits + np.uint64(1)) | (rows.likes + 1).astype(np.uint64) << np.uint64(1)
    seconds |= rows.exited.astype(np.uint64)
    keys = ranks[rows.works].astype(np.uint64) << np.uint64(DAY_BITS) | rows.days.astype(np.uint64)
    placed = np.stack([keys, rows.viewers, seconds], axis=1)[order]
    return Placed(bounds, placed, np.bincount(rows.days, minlength=MOST_DAYS + 1) > 0)
