"""What a short drama's effective plays are worth, by the rules in force on the day they were seen (FACTS S6).

The numbers are data: the `shares` of programs/drama.yaml, each with the policy's clause that states it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tools.kernel.rules.ways import Reference


class Level(StrEnum):
    """What a series is rated; P is the growth mode of everything unrated, a stopped series earns nothing more."""

    S_PLUS = "S+"
    S = "S"
    A = "A"
    P = "P"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        """The level as creators read it."""
        return {Level.P: "成长模式 P", Level.STOPPED: "已停止分账"}.get(self, f"{self.value} 级")


@dataclass(frozen=True, slots=True)
class EffectivePlay:
    """A play that is paid: a viewer stays for `seconds`, and an episode counts `times_a_day` for one viewer."""

    seconds: int
    times_a_day: int
    reference: Reference

    @property
    def words(self) -> str:
        """The definition as creators read it."""
        return f"一位观众看一集满 {self.seconds} 秒算有效播放，同一集一天最多算 {self.times_a_day} 次"


@dataclass(frozen=True, slots=True)
class Prices:
    """The fen that 1,000 effective plays bring by level; a level that is missing earns nothing."""

    fen_per_thousand: Mapping[Level, int]
    reference: Reference


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of the rules and the clause that states it."""

    count: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class DramaRules:
    """The rules from `starts_on` until before `ends_on` (None: open).

    A creator takes part from the day one of their series has the episodes that are asked for, and a series earns in its
    first days.
    """

    version: int
    starts_on: date
    ends_on: date | None
    episodes: Bound
    days: Bound
    prices: Prices
    effective_play: EffectivePlay


def rules_on(rules: Iterable[DramaRules], day: date) -> DramaRules | None:
    """Return the rules in force on that day, None before the first."""
    return next(
        (each for each in rules if each.starts_on <= day and (each.ends_on is None or day < each.ends_on)),
        None,
    )
