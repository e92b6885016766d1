"""Operators' files into the store: a file is checked whole, then stored in one transaction; again changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy.orm import Session

from tools.commerce.goods import commissions, queries
from tools.commerce.goods.files import CLICKS, FANS, PRODUCTS, SALES, export_file
from tools.commerce.goods.models import FanProfile, Product, ProductDay
from tools.commerce.goods.sales import SaleContradictionError, SaleFacts
from tools.creators import service as creators
from tools.creators.exports import Value
from tools.creators.read_exports import ExportFile, read_rows

_COLUMN_NAMES: Final = {
    "creator_id": "handle",
    "product_id": "code",
    "paid_fen": "paid",
    "commission_bp": "commission",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file changed; `delisted` products were taken down, and `unshelved` shelves lost one."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    delisted: int = 0
    unshelved: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: dict[str, Value]


def import_products(session: Session, path: Path, *, now: datetime) -> Imported:
    """Store the products of a file by their codes; one above the highest refund rate leaves every shelf (rule 3.2)."""
    file = export_file(path, PRODUCTS)
    rows = _rows(file)
    known = queries.products_by_code(session, {str(row.cells["code"]) for row in rows})
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    delisted: list[int] = []
    for row in rows:
        values = _product(row.cells)
        product = known.get(str(row.cells["code"]))
        if product is None:
            session.add(Product(**values, updated_at=now))
            counts["new"] += 1
        elif changes := {name: value for name, value in values.items() if getattr(product, name) != value}:
            for name, value in changes.items():
                setattr(product, name, value)
            product.updated_at = now
            counts["changed"] += 1
            if changes.get("state") == "delisted":
                delisted.append(product.id)
        else:
            counts["unchanged"] += 1
    session.flush()
    items = queries.open_items(session, product_ids=delisted)
    for item in items:
        item.removed_at, item.removed_because = now, "delisted"
    session.flush()
    return Imported(**counts, delisted=len(delisted), unshelved=len(items))


def import_sales(session: Session, path: Path, *, now: datetime) -> Imported:
    """Store what a file says of orders, and book or take back their commissions."""
    file = export_file(path, SALES)
    rows = _rows(file)
    handles, codes = _references(session, file, rows)
    facts: list[SaleFacts] = []
    for row in rows:
        cells = cast("dict[str, Any]", row.cells)  # Any: each column's own kind of value
        facts.append(
            SaleFacts(
                number=cells["number"],
                creator_id=handles[cells["handle"]],
                product_id=codes[cells["code"]],
                quantity=cells["quantity"],
                paid_fen=cells["paid"],
                commission_bp=cells["commission"],
                bought_on=cells["bought_on"],
                received_on=cells["received_on"],
                refunded_on=cells["refunded_on"],
            )
        )
    categories = {
        creator: creators.account(session, creator_id=creator).category
        for creator in sorted({one.creator_id for one in facts})
    }
    new = changed = 0
    outcomes = iter(commissions.record(session, facts, categories=categories, now=now))
    for row in rows:
        try:
            outcome = next(outcomes)
        except SaleContradictionError as error:
            column = _COLUMN_NAMES.get(error.column, error.column)
            raise file.fault(row.number, column, str(error)) from error
        new += outcome is commissions.Outcome.NEW
        changed += outcome is commissions.Outcome.CHANGED
    return Imported(new, changed, len(rows) - new - changed)


def import_clicks(session: Session, path: Path) -> Imported:
    """Store how often goods were opened; a day that is told again is replaced."""
    file = export_file(path, CLICKS)
    rows = _rows(file)
    handles, codes = _references(session, file, rows)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        cells = cast("dict[str, Any]", row.cells)  # Any: as above
        key = (handles[cells["handle"]], cells["day"], codes[cells["code"]])
        counts[
            _kept(session, ProductDay, ("creator_id", "day", "product_id"), key, {"clicks": cells["clicks"]})
        ] += 1
    session.flush()
    return Imported(**counts)


def import_fans(session: Session, path: Path) -> Imported:
    """Store who the fans of creators are; what is told last counts."""
    file = export_file(path, FANS)
    rows = _rows(file)
    handles, _ = _references(session, file, rows)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        cells = cast("dict[str, Any]", row.cells)  # Any: as above
        values = {
            "women_bp": cells["women"],
            "parents_bp": cells["parents"],
            "young_bp": cells["young"],
            "counted_on": cells["counted_on"],
        }
        counts[_kept(session, FanProfile, ("creator_id",), (handles[cells["handle"]],), values)] += 1
    session.flush()
    return Imported(**counts)


def _kept(
    session: Session,
    model: type[Any],
    key_names: tuple[str, ...],
    key: tuple[object, ...],
    values: dict[str, Any],
) -> str:
    row = session.get(model, key)
    if row is None:
        session.add(model(**dict(zip(key_names, key, strict=True)), **values))
        return "new"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    return "changed"


def _product(cells: dict[str, Value]) -> dict[str, Any]:
    refund_bp = cast("int", cells["refund_rate"])
    return {
        "code": cells["code"],
        "title": cells["title"],
        "category": cells["category"],
        "supplier": cells["supplier"],
        "ships_from": cells["ships_from"],
        "price_fen": cells["price"],
        "commission_bp": cells["commission"],
        "stock": cells["stock"],
        "samples": cells["samples"],
        "refund_bp": refund_bp,
        "women_bp": cells["women"],
        "parents_bp": cells["parents"],
        "young_bp": cells["young"],
        "months": cells["months"] or 0,
        "state": "delisted" if refund_bp > queries.HIGHEST_REFUND_BP else "on_sale",
    }


def _rows(file: ExportFile) -> list[_Row]:
    """Return every row of the file; raises OperatorError for the first that is wrong, or there a second time."""
    names = file.export.column_names
    seen: dict[tuple[Value, ...], int] = {}
    rows: list[_Row] = []
    for chunk in read_rows(file):
        for number, values in chunk:
            cells = dict(zip(names, values, strict=True))
            key = tuple(cells[name] for name in file.export.key)
            if key in seen:
                what = ", ".join(str(part) for part in key)
                raise file.fault(number, file.export.key[0], f"{what} is in row {seen[key]} already")
            seen[key] = number
            rows.append(_Row(number, cells))
    return rows


def _references(
    session: Session, file: ExportFile, rows: Collection[_Row]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the ids of the creators and products that a file names; raises OperatorError for one that is not there."""
    references = file.export.references
    handles = creators.ids_of(session, handles={str(row.cells["handle"]) for row in rows})
    codes: dict[str, int] = {}
    if "code" in references:
        found = queries.products_by_code(session, {str(row.cells["code"]) for row in rows})
        codes = {code: product.id for code, product in found.items()}
    for row in rows:
        if (handle := str(row.cells["handle"])) not in handles:
            raise file.fault(row.number, "handle", f"no creator with this handle: {handle[:60]!r}")
        if "code" in references and (code := str(row.cells["code"])) not in codes:
            raise file.fault(row.number, "code", f"no product with this code: {code[:60]!r}")
    return handles, codes
