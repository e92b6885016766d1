"""How values of formulas are written: rounded half up, each with its unit."""

from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from tools.creators.formulas import units
from tools.creators.formulas.check import dimension, per
from tools.creators.formulas.evaluate import Absent, Value
from tools.creators.formulas.tree import Node

_HUNDRED = 100
_THREE_PLACES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
_PER = {100: "百", 1_000: "千", 10_000: "万"}


class Shape(StrEnum):
    """How a value is read: a share as its percentage, percentages that the formula made, or a number with a unit."""

    SHARE = "share"
    PERCENT = "percent"
    NUMBER = "number"


def shape_of(node: Node) -> Shape:
    """Return how a formula's values are read: a quotient of like units is a share, a hundredfold of it percent."""
    if dimension(node) == units.RATIO:
        return {1: Shape.SHARE, _HUNDRED: Shape.PERCENT}.get(per(node), Shape.NUMBER)
    return Shape.NUMBER


def unit_of(node: Node) -> str:
    """Return the unit that stands after a formula's values."""
    if shape_of(node) is not Shape.NUMBER:
        return "%"
    factor = per(node)
    return units.words(
        dimension(node) or units.RATIO, per=_PER.get(factor, f"{factor} ") if factor > 1 else ""
    )


def value_text(value: Value, node: Node) -> str:
    """Return a value with its unit, or that there is none: 3.21 人/千次, 12.5%, 无数据."""
    if isinstance(value, Absent):
        return absent_words(value)
    number, unit = drawn(value, node), unit_of(node)
    return number_text(number) + (unit if unit == "%" else f" {unit}" if unit else "")


def absent_words(value: Absent) -> str:
    """Return why there is no value."""
    match value:
        case Absent.NO_FIGURES:
            return "无数据（需要的日子里有的还没有数据）"
        case Absent.DIVIDED_BY_ZERO:
            return "无数据（分母为 0）"
        case Absent.TOO_LARGE:
            return "无数据（数值大得没有意义）"
        case _:
            assert_never(value)


def drawn(value: Fraction, node: Node) -> Fraction:
    """Return the number that is shown before the unit."""
    return value * _HUNDRED if shape_of(node) is Shape.SHARE else value


def number_text(value: Fraction) -> str:
    """Return a number with at most two decimals, one below 1 with three digits that count; half is rounded up."""
    decimals = 2
    if 0 < abs(value) < 1:
        decimals = next(
            (place + 2 for place, step in enumerate(_THREE_PLACES, 1) if abs(value) * step >= 1), 8
        )
    return rounded(value, decimals=decimals)


def rounded(value: Fraction, *, decimals: int) -> str:
    """Return the number rounded half away from zero, thousands grouped, without zeros at the end."""
    scaled = abs(value) * 10**decimals
    units_, rest = divmod(scaled.numerator, scaled.denominator)
    units_ += 2 * rest >= scaled.denominator
    whole, part = divmod(units_, 10**decimals)
    sign = "-" if value < 0 and units_ else ""
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{sign}{whole:,}{'.' if fraction else ''}{fraction}"
