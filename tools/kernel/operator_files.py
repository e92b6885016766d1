"""CSV files that operators hand in: read whole-cell exact, with the row and column of whatever is wrong."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tools.kernel.errors import OperatorError
from tools.kernel.money import AmountError, parse_yuan

# Plays of a day, impressions of a year: anything above is a typing mistake.
_LARGEST_COUNT = 10**12
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of figures changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row with its number in the file, the names being row 1; a wrong cell raises OperatorError."""

    file: str
    number: int
    cells: dict[str, str]

    def text(self, column: str, *, longest: int = 120) -> str:
        """Return a cell that has something in it."""
        cell = self.cells[column].strip()
        if not cell:
            raise self.fault(column, "is empty")
        if len(cell) > longest:
            raise self.fault(column, f"is longer than {longest} characters")
        return cell

    def note(self, column: str, *, longest: int = 120) -> str:
        """Return a cell that may be empty."""
        return self.cells[column].strip()[:longest]

    def count(self, column: str) -> int:
        """Return a whole number from 0 on."""
        cell = self.text(column)
        if not (cell.isascii() and cell.isdigit()) or int(cell[:20]) > _LARGEST_COUNT:
            raise self.fault(
                column, f"not a whole number from 0 to {_LARGEST_COUNT}: {cell[:_LONGEST_SHOWN]!r}"
            )
        return int(cell)

    def fen(self, column: str) -> int:
        """Return an amount of yuan in fen."""
        try:
            return parse_yuan(self.text(column))
        except AmountError as error:
            raise self.fault(column, str(error)) from error

    def day(self, column: str) -> date:
        """Return a day."""
        cell = self.text(column)
        try:
            return date.fromisoformat(cell)
        except ValueError as error:
            raise self.fault(column, f"not a day as YYYY-MM-DD: {cell[:_LONGEST_SHOWN]!r}") from error

    def fault(self, column: str, problem: str) -> OperatorError:
        """Return the error that names this cell."""
        return OperatorError(f"{self.file} row {self.number}, column {column}: {problem}")


def file_rows(path: Path, columns: Sequence[str]) -> Iterator[FileRow]:
    """Yield the rows of a CSV file that has exactly these columns, in any order; raises OperatorError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path.name, csv.reader(file, strict=True), columns)
    except UnicodeDecodeError as error:
        raise OperatorError(f"{path.name}: not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise OperatorError(f"{path.name}: can't be read: {error.strerror or error}") from error


def _rows(name: str, lines: Iterator[list[str]], columns: Sequence[str]) -> Iterator[FileRow]:
    names: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            if not cells:
                continue
            if not names:
                names = _checked_names(name, [cell.strip() for cell in cells], columns)
                continue
            if len(cells) != len(names):
                raise OperatorError(
                    f"{name} row {number}: {len(cells)} cells where there are {len(names)} columns"
                )
            yield FileRow(name, number, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise OperatorError(f"{name} row {number + 1}: not CSV: {error}") from error
    if not names:
        raise OperatorError(f"{name}: empty, without even column names")


def _checked_names(name: str, names: list[str], columns: Sequence[str]) -> list[str]:
    if sorted(names) != sorted(columns):
        raise OperatorError(
            f"{name} row 1: the columns are {', '.join(names)[:200]}; expected {', '.join(columns)}"
        )
    return names
