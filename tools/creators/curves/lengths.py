"""How long works are, in bands that make them comparable."""

from enum import StrEnum
from typing import assert_never


class LengthBand(StrEnum):
    """Bands of a work's duration; a band ends with its own second."""

    TO_15 = "to_15"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_180 = "to_180"
    TO_600 = "to_600"
    LONGER = "longer"

    @property
    def words(self) -> str:
        """The band as creators call it."""
        match self:
            case LengthBand.TO_15:
                return "15 秒以内"
            case LengthBand.TO_30:
                return "16 到 30 秒"
            case LengthBand.TO_60:
                return "31 到 60 秒"
            case LengthBand.TO_180:
                return "1 到 3 分钟"
            case LengthBand.TO_600:
                return "3 到 10 分钟"
            case LengthBand.LONGER:
                return "10 分钟以上"
            case _:
                assert_never(self)


LAST_SECONDS = (
    (15, LengthBand.TO_15),
    (30, LengthBand.TO_30),
    (60, LengthBand.TO_60),
    (180, LengthBand.TO_180),
    (600, LengthBand.TO_600),
)


def band_of(duration_seconds: int) -> LengthBand:
    """Return the band of a duration."""
    return next((band for last, band in LAST_SECONDS if duration_seconds <= last), LengthBand.LONGER)


def finish_of(duration_seconds: int) -> int:
    """Return the second at which a work counts as finished: 95 % of its length (policy metrics-definitions 1.3)."""
    return -(-duration_seconds * 95 // 100)
