"""Alerts on a metric: the bound that a creator names, and whether a value crosses it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from tools.creators.formulas.evaluate import Absent, Value
from tools.creators.formulas.parse import number_in
from tools.creators.formulas.shown import Shape, shape_of, unit_of, value_text
from tools.creators.formulas.tokens import plain
from tools.creators.formulas.tree import FormulaError, Node
from tools.kernel.errors import Refusal

_LONGEST = 40
_UNITS = re.compile(r"(?:人|次|秒|条|个|块|元|/(?:百|千|万)?(?:次|人|条|秒))+$")


class Comparison(StrEnum):
    """How a value stands to the bound."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def words(self) -> str:
        """The comparison as it is said."""
        return {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于"}[self.value]


_SAID = (
    (Comparison.AT_MOST, r"<=|≤|不高于|不超过|小于等于|最多"),
    (Comparison.AT_LEAST, r">=|≥|不低于|不少于|大于等于|至少|达到|到了"),
    (Comparison.LESS, r"<|低于|小于|少于|不到|跌破|掉到|跌到|below|under|less than"),
    (Comparison.MORE, r">|高于|大于|超过|多于|突破|涨过|above|over|more than"),
)


class ThresholdUnclear(Refusal):
    """The bound of an alert was not understood, or does not fit the metric's unit."""

    template = "没法按“{text}”设提醒：{reason}。"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound in the formula's own numbers: 1% of a share is 1/100."""

    comparison: Comparison
    value: Fraction

    def crossed_by(self, value: Value) -> bool:
        """Whether a value is on the wrong side; where there is no value nothing is."""
        if isinstance(value, Absent):
            return False
        match self.comparison:
            case Comparison.LESS:
                return value < self.value
            case Comparison.AT_MOST:
                return value <= self.value
            case Comparison.MORE:
                return value > self.value
            case Comparison.AT_LEAST:
                return value >= self.value
            case _:
                assert_never(self.comparison)

    def words(self, node: Node) -> str:
        """Return the bound as it is said: 低于 1%."""
        return f"{self.comparison.words} {value_text(self.value, node)}"


def read_threshold(text: str, *, node: Node) -> Threshold:
    """Return the bound that a text names for a metric: <1%, 低于 500. Raises ThresholdUnclear."""
    read = plain(text).replace(" ", "")[:_LONGEST]
    for comparison, pattern in _SAID:
        if found := re.match(pattern, read):
            rest = _UNITS.sub("", re.sub(r"(?:的?时候?|时|就|了)+$", "", read[found.end() :]))
            return Threshold(comparison, _bound(rest, text=text.strip()[:_LONGEST], node=node))
    raise ThresholdUnclear(
        text=text.strip()[:_LONGEST], reason="要说低于还是高于多少，比如“低于 1%”或“高于 500”"
    )


def _bound(number: str, *, text: str, node: Node) -> Fraction:
    try:
        value, percent = number_in(number)
    except FormulaError as error:
        raise ThresholdUnclear(text=text, reason="要写一个数，比如“低于 1%”或“高于 500”") from error
    match shape_of(node):
        case Shape.SHARE:
            if not percent and value:
                raise ThresholdUnclear(
                    text=text, reason=f"这个指标是百分比，要写成百分数，比如“低于 {number}%”"
                )
            return value
        case Shape.PERCENT:
            return value * 100 if percent else value
        case Shape.NUMBER:
            if percent:
                unit = f"，单位是“{unit_of(node)}”" if unit_of(node) else ""
                raise ThresholdUnclear(
                    text=text, reason=f"这个指标不是百分比{unit}，要写成一个数，比如“低于 5”"
                )
            return value
