"""Playback logs as Parquet files: opened and checked, read batch by batch, every error with file, column and row.

Columns: work_id (the works' public ids as text, or their ids as whole numbers), viewer_id (text or whole number), day,
start_s, end_s, liked_at_s (null without a like), exited. Further columns are ignored. The first record is row 1.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.creators.curves.rows import EPOCH_DAYS, NO_LIKE, Flags, Integers, Keys, Longs
from tools.kernel.errors import OperatorError

COLUMNS = ("work_id", "viewer_id", "day", "start_s", "end_s", "liked_at_s", "exited")
_OPTIONAL = "liked_at_s"
# Few enough that a batch stays in the cache while it is sorted into buckets.
_ROWS_A_BATCH = 262_144
_LONGEST_REASON = 120
_MOST = np.iinfo(np.int32).max


class BadRow(Exception):  # noqa: N818 - it becomes an OperatorError at the edge that knows the file
    """A row that can't be stored: its place in the file counted from 0, the column, and what is wrong."""

    def __init__(self, place: int, column: str, problem: str) -> None:
        self.place, self.column, self.problem = place, column, problem
        super().__init__(column, problem)


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows as they stand in a log: works by id, or `texts` and codes into them; `likes` is NO_LIKE without one."""

    works: Longs
    texts: Sequence[str] | None
    days: Integers
    viewers: Keys
    starts: Integers
    ends: Integers
    likes: Integers
    exited: Flags

    def __len__(self) -> int:
        return len(self.works)


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that is Parquet and has the columns; `first_rows` is the place of each row group's first row, and the end."""

    path: Path
    first_rows: tuple[int, ...]
    fingerprint: str

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.first_rows[-1]

    def read(self, groups: Sequence[int], *, threads: bool) -> Iterator[tuple[int, Columns]]:
        """Yield the place of the first row and the columns of each batch; raises BadRow and OperatorError."""
        # pyarrow is slow to import, and a process that answers a question never reads a log.
        import pyarrow as pa  # noqa: PLC0415 - see above
        from pyarrow import parquet  # noqa: PLC0415

        arrow: Any = pa  # Any: pyarrow ships no types
        place = 0
        try:
            opened: Any = parquet.ParquetFile(self.path, read_dictionary=["work_id"])  # Any: see above
            with opened:
                for group in groups:
                    place = self.first_rows[group]
                    for batch in opened.iter_batches(
                        _ROWS_A_BATCH, row_groups=[group], columns=list(COLUMNS), use_threads=threads
                    ):
                        yield place, _columns(arrow, batch, place)
                        place += len(batch)
        except (arrow.ArrowException, OSError, ValueError, TypeError) as error:
            raise OperatorError(
                f"{self.path.name} row {place + 1}: not readable as Parquet: {_reason(error)}"
            ) from error

    def fault(self, bad: BadRow) -> OperatorError:
        """Return the error about one cell."""
        return OperatorError(f"{self.path.name} row {bad.place + 1}, column {bad.column}: {bad.problem}")


def open_log(path: Path) -> LogFile:
    """Return the log; raises OperatorError when it is no Parquet file, lacks a column or has one of a wrong type."""
    import pyarrow as pa  # noqa: PLC0415 - as in LogFile.read
    from pyarrow import parquet  # noqa: PLC0415

    arrow: Any = pa  # Any: pyarrow ships no types
    if not path.is_file():
        raise OperatorError(f"{path} is not a file")
    try:
        opened: Any = parquet.ParquetFile(path)  # Any: see above
        with opened:
            _check_schema(arrow, path, opened.schema_arrow)
            meta = opened.metadata
            sizes = [meta.row_group(group).num_rows for group in range(meta.num_row_groups)]
            footer = str(meta.to_dict()).encode()
    except (arrow.ArrowException, OSError, ValueError, TypeError) as error:
        raise OperatorError(f"{path.name}: not readable as Parquet: {_reason(error)}") from error
    if not sum(sizes):
        raise OperatorError(f"{path.name}: holds no rows")
    stat = path.stat()
    # What rsync tells files apart by, and the statistics of every column: hashing the content would double the reading.
    told = f"{stat.st_size} {stat.st_mtime_ns} ".encode() + footer
    starts = (0, *np.cumsum(sizes).tolist())
    return LogFile(path, starts, hashlib.blake2b(told, digest_size=32).hexdigest())


def _check_schema(arrow: Any, path: Path, schema: Any) -> None:  # noqa: ANN401 - pyarrow ships no types
    names: list[str] = schema.names
    for name in COLUMNS:
        if name not in names:
            raise OperatorError(f"{path.name}: column {name} is missing")
        if names.count(name) > 1:
            raise OperatorError(f"{path.name}: column {name} is there twice")
        kind = schema.field(name).type
        if wanted := _unfit(arrow, name, kind):
            raise OperatorError(f"{path.name}: column {name} holds {kind}, not {wanted}")


