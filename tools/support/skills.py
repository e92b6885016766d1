"""What a case is about: the skill that an agent needs for it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final


class Skill(StrEnum):
    """A subject that agents are trained in."""

    PAYOUT = "payout"
    COPYRIGHT = "copyright"
    LIVE = "live"
    COMMERCE = "commerce"
    ACCOUNT = "account"
    POLICY = "policy"

    @property
    def words(self) -> str:
        """The skill as agents read it."""
        return _WORDS[self]


_WORDS: Final[Mapping[Skill, str]] = {
    Skill.PAYOUT: "激励与提现",
    Skill.COPYRIGHT: "侵权与原创",
    Skill.LIVE: "直播",
    Skill.COMMERCE: "商单与带货",
    Skill.ACCOUNT: "账号与数据",
    Skill.POLICY: "规则与审核",
}
_BY_TOOL: Final[Mapping[str, Skill]] = {
    "earnings_and_payouts": Skill.PAYOUT,
    "incentive_programs": Skill.PAYOUT,
    "incentive_tasks": Skill.PAYOUT,
    "short_drama_revenue": Skill.PAYOUT,
    "star_application": Skill.PAYOUT,
    "traffic_boost": Skill.PAYOUT,
    "live_incentive": Skill.LIVE,
    "infringement_report": Skill.COPYRIGHT,
    "infringement_status": Skill.COPYRIGHT,
    "infringement_appeal": Skill.COPYRIGHT,
    "follower_migration": Skill.COPYRIGHT,
    "brand_orders": Skill.COMMERCE,
    "product_match": Skill.COMMERCE,
    "paid_course": Skill.COMMERCE,
    "pre_publish_check": Skill.POLICY,
    "policy_question": Skill.POLICY,
}
# In the creator's own words, for a case that no tool came before; the first that is found counts.
_BY_WORD: Final[tuple[tuple[Skill, tuple[str, ...]], ...]] = (
    (Skill.COPYRIGHT, ("侵权", "搬运", "盗", "抄袭", "冒充", "原创")),
    (Skill.LIVE, ("直播", "开播", "连麦")),
    (Skill.COMMERCE, ("商单", "带货", "品牌", "课程", "退款", "商品", "小店")),
    (Skill.PAYOUT, ("提现", "到账", "收益", "激励", "钱", "结算", "分账", "补贴", "奖励")),
    (Skill.POLICY, ("审核", "违规", "规则", "限流", "处罚", "申诉", "下架", "封")),
)


def skill_of(*, words: str, tools: Sequence[str]) -> Skill:
    """Return what a case is about: what the creator says of it, else the last tool that knew their subject."""
    for skill, known in _BY_WORD:
        if any(word in words for word in known):
            return skill
    return next((_BY_TOOL[tool] for tool in reversed(tools) if tool in _BY_TOOL), Skill.ACCOUNT)
