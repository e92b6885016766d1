"""What operators hand in about goods: products, orders, openings, fans; CSV or Parquet, checked cell by cell.

products: code, title, category (of categories.py), supplier, ships_from (text) · price (yuan) · commission, refund_rate
    (percent, refunds for quality in the last seven days) · stock, samples (counts) · women, parents, young (percent of
    the buyers) · months (of its season, as 6;7;8, or empty)
sales: number (of the order) · code · handle (of the creator) · quantity · paid (yuan) · commission (percent at the moment
    of the order) · bought_on · received_on, refunded_on (days, or empty)
clicks: handle, code, day, clicks
fans: handle, women, parents, young (percent), counted_on
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from tools.commerce.goods.categories import CATEGORIES
from tools.creators.exports import CellError, Column, Export, Kind, Value, read_text
from tools.creators.read_exports import ExportFile
from tools.kernel.errors import OperatorError
from tools.kernel.money import AmountError, parse_yuan

_SUFFIXES: Final = (".csv", ".parquet")
_HIGHEST_COUNT: Final = 10**9
_MOST_COMMISSION_BP: Final = 9_000
_ALL_BP: Final = 10_000
_CODE: Final = re.compile(r"P\d{3,12}", re.ASCII)


def _named(longest: int) -> Callable[[object], Value]:
    return lambda cell: read_text(cell, longest=longest)


def _code(cell: object) -> str:
    code = read_text(cell, longest=24)
    if not _CODE.fullmatch(code):
        raise CellError("not a product's code as P and 3 to 12 digits")
    return code


def _handle(cell: object) -> str:
    return read_text(cell, longest=41).removeprefix("@")


def _category(cell: object) -> str:
    name = read_text(cell, longest=12)
    if name not in CATEGORIES:
        raise CellError(f"not one of {', '.join(CATEGORIES)}")
    return name


def _count(cell: object, *, lowest: int = 0) -> int:
    number = Decimal(-1) if isinstance(cell, bool) else _decimal(cell)
    if number != number.to_integral_value() or not lowest <= number <= _HIGHEST_COUNT:
        raise CellError(f"not a whole number from {lowest} to {_HIGHEST_COUNT}")
    return int(number)


def _at_least_one(cell: object) -> int:
    return _count(cell, lowest=1)


def _decimal(cell: object) -> Decimal:
    try:
        number = Decimal(str(cell).strip())
    except InvalidOperation as error:
        raise CellError("not a number") from error
    if not number.is_finite():
        raise CellError("not a number")
    return number


def _fen(cell: object) -> int:
    try:
        fen = parse_yuan(str(cell))
    except AmountError as error:
        raise CellError("not an amount of yuan with at most two decimals") from error
    if fen <= 0:
        raise CellError("not above 0")
    return fen


def _percent(cell: object, *, most_bp: int = _ALL_BP) -> int:
    hundredths = _decimal(str(cell).strip().removesuffix("%")) * 100
    if hundredths != hundredths.to_integral_value() or not 0 <= hundredths <= most_bp:
        raise CellError(f"not a percentage from 0 to {most_bp // 100} with at most two decimals")
    return int(hundredths)


def _commission(cell: object) -> int:
    return _percent(cell, most_bp=_MOST_COMMISSION_BP)


def _day(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell))
    except ValueError as error:
        raise CellError("not a day as YYYY-MM-DD") from error


def _months(cell: object) -> int:
    bits = 0
    for part in str(cell).split(";"):
        if not part.strip().isdigit() or not 1 <= int(part) <= 12:  # noqa: PLR2004 - the months of a year
            raise CellError("not months as 6;7;8")
        bits |= 1 << (int(part) - 1)
    return bits


def _fits(_row: dict[str, Value]) -> tuple[str, str] | None:
    return None


def _days_in_order(row: dict[str, Value]) -> tuple[str, str] | None:
    bought = row["bought_on"]
    for column in ("received_on", "refunded_on"):
        later = row[column]
        if isinstance(bought, date) and isinstance(later, date) and later < bought:
            return column, f"{later} is before bought_on {bought}"
    return None


_SHARES: Final = tuple(Column(name, Kind.NUMBER, _percent) for name in ("women", "parents", "young"))
PRODUCTS: Final = Export(
    "products",
    ("code",),
    (),
    (
        Column("code", Kind.TEXT, _code),
        Column("title", Kind.TEXT, _named(60)),
        Column("category", Kind.TEXT, _category),
        Column("supplier", Kind.TEXT, _named(40)),
        Column("ships_from", Kind.TEXT, _named(20)),
        Column("price", Kind.NUMBER, _fen),
        Column("commission", Kind.NUMBER, _commission),
        Column("stock", Kind.NUMBER, _count),
        Column("samples", Kind.NUMBER, _count),
        Column("refund_rate", Kind.NUMBER, _percent),
        *_SHARES,
        Column("months", Kind.NUMBER, _months, optional=True),
    ),
    _fits,
)
SALES: Final = Export(
    "sales",
    ("number",),
    ("code", "handle"),
    (
        Column("number", Kind.TEXT, _named(40)),
        Column("code", Kind.TEXT, _code),
        Column("handle", Kind.TEXT, _handle),
        Column("quantity", Kind.NUMBER, _at_least_one),
        Column("paid", Kind.NUMBER, _fen),
        Column("commission", Kind.NUMBER, _commission),
        Column("bought_on", Kind.DAY, _day),
        Column("received_on", Kind.DAY, _day, optional=True),
        Column("refunded_on", Kind.DAY, _day, optional=True),
    ),
    _days_in_order,
)
CLICKS: Final = Export(
    "clicks",
    ("handle", "code", "day"),
    ("handle", "code"),
    (
        Column("handle", Kind.TEXT, _handle),
        Column("code", Kind.TEXT, _code),
        Column("day", Kind.DAY, _day),
        Column("clicks", Kind.NUMBER, _count),
    ),
    _fits,
)
FANS: Final = Export(
    "fans",
    ("handle",),
    ("handle",),
    (Column("handle", Kind.TEXT, _handle), *_SHARES, Column("counted_on", Kind.DAY, _day)),
    _fits,
)


def export_file(path: Path, export: Export) -> ExportFile:
    """Return the file as one of these; raises OperatorError when it is neither CSV nor Parquet, or not there."""
    if path.suffix not in _SUFFIXES:
        raise OperatorError(f"{path.name}: neither .csv nor .parquet")
    if not path.is_file():
        raise OperatorError(f"{path.name}: can't be read: no such file")
    return ExportFile(export, path)
