"""From a log to curves, one part after the other: works looked up as they appear, rows sorted into buckets, counted.

The memory is bounded by the rows held (24 bytes each, on disk beyond the limit), the largest bucket, and one number for
each work id of the platform.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tools.creators.curves import rows, tally
from tools.creators.curves.logs import BadRow, Columns, LogFile
from tools.creators.curves.rows import (
    BUCKETS,
    LONGEST_SECONDS,
    MOST_DAYS,
    PARTS,
    WORDS,
    Integers,
    Keys,
    Longs,
    Placed,
    Rows,
)
from tools.creators.curves.slab import Slab
from tools.creators.curves.tally import Bucket, Tallied

# Both sides of `guanghe measure curves` use as many.
THREADS = 2
# Compiling takes some seconds, in which numpy counts about as many rows.
_COMPILED_FROM_ROWS = 1_500_000
# Over a gigabyte and a half of rows; what is more waits on disk.
_ROWS_IN_MEMORY = 70_000_000
_PARTS_BUCKETS = BUCKETS // PARTS
_UNSEEN = -1


class KnownWork(NamedTuple):
    """A work as far as counting needs it; a tuple, since a log names works by the ten thousand."""

    id: int
    public_id: str
    duration_seconds: int


class Works:
    """The works that a log names, each with a place by which rows name it; place 0 is for ids that no work has."""

    def __init__(
        self,
        *,
        by_id: Callable[[Sequence[int]], Sequence[KnownWork]],
        by_public_id: Callable[[Sequence[str]], Sequence[KnownWork]],
        largest_id: int,
    ) -> None:
        self._by_id, self._by_public_id = by_id, by_public_id
        self._lock = threading.Lock()
        # Ids count up from 1: a table of them all is smaller than any map, and one look-up is one read.
        self._places = np.full(largest_id + 2, _UNSEEN, np.int32)
        self._places[[0, -1]] = 0
        self._texts: dict[str, int] = {}
        self.ids: list[int] = [0]
        self.members: list[list[int]] = [[] for _ in range(BUCKETS)]
        self.durations: Integers = np.zeros(1, np.int32)
        self.buckets: npt.NDArray[np.int16] = np.zeros(1, np.int16)
        self.ranks: Integers = np.zeros(1, np.int32)

    def rows(self, columns: Columns) -> Rows:
        """Return the rows with their works' places."""
        table = self.look_up(columns)
        inside = (columns.works >= 0) & (columns.works < len(table))
        return Rows(
            table[np.where(inside, columns.works, 0)],
            columns.days,
            columns.viewers,
            columns.starts,
            columns.ends,
            columns.likes,
            columns.exited,
        )

    def table(self, columns: Columns) -> Integers:
        """Return the place of each work by its number in the columns, below 0 where it is not looked up yet."""
        return self._places if columns.texts is None else self._of_texts(columns.texts)

    def look_up(self, columns: Columns) -> Integers:
        """Return the table of places with every work of the columns in it."""
        if columns.texts is not None:
            return self._of_texts(columns.texts)
        ids = columns.works[(columns.works >= 0) & (columns.works < len(self._places))]
        with self._lock:
            unseen = np.unique(ids[self._places[ids] < 0])
            if len(unseen):
                found = self._added(self._by_id(unseen.tolist()))
                ours = {work.id for _, work in found}
                for place, work in found:
                    self._places[work.id] = place
                self._places[[work_id for work_id in unseen.tolist() if work_id not in ours]] = 0
        return self._places

    def _of_texts(self, texts: Sequence[str]) -> Integers:
        with self._lock:
            unseen = sorted({text for text in texts if text not in self._texts})
            if unseen:
                found = {work.public_id: place for place, work in self._added(self._by_public_id(unseen))}
                self._texts |= {text: found.get(text, 0) for text in unseen}
            return np.array([self._texts[text] for text in texts], np.int32)

    def _added(self, found: Sequence[KnownWork]) -> list[tuple[int, KnownWork]]:
        """Give places to works; readers beside this keep the arrays that their rows need."""
        first = len(self.ids)
        ranks: list[int] = []
        for place, work in enumerate(found, start=first):
            members = self.members[work.id % BUCKETS]
            ranks.append(len(members))
            members.append(place)
            self.ids.append(work.id)
        lengths = [min(work.duration_seconds, LONGEST_SECONDS) for work in found]
        self.durations = np.concatenate([self.durations, np.array(lengths, np.int32)])
        self.buckets = np.concatenate(
            [self.buckets, np.array([work.id % BUCKETS for work in found], np.int16)]
        )
        self.ranks = np.concatenate([self.ranks, np.array(ranks, np.int32)])
        return list(enumerate(found, start=first))


