"""The facts about a creator that programmes and tasks may ask for: the fields of `CreatorFacts`, with their words."""

from typing import Final

from tools.creators.service import CreatorFacts
from tools.kernel.rules.facts import Fact, Facts, declare
from tools.kernel.rules.units import Unit

NO: Final = False

# Named as in CreatorFacts (tools/creators/accounts.py), whose docstring says what each counts.
FACTS: Final = declare(
    Fact("followers", 0, "粉丝", Unit.PEOPLE, gap_words="粉丝还差 {gap}"),
    Fact("follower_growth_30d_bp", 0, "近30天涨粉", Unit.BASIS_POINTS),
    Fact("original_works_30d", 0, "近30天原创作品", Unit.WORKS),
    Fact("violations_90d", 0, "近90天违规", Unit.TIMES),
    Fact("violations_180d", 0, "近180天违规", Unit.TIMES),
    Fact("serious_violations_90d", 0, "近90天严重违规", Unit.TIMES),
    Fact("real_name_verified", NO, "实名认证", Unit.FLAG),
    Fact("live_seconds_30d", 0, "近30天有效开播", Unit.SECONDS),
    Fact("drama_series_5_episodes", 0, "满5集的短剧", Unit.SERIES, none_words="还没有满5集的短剧"),
    Fact("shop_opened", NO, "开通快手小店", Unit.FLAG, none_words="还没开通快手小店"),
    Fact("shop_score_hundredths", 0, "店铺评分", Unit.HUNDREDTHS),
    Fact("shop_days", 0, "开店天数", Unit.DAYS),
)


def values_of(found: CreatorFacts) -> Facts:
    """Return a creator's figures by the name that rules use."""
    return {name: getattr(found, name) for name in FACTS}
