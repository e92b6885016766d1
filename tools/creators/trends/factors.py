"""The measured factors that are compared between accounts with more and fewer plays. Plain values, no database."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np

from tools.creators.trends.contrast import Values

DAYS = 28
# A rate from fewer plays says more about chance than about the account.
_FEWEST_PLAYS = 300


class Factor(StrEnum):
    """A habit or a rate of an account over 28 days."""

    WORKS = "works"
    SECONDS = "seconds"
    COMPLETION = "completion"
    INTERACTION = "interaction"
    SHARING = "sharing"
    FOLLOWING = "following"
    LIVE = "live"

    @property
    def words(self) -> str:  # noqa: PLR0911 - one return a case
        """The factor as creators call it."""
        match self:
            case Factor.WORKS:
                return "发布条数"
            case Factor.SECONDS:
                return "平均时长"
            case Factor.COMPLETION:
                return "完播率"
            case Factor.INTERACTION:
                return "互动率"
            case Factor.SHARING:
                return "转发率"
            case Factor.FOLLOWING:
                return "每千次播放涨粉"
            case Factor.LIVE:
                return "开播时长"
            case _:
                assert_never(self)

    def text(self, value: float) -> str:
        """Return a value of the factor with its unit."""
        match self:
            case Factor.WORKS:
                return f"{value:g} 条"
            case Factor.SECONDS:
                return f"{value:.0f} 秒"
            case Factor.COMPLETION | Factor.INTERACTION:
                return f"{value * 100:.1f}%"
            case Factor.SHARING:
                return f"{value * 100:.2f}%"
            case Factor.FOLLOWING:
                return f"{value * 1_000:.1f} 个"
            case Factor.LIVE:
                return f"{value / 3_600:.1f} 小时"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Habits:
    """An account's sums over the days: what each factor is worked out from."""

    creator_id: int
    category: str
    followers: int
    works: int
    published_seconds: int
    plays: int
    completed_plays: int
    interactions: int
    shares: int
    new_followers: int
    live_seconds: int


def factor_values(accounts: list[Habits]) -> dict[str, Values]:
    """Return each factor's values, a row an account; NaN where a rate has too few plays."""

    def column(name: str) -> Values:
        return np.array([getattr(each, name) for each in accounts], np.float64)

    plays = column("plays")
    enough = np.where(plays >= _FEWEST_PLAYS, plays, np.nan)
    works = column("works")
    return {
        Factor.WORKS.value: works,
        Factor.SECONDS.value: column("published_seconds") / np.where(works > 0, works, np.nan),
        Factor.COMPLETION.value: column("completed_plays") / enough,
        Factor.INTERACTION.value: column("interactions") / enough,
        Factor.SHARING.value: column("shares") / enough,
        Factor.FOLLOWING.value: column("new_followers") / enough,
        Factor.LIVE.value: column("live_seconds"),
    }
