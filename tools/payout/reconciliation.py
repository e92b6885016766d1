"""The bank's file held against our books: every difference is one line."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from tools.kernel.money import yuan
from tools.payout import bank, withdrawal_queries
from tools.payout.bank import BankLine
from tools.payout.models import BankAnswer, Withdrawal

_NUMBER = re.compile(r"TX\d{8}-(?P<id>\d{4,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the comparison found; without differences both sides say the same of every payment of these days."""

    lines: int
    paid_fen: int
    returned_fen: int
    differences: tuple[str, ...]


def reconcile(session: Session, *, path: Path) -> Reconciliation:
    """Return the differences between a file from the bank and our books, over the days that the file covers.

    Raises OperatorError for a file that can't be read.
    """
    lines = bank.answers(path)
    first_of: dict[str, BankLine] = {}
    differences: list[str] = []
    for line in lines:
        earlier = first_of.setdefault(line.reference, line)
        if earlier is not line and earlier.reply != line.reply:
            differences.append(f"{_place(line)}: says another thing than row {earlier.row}")
    ids = {reference: int(found["id"]) for reference in first_of if (found := _NUMBER.fullmatch(reference))}
    rows = withdrawal_queries.by_ids(session, ids.values())
    for reference, line in first_of.items():
        row, answer = rows.get(ids.get(reference, 0), (None, None))
        differences += _difference(line, row if row and row.number == reference else None, answer)
    differences += _missing(session, lines, known=first_of.keys())
    return Reconciliation(
        lines=len(lines),
        paid_fen=sum(line.reply.amount_fen for line in first_of.values() if line.reply.state == "paid"),
        returned_fen=sum(line.reply.amount_fen for line in first_of.values() if line.reply.state == "failed"),
        differences=tuple(differences),
    )


def _difference(line: BankLine, row: Withdrawal | None, answer: BankAnswer | None) -> Iterator[str]:
    said = f"{line.reply.state} {yuan(line.reply.amount_fen)} yuan"
    if row is None:
        yield f"{_place(line)}: the bank says {said}, we have no such withdrawal"
    elif row.net_fen != line.reply.amount_fen:
        yield f"{_place(line)}: the bank says {said}, we sent {yuan(row.net_fen)} yuan"
    elif answer is None:
        yield f"{_place(line)}: the bank says {said}, our books have no answer yet ({row.state})"
    elif answer.state != line.reply.state:
        yield f"{_place(line)}: the bank says {said}, our books say {answer.state}"
    elif answer.answered_on != line.reply.day:
        yield f"{_place(line)}: the bank says {line.reply.day}, our books say {answer.answered_on}"


def _missing(session: Session, lines: Sequence[BankLine], *, known: Collection[str]) -> Iterator[str]:
    """Yield what our books have on the file's days and the file does not."""
    days = [line.reply.day for line in lines if line.reply.day is not None]
    if not days:
        return
    for row, answer in withdrawal_queries.answered_between(session, first=min(days), last=max(days)):
        if row.number not in known:
            yield (
                f"{row.number}: our books say {answer.state} {yuan(answer.amount_fen)} yuan on "
                f"{answer.answered_on}, the bank's file does not have it"
            )


def _place(line: BankLine) -> str:
    return f"{line.file} row {line.row}, {line.reference}"
