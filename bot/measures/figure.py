"""One figure, as `guanghe measure` prints it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside the limit or peer of the same run; `ratio` is value / limit, `n` the sample."""

    name: str
    value: float
    unit: str
    limit: float
    ratio: float
    n: int


def figure(name: str, value: float, *, unit: str, limit: float, n: int) -> Figure:
    """Return the figure with its ratio, everything to four significant digits."""
    return Figure(name, _short(value), unit, _short(limit), _short(value / limit), n)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the sample stays at or below (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def _short(value: float) -> float:
    return float(f"{value:.4g}")
