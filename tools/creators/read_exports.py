"""Exports of the platform, from files to rows: every cell checked, every error with file, row and column.

The format is described in exports.py. A CSV's first row is row 1, as spreadsheets count; a Parquet file's first
record is row 1.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from tools.creators.exports import BY_NAME, EXPORTS, CellError, Column, Export, Row, Value
from tools.kernel.errors import OperatorError

_SUFFIXES = (".csv", ".parquet")
_ROWS_A_CHUNK = 10_000
# No row of this format comes near; a longer line means that the file is something else.
_LONGEST_LINE_BYTES = 1 << 20
_LONGEST_SHOWN = 42
_LONGEST_REASON = 120

NumberedRow = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of an export, found in its folder."""

    export: Export
    path: Path

    @property
    def first_row(self) -> int:
        """The number of the first row with data."""
        return 2 if self.path.suffix == ".csv" else 1

    def fault(self, row: int, column: str, problem: str) -> OperatorError:
        """Return the error about one cell."""
        return OperatorError(f"{self.path.name} row {row}, column {column}: {problem}")


def export_files(folder: Path) -> list[ExportFile]:
    """Return the export's files in the order in which they refer to each other.

    Raises OperatorError when there is none, one twice, or a table that the format does not know.
    """
    if not folder.is_dir():
        raise OperatorError(f"{folder} is not a folder")
    tables = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    for path in tables:
        if path.stem not in BY_NAME:
            raise OperatorError(f"{path.name} is not part of an export; known are {', '.join(BY_NAME)}")
    found = {
        export.name: [ExportFile(export, path) for path in tables if path.stem == export.name]
        for export in EXPORTS
    }
    for name, files in found.items():
        if len(files) > 1:
            raise OperatorError(f"{name} is there twice: {', '.join(file.path.name for file in files)}")
    if not tables:
        names = ", ".join(f"{name}.csv" for name in BY_NAME)
        raise OperatorError(f"{folder} holds no export: expected {names} (or .parquet)")
    return [files[0] for files in found.values() if files]


def read_rows(file: ExportFile) -> Iterator[list[NumberedRow]]:
    """Yield the file's rows with their numbers, in chunks, checked cell by cell; raises OperatorError."""
    records = _csv_records(file) if file.path.suffix == ".csv" else _parquet_records(file)
    rows = ((number, _row(file, number, record)) for number, record in records)
    try:
        while chunk := list(islice(rows, _ROWS_A_CHUNK)):
            yield chunk
    except OSError as error:
        raise OperatorError(f"{file.path.name}: can't be read: {error.strerror or error}") from error


def _row(file: ExportFile, number: int, record: Mapping[str, object]) -> Row:
    values = {
        column.name: _value(file, number, column, record[column.name]) for column in file.export.columns
    }
    if found := file.export.contradiction(values):
        raise file.fault(number, *found)
    return tuple(values.values())


def _value(file: ExportFile, number: int, column: Column, cell: object) -> Value:
    if isinstance(cell, str):
        cell = cell.strip()
    # A data frame's empty cell is a NaN, the one value that differs from itself.
    if cell is None or cell == "" or cell != cell:  # noqa: PLR0124 - so NaN is told
        if column.optional:
            return None
        raise file.fault(number, column.name, "is empty")
    try:
        return column.parse(cell)
    except CellError as error:
        shown = repr(cell if isinstance(cell, str) else str(cell))
        raise file.fault(number, column.name, f"{error}: {shown[:_LONGEST_SHOWN]}") from error


def _csv_records(file: ExportFile) -> Iterator[tuple[int, dict[str, object]]]:
    with file.path.open("rb") as binary:
        rows = csv.reader(_lines(file, binary), strict=True)
        names: list[str] = []
        number = 1
        try:
            for cells in rows:
                if cells and not names:
                    names = _checked_columns(file, [cell.strip() for cell in cells])
                elif cells:
                    yield number, _record(file, number, names, cells)
                number += 1
        except csv.Error as error:
            raise OperatorError(f"{file.path.name} row {number}: not CSV: {error}") from error
    if not names:
        raise OperatorError(f"{file.path.name}: empty, without even column names")


def _record(file: ExportFile, number: int, names: list[str], cells: list[str]) -> dict[str, object]:
    if len(cells) != len(names):
        raise OperatorError(
            f"{file.path.name} row {number}: {len(cells)} cells where there are {len(names)} columns"
        )
    return dict(zip(names, cells, strict=True))


def _lines(file: ExportFile, binary: BinaryIO) -> Iterator[str]:
    number = 0
    while line := binary.readline(_LONGEST_LINE_BYTES):
        number += 1
        where = f"{file.path.name} line {number}"
        if len(line) == _LONGEST_LINE_BYTES:
            raise OperatorError(f"{where}: longer than {_LONGEST_LINE_BYTES} bytes, so not an export")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise OperatorError(f"{where}: not UTF-8 text; save the file as UTF-8") from error


def _parquet_records(file: ExportFile) -> Iterator[tuple[int, dict[str, object]]]:
    # pyarrow takes a third of a second to import, and a process that answers a question never reads Parquet.
    import pyarrow as pa  # noqa: PLC0415 - see above
    from pyarrow import parquet  # noqa: PLC0415 - see above

    arrow: Any = pa  # Any: pyarrow ships no types
    number = file.first_row
    try:
        table: Any = parquet.ParquetFile(file.path)  # Any: see above
        with table:
            _checked_columns(file, table.schema_arrow.names)
            for batch in table.iter_batches(_ROWS_A_CHUNK):
                records: list[dict[str, object]] = batch.to_pylist()
                yield from enumerate(records, start=number)
                number += len(records)
    except (arrow.ArrowException, OverflowError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().split("\n")[0][:_LONGEST_REASON]
        raise OperatorError(f"{file.path.name} row {number}: not readable as Parquet: {reason}") from error


def _checked_columns(file: ExportFile, names: list[str]) -> list[str]:
    expected = file.export.column_names
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise OperatorError(f"{file.path.name} row 1: column {repeated[0][:40]!r} is there twice")
    if unknown := [name for name in names if name not in expected]:
        raise OperatorError(
            f"{file.path.name} row 1: unknown column {unknown[0][:40]!r}; known are {', '.join(expected)}"
        )
    if missing := [name for name in expected if name not in names]:
        raise OperatorError(f"{file.path.name} row 1: column {missing[0]} is missing")
    return names
