"""Where a work stands among others: shares of viewers, medians, percentiles. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low
from typing import assert_never

_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """A work's sums: who saw second 0, 3, 5 and the finish, all seconds seen by all viewers, and how many there are."""

    started: int
    stayed_3: int
    stayed_5: int
    finished: int
    seen_positions: int
    viewers: int
    positions: int


class Measure(StrEnum):
    """The shares by which works are compared."""

    RETENTION_3 = "retention_3"
    RETENTION_5 = "retention_5"
    COMPLETION = "completion"
    WATCHED = "watched"

    @property
    def words(self) -> str:
        """The measure as creators call it."""
        match self:
            case Measure.RETENTION_3:
                return "3 秒留存"
            case Measure.RETENTION_5:
                return "5 秒留存"
            case Measure.COMPLETION:
                return "完播"
            case Measure.WATCHED:
                return "平均看完比例"
            case _:
                assert_never(self)

    def parts(self, rates: Rates) -> tuple[int, int]:
        """Return the numerator and the denominator of a work's share."""
        match self:
            case Measure.RETENTION_3:
                return rates.stayed_3, rates.started
            case Measure.RETENTION_5:
                return rates.stayed_5, rates.started
            case Measure.COMPLETION:
                return rates.finished, rates.started
            case Measure.WATCHED:
                return rates.seen_positions, rates.viewers * rates.positions
            case _:
                assert_never(self)

    def of(self, rates: Rates) -> int:
        """Return a work's share in basis points, cut."""
        part, whole = self.parts(rates)
        return part * _BASIS_POINTS // max(whole, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A work among others by one measure: `below_percent` of them have less."""

    measure: Measure
    own_bp: int
    median_bp: int
    below_percent: int
    works: int


def place(measure: Measure, own: Rates, others: Sequence[Rates]) -> Place:
    """Return where a work stands among others, of which there is at least one."""
    own_bp = measure.of(own)
    values = [measure.of(other) for other in others]
    below = sum(value < own_bp for value in values) * 100 // len(values)
    return Place(measure, own_bp, median_low(values), below, len(values))
