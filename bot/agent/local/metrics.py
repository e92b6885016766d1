"""Arguments of custom metrics: formulas and names exactly as they were written, what is to be done, bounds."""

import re

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said
from tools.creators.formulas.spotting import Spot, spot_formula

ACTIONS = ("list", "show", "create", "rename", "delete", "alert", "cancel")

_MARK = "公式*"
_OPEN, _CLOSE = '「『"“《【', '」』"”》】'
_BOUND = re.compile(
    r"(?P<how>低于|高于|小于|大于|少于|多于|不到|超过|不超过|不低于|不高于|跌破|突破|达到|掉到|跌到|<=|>=|<|>|≤|≥|below|above|under|over)\s?"
    r"(?P<number>-?\d{1,12}(?:\.\d{1,6})?\s?[%万亿千]?)"
)
_BOUND_SIGNS = {"低于": "<", "小于": "<", "少于": "<", "不到": "<", "跌破": "<", "掉到": "<=", "跌到": "<=", "不超过": "<=", "不高于": "<=", "高于": ">", "大于": ">", "多于": ">", "超过": ">", "突破": ">", "达到": ">=", "不低于": ">=", "≤": "<=", "≥": ">=", "below": "<", "under": "<", "above": ">", "over": ">"}  # fmt: skip
_NAME = r"[a-z0-9_\u4e00-\u9fff]{1,12}?"
_RENAMED = re.compile(
    rf"(?:改名|改个名字?|重命名|改)(?:叫做?|成|为|到|,?叫)+\s?[{_OPEN}]?(?P<name>[a-z0-9_\u4e00-\u9fff]{{1,20}}?)[{_CLOSE}]?(?:吧|了|行吗|可以吗|好了)?(?=[,.!?\s]|$)"
    rf"|改个名字?,?\s?叫\s?[{_OPEN}]?(?P<other>[a-z0-9_\u4e00-\u9fff]{{1,20}})|rename(?:d)? (?:it |\S+ )?to (?P<english>\S{{1,20}})"
)
# Where a name stands: 千播涨粉这个指标, 叫「…」的指标, 加个互动率, 删掉…, 给…设个提醒, …低于1%提醒我.
_QUOTED = re.compile(rf"[{_OPEN}](?P<name>[^{_OPEN}{_CLOSE}]{{1,20}})[{_CLOSE}]")
_TURNS = (
    re.compile(rf"(?:^|把|将|给|对|看看?|查查?|删掉|删除|删了|取消|关掉|[,\s的])(?P<name>{_NAME})(?:(?:这|那)个)?(?:自定义)?指标"),
    re.compile(rf"指标\s?(?P<name>{_NAME})(?:删|改|最近|这几天|走势|怎么样|的|$|[,.!?\s])"),
    re.compile(rf"(?:删掉|删除|移除|不要)(?:了)?(?P<name>{_NAME})(?:这个指标|的?指标|了|吧|$|[,.!?\s])"),
    re.compile(rf"(?:加上?|新建|创建|建立?|添加|设|来|做)(?:一)?个(?P<name>{_NAME})(?:的?指标|,|$|[.!?\s])"),
    re.compile(rf"(?:把|将|给|取消|关掉)(?P<name>{_NAME})(?:改|删|设|加|的提醒|指标|的指标)"),
    re.compile(rf"(?P<name>{_NAME})(?:的?时候)?(?=低于|高于|小于|大于|少于|多于|超过|不到|跌破|突破|达到|<|>)"),
    re.compile(rf"(?:看看?|查查?|看一?下|查一?下|算一?下)(?:我的?)?(?P<name>{_NAME})(?:的?指标|的?(?:走势|曲线|趋势))"),
    re.compile(rf"^(?:那|我的?)?(?P<name>{_NAME})(?:的?指标)?(?:最近|这几天|这周|上周|上个月|本月|昨天|的?(?:曲线|走势|趋势)|怎么样|咋样|是多少)"),
    re.compile(rf"(?P<name>{_NAME})的?指标"),
)  # fmt: skip
_NO_NAME = re.compile(
    r"(?:帮我|给我|替我|麻烦|请|我想|我要|想|要|再|能不能|可以|顺便|然后|看看?|查查?|算算?|把|将|给|加上?|新建|创建|建立?|添加|设置?|删掉?|删除|取消|改|做|来|个|一个|一|我的?|这个|那个|这|那|它|的|自定义|自己|数据|新|所有|全部|些|哪|有|了|什么|么|几|条|最新|作品|当|如果|只要|一旦|等)+"
)
_BAD_NAME = re.compile(
    r"^(?:怎么|最多|最近|提醒|名字|列表|公式|定义|算法|这几天|走势|曲线|有没有|多少|哪)|(?:数据|一下|东西)$"
)
_ACTION_RULES = tuple(
    (value, re.compile(pattern))
    for value, pattern in (
        ("rename", r"改名|改个名|重命名|名字改|改叫|rename|改(?:成|为)(?=[「『\"“])"),
        ("cancel", r"(?:取消|关掉|关闭|去掉|停掉?|不要|别)[^,.!?]{0,12}(?:提醒|预警|告警|报警|通知)"),
        ("list", r"提醒[^,.!?]{0,6}(?:触发|响)|触发(?:过|了)"),
        ("delete", r"删掉|删除|删了|移除|删(?=[^,.!?]{1,12}$)|delete|remove"),
        ("alert", r"提醒|预警|告警|报警|通知我|alert|notify"),
        ("create", r"新建|创建|建立|建(?:一?个)|加(?:上)?(?:一?个)|添加|增加|设(?:一)?个|设置|定义|怎么(?:加|建)|加成|create|define|\badd\b|建(?=指标)|存成|保存成?"),
        ("show", r"走势|曲线|趋势|怎么样|咋样|是多少|多少(?!个)|看看|看一?下|算一?下|算算|试算|最近|变化|show|(?<!自)算"),
        ("list", r"哪些|什么|列表|清单|都有|有啥|几个|所有|全部|list"),
    )
)  # fmt: skip
_ASKS_WHICH = re.compile(r"(?:有|设了?|建了?|加了?|存了?)(?:些|了)?(?:哪些|什么|啥|几个)|指标(?:列表|清单)|(?<!成)我的(?:自定义)?指标(?:$|[,.!?])|\blist\b")  # fmt: skip


