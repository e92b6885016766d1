"""A synthetic platform on its way out: into the store, or into files of the export format."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, assert_never

from sqlalchemy.orm import Session

from tools.creators import staging
from tools.creators.exports import EXPORTS, Export, Kind, Row
from tools.creators.synthesis import LARGEST_SEED, Batch, synthesise
from tools.kernel.errors import OperatorError

_MOST_DAYS = 366
MOST_CREATORS = 100_000_000


@dataclass(frozen=True, slots=True)
class Generated:
    """How many rows of each kind there are."""

    creators: int
    works: int
    work_days: int
    account_days: int
    violations: int


class Format(StrEnum):
    """The two file formats of an export."""

    CSV = "csv"
    PARQUET = "parquet"


def no_progress(_creators: int) -> None:
    """Ignore how many creators are done."""


def generate(
    session: Session,
    *,
    creators: int,
    seed: int,
    on: date,
    days: int = 35,
    progress: Callable[[int], None] = no_progress,
) -> Generated:
    """Store a synthetic platform with figures of the `days` days before `on`; `progress` hears creators done.

    The same arguments make the same rows, so that storing them again changes nothing. Raises OperatorError for sizes
    that make no platform.
    """
    _check(creators=creators, seed=seed, days=days)
    counts = dict.fromkeys((export.name for export in EXPORTS), 0)
    with staging.staging(session):
        for batch in synthesise(creators=creators, seed=seed, on=on, days=days):
            _store(session, batch)
            for name, rows in batch.tables.items():
                counts[name] += len(rows)
            progress(batch.creators)
    return Generated(**counts)


def write_export(
    folder: Path,
    *,
    creators: int,
    seed: int,
    on: date,
    days: int = 35,
    file_format: Format = Format.CSV,
) -> Generated:
    """Write the platform that `generate` would store as an export, which `guanghe creators import` reads."""
    _check(creators=creators, seed=seed, days=days)
    folder.mkdir(parents=True, exist_ok=True)
    match file_format:
        case Format.CSV:
            writers = {export.name: _CsvWriter(folder, export) for export in EXPORTS}
        case Format.PARQUET:
            writers = {export.name: _ParquetWriter(folder, export) for export in EXPORTS}
        case _:
            assert_never(file_format)
    for batch in synthesise(creators=creators, seed=seed, on=on, days=days):
        for name, rows in batch.tables.items():
            writers[name].write(rows)
    return Generated(**{name: writer.close() for name, writer in writers.items()})


def _check(*, creators: int, seed: int, days: int) -> None:
    if not 1 <= creators <= MOST_CREATORS:
        raise OperatorError(f"creators must be from 1 to {MOST_CREATORS}, not {creators}")
    if not 0 <= seed <= LARGEST_SEED:
        raise OperatorError(f"seed must be from 0 to {LARGEST_SEED}, not {seed}")
    if not 1 <= days <= _MOST_DAYS:
        raise OperatorError(f"days must be from 1 to {_MOST_DAYS}, not {days}")


def _store(session: Session, batch: Batch) -> None:
    for export in EXPORTS:
        rows = batch.tables[export.name]
        staging.stage(session, export, rows, numbers=range(1, len(rows) + 1))
        staging.merge(session, export)
    staging.clear(session)


class _CsvWriter:
    """One table of an export as CSV."""

    def __init__(self, folder: Path, export: Export) -> None:
        self._file = (folder / f"{export.name}.csv").open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(export.column_names)
        self._rows = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._writer.writerows(rows)
        self._rows += len(rows)

    def close(self) -> int:
        """Finish the file and return how many rows it has."""
        self._file.close()
        return self._rows


class _ParquetWriter:
    """One table of an export as Parquet, a row group a batch."""

    def __init__(self, folder: Path, export: Export) -> None:
        # pyarrow takes a third of a second to import, and a process that answers a question never writes Parquet.
        import pyarrow as pa  # noqa: PLC0415 - see above
        from pyarrow import parquet  # noqa: PLC0415 - see above

        self._arrow: Any = pa  # Any: pyarrow ships no types
        self._schema: Any = self._arrow.schema(
            [(column.name, self._type(column.kind)) for column in export.columns]
        )
        self._writer: Any = parquet.ParquetWriter(folder / f"{export.name}.parquet", self._schema)
        self._rows = 0

    def _type(self, kind: Kind) -> object:
        match kind:
            case Kind.TEXT:
                return self._arrow.string()
            case Kind.NUMBER:
                return self._arrow.int64()
            case Kind.YES_NO:
                return self._arrow.bool_()
            case Kind.DAY:
                return self._arrow.date32()
            case Kind.INSTANT:
                return self._arrow.timestamp("us", tz="UTC")
            case _:
                assert_never(kind)

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        if rows:
            columns = list(zip(*rows, strict=True))
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))
            self._rows += len(rows)

    def close(self) -> int:
        """Finish the file and return how many rows it has."""
        self._writer.close()
        return self._rows
