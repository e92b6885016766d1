"""How a message is said: in anger, in a hurry. It changes nothing that is done; who answers may weigh it."""

import re
from dataclasses import dataclass

_ANGRY = re.compile(
    r"(?:你们|平台)(?:就是|这是|是不是)?(?:在)?(?:骗|坑|耍|糊弄|黑了)|骗人|骗子|垃圾|破(?:平台|机器人|助手)|气死|忍不了|受够|凭(?:什么|啥)"
    r"|管不管|一毛(?:没|不)|处理了个寂寞|什么(?:破|鬼)|投诉你们|老子|他妈|妈的|tmd|md(?![a-z0-9])|滚|傻[逼叉b]|[!]{2,}|scam|ridiculous|bullshit"
)
_URGENT = re.compile(
    r"急(?![救诊忙])|马上|立刻|立即|赶紧|赶快|快点|等不(?:了|及)|今天(?:之内|必须|就要)|现在就|火烧眉毛|救命|asap|urgent|right now|hurry"
)
_NOT_IN_A_HURRY = re.compile(r"不(?:着)?急|不用(?:着)?急|别急")


@dataclass(frozen=True, slots=True)
class Tone:
    """What is heard beside the words' meaning."""

    angry: bool = False
    urgent: bool = False


def tone_of(text: str) -> Tone:
    """Return the tone of a message in the engine's spelling."""
    urgent = _URGENT.search(text) is not None and _NOT_IN_A_HURRY.search(text) is None
    return Tone(angry=_ANGRY.search(text) is not None, urgent=urgent)
