"""Which service a creator gets: their own specialist for Star contracts and 光合优创, the common desk for the others."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ServiceTier(StrEnum):
    """The promises that hold for a creator's cases."""

    STAR = "star"
    YOUCHUANG = "youchuang"
    STANDARD = "standard"

    @property
    def words(self) -> str:
        """The tier as people read it."""
        return _WORDS[self]

    @property
    def has_specialist(self) -> bool:
        """Whether a person of their own serves the creator (human-service 1.3)."""
        return self is not ServiceTier.STANDARD


_WORDS: Final[Mapping[ServiceTier, str]] = {
    ServiceTier.STAR: "快手之星",
    ServiceTier.YOUCHUANG: "光合优创",
    ServiceTier.STANDARD: "普通创作者",
}


def tier_of(*, in_star_contract: bool, in_youchuang: bool) -> ServiceTier:
    """Return the tier; a running Star contract comes before everything else."""
    if in_star_contract:
        return ServiceTier.STAR
    return ServiceTier.YOUCHUANG if in_youchuang else ServiceTier.STANDARD
