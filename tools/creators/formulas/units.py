"""Units of formulas: what may be added to what, and what a quotient is called."""

from enum import StrEnum

# Each unit with its power, in the order of Unit; no unit at all is a pure ratio.
Dimension = tuple[tuple["Unit", int], ...]

RATIO: Dimension = ()
# 人/次 is a rate, 次·人/秒² is nobody's.
_HIGHEST_POWER = 2


class Unit(StrEnum):
    """What is counted; the value is the word that stands after the number."""

    TIMES = "次"
    PEOPLE = "人"
    SECONDS = "秒"
    WORKS = "条"


def of_unit(unit: Unit) -> Dimension:
    """Return the dimension of a plain count."""
    return ((unit, 1),)


def multiplied(left: Dimension, right: Dimension, *, by: int = 1) -> Dimension | None:
    """Return the dimension of a product, of a quotient with `by` -1; None when no such rate makes sense."""
    powers = dict(left)
    for unit, power in right:
        powers[unit] = powers.get(unit, 0) + by * power
    if any(abs(power) > _HIGHEST_POWER for power in powers.values()):
        return None
    return tuple((unit, powers[unit]) for unit in Unit if powers.get(unit))


def words(dimension: Dimension, *, per: str = "") -> str:
    """Return the unit as it is written: 次, 人/次, with `per` 人/千次; nothing for a ratio."""
    above = "·".join(_powered(unit, power) for unit, power in dimension if power > 0)
    below = "·".join(_powered(unit, -power) for unit, power in dimension if power < 0)
    return f"{above or '每'}{'/' if above else ''}{per}{below}" if below else above


def said(dimension: Dimension) -> str:
    """Return what a creator calls the dimension in an explanation."""
    return f"“{words(dimension)}”" if dimension else "比例"


def _powered(unit: Unit, power: int) -> str:
    return unit.value + ("²" if power == _HIGHEST_POWER else "")
