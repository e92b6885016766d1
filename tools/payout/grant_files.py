"""Bulk grants from a CSV file: checked whole, then granted in its order, many rows a transaction."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.money import yuan
from tools.kernel.operator_files import FileRow, file_rows
from tools.payout.granting import (
    LONGEST_KEY,
    Answer,
    Grant,
    GrantError,
    Outcome,
    Place,
    place_of,
)
from tools.payout.grants import Grantor
from tools.payout.posting import LARGEST_AMOUNT, Asset
from tools.payout.programs import Program

COLUMNS: Final = ("key", "creator", "program", "asset", "amount")
# So many rows are one transaction: it ends within a fraction of a second, and its commit is shared by many.
_ROWS_AT_ONCE: Final = 2_000
# Beyond these, the report says how many more there were.
_MOST_TOLD: Final = 1_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not granted, and why."""

    row: int
    key: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class GrantReport:
    """What became of a file's rows; `refusals` tells the first of those refused."""

    granted: int
    duplicates: int
    refused: int
    refusals: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that passed every check of its own."""

    number: int
    key: str
    creator: str
    program: str
    asset: Asset
    amount: int


class GrantFile:
    """A file of grants: checked to its last row before anything is granted.

    The checked rows are kept in a nameless temporary file, so that what is granted is what was checked, whatever
    happens to the file meanwhile, and memory does not grow with its length.
    """

    def __init__(self, path: Path, *, programs: Sequence[Program], on: date) -> None:
        self._path = path
        self._programs = {program.id: program for program in programs}
        self._on = on
        self._places: dict[str, Place] = {}

    def grant(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        progress: Callable[[int], None] = lambda _done: None,
    ) -> GrantReport:
        """Grant every row that is new and fits; the same file again changes nothing.

        `progress` is told how many rows are done each time. Raises OperatorError, before anything is granted, for
        the first row that is wrong.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as checked:
            with database.reading() as session:
                for chunk in self._checked(session):
                    checked.writelines(json.dumps(row) + "\n" for row in chunk)
            checked.seek(0)
            return self._granted(checked, database, clock=clock, progress=progress)

    def _checked(self, session: Session) -> Iterator[list[tuple[int, str, int, str, str, int]]]:
        rows = (self._row(row) for row in file_rows(self._path, COLUMNS))
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            known = creators.ids_of(session, handles={row.creator for row in chunk})
            for row in chunk:
                if row.creator not in known:
                    problem = f"no creator with this handle: {row.creator[:60]!r}"
                    raise OperatorError(f"{self._path.name} row {row.number}, column creator: {problem}")
            yield [
                (row.number, row.key, known[row.creator], row.program, row.asset.value, row.amount)
                for row in chunk
            ]

    def _row(self, row: FileRow) -> _Row:
        key = row.text("key", longest=LONGEST_KEY)
        if not key.isprintable():
            raise row.fault("key", f"has characters that can't be printed: {key[:60]!r}")
        program_id, asset_name = row.text("program"), row.text("asset")
        if program_id not in self._programs:
            known = ", ".join(self._programs)
            raise row.fault("program", f"no programme {program_id[:60]!r}; known are {known}")
        if asset_name not in list(Asset):
            raise row.fault("asset", f"neither cash nor traffic: {asset_name[:60]!r}")
        asset = Asset(asset_name)
        amount = row.fen("amount") if asset is Asset.CASH else row.count("amount")
        if not 0 < amount <= LARGEST_AMOUNT:
            raise row.fault("amount", f"not above zero: {row.text('amount')[:60]!r}")
        try:
            self._place(program_id).grant(
                key=key,
                creator_id=0,
                cash_fen=amount if asset is Asset.CASH else 0,
                impressions=amount if asset is Asset.TRAFFIC else 0,
            )
        except GrantError as error:
            raise row.fault("program", str(error)) from error
        return _Row(row.number, key, row.text("creator").removeprefix("@"), program_id, asset, amount)

    def _granted(
        self,
        checked: IO[str],
        database: Database,
        *,
        clock: Callable[[], datetime],
        progress: Callable[[int], None],
    ) -> GrantReport:
        grantor = Grantor(database, programs=list(self._programs.values()), holder="payout-grant")
        counts = dict.fromkeys(Outcome, 0)
        refusals: list[Refused] = []
        while lines := list(islice(checked, _ROWS_AT_ONCE)):
            rows = [self._grant(line) for line in lines]
            answers = grantor.grant([grant for _, grant in rows], now=clock())
            for (number, grant), answer in zip(rows, answers, strict=True):
                counts[answer.outcome] += 1
                if (reason := _reason(grant, answer)) and len(refusals) < _MOST_TOLD:
                    refusals.append(Refused(number, grant.key, answer.outcome, reason))
            progress(len(rows))
        grantor.release(now=clock())
        refused = sum(counts[each] for each in (Outcome.EXHAUSTED, Outcome.CAPPED, Outcome.KEY_REUSED))
        return GrantReport(counts[Outcome.GRANTED], counts[Outcome.DUPLICATE], refused, tuple(refusals))

    def _grant(self, line: str) -> tuple[int, Grant]:
        number, key, creator_id, program, asset, amount = json.loads(line)
        return number, self._place(program).grant(
            key=key,
            creator_id=creator_id,
            cash_fen=amount if asset == Asset.CASH else 0,
            impressions=amount if asset == Asset.TRAFFIC else 0,
        )

    def _place(self, program: str) -> Place:
        if (place := self._places.get(program)) is None:
            place = self._places[program] = place_of(self._programs[program], self._on)
        return place


def _reason(grant: Grant, answer: Answer) -> str:
    """Return why the reward was refused, empty when it was not."""
    match answer.outcome:
        case Outcome.KEY_REUSED:
            return "the key stands for another grant"
        case Outcome.CAPPED:
            assert answer.excess is not None
            return answer.excess.reason
        case Outcome.EXHAUSTED if answer.asset is Asset.CASH:
            left, wanted = yuan(answer.left), yuan(grant.cash_fen)
            return f"budget {grant.pool} has {left} yuan left, wanted {wanted}"
        case Outcome.EXHAUSTED:
            return f"budget {grant.pool} has {answer.left:,} impressions left, wanted {grant.impressions:,}"
        case _:
            return ""
