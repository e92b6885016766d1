"""Episodes of short dramas as the other rooms see them. Plain values, no database."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Episode:
    """A published episode: `published_on` is the platform's day, `level` what the series was rated then, if it was."""

    work_id: int
    public_id: str
    creator_id: int
    series: str
    level: str | None
    published_on: date
