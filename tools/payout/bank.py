"""The bank: what pays out, known only by our references; and the one that works by files, without a network."""

import csv
import fcntl
import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tools.kernel.money import yuan
from tools.kernel.operator_files import file_rows

ANSWER_COLUMNS = ("reference", "day", "amount", "status", "reason")
_PAYMENT_COLUMNS = ("reference", "amount", "account")


class BankUnavailableError(ConnectionError):
    """The bank did not say whether it took the payment: it must be asked again."""


class BankState(StrEnum):
    """What the bank knows of a reference."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BankReply:
    """The bank's word on a reference; `day`, `amount_fen` and `reason` come with an answer."""

    state: BankState
    amount_fen: int = 0
    day: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of a file from the bank: the answer about one reference."""

    file: str
    row: int
    reference: str
    reply: BankReply


class Bank(Protocol):
    """A bank that pays a reference once, however often it is submitted. Both raise BankUnavailableError."""

    def submit(self, reference: str, *, amount_fen: int, account: str) -> None:
        """Make the bank know the payment."""
        ...

    def query(self, reference: str) -> BankReply:
        """Return what the bank knows."""
        ...


class FileBank:
    """Payments are written to `out/payments-DAY.csv`, answers read from `in/*.csv`: the folder is carried to the bank.

    A reference is written once: the files are searched before, under a lock that all workers of the folder take.
    """

    def __init__(self, folder: Path, *, day: date) -> None:
        self._out, self._in = folder / "out", folder / "in"
        self._lock = folder / "lock"
        self._day = day
        # What was read, so that a run of many payments reads each file once; only what others wrote is read again.
        self._references: set[str] = set()
        self._sizes: dict[Path, int] = {}
        self._answers: dict[str, BankReply] | None = None

    def submit(self, reference: str, *, amount_fen: int, account: str) -> None:
        """Make one line of the day's file be on the disk."""
        with self._locked():
            if reference in self._submitted():
                return
            path = self._out / f"payments-{self._day.isoformat()}.csv"
            with path.open("a+b") as file:
                _drop_torn_line(file)
                rows: list[tuple[str, ...]] = [] if file.tell() else [_PAYMENT_COLUMNS]
                rows.append((reference, yuan(amount_fen).replace(",", ""), account))
                file.write(_csv(rows))
                file.flush()
                os.fsync(file.fileno())
                self._sizes[path] = file.tell()
            self._references.add(reference)

    def query(self, reference: str) -> BankReply:
        """Return the first answer about the reference in the bank's files, as they are at the first question."""
        if self._answers is None:
            self._in.mkdir(parents=True, exist_ok=True)
            lines = [line for path in sorted(self._in.glob("*.csv")) for line in answers(path)]
            # Of two answers the first one counts, and reconciling names the other.
            self._answers = {line.reference: line.reply for line in reversed(lines)}
        if (reply := self._answers.get(reference)) is not None:
            return reply
        with self._locked():
            known = reference in self._submitted()
        return BankReply(BankState.PENDING if known else BankState.UNKNOWN)

    def _submitted(self) -> set[str]:
        """Return the references in the files; the lock must be held."""
        for path in self._out.glob("payments-*.csv"):
            if self._sizes.get(path) == path.stat().st_size:
                continue
            # A line without its end was cut by a crash: the payment was never given to the bank.
            whole = path.read_bytes().rpartition(b"\n")[0].decode()
            self._references |= {cells[0] for cells in csv.reader(io.StringIO(whole)) if cells}
            self._sizes[path] = path.stat().st_size
        return self._references

    @contextmanager
    def _locked(self) -> Generator[None]:
        self._out.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def answers(path: Path) -> list[BankLine]:
    """Return the lines of a file from the bank; raises OperatorError with the row and column of what is wrong."""
    found: list[BankLine] = []
    for row in file_rows(path, ANSWER_COLUMNS):
        status = row.text("status")
        if status not in (BankState.PAID, BankState.FAILED):
            raise row.fault("status", f"{status[:40]!r}; the bank answers paid or failed")
        amount_fen = row.fen("amount")
        if amount_fen <= 0:
            raise row.fault("amount", "is not above 0")
        reply = BankReply(BankState(status), amount_fen, row.day("day"), row.note("reason"))
        found.append(BankLine(row.file, row.number, row.text("reference", longest=40), reply))
    return found


def _drop_torn_line(file: io.BufferedRandom) -> None:
    """Cut off a last line that a crash left without its end, so that the next one begins on a new line."""
    file.seek(0)
    whole = file.read().rpartition(b"\n")
    file.truncate(len(whole[0]) + len(whole[1]))
    file.seek(0, os.SEEK_END)


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
