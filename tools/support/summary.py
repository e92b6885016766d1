"""What a person must know of a conversation before they take it: what was asked, what was looked up, what is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field, TypeAdapter

from tools.kernel.agent_tool import Citation, Speaker
from tools.kernel.db import Json
from tools.support.escalation import Signal
from tools.support.service import StoredMessage, words_of

_QUESTIONS = 3
_TONE = {Signal.ANGER: "情绪激动", Signal.HURRY: "催得急"}
_LONGEST_LINE = 120
_TOOL_WORDS = {
    "account_diagnosis": "账号诊断",
    "work_analysis": "作品分析",
    "growth_advice": "成长建议",
    "leaderboard": "榜单",
    "hot_trends": "热点趋势",
    "custom_metrics": "自定义指标",
    "inspiration_materials": "灵感素材",
    "incentive_programs": "激励计划",
    "incentive_tasks": "激励任务",
    "earnings_and_payouts": "收益与提现",
    "star_application": "快手之星",
    "short_drama_revenue": "短剧分账",
    "live_incentive": "直播激励",
    "traffic_boost": "流量券",
    "infringement_report": "侵权举报",
    "infringement_status": "举报进度",
    "infringement_appeal": "侵权申诉",
    "follower_migration": "粉丝迁移",
    "pre_publish_check": "发布前诊断",
    "brand_orders": "商单",
    "product_match": "选品",
    "paid_course": "付费课堂",
    "activity_notices": "活动通知",
    "human_escalation": "转人工",
    "policy_question": "平台规则",
}


@dataclass(frozen=True, slots=True)
class ToolRun:
    """A tool that the assistant ran for the creator: with what, and what was told."""

    tool: str
    words: str
    args: Json
    told: str
    at: datetime


class _Called(BaseModel):
    tool: str
    args: Json = Field(default_factory=dict)


class _Answer(BaseModel):
    """The part of an answer's body that a hand-off needs; an answer that was stored otherwise has none of it."""

    calls: list[_Called] = Field(default_factory=list[_Called])
    citations: list[Citation] = Field(default_factory=list[Citation])


_answer = TypeAdapter(_Answer)


def tools_run(said: Iterable[StoredMessage]) -> list[ToolRun]:
    """Return the tools that were run in these messages, oldest first."""
    return [
        ToolRun(call.tool, tool_words(call.tool), call.args, message.text, message.at)
        for message in said
        if message.speaker is Speaker.ASSISTANT
        for call in _answer.validate_python(message.body).calls
    ]


def citations(said: Iterable[StoredMessage]) -> tuple[Citation, ...]:
    """Return the clauses that were quoted to the creator, each once."""
    found = (
        citation
        for message in said
        if message.speaker is Speaker.ASSISTANT
        for citation in _answer.validate_python(message.body).citations
    )
    return tuple(dict.fromkeys(found))


def tool_words(tool: str) -> str:
    """Return a tool as agents call it."""
    return _TOOL_WORDS.get(tool, tool)


def summary(said: Sequence[StoredMessage], *, reason: str, tier: str, earlier: int) -> tuple[str, ...]:
    """Return the conversation in a few lines: why, what was asked last, what was looked up, who it is."""
    asked = [_short(words_of(one)) for one in said if one.speaker is Speaker.CREATOR and words_of(one)]
    looked_up = dict.fromkeys(run.words for run in tools_run(said) if run.tool != "human_escalation")
    lines = [f"原因：{reason}"]
    if tone := [words for signal, words in _TONE.items() if any(signal in one.signals for one in said)]:
        lines.append("语气：" + "、".join(tone))
    if asked:
        lines.append("最近问过：" + "；".join(dict.fromkeys(asked[-_QUESTIONS:])))
    if looked_up:
        lines.append("助手查过：" + "、".join(looked_up))
    else:
        lines.append("助手还没有查到任何数据")
    lines.append(f"{tier}；" + (f"之前有 {earlier} 个工单" if earlier else "第一次找人工"))
    return tuple(lines)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST_LINE else one_line[: _LONGEST_LINE - 1] + "…"
