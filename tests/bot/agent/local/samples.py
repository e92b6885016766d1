"""Tools for tests of the engine alone: few words, few examples, every kind of argument."""

from datetime import date
from typing import Literal

from bot.agent.local.decide import decide
from bot.agent.local.decision import Decision, Role, Turn
from tools.kernel.agent_tool import AgentTool, Call, Reply

ON = date(2022, 8, 15)


def income(
    _call: Call,
    *,
    action: Literal["summary", "balance"] = "summary",
    period: str = "this_month",
    compare: Literal["previous"] | None = None,
) -> Reply:
    """Tell what was earned."""
    return Reply(text=f"{period} {action} {compare}")


def stolen_work(
    _call: Call, *, work_ref: str | None = None, url: str | None = None, target_author: str | None = None
) -> Reply:
    """Report a stolen work."""
    return Reply(text=f"{work_ref} {url} {target_author}")


def brand_jobs(_call: Call, *, category: str | None = None, min_price: str | None = None) -> Reply:
    """List brands' orders."""
    return Reply(text=f"{category} {min_price}")


def reading(_call: Call, *, work_ref: str) -> Reply:
    """Read a work second by second."""
    return Reply(text=work_ref)


def rules(_call: Call, *, question: str, topic: str | None = None) -> Reply:
    """Quote the rules."""
    return Reply(text=f"{question} {topic}")


TOOLS = (
    AgentTool(
        income,
        asks=("上个月挣了多少", "我的收益", "还有多少能提现", "这周收入多少钱", "查一下余额"),
        nouns=("收益", "收入", "余额", "提现"),
        actions=("挣", "赚", "查"),
    ),
    AgentTool(
        stolen_work,
        asks=("有人盗我视频我要举报", "帮我投诉搬运我作品的人", "举报侵权", "我的视频被搬运了"),
        nouns=("侵权", "搬运"),
        actions=("举报", "投诉"),
    ),
    AgentTool(
        brand_jobs,
        asks=("有没有商单能接", "美妆的商单给我看看", "五千以上的广告单子"),
        nouns=("商单", "广告单"),
        actions=("接",),
    ),
    AgentTool(
        reading,
        asks=("分析最新那条视频的留存曲线", "这条视频观众在哪一秒走了", "看看播放最高那条的逐秒数据"),
        nouns=("留存曲线", "逐秒"),
        actions=("分析",),
    ),
    AgentTool(
        rules,
        asks=("提现要满多少钱", "这样算不算违规", "审核一般要多久", "个税怎么扣"),
        nouns=("规则", "违规", "门槛"),
        actions=("怎么算", "多久"),
    ),
)


def talk(*lines: str) -> list[Turn]:
    """Return a conversation, the creator's line first."""
    return [Turn(Role.ASSISTANT if place % 2 else Role.USER, content) for place, content in enumerate(lines)]


def after(*lines: str) -> Decision:
    """Return what is decided on the last line of a conversation with the sample tools."""
    return decide(lines[-1], talk(*lines[:-1]), tools=TOOLS, on=ON)


def called(decision: Decision) -> dict[str, dict[str, object]]:
    """Return the arguments by tool."""
    return {call.tool: call.args for call in decision.calls}