class Shelf:
    """Placed rows by bucket: in memory up to a limit, beyond it in a folder that ends with the shelf."""

    def __init__(self, stack: ExitStack, *, limit: int = _ROWS_IN_MEMORY) -> None:
        self._stack, self._limit = stack, limit
        self._lock = threading.Lock()
        self.held: list[Placed] = []
        self._rows_held = 0
        self._folder: Path | None = None
        self._days = np.zeros(MOST_DAYS + 1, np.bool_)

    def add(self, placed: Placed) -> None:
        """Keep rows."""
        with self._lock:
            self._days |= placed.present
            self.held.append(placed)
            self._rows_held += len(placed.rows)
            if self._rows_held > self._limit:
                self._spill()

    @property
    def days(self) -> list[int]:
        """The days that rows have, as counts since FIRST_DAY, ascending."""
        return np.nonzero(self._days)[0].tolist()

    def take(self, number: int, positions: Longs, *, counts: Longs | None = None) -> Bucket:
        """Return the rows of one bucket."""
        pieces: list[Keys] = []
        if self._folder and (spilled := self._folder / str(number)).exists():
            pieces.append(np.fromfile(spilled, np.uint64).reshape(-1, WORDS))
        for placed in self.held:
            low, high = int(placed.bounds[number]), int(placed.bounds[number + 1])
            if low < high:
                pieces.append(placed.rows[low:high])
        return Bucket(tuple(pieces), positions, counts)

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="guanghe-curves-")))
        for number in range(BUCKETS):
            with (self._folder / str(number)).open("ab") as file:
                for placed in self.held:
                    low, high = int(placed.bounds[number]), int(placed.bounds[number + 1])
                    placed.rows[low:high].tofile(file)
        self.held, self._rows_held = [], 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A bucket's curves with the ids of its works by rank."""

    work_ids: tuple[int, ...]
    tallied: Tallied


@dataclass(frozen=True, slots=True)
class Counting:
    """A log that is read and checked as a whole, ready to be counted part by part.

    Compiled code has counted the rows by place of the work already.
    """

    works: Works
    shelf: Shelf
    compiled: bool
    rows_by_work: Longs

    def parts(self, first: int) -> Iterator[tuple[int, list[Counted]]]:
        """Yield the curves of each part from `first` on; while one is stored, the next is counted."""
        if not self.compiled:
            yield from (
                (part, [self._bucket(bucket) for bucket in self._buckets(part)])
                for part in range(first, PARTS)
            )
            return
        with ThreadPoolExecutor(THREADS) as pool:
            waiting = [pool.submit(self._bucket, bucket) for bucket in self._buckets(first)]
            for part in range(first, PARTS):
                following = [pool.submit(self._bucket, bucket) for bucket in self._buckets(part + 1)]
                yield part, [future.result() for future in waiting]
                waiting = following

    def _buckets(self, part: int) -> list[int]:
        numbers = range(part * _PARTS_BUCKETS, min((part + 1) * _PARTS_BUCKETS, BUCKETS))
        return [bucket for bucket in numbers if self.works.members[bucket]]

    def _bucket(self, number: int) -> Counted:
        members = self.works.members[number]
        bucket = self.shelf.take(
            number,
            self.works.durations[members].astype(np.int64) + 1,
            counts=self.rows_by_work[members] if self.compiled else None,
        )
        days = self.shelf.days
        places = np.zeros(MOST_DAYS + 1, np.int32)
        places[days] = np.arange(len(days))
        return Counted(
            tuple(self.works.ids[member] for member in members),
            _tally(self.compiled)(bucket, places=places, days=len(days)),
        )


