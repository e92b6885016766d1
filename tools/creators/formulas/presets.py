"""Metrics that everybody can ask for by name, and the names that formulas may build on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tools.creators.formulas.parse import parse
from tools.creators.formulas.tree import Node


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual metric; `clause` is the clause of the policy metrics-definitions that defines it, where one does."""

    name: str
    formula: str
    synonyms: tuple[str, ...] = ()
    clause: str | None = None


# A preset may use those above it.
PRESETS = (
    Preset("互动", "点赞+评论+转发+收藏", ("互动量", "互动数", "interactions")),
    Preset("净涨粉", "涨粉-掉粉", ("净增粉丝", "净增粉丝数", "净增", "net_followers"), "2.2"),
    Preset("完播率", "完播/播放", ("completion_rate",), "1.3"),
    Preset("互动率", "互动/播放", ("engagement_rate", "engagement"), "2.1"),
    Preset("点赞率", "点赞/播放", ("赞播比", "like_rate")),
    Preset("评论率", "评论/播放", ("评播比",)),
    Preset("转发率", "转发/播放", ("分享率",)),
    Preset("收藏率", "收藏/播放"),
    Preset("千播涨粉", "涨粉/播放*1000", ("千次播放涨粉",)),
    Preset("平均播放时长", "观看时长/播放", ("人均播放时长", "平均观看时长", "均播时长"), "1.5"),
    Preset("粉丝播放占比", "粉丝播放/播放", ("粉丝占比", "粉丝播放比")),
    Preset("掉粉比", "掉粉/涨粉", ("取关比", "掉粉率")),
    Preset("粉丝增长率", "增长(粉丝, 30天)", (), "2.2"),
    Preset("赞粉比", "点赞/粉丝", ("粉赞比",)),
    Preset("周均播放", "平均(播放, 7天)", ("日均播放",)),
    Preset("条均播放", "近7天(播放)/近7天(发布)", ("篇均播放",)),
)


@lru_cache(maxsize=1)
def preset_nodes() -> Mapping[str, Node]:
    """Return the trees of the presets by each of their names, in lower case."""
    nodes: dict[str, Node] = {}
    for preset in PRESETS:
        node = parse(preset.formula, named=nodes)
        nodes |= dict.fromkeys((preset.name, *preset.synonyms), node)
    return nodes


def preset_called(name: str) -> Preset | None:
    """Return the preset of that name, by any of its names."""
    key = name.lower()
    return next((preset for preset in PRESETS if key in (preset.name, *preset.synonyms)), None)
