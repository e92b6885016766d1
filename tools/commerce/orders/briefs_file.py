"""Brands' briefs from a CSV file: checked to the last row before anything is stored, paid into their pools."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.orders import queries
from tools.commerce.orders.matching import Kind
from tools.commerce.orders.models import BrandBrief
from tools.commerce.orders.rules import audience_rule
from tools.commerce.orders.steps import platform_day
from tools.kernel.operator_files import FileRow, Imported, file_rows
from tools.kernel.rules.tree import RuleError
from tools.kernel.rules.ways import ways_of
from tools.payout import trade

COLUMNS: Final = (
    "key", "brand", "title", "wants", "category", "audience", "kind", "budget", "price", "ceiling", "deadline",
    "forbidden",
)  # fmt: skip
_KEY = re.compile(r"[A-Z]{1,4}-?\d{3,14}", re.ASCII)
_MOST_FORBIDDEN = 40


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A row that passed every check of its own."""

    row: FileRow
    brief: BrandBrief


def import_briefs(session: Session, *, path: Path, now: datetime) -> Imported:
    """Store the briefs of a file and pay their budgets into the ledger; the same file again changes nothing.

    Raises OperatorError with file, row and column for the first fault; then nothing is stored. A brief that is known
    must say the same: what creators have seen does not change under them.
    """
    rows = [_read(row, now=now) for row in file_rows(path, COLUMNS)]
    seen: set[str] = set()
    new = unchanged = 0
    for item in rows:
        key = item.brief.key
        if key in seen:
            raise item.row.fault("key", f"stands in the file twice: {key!r}")
        seen.add(key)
        stored = queries.brief_by_key(session, key=key)
        if stored is not None:
            if other := _difference(stored, item.brief):
                raise item.row.fault(other, f"brief {key} is known with another {other}")
            unchanged += 1
            continue
        store(session, item.brief, now=now)
        new += 1
    return Imported(new=new, unchanged=unchanged)


def store(session: Session, brief: BrandBrief, *, now: datetime) -> None:
    """Store a new brief and pay its budget into its pool."""
    session.add(brief)
    session.flush()
    payer = f"brand:{brief.brand}"
    trade.fill_pool(
        session, name=brief.pool, payer=payer, fen=brief.budget_fen, day=platform_day(now), now=now
    )


def _read(row: FileRow, *, now: datetime) -> BriefRow:
    key = row.text("key", longest=20)
    if not _KEY.fullmatch(key):
        raise row.fault("key", f"not one to four capital letters and at least three digits: {key!r}")
    kind = row.text("kind")
    if kind not in {each.value for each in Kind}:
        raise row.fault("kind", f"not one of {', '.join(Kind)}: {kind[:40]!r}")
    price_fen, budget_fen = row.fen("price"), row.fen("budget")
    ceiling_fen = row.fen("ceiling") if kind == Kind.EFFECT.value else price_fen
    if kind != Kind.EFFECT.value and row.note("ceiling"):
        raise row.fault("ceiling", "only a brief by effect has one")
    for column, fen in (("price", price_fen), ("ceiling", ceiling_fen)):
        if fen <= 0:
            raise row.fault(column, "must be above 0")
    if budget_fen < ceiling_fen:
        raise row.fault("budget", "does not hold one order")
    deadline = row.day("deadline")
    if deadline < platform_day(now):
        raise row.fault("deadline", f"is over: {deadline}")
    return BriefRow(
        row,
        BrandBrief(
            key=key,
            brand=row.text("brand", longest=40),
            title=row.text("title", longest=80),
            wants=row.text("wants", longest=400),
            category=row.note("category", longest=20) or None,
            audience=_audience(row),
            kind=kind,
            budget_fen=budget_fen,
            price_fen=price_fen,
            ceiling_fen=ceiling_fen,
            deadline=deadline,
            forbidden=_forbidden(row),
            imported_at=now,
        ),
    )


def _audience(row: FileRow) -> str:
    text = row.text("audience", longest=600)
    try:
        ways_of(audience_rule(text))
    except RuleError as error:
        raise row.fault("audience", str(error)) from error
    return text


def _forbidden(row: FileRow) -> list[str]:
    words = [word.strip() for word in row.cells["forbidden"].split("|") if word.strip()]
    for word in words:
        if len(word) > _MOST_FORBIDDEN:
            raise row.fault(
                "forbidden", f"a wording is longer than {_MOST_FORBIDDEN} characters: {word[:40]!r}"
            )
    return words


def _difference(stored: BrandBrief, given: BrandBrief) -> str | None:
    pairs = {
        "brand": "brand", "title": "title", "wants": "wants", "category": "category", "audience": "audience",
        "kind": "kind", "budget": "budget_fen", "price": "price_fen", "ceiling": "ceiling_fen",
        "deadline": "deadline", "forbidden": "forbidden",
    }  # fmt: skip
    for column, name in pairs.items():
        if getattr(stored, name) != getattr(given, name):
            return column
    return None
