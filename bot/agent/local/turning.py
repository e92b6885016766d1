"""A short message that turns what was just spoken of to the one who asks: 那我够格吗."""

import re

from bot.agent.local.alone import decide_alone
from bot.agent.local.decision import Decision, Kind, ToolChoice
from bot.agent.local.names import find_program
from bot.agent.local.normalise import Said
from bot.agent.local.scene import Scene, calling
from bot.agent.local.slots import QUESTION, arguments
from bot.agent.local.unserved import declining, topic_of
from tools.kernel.agent_tool import AgentTool

_ELIGIBILITY = "eligibility"
_CHANCE = (
    r"(?:够(?:不够)?(?:格|条件|资格|得上|标|着)?|行不行|行|可不可以|可以|能不能|符不符合|符合|满足|达没达标|达标|达到|合格|配"
    r"|有没有资格|有资格|有没有戏|有戏|轮得到|(?:还|离)?差(?:得?多少|多远|几个?|哪些?|在哪里?|什么|啥)(?:粉丝?|条件)?)"
)
_DO = r"(?:(?:能|可以|能不能|可不可以)?(?:参加|报名?|进|加入|申请|拿|上|签|领)(?:得?了|得上|去|进去|上|到)?)"
_SELF = re.compile(
    r"(?:那么?|所以|请问|想问|就|哎|嗯|那个|这样|这么说|照这么说|按这个){0,3}[,\s]*"
    r"(?P<me>(?:像|以|按|凭|看看?|帮我看看|你看)?我(?:们)?(?:这样|这种|这个|现在|目前|自己|的|这|这点|[一二三四五六七八九\d]+万?粉?丝?){0,3}"
    r"(?:账号|号|情况|粉丝|水平|人|条件|主播)?的?)?[,\s]*"
    rf"(?P<chance>{_CHANCE}|{_DO}|{_CHANCE}{_DO}|{_DO}{_CHANCE})?(?:条件|要求|资格|这个|它)?"
    r"(?:呢|吗|不|么|没有?|没|嘛|啊|吧|了|呀|[?.!\s])*"
)


def turned_to_self(scene: Scene, said: Said, base: ToolChoice, tool: AgentTool) -> Decision | None:
    """Return whether the creator qualifies for what was spoken of, None when the message asks no such thing."""
    match = _SELF.fullmatch(said.text)
    if match is None or not (match["me"] or match["chance"]):
        return None
    if tool is not scene.mind.fallback:
        if not any(
            one.name == "action" and _ELIGIBILITY in (one.allowed or ()) for one in arguments(tool.run)
        ):
            return None
        return calling(
            tool, {**{name: str(value) for name, value in base.args.items()}, "action": _ELIGIBILITY}
        )
    question = scene.mind.said(str(base.args.get(QUESTION, "")))
    program = find_program(question.text)
    if program is None:
        topic = topic_of(scene, question.text)
        return declining(scene, topic) if topic else None
    made = decide_alone(scene, scene.mind.said(f"{program.value}我够不够格"))
    return made if made.kind is Kind.CALL else None
