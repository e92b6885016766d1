"""What sets the top tenth of a cohort apart from the rest: effect sizes with intervals, corrected for many questions.

The effect is Cliff's delta: how much more often one of the top has the larger value than one of the rest, minus the
reverse; from -1 to 1, whatever the unit, and no outlier moves it far. The interval is Feng and Cliff's (2004, asymmetric),
at 95 % for all factors together (Bonferroni). It says what goes together with more plays, never what causes them.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

# Below this the top tenth is a handful of people.
SMALLEST_COHORT = 50
_TENTH = 10
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Contrast:
    """One factor: the effect with its interval, and the median of the top tenth and of the rest."""

    factor: str
    delta: float
    low: float
    high: float
    top_median: float
    rest_median: float

    @property
    def separates(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def top_tenth(plays: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which rows are the tenth with the most plays, rounded down; of equals the earlier rows."""
    top = np.zeros(len(plays), np.bool_)
    order = np.argsort(-plays, kind="stable")
    top[order[: len(plays) // _TENTH]] = True
    return top


def contrasts(factors: dict[str, Values], *, top: npt.NDArray[np.bool_]) -> list[Contrast]:
    """Return every factor's contrast, the clearest first; NaN stands where an account has no such value."""
    made = [
        _contrast(name, values[top], values[~top], questions=len(factors)) for name, values in factors.items()
    ]
    found = [each for each in made if each is not None]
    # By the end of the interval that is nearer to zero: a large effect that may be chance comes later.
    return sorted(found, key=lambda each: (-_surely(each), each.factor))


def _surely(found: Contrast) -> float:
    return max(found.low, -found.high)


def _contrast(factor: str, top: Values, rest: Values, *, questions: int) -> Contrast | None:
    top, rest = top[~np.isnan(top)], rest[~np.isnan(rest)]
    if len(top) < SMALLEST_COHORT // _TENTH or len(rest) < SMALLEST_COHORT // _TENTH:
        return None
    delta, low, high = cliffs_delta(top, rest, questions=questions)
    return Contrast(factor, delta, low, high, float(np.median(top)), float(np.median(rest)))


def cliffs_delta(ones: Values, others: Values, *, questions: int = 1) -> tuple[float, float, float]:
    """Return the delta of two samples of at least 2 with the ends of its interval."""
    z = NormalDist().inv_cdf(1 - _ALPHA / questions / 2)
    m, n = len(ones), len(others)
    of_ones = _dominance(ones, others)
    of_others = -_dominance(others, ones)
    delta = float(of_ones.mean())
    if abs(delta) > 1 - 1e-12:
        # Not one pair the other way: the variance is zero in the sample, not in the population.
        smaller = min(m, n)
        bound = (smaller - z * z) / (smaller + z * z)
        return delta, (bound if delta > 0 else -1.0), (1.0 if delta > 0 else -bound)
    # Cliff (1993): the consistent estimate, kept away from zero and below.
    untied = m * n - _ties(ones, others)
    spread = n * n * float(((of_ones - delta) ** 2).sum()) + m * m * float(((of_others - delta) ** 2).sum())
    variance = (spread - (untied - m * n * delta * delta)) / (m * n * (m - 1) * (n - 1))
    variance = max(variance, (1 - delta * delta) / (m * n - 1))
    wide = z * math.sqrt(variance * (1 - 2 * delta**2 + delta**4 + z * z * variance))
    below = 1 - delta**2 + z * z * variance
    return delta, (delta - delta**3 - wide) / below, (delta - delta**3 + wide) / below


def _dominance(ones: Values, others: Values) -> Values:
    """Return for each of the first how many of the others are smaller, less how many are larger, as a share."""
    ordered = np.sort(others)
    smaller = np.searchsorted(ordered, ones, "left")
    larger = len(others) - np.searchsorted(ordered, ones, "right")
    return (smaller - larger) / len(others)


def _ties(ones: Values, others: Values) -> int:
    ordered = np.sort(others)
    return int((np.searchsorted(ordered, ones, "right") - np.searchsorted(ordered, ones, "left")).sum())
