from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.creators.curves.logs_of_tests import DURATIONS, LogRow, Second, counted, logs
from tools.creators.curves import kernels, rows, tally
from tools.creators.curves.logs import Columns
from tools.creators.curves.rows import BUCKETS, FIRST_DAY, NO_LIKE, Keys, Longs, Placed, Rows
from tools.creators.curves.slab import Slab
from tools.creators.curves.tally import Bucket, Tallied

WORKS = sorted(DURATIONS)
LENGTHS = np.array([DURATIONS[work] for work in WORKS], np.int32)
BUCKET_OF = np.array([work % BUCKETS for work in WORKS], np.int16)
# Works 1 and 257 share a bucket, as 2 and 258 do.
RANKS = np.array([0 if work < BUCKETS else 1 for work in WORKS], np.int32)

Tally = Callable[..., Tallied]


def columns(log: list[LogRow]) -> Rows:
    return Rows(
        np.array([WORKS.index(row.work_id) for row in log], np.int32),
        np.array([(row.day - FIRST_DAY).days for row in log], np.int32),
        np.array([row.viewer_id for row in log], np.int64).view(np.uint64),
        np.array([row.start_s for row in log], np.int32),
        np.array([row.end_s for row in log], np.int32),
        np.array([NO_LIKE if row.liked_at_s is None else row.liked_at_s for row in log], np.int32),
        np.array([row.exited for row in log], bool),
    )


def compiled(rowset: Rows, slab: Slab | None = None) -> Placed | int:
    log = Columns(
        rowset.works.astype(np.int64),
        None,
        rowset.days,
        rowset.viewers,
        rowset.starts,
        rowset.ends,
        rowset.likes,
        rowset.exited,
    )
    places = np.arange(len(WORKS), dtype=np.int32)
    return kernels.place(
        log, table=places, durations=LENGTHS, buckets=BUCKET_OF, ranks=RANKS, slab=slab or Slab()
    )


def pieces(placed: Placed, low: int, high: int) -> tuple[Keys, ...]:
    """Return the rows of a bucket in two pieces."""
    middle = (low + high) // 2
    return placed.rows[low:middle], placed.rows[middle:high]


def curves(
    placed: Placed, run: Tally, *, counts: Longs | None = None
) -> dict[tuple[int, date], list[Second]]:
    """Return every group with rows as seconds."""
    found: dict[tuple[int, date], list[Second]] = {}
    days = np.nonzero(placed.present)[0]
    places = np.zeros(int(days.max()) + 1, np.int32)
    places[days] = np.arange(len(days))
    for number in range(BUCKETS):
        works = [work for work in WORKS if work % BUCKETS == number]
        low, high = int(placed.bounds[number]), int(placed.bounds[number + 1])
        bucket = Bucket(
            pieces(placed, low, high),
            np.array([DURATIONS[work] + 1 for work in works], np.int64),
            None if counts is None else counts[[WORKS.index(work) for work in works]],
        )
        done = run(bucket, places=places, days=len(days))
        for group in np.nonzero(done.rows)[0].tolist():
            rank, place = divmod(group, len(days))
            seconds = slice(done.bounds[group], done.bounds[group + 1])
            four = (done.viewers, done.likes, done.exits, done.replays)
            values = zip(*(each[seconds].tolist() for each in four), strict=True)
            found[works[rank], rows.day_of(int(days[place]))] = [Second(*second) for second in values]
    return found


class TestTally:
    @given(logs)
    def test_counts_as_one_by_one_does(self, log: list[LogRow]) -> None:
        placed = rows.place(columns(log), buckets=BUCKET_OF, ranks=RANKS)

        assert curves(placed, tally.tally) == counted(log)

    @given(logs)
    @settings(deadline=None)
    def test_counts_the_same_compiled(self, log: list[LogRow]) -> None:
        placed = compiled(columns(log))

        assert isinstance(placed, Placed)
        assert curves(placed, kernels.tally) == counted(log)

    @given(logs)
    @settings(deadline=None)
    def test_counts_one_day_by_the_rows_of_each_work(self, log: list[LogRow]) -> None:
        slab = Slab()
        today = [replace(row, day=log[0].day) for row in log]
        placed = compiled(columns(today), slab)

        assert isinstance(placed, Placed)
        assert curves(placed, kernels.tally, counts=slab.counts(len(WORKS))) == counted(today)

    @given(logs)
    @settings(deadline=None)
    def test_sums_rows_plays_and_viewers_the_same_way(self, log: list[LogRow]) -> None:
        placed = rows.place(columns(log), buckets=BUCKET_OF, ranks=RANKS)
        low, high = int(placed.bounds[1]), int(placed.bounds[2])
        bucket = Bucket(
            pieces(placed, low, high),
            np.array([2, 31], np.int64),
        )
        places = np.arange(rows.MOST_DAYS, dtype=np.int32) - 8_000

        here = [run(bucket, places=places, days=400) for run in (tally.tally, kernels.tally)]

        for name in ("bounds", "rows", "plays", "distinct", "viewers", "likes", "exits", "replays"):
            one, other = (getattr(each, name) for each in here)
            assert np.array_equal(one, other), name
        ours = [row for row in log if row.work_id in {1, 257}]
        assert here[0].rows.sum() == len(ours)
        assert here[0].plays.sum() == sum(row.start_s == 0 for row in ours)
        assert here[0].distinct.sum() == len({(row.work_id, row.day, row.viewer_id) for row in ours})


class TestPlace:
    @given(logs, st.data())
    @settings(deadline=None)
    def test_finds_the_first_bad_row_the_same_way(self, log: list[LogRow], data: st.DataObject) -> None:
        rowset = columns(log)
        for name in ("starts", "ends", "likes", "days"):
            at = data.draw(st.integers(-1, len(log) - 1))
            if at >= 0:
                getattr(rowset, name)[at] = data.draw(st.sampled_from([-5, 31, 70_000]))

        numpy_way = rows.first_bad(rowset, LENGTHS)
        found = compiled(rowset)

        assert (found if isinstance(found, int) else -1) == numpy_way
        if numpy_way >= 0:
            column, problem = rows.fault(rowset, numpy_way, int(LENGTHS[rowset.works[numpy_way]]))
            assert column in {"day", "work_id", "start_s", "end_s", "liked_at_s"}
            assert problem
        else:
            assert isinstance(found, Placed)

    @pytest.mark.parametrize(("work_id", "part"), [(1, 0), (15, 0), (16, 1), (127, 7), (128, 0), (145, 1)])
    def test_parts_follow_from_the_works_id(self, work_id: int, part: int) -> None:
        assert rows.part_of(work_id) == part