def find_metric_action(said: Said) -> Found | None:
    """Return what is to be done with a metric; a formula with a name is to be kept, one without is tried."""
    spot = spot_formula(said.plain)
    kept = _blotted(said.text, spot)
    if match := _ASKS_WHICH.search(kept):
        return Found("list", *match.span())
    for value, pattern in _ACTION_RULES:
        if match := pattern.search(kept):
            if spot and value in ("show", "list", "alert"):
                break
            return Found(value, *match.span())
    if spot:
        return Found("create" if spot.name else "show", spot.start, spot.end)
    return Found("show", 0, 0) if find_metric(said) else None


def find_formula(said: Said) -> Found | None:
    """Return the formula as it was written."""
    spot = spot_formula(said.plain)
    return Found(spot.formula.strip(), spot.start, spot.end) if spot else None


def find_metric(said: Said) -> Found | None:
    """Return the name of a metric as it was written."""
    spot = spot_formula(said.plain)
    if spot is not None:
        if not spot.name:
            return None
        start = said.plain.find(spot.name, spot.name_start)
        return Found(spot.name, start, start + len(spot.name))
    if match := _QUOTED.search(said.plain):
        return Found(match["name"].strip(), *match.span())
    for pattern in _TURNS:
        for match in pattern.finditer(said.text):
            start, end = match.span("name")
            if lead := _NO_NAME.match(said.text[start:end]):
                start += lead.end()
            name = said.plain[start:end].strip().removesuffix("的")
            if len(name) > 1 and not _NO_NAME.fullmatch(name) and not _BAD_NAME.search(name):
                return Found(name, start, end)
    return None


def find_new_name(said: Said) -> Found | None:
    """Return the name that a metric is to have."""
    if match := _RENAMED.search(said.text):
        group = next(name for name in ("name", "other", "english") if match[name])
        start, end = match.span(group)
        return Found(said.plain[start:end], start, end)
    return None


def find_threshold(said: Said) -> Found | None:
    """Return the bound of an alert, as tools take it: <1%."""
    match = _BOUND.search(said.text)
    if match is None:
        return None
    sign = _BOUND_SIGNS.get(match["how"], match["how"])
    return Found(sign + match["number"].replace(" ", ""), *match.span())


def without_formula(said: Said) -> Said:
    """Return the message with its formula blotted out: the figures in it are no subject, that it has one is."""
    spot = spot_formula(said.plain)
    if spot is None or len(said.plain) != len(said.text):
        return said
    # A word of the tool's own in its place, of the same length.
    length = spot.end - spot.start
    start = said.plain.find(spot.name, spot.name_start) if spot.name else spot.start
    mark = (_MARK + "*" * length)[:length]
    text = said.text[: spot.start] + mark + said.text[spot.end :]
    if spot.name and spot.start > start >= 0:
        text = text[:start] + "*" * len(spot.name) + text[start + len(spot.name) :]
    return Said(said.plain, text)


def has_formula(text: str) -> bool:
    """Whether a formula was blotted out of a text."""
    return _MARK in text


def _blotted(text: str, spot: Spot | None) -> str:
    return text if spot is None else text[: spot.start] + "*" * (spot.end - spot.start) + text[spot.end :]
