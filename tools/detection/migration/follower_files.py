"""Files of followers, from the platform's exports into the store: which file it is, its columns say.

| columns | rows |
|---|---|
| `creator,follower,followed_on` | who follows whom since when: a handle, a viewer's number, YYYY-MM-DD |
| `creator,follower` | blocks between an account and a viewer |
| `follower,reason` | viewers whose account is `closed` or `abnormal` |
| `creator,avatar_hash` | the 64-bit hash of an account's picture, 16 hexadecimal digits |

A CSV's first row is row 1, as spreadsheets count; a Parquet file's first record is row 1. The whole file is checked
before anything is stored; then it goes in by chunks, and may be killed and repeated: what is there stays as it is.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tools.creators import service as creators
from tools.detection.migration import storing
from tools.detection.migration.impostor import is_hash
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError

_ROWS_A_CHUNK = 20_000
_LARGEST_ID = 2**63 - 1
_LONGEST_SHOWN = 42
_LONGEST_REASON = 120

Cell = int | str | date
Row = tuple[Cell, ...]


class FileKind(Enum):
    """Which rows a file has: the value is its columns."""

    EDGES = ("creator", "follower", "followed_on")
    BLOCKS = ("creator", "follower")
    INACTIVE = ("follower", "reason")
    PICTURES = ("creator", "avatar_hash")

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns, in any order in the file."""
        return self.value


class _CellError(ValueError):
    """What is wrong with a cell."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows came in; `known` were there, or are followers that a migration has moved away."""

    kind: str
    rows: int
    added: int
    known: int


def import_file(
    database: Database, path: Path, *, progress: Callable[[int], None] = lambda _count: None
) -> Imported:
    """Bring the file's rows into the store. Raises OperatorError naming file, row and column before anything changed."""
    kind = _kind(path)
    rows = 0
    for chunk in _chunks(path, kind):
        _ids(database, path, kind, chunk)
        rows += len(chunk)
    added = 0
    for chunk in _chunks(path, kind):
        ids = _ids(database, path, kind, chunk)
        named = [(ids[str(row[0])], *row[1:]) if ids else row for _, row in chunk]
        with database.writing() as session:
            match kind:
                case FileKind.EDGES:
                    added += storing.store_edges(session, named)
                case FileKind.BLOCKS:
                    added += storing.store_blocks(session, named)
                case FileKind.INACTIVE:
                    added += storing.store_inactive(session, named)
                case FileKind.PICTURES:
                    added += storing.store_pictures(session, named)
        progress(len(chunk))
    return Imported(kind.name.lower(), rows, added, rows - added)


def _ids(database: Database, path: Path, kind: FileKind, chunk: list[tuple[int, Row]]) -> Mapping[str, int]:
    """Return the ids of the chunk's handles, nothing for a file without any."""
    if kind is FileKind.INACTIVE:
        return {}
    handles = {str(row[0]) for _, row in chunk}
    with database.reading() as session:
        known = creators.ids_of(session, handles=handles)
    for number, row in chunk:
        if row[0] not in known:
            raise _fault(path, number, "creator", f"no creator with this handle: {row[0]!r}")
    return known


def _chunks(path: Path, kind: FileKind) -> Iterator[list[tuple[int, Row]]]:
    rows = _rows(path, kind)
    while chunk := list(islice(rows, _ROWS_A_CHUNK)):
        yield chunk


def _rows(path: Path, kind: FileKind) -> Iterator[tuple[int, Row]]:
    records = _parquet_records(path, kind) if path.suffix == ".parquet" else _csv_records(path)
    for number, record in records:
        cells: list[Cell] = []
        for name in kind.columns:
            try:
                cells.append(_PARSERS[name](record[name]))
            except _CellError as error:
                shown = repr(str(record[name]))[:_LONGEST_SHOWN]
                raise _fault(path, number, name, f"{error}: {shown}") from error
        yield number, tuple(cells)


