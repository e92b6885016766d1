"""A short message about what was just shown or proposed: a thing of the list, a no, another part of the same answer."""

import re
from collections.abc import Sequence

from bot.agent.local import context, wording
from bot.agent.local.amounts import find_case
from bot.agent.local.context import spans_of
from bot.agent.local.decision import Decision, Kind, ToolChoice
from bot.agent.local.names import find_program
from bot.agent.local.normalise import Said
from bot.agent.local.scene import Scene, calling
from bot.agent.local.slots import arguments, find, hear
from bot.agent.local.smalltalk import Talk
from tools.kernel.agent_tool import AgentTool
from tools.kernel.numerals import COUNT, count

_PROPOSED = re.compile(r"点(?:上面的)?[“\"]?确认|请确认|确认按钮|点确认")
_SOFTLY = (
    r"(?:哎呀?|啊|哦|oh|wait|等等|等一?下|等会儿?|稍等|慢着|不对|错了|那个|我|先|暂时?|都|还是|就|[,.!?\s])*"
)
_NO = re.compile(
    rf"{_SOFTLY}(?:别|甭|不(?:要|用|想|提|投|领|报|删|加|办|弄|发|改|接|迁|申|举|挂|买|卖|开|交|是要|了|行)?|取消|算了|停|撤|no\b|don't|cancel|stop)"
)
# 不对，投第二条 puts another in its place; 不是这条是上一条 as well.
_INSTEAD = re.compile(r"是(?!的|啊|不)|改成?|换成?|应该|而是|投(?!了)|用(?!了)|推")
_LONGEST_NO = 14
_LONGEST_PICK = 16
_PLACE = re.compile(
    rf"第(?P<n>{COUNT})(?:个|条|项|款|单|件|集)?|(?P<first>头一?个|前头那?个)|(?P<last>最后(?:一|那)?个|后头那?个|后面那?个)"
)
# How an argument names a thing of a list that was shown: by its place, or by what stands there.
_BY_PLACE = ("product", "order_id", "work_ref")
_WORTH = 0.5
_SURELY = 0.75
_POINTING = re.compile(r"(?:那|只|仅|换|就|改|不是|不要|看).{1,8}$|.{1,6}(?:呢|的)[?.!]?$")
_LONGEST_PART = 10


def withdrawn(said: Said, answered: str) -> Decision | None:
    """Return that nothing is done when a proposal is answered with a no that puts nothing in its place."""
    if not _PROPOSED.search(answered) or len(said.text) > _LONGEST_NO:
        return None
    match = _NO.match(said.text)
    if match is None or _INSTEAD.search(said.text, match.end()):
        return None
    return Decision(Kind.REPLY, text=wording.small_talk(Talk.CANCEL))


def of_list(scene: Scene, said: Said, base: ToolChoice, tool: AgentTool, answered: str) -> Decision | None:
    """Return the last tool's call for the one thing of its list that a short message points at."""
    offered = context.options(answered)
    if not offered or len(said.text) > _LONGEST_PICK:
        return None
    place = _pointed_at(said.text, offered)
    if place is None:
        return None
    named = _thing(scene, tool, offered[place], place)
    if named is None:
        return None
    args = {name: str(value) for name, value in base.args.items()}
    return calling(tool, {**args, **_deed(scene, tool, said), **named})


def _thing(scene: Scene, tool: AgentTool, item: str, place: int) -> dict[str, str] | None:
    """Return the argument of the tool that names a thing of its list."""
    names = {argument.name for argument in arguments(tool.run)}
    if "task" in names:
        return {"action": "claim", "task": item}
    if "case_id" in names and (case := find_case(scene.mind.said(item))):
        return {"case_id": case.value}
    if "program" in names and (program := find_program(scene.mind.said(item).text)):
        return {"program": program.value}
    return next(({name: f"ord:{place + 1}"} for name in _BY_PLACE if name in names), None)


def of_part(scene: Scene, said: Said, base: ToolChoice, tool: AgentTool) -> Decision | None:
    """Return the last tool's call for another part of its business: 有退的没 after a course's sales."""
    if tool is scene.mind.fallback or len(said.text) > _LONGEST_PART:
        return None
    likely = scene.mind.probabilities(said.text)
    best = max(likely, key=likely.__getitem__, default=None)
    # What is clear by itself needs nothing of what was shown: 接受酱心的邀约 is no deed on the order before.
    if best is None or likely[best] >= (_SURELY if best == tool.name else _WORTH):
        return None
    deed = _deed(scene, tool, said)
    if not deed or deed["action"] == base.args.get("action"):
        return None
    kept = {name: str(value) for name, value in base.args.items() if name != "amount"}
    return calling(tool, {**kept, **scene.filled(tool, said), **deed})


def stays(scene: Scene, said: Said, tool: AgentTool) -> bool:
    """Whether a message says nothing but values of the last tool's own arguments: 音乐呢 after trends."""
    heard = hear(said, on=scene.on)
    found = [
        one
        for argument in arguments(tool.run)
        if argument.name in ("type", "source", "mode", "category")
        and (one := find(argument, heard)) is not None
    ]
    return bool(found) and context.is_change(said.text, spans_of(found))


def only_points(scene: Scene, said: Said, tool: AgentTool) -> bool:
    """Whether a message points at a value (那商单的呢) rather than asks for another tool's business (有没有商单能接)."""
    if _POINTING.match(said.text):
        return True
    best = scene.mind.rank(said.text)[0]
    return best.tool is tool or best.learnt < _SURELY


def _deed(scene: Scene, tool: AgentTool, said: Said) -> dict[str, str]:
    action = scene.mind.likely_action(tool, said, at_least=_WORTH)
    return {"action": action} if action else {}


def _pointed_at(text: str, offered: Sequence[str]) -> int | None:
    """Return the place, from 0, of the thing that a text points at by its place or by its name."""
    if match := _PLACE.search(text):
        place = 1 if match["first"] else len(offered) if match["last"] else count(match["n"])
        return place - 1 if place and 1 <= place <= len(offered) else None
    bare = re.sub(r"(?:那|这)(?:个|条|项|款)|[的吧呢呀啊了]|[,.!?\s]", "", text)
    named = [
        place for place, item in enumerate(offered) if len(bare) > 1 and (bare in item or item[:3] in text)
    ]
    return named[0] if len(named) == 1 else None