def read_log(
    log: LogFile,
    *,
    works: Works,
    stack: ExitStack,
    progress: Callable[[int], None],
    compiled: bool | None = None,
) -> Counting:
    """Read and check the whole log, two row groups at once; raises OperatorError at its first bad row."""
    if compiled is None:
        compiled = log.rows >= _COMPILED_FROM_ROWS
    shelf = Shelf(stack)
    groups = range(len(log.first_rows) - 1)
    bad: list[BadRow] = []

    slabs = [Slab() for _ in range(THREADS)] if compiled else []

    def run(mine: Sequence[int], slab: Slab | None = None) -> None:
        for group in mine:
            # A later fault than one that is found already is of no interest; an earlier one is.
            if any(found.place < log.first_rows[group] for found in bad):
                return
            try:
                for place, columns in log.read([group], threads=len(groups) < THREADS):
                    shelf.add(_placed(works, columns, place, slab=slab))
                    progress(len(columns))
            except BadRow as found:
                bad.append(found)
                return

    if compiled:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(run, [groups[first::THREADS] for first in range(THREADS)], slabs))
    else:
        run(groups)
    if bad:
        raise log.fault(min(bad, key=lambda found: found.place))
    return Counting(works, shelf, compiled, _rows_by_work(slabs, len(works.ids)))


def read_columns(columns: Columns, *, works: Works, stack: ExitStack) -> Counting:
    """Take a small log that is in memory already; raises BadRow."""
    shelf = Shelf(stack)
    shelf.add(_placed(works, columns, 0, slab=None))
    return Counting(works, shelf, compiled=False, rows_by_work=_rows_by_work((), len(works.ids)))


def _rows_by_work(slabs: Sequence[Slab], works: int) -> Longs:
    return sum((slab.counts(works)[:works] for slab in slabs), np.zeros(works, np.int64))


def _placed(works: Works, columns: Columns, first: int, *, slab: Slab | None) -> Placed:
    """Return the rows by bucket; with a slab, by compiled code."""
    if slab:
        if isinstance(placed := _compiled(works, columns, slab), Placed):
            return placed
        bad, found = placed, works.rows(columns)
    else:
        found = works.rows(columns)
        if (bad := rows.first_bad(found, works.durations)) < 0:
            return rows.place(found, buckets=works.buckets, ranks=works.ranks)
    column, problem = rows.fault(found, bad, int(works.durations[found.works[bad]]))
    if column == "work_id":
        named = columns.works[bad] if columns.texts is None else columns.texts[int(columns.works[bad])]
        problem = f"{problem}: {str(named)[:40]!r}"
    raise BadRow(first + bad, column, problem)


def _compiled(works: Works, columns: Columns, slab: Slab) -> Placed | int:
    # numba takes a third of a second to import, which only large logs are worth.
    from tools.creators.curves import kernels  # noqa: PLC0415 - see above

    def place(table: Integers) -> Placed | int:
        durations, buckets, ranks = works.durations, works.buckets, works.ranks
        return kernels.place(
            columns, table=table, durations=durations, buckets=buckets, ranks=ranks, slab=slab
        )

    placed = place(works.table(columns))
    # The arrays grow beside this: what was looked up just now is in those that are read after it.
    while placed == kernels.UNSEEN:
        placed = place(works.look_up(columns))
    return placed


def _tally(compiled: bool) -> Callable[..., Tallied]:  # noqa: FBT001 - the one choice there is
    if compiled:
        from tools.creators.curves import kernels  # noqa: PLC0415 - as in _placed

        return kernels.tally
    return tally.tally
