"""Arguments of a tool call: what the creator said, in the form that the tool's own function takes."""

import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.agent.local import goods, metrics, notices, orders
from bot.agent.local.actions import find_action
from bot.agent.local.amounts import find_amount, find_at_least, find_at_most, find_case, find_url
from bot.agent.local.drafts import find_concern, find_draft
from bot.agent.local.found import Found
from bot.agent.local.mixed import in_chinese
from bot.agent.local.names import (
    find_category,
    find_city,
    find_growth_topic,
    find_program,
    find_source,
    find_topic,
    program_id,
)
from bot.agent.local.normalise import Said
from bot.agent.local.people import find_author
from bot.agent.local.periods import find_periods
from bot.agent.local.rewards import (
    find_applicant,
    find_application,
    find_coupon_work,
    find_excluded,
    find_mode,
    find_task,
)
from bot.agent.local.subjects import find_subject
from bot.agent.local.works import find_work
from tools.kernel.agent_tool import AgentTool

# Arguments that take the creator's own words.
QUESTION = "question"

_COMPARED = re.compile(
    r"环比|(?:和|跟|同|与|比)(?:上|前)(?:一?个?(?:月|周|星期|礼拜|季度|年)|上)|比(?:之前|以前|前)|比上|对比(?:一?下)?上|两个?(?:月|周).{0,6}(?:对比|都列)|少了|compared?"
)
_A_YEAR_AGO = re.compile(r"同比|(?:和|跟|比)去年")
# The tool whose topic is a part of growing: elsewhere the same words name a rule.
_ADVICE = "growth_advice"
# Closed values, whose words may be English: worst那条, travel榜.
_IN_ENGLISH = frozenset({"category", "mode", "price", "program", "source", "task", "type", "work_ref"})
_LATIN = re.compile(r"[a-z]{3}")
# The word that a tool's own value may stand for, where the value is spoken differently.
_SPOKEN: Mapping[str, str] = {
    "video": r"短视频|作品",
    "live": r"直播|主播榜|开播",
    "drama": r"短剧|分账",
    "brand": r"商单|广告|聚星",
    "shop": r"带货|小店|橱窗|佣金",
    "commerce": r"带货|小店|橱窗|佣金|电商",
    "course": r"课",
    "star": r"之星|保底",
    "guanghe": r"光合(?!优创)",
    "youchuang": r"优创",
    "qingyun": r"青云",
    "lifecycle": r"成长任务|新手任务",
    "cash": r"现金",
    "traffic": r"流量",
    "impersonation": r"冒充|高仿|假冒|假号|是假的|仿冒",
    "copy": r"搬运|盗|抄|偷|搬",
    "reupload": r"搬运|盗|抄|偷|搬",
    "off_platform": r"站外|别的平台|其他平台|抖音|b站|小红书|西瓜视频|微博|视频号|油管",
    "audio": r"(?:盗|偷|用|搬|拿|扒)[^,.!?]{0,6}(?:原声|声音|配音|录音)|(?:原声|声音|配音|录音)[^,.!?]{0,4}(?:盗|偷|搬|拿|扒)",
    "picture": r"(?:盗|偷|搬|抄)[^,.!?]{0,6}(?:图片|照片|封面|截图|插画)|(?:图片?|照片|封面|插画)[^,.!?]{0,4}被?[^,.!?]{0,3}(?:盗|偷|搬|拿|抄)",
    # What is done with copies (the owner's choice), and what an appeal rests on.
    "block": r"(?:改成|都|给我|直接)[^,.!?]{0,4}下架",
    "limit": r"限流",
    "pay": r"收益[^,.!?]{0,3}(?:归|给|算)我|赚的[^,.!?]{0,3}(?:归|给)我|分(?:钱|收益)给我",
    "track": r"只?跟踪|不处理",
    "original_file": r"原片|原始(?:视频|文件|素材)|源文件|原视频|底片",
    "project_file": r"工程(?:文件)?|剪辑草稿",
    "behind_scenes": r"花絮|拍摄现场|现场照",
    "licence": r"授权(?:书|合同|文件|证明)|合同|许可证明",
    "certificate": r"登记证|著作权证|版权证|证书",
    "growth": r"涨粉",
    "followers": r"粉丝",
    "plays": r"播放",
    "likes": r"点赞|获赞",
    "interaction": r"互动",
    "completion": r"完播",
    "income": r"收入|收益|打赏|礼物|赚钱",
    "mine": r"我[^,.!?]{0,10}(?:排|第几|名次|上榜|榜上|有我)|有我|排(?:在)?(?:第几|多少)|第几名|离前一名|我的名次|我的排名",
    "music": r"bgm|音乐|配乐|曲子|歌单|(?:什么|哪首|啥|那个|那首)歌|歌(?=叫|火|名)",
    "topic": r"话题|热搜",
    "format": r"形式|多长|时长|玩法|横屏|竖屏|短剧还是|视频还是",
    "category": r"(?:什么|哪个|哪些|啥)(?:领域|方向|类|赛道|垂类)",
    "earning": r"赚|挣|收入|变现|来钱|收益",
    "gap": r"流量[^,.!?]{0,6}(?:高|多|大|好)|为(?:什么|啥)[^,.!?]{0,4}(?:别人|人家|同行)|(?:别人|人家|同行)[^,.!?]{0,6}(?:凭什么|怎么|咋)",
    "hook": r"钩子|开头",
    "script": r"脚本|分镜|剧本|台词|本子|本儿|现成的本",
    "cover": r"封面",
    "title": r"标题",
    "next": r"^换$|换一?[批组]|换几个|再(?:来|给)(?:几|一|点|我)|还有别的|别的呢",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with what was found in it before any tool is chosen."""

    said: Said
    periods: tuple[Found, ...]
    work: Found | None
    on: date

    @property
    def period(self) -> Found | None:
        """The first period that is no work's day."""
        return next((one for one in self.periods if not (self.work and one.overlaps(self.work))), None)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a tool's function; `allowed` is None where any text goes."""

    name: str
    allowed: tuple[str, ...] | None
    required: bool


def hear(said: Said, *, on: date) -> Heard:
    """Return the message with its periods and its work."""
    periods = find_periods(said.text, on=on)
    return Heard(said, periods, find_work(said, on=on, periods=periods), on)


@lru_cache(maxsize=256)
def arguments(run: Callable[..., object]) -> tuple[Argument, ...]:
    """Return the arguments that a model may give to a tool's function: all but the call itself."""
    hints = get_type_hints(run)
    return tuple(
        Argument(one.name, _allowed(hints.get(one.name, str)), one.default is inspect.Parameter.empty)
        for one in list(inspect.signature(run).parameters.values())[1:]
    )


def fill(tool: AgentTool, heard: Heard) -> dict[str, str]:
    """Return the arguments that the message sets, each only where the tool's function has it."""
    found: dict[str, Found] = {}
    for argument in arguments(tool.run):
        if (one := _found(tool, argument, heard)) is not None:
            found[argument.name] = one
    if _sells_goods(tool):
        found = goods.fitting(found, heard.said)
    return {name: one.value for name, one in found.items()}


def _found(tool: AgentTool, argument: Argument, heard: Heard) -> Found | None:
    """Return what the message says for an argument of this tool, in English words as well."""
    if argument.name == "topic" and _gives_materials(tool):
        return find_subject(heard.said)
    if tool.name == _ADVICE and argument.name == "topic":
        return find_growth_topic(in_chinese(heard.said.text))
    one = find(argument, heard)
    if one is None and argument.name in _IN_ENGLISH and _LATIN.search(heard.said.text):
        text = in_chinese(heard.said.text)
        return find(argument, hear(Said(text, text), on=heard.on))
    return one


def _sells_goods(tool: AgentTool) -> bool:
    return any(argument.allowed == goods.ACTIONS for argument in arguments(tool.run))


def _gives_materials(tool: AgentTool) -> bool:
    """Whether a tool's topic is what to shoot about, not what a rule is about."""
    return any("hook" in (argument.allowed or ()) for argument in arguments(tool.run))


def find(argument: Argument, heard: Heard) -> Found | None:
    """Return what the message says for one argument."""
    if argument.name == QUESTION:
        return Found(heard.said.plain, 0, 0)
    if argument.name == "action":
        return _action(argument, heard)
    if argument.name == "topic" and argument.allowed == notices.TOPICS:
        return notices.find_notice_topic(heard.said)
    if argument.name in _AS_WRITTEN and argument.allowed is None:
        return _AS_WRITTEN[argument.name](heard.said)
    extractor = _EXTRACTORS.get(argument.name)
    if found := extractor(heard) if extractor else None:
        return _fitted(found, argument)
    return _spoken(argument, heard.said.text)


def _action(argument: Argument, heard: Heard) -> Found | None:
    """Return what is to be done: tools with many actions of their own have their own ears."""
    if own := _OWN_ACTIONS.get(argument.allowed or ()):
        return own(heard.said)
    return find_action(heard.said.text, allowed=argument.allowed)


def _fitted(found: Found, argument: Argument) -> Found | None:
    if argument.allowed is None or found.value in argument.allowed:
        return found
    if argument.name == "program" and (program := program_id(found.value)) in argument.allowed:
        return Found(program, found.start, found.end)
    return None


def _spoken(argument: Argument, text: str) -> Found | None:
    for value in argument.allowed or ():
        if match := re.search(_SPOKEN.get(value, re.escape(value.lower())), text):
            return Found(value, match.start(), match.end())
    return None


def _compare(heard: Heard) -> Found | None:
    text = heard.said.text
    if match := _A_YEAR_AGO.search(text):
        return Found("last_year", match.start(), match.end())
    match = _COMPARED.search(text)
    return Found("previous", match.start(), match.end()) if match else None


def _price(heard: Heard) -> Found | None:
    text = goods.without_commission(heard.said.text)
    if found := find_at_most(text):
        return Found(f"<{found.value}", found.start, found.end)
    found = find_at_least(text)
    return Found(f">{found.value}", found.start, found.end) if found else None


_EXTRACTORS: Mapping[str, Callable[[Heard], Found | None]] = {
    "period": lambda heard: heard.period,
    "work_ref": lambda heard: heard.work or find_coupon_work(heard.said.text),
    "program": lambda heard: find_program(heard.said.text),
    "category": lambda heard: find_category(heard.said.text),
    "city": lambda heard: find_city(heard.said.text),
    "source": lambda heard: find_source(heard.said.text),
    "topic": lambda heard: find_topic(heard.said.text),
    "amount": lambda heard: find_amount(heard.said.text) or orders.find_price(heard.said),
    "min_price": lambda heard: find_at_least(heard.said.text),
    "max_price": lambda heard: find_at_most(heard.said.text),
    "price": _price,
    "product": lambda heard: goods.find_product(heard.said),
    "commission": lambda heard: goods.find_commission(heard.said.text),
    "audience": lambda heard: goods.find_audience(heard.said.text),
    "case_id": lambda heard: find_case(heard.said),
    "case_ref": lambda heard: find_case(heard.said),
    "order_id": lambda heard: orders.find_order(heard.said),
    "title": lambda heard: orders.find_course_title(heard.said),
    "apply_id": lambda heard: find_application(heard.said),
    "by": lambda heard: find_applicant(heard.said.text),
    "mode": lambda heard: find_mode(heard.said.text),
    "task": lambda heard: find_task(heard.said),
    "exclude": lambda heard: find_excluded(heard.said),
    "url": lambda heard: find_url(heard.said),
    "target_author": lambda heard: find_author(heard.said),
    "compare": _compare,
    "draft": lambda heard: find_draft(heard.said),
    "concern": lambda heard: find_concern(heard.said),
    "activity": lambda heard: notices.find_activity(heard.said),
    "hours": lambda heard: notices.find_hours(heard.said),
    "zone": lambda heard: notices.find_zone(heard.said),
}

_OWN_ACTIONS: Mapping[tuple[str, ...], Callable[[Said], Found | None]] = {
    metrics.ACTIONS: metrics.find_metric_action,
    goods.ACTIONS: goods.find_goods_action,
    orders.ORDER_ACTIONS: orders.find_order_action,
    orders.COURSE_ACTIONS: orders.find_course_action,
    notices.ACTIONS: notices.find_notice_action,
}

# Names and formulas of creators' own: any text goes, so only tools without values of their own are given them.
_AS_WRITTEN: Mapping[str, Callable[[Said], Found | None]] = {
    "metric": metrics.find_metric,
    "formula": metrics.find_formula,
    "new_name": metrics.find_new_name,
    "threshold": metrics.find_threshold,
}


def _allowed(hint: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - a type hint may be a value of any type
    """Return the values that a hint allows, None where it allows any text."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _allowed(get_args(hint)[0])
    if origin in (Union, types.UnionType):
        parts = [_allowed(part) for part in get_args(hint) if part is not type(None)]
        return parts[0] if len(parts) == 1 else None
    if origin is Literal:
        return tuple(str(value) for value in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(str(member.value) for member in hint)
    return None
