"""What creators did on each day: published, live, and how their works fared. Plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of an account: what its works got, live sessions aside, and what the account did."""

    plays: int = 0
    interactions: int = 0
    new_followers: int = 0
    live_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """A work that came out; of a live session `seconds` is how long it ran."""

    at: datetime
    kind: str
    original: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class CreatorDays:
    """A creator's days with figures, and what came out in the same time, oldest first."""

    days: Mapping[date, DayFigures] = field(default_factory=dict[date, DayFigures])
    published: tuple[Published, ...] = ()
