"""Which hours of the day an account's own works did best at: a count a stretch, a median, and a minimum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

FEWEST_WORKS = 3
_STRETCHES = (
    ("凌晨", 0, 5),
    ("清晨", 5, 9),
    ("上午", 9, 11),
    ("中午", 11, 14),
    ("下午", 14, 17),
    ("傍晚", 17, 20),
    ("晚上", 20, 24),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Works that came out between two full hours, and the median of their plays."""

    words: str
    works: int
    median_plays: int


def stretches(publications: Iterable[tuple[datetime, int]]) -> list[Hours]:
    """Return the stretches of the day with enough works, the highest median first; ties go to the earlier one."""
    plays: dict[int, list[int]] = {}
    for published_at, count in publications:
        place = next(
            place
            for place, (_, first, before) in enumerate(_STRETCHES)
            if first <= published_at.hour < before
        )
        plays.setdefault(place, []).append(count)
    found = [
        Hours(
            f"{_STRETCHES[place][0]} {_STRETCHES[place][1]}—{_STRETCHES[place][2]} 点",
            len(counts),
            median_low(counts),
        )
        for place, counts in sorted(plays.items())
        if len(counts) >= FEWEST_WORKS
    ]
    return sorted(found, key=lambda each: -each.median_plays)
