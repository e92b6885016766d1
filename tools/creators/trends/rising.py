"""How much something rose, and how sure that is: a shrunken ratio of two weeks' shares with its interval.

What is counted is creators: of all who published in a week, how many published with the topic (or music, form,
category). Plays come in lumps, one hit brings more than a hundred works, and a star's good week would make everything
else fall; creators decide one by one, so their number has the spread of a Poisson count.

Each week's share is Gamma distributed: the count, after a prior of `PRIOR` creators at the share of both weeks
together. What few creators do is drawn towards "as before". The ratio is that of the two means, the interval comes from
the variances of their logarithms (trigamma of the shapes).
"""

import math
from dataclasses import dataclass

# As many creators as this at the pooled share are added to each week.
PRIOR = 2.0
# Both sides of a 90 % interval.
_Z = 1.6449
# With fewer this week, nothing is said.
FEWEST_CREATORS = 5


@dataclass(frozen=True, slots=True)
class Rise:
    """The week's share over the share of the week before, drawn towards 1, and the ends of its 90 % interval."""

    ratio: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether it rose, chance aside."""
        return self.low > 1


def rise(now: int, before: int, *, total: int, total_before: int) -> Rise:
    """Return how the share of creators changed; the totals are all who published, above 0."""
    assert 0 <= now <= total
    assert 0 <= before <= total_before
    assert total > 0
    assert total_before > 0
    if now + before == 0:
        return Rise(1.0, 0.0, math.inf)
    pooled = (now + before) / (total + total_before)
    share = (now + PRIOR) / (total + PRIOR / pooled)
    share_before = (before + PRIOR) / (total_before + PRIOR / pooled)
    middle = math.log(share / share_before)
    wide = _Z * math.sqrt(trigamma(now + PRIOR) + trigamma(before + PRIOR))
    return Rise(math.exp(middle), math.exp(middle - wide), math.exp(middle + wide))


def trigamma(shape: float) -> float:
    """Return the trigamma function, by recurrence up to 8 and then its asymptotic series (error below 1e-8)."""
    found = 0.0
    while shape < 8:  # noqa: PLR2004 - from here on the series is exact enough
        found += 1 / (shape * shape)
        shape += 1
    one = 1 / shape
    return found + one + one**2 / 2 + one**3 / 6 - one**5 / 30 + one**7 / 42