def _kind(path: Path) -> FileKind:
    if path.suffix not in {".csv", ".parquet"}:
        raise OperatorError(f"{path.name}: only .csv and .parquet files are followers' files")
    if not path.is_file():
        raise OperatorError(f"{path.name}: no such file")
    names = _parquet_columns(path) if path.suffix == ".parquet" else _csv_columns(path)
    for kind in FileKind:
        if sorted(kind.columns) == sorted(names):
            return kind
    known = " or ".join(",".join(kind.columns) for kind in FileKind)
    raise OperatorError(f"{path.name} row 1: the columns are {','.join(names)[:80]}; known are {known}")


def _csv_columns(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            first = next(csv.reader(text), None)
            return [name.strip() for name in first or ()]
    except (UnicodeDecodeError, csv.Error) as error:
        raise OperatorError(f"{path.name} row 1: not CSV in UTF-8: {error}") from error


def _csv_records(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    number = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text, strict=True)
            names = [name.strip() for name in next(rows)]
            for number, cells in enumerate(rows, start=2):
                if not cells:
                    continue
                if len(cells) != len(names):
                    raise OperatorError(
                        f"{path.name} row {number}: {len(cells)} cells where there are {len(names)} columns"
                    )
                yield number, dict(zip(names, cells, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise OperatorError(f"{path.name} after row {number}: not CSV in UTF-8: {error}") from error


def _parquet_columns(path: Path) -> list[str]:
    from pyarrow import parquet  # noqa: PLC0415 - slow to import, and a process that answers reads no Parquet

    with _readable(path, 0):
        file: Any = parquet.ParquetFile(path)  # Any: pyarrow ships no types
        with file:
            names: list[str] = file.schema_arrow.names
    return names


def _parquet_records(path: Path, kind: FileKind) -> Iterator[tuple[int, Mapping[str, object]]]:
    from pyarrow import parquet  # noqa: PLC0415 - as above

    number = 1
    with _readable(path, number):
        file: Any = parquet.ParquetFile(path)  # Any: pyarrow ships no types
    with file:
        batches: Any = file.iter_batches(_ROWS_A_CHUNK, columns=list(kind.columns))
        while True:
            with _readable(path, number):
                batch: Any = next(batches, None)
                records: list[Mapping[str, object]] = batch.to_pylist() if batch is not None else []
            if batch is None:
                return
            yield from enumerate(records, start=number)
            number += len(records)


class _readable:  # noqa: N801 - read as a statement: with _readable(path, row)
    """Inside, what pyarrow says about a broken file becomes one line."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        import pyarrow as pa  # noqa: PLC0415 - as above

        arrow: Any = pa  # Any: pyarrow ships no types
        if isinstance(error, (arrow.ArrowException, OverflowError, ValueError, TypeError, KeyError)):
            reason = str(error).strip().split("\n")[0][:_LONGEST_REASON]
            raise OperatorError(
                f"{self._path.name} after row {self._number}: not readable as Parquet: {reason}"
            ) from error


def _handle(cell: object) -> str:
    text = str(cell).strip().removeprefix("@") if cell is not None else ""
    if not text:
        raise _CellError("is empty")
    return text


def _viewer(cell: object) -> int:
    text = str(cell).strip() if cell is not None else ""
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= _LARGEST_ID:
        raise _CellError(f"is not a viewer's number from 0 to {_LARGEST_ID}")
    return int(text)


def _day(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip())
    except ValueError as error:
        raise _CellError("is not a day YYYY-MM-DD") from error


def _reason(cell: object) -> str:
    if cell not in ("closed", "abnormal"):
        raise _CellError("is neither closed nor abnormal")
    return str(cell)


def _avatar(cell: object) -> str:
    text = str(cell).strip().lower()
    if not is_hash(text):
        raise _CellError("is not 16 hexadecimal digits")
    return text


_PARSERS: Final[Mapping[str, Callable[[object], Cell]]] = {
    "creator": _handle,
    "follower": _viewer,
    "followed_on": _day,
    "reason": _reason,
    "avatar_hash": _avatar,
}


def _fault(path: Path, number: int, name: str, problem: str) -> OperatorError:
    return OperatorError(f"{path.name} row {number}, column {name}: {problem}")