def _unfit(arrow: Any, name: str, kind: Any) -> str:  # noqa: ANN401 - pyarrow ships no types
    """Return what a column should hold where it does not, nothing where it does."""
    is_a = arrow.types
    # A data frame with gaps stores whole numbers as fractions: their values are checked one by one.
    number = is_a.is_integer(kind) or is_a.is_floating(kind)
    match name:
        case "work_id" | "viewer_id":
            return "" if is_a.is_integer(kind) or _is_text(arrow, kind) else "text or whole numbers"
        case "day":
            return "" if is_a.is_date(kind) else "days"
        case "exited":
            return "" if is_a.is_boolean(kind) else "true or false"
        case _:
            none_liked = name == _OPTIONAL and is_a.is_null(kind)
            return "" if number or none_liked else "whole numbers"


def _is_text(arrow: Any, kind: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    if arrow.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(arrow.types.is_string(kind) or arrow.types.is_large_string(kind))


def _columns(arrow: Any, batch: Any, place: int) -> Columns:  # noqa: ANN401 - pyarrow ships no types
    cells = {name: batch.column(name) for name in COLUMNS}
    for name in COLUMNS:
        if name != _OPTIONAL and cells[name].null_count:
            missing = int(np.asarray(cells[name].is_null()).argmax())
            raise BadRow(place + missing, name, "is empty")
    works, texts = _works(arrow, cells["work_id"])
    days = cells["day"].cast(arrow.date32()).cast(arrow.int32())
    return Columns(
        works=works,
        texts=texts,
        days=days.to_numpy() - np.int32(EPOCH_DAYS),
        viewers=_viewers(arrow, cells["viewer_id"]),
        starts=_seconds(cells["start_s"], place, "start_s"),
        ends=_seconds(cells["end_s"], place, "end_s"),
        likes=_likes(arrow, cells["liked_at_s"], place),
        exited=cells["exited"].to_numpy(zero_copy_only=False),
    )


def _works(arrow: Any, cells: Any) -> tuple[Longs, Sequence[str] | None]:  # noqa: ANN401 - as above
    if arrow.types.is_integer(cells.type):
        return _longs(cells), None
    if not arrow.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    return cells.indices.to_numpy().astype(np.int64), cells.dictionary.to_pylist()


def _longs(cells: Any) -> Longs:  # noqa: ANN401 - as above
    """Return whole numbers as 64 bits; an unsigned one above 2^63 turns negative, which no id is."""
    return cells.to_numpy().astype(np.int64, copy=False)


def _viewers(arrow: Any, cells: Any) -> Keys:  # noqa: ANN401 - as above
    """Return a key for each viewer: the number itself, or 64 bits of a text's hash.

    Ten million viewers of one work on one day share a key with a chance below one in 100,000.
    """
    if arrow.types.is_integer(cells.type):
        return _longs(cells).view(np.uint64)
    if not arrow.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    keys = b"".join(
        hashlib.blake2b(text.encode(), digest_size=8).digest() for text in cells.dictionary.to_pylist()
    )
    return np.frombuffer(keys, "<u8")[cells.indices.to_numpy()]


def _seconds(cells: Any, place: int, name: str) -> Integers:  # noqa: ANN401 - as above
    values: npt.NDArray[Any] = cells.to_numpy()
    return _whole(values, place, name)


def _likes(arrow: Any, cells: Any, place: int) -> Integers:  # noqa: ANN401 - as above
    if arrow.types.is_null(cells.type):
        return np.full(len(cells), NO_LIKE, np.int32)
    signed = arrow.types.is_signed_integer(cells.type)
    filled = cells.fill_null(NO_LIKE if signed else 0) if cells.null_count else cells
    likes = _whole(filled.to_numpy(), place, "liked_at_s")
    if cells.null_count and not signed:
        likes = np.where(np.asarray(cells.is_null()), np.int32(NO_LIKE), likes)
    # A null now looks like a like before the first second: only where there is one too many, each is looked at.
    if np.count_nonzero(likes < 0) > cells.null_count:
        wrong = (likes < 0) & ~np.asarray(cells.is_null())
        bad = int(wrong.argmax())
        raise BadRow(place + bad, "liked_at_s", f"is negative: {likes[bad]}")
    return likes


def _whole(values: npt.NDArray[Any], place: int, name: str) -> Integers:
    """Return the values in 32 bits, each checked to be whole and to fit."""
    if values.dtype.kind == "f":
        bad = ~np.isfinite(values) | (np.floor(values) != values)
        if bad.any():
            first = int(bad.argmax())
            raise BadRow(place + first, name, f"not a whole number of seconds: {values[first]}")
    if values.dtype.itemsize > np.dtype(np.int32).itemsize or values.dtype.kind != "i":
        bad = np.abs(values) > _MOST if values.dtype.kind != "u" else values > _MOST
        if bad.any():
            first = int(bad.argmax())
            raise BadRow(place + first, name, f"far beyond any work: {values[first]}")
    return values.astype(np.int32, copy=False)


def _reason(error: Exception) -> str:
    return (str(error).strip().split("\n")[0] or type(error).__name__)[:_LONGEST_REASON]
