"""What a short drama's effective plays are worth, by the rules in force on the day they were seen (FACTS S6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

POLICY = "drama-revenue-rules"
PRICE_CLAUSE = "3.1"
EFFECTIVE_CLAUSE = "3.2"
SETTLEMENT_CLAUSE = "3.3"
WINDOW_CLAUSE = "3.4"
STOP_CLAUSE = "4.1"
CONDITION_CLAUSE = "1.1"


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
class DramaRules:
    """The rules from `starts_on` until before `ends_on` (None: open).

    A series takes part from the day its creator has one with `episodes` episodes, and earns in its first `days` days;
    `fen_per_thousand` prices 1,000 effective plays by level, a level that is missing earns nothing.
    """

    version: int
    starts_on: date
    ends_on: date | None
    episodes: int
    days: int
    fen_per_thousand: Mapping[Level, int]


RULES = (
    # drama-revenue-rules version 1: 1.1, 3.1, 3.4.
    DramaRules(
        version=1,
        starts_on=date(2022, 1, 1),
        ends_on=date(2022, 7, 29),
        episodes=10,
        days=90,
        fen_per_thousand={Level.S_PLUS: 2_000, Level.S: 1_200, Level.A: 800},
    ),
    # drama-revenue-rules version 2: 1.1, 3.1, 3.4; the growth mode's price also in drama-revenue 1.2.
    DramaRules(
        version=2,
        starts_on=date(2022, 7, 29),
        ends_on=None,
        episodes=5,
        days=180,
        fen_per_thousand={Level.S_PLUS: 2_000, Level.S: 1_200, Level.A: 800, Level.P: 500},
    ),
)


def rules_on(day: date) -> DramaRules | None:
    """Return the rules in force on that day, None before the first."""
    for rules in RULES:
        if rules.starts_on <= day and (rules.ends_on is None or day < rules.ends_on):
            return rules
    return None
