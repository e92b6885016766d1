"""What the assistant says when it runs no tool. No figures: a figure comes from a tool (DESIGN §2)."""

from collections.abc import Sequence
from typing import assert_never

from bot.agent.local.boundaries import Boundary
from bot.agent.local.smalltalk import Talk
from bot.agent.local.topics import Topic
from tools.kernel.agent_tool import AgentTool, Button

_MOST_BUTTONS = 3
_LONGEST_LABEL = 18

_ASKED_FOR = {
    "work_ref": "你说的是哪条作品？可以说“最新那条”“第二条”，或者发标题。",
    "period": "你想看哪段时间的？可以说“昨天”“上周”“上个月”。",
    "target_author": "对方的账号叫什么？把昵称或快手号发我。",
    "url": "把对方那条视频的链接发我一下。",
    "case_id": "把单号发我一下，我按单号查。",
    "amount": "要多少钱？发个数给我。",
    "program": "你说的是哪个激励计划？",
    "category": "你想看哪个领域的？",
}
_CHOICES = {
    "work_ref": (Button("最新那条", "最新那条"), Button("播放最高那条", "播放最高那条")),
    "period": (Button("昨天", "昨天"), Button("上周", "上周"), Button("上个月", "上个月")),
}


def offers(tools: Sequence[AgentTool]) -> tuple[Button, ...]:
    """Return a button for each of the first tools, saying that tool's first example question."""
    asks = [ask for tool in tools if (ask := example(tool))]
    return tuple(Button(_label(ask), ask) for ask in asks[:_MOST_BUTTONS])


def example(tool: AgentTool) -> str | None:
    """Return an example question of the tool that is short and has no figures in it."""
    fitting = [ask for ask in tool.asks if not any(character.isdigit() for character in ask)]
    return min(fitting[:4], key=len, default=None)


def which_of(tools: Sequence[AgentTool]) -> str:
    """Return the question which of some tools is meant, as a list that can be answered by its numbers."""
    asks = [ask for tool in tools if (ask := example(tool))][:_MOST_BUTTONS]
    lines = [f"{place}. {ask}" for place, ask in enumerate(asks, start=1)]
    return "\n".join(["你想问的是哪一个？", *lines])


def missing(argument: str) -> tuple[str, tuple[Button, ...]]:
    """Return the question for an argument that a tool cannot do without, and its usual answers."""
    return _ASKED_FOR.get(argument, "能再说具体一点吗？"), _CHOICES.get(argument, ())


def boundary(kind: Boundary) -> str:
    """Return what is said at a boundary."""
    match kind:
        case Boundary.OWN_RULES:
            return "这个我不能做：我的规则改不了，后台、密码和别人的资料我也拿不到。账号上的事可以直接问我。"
        case Boundary.OTHER_PEOPLE:
            return "别人的收入、联系方式和后台数据属于对方的隐私，我查不了，也不会提供。你自己账号的数据我随时可以查。"
        case Boundary.CHEATING:
            return "这类做法违反平台规则，我帮不了，账号还可能因此受处罚。想涨粉、想要流量，我可以帮你看账号问题和能报的激励。"
        case Boundary.OTHER_PLATFORM:
            return "其他平台的事我办不了，要到那个平台去处理。快手这边账号的事可以问我。"
        case Boundary.OTHER_BUSINESS:
            return "这个不在我的业务里，我帮不上。我能办的是创作者账号的事，比如下面这些。"
        case Boundary.DANGER:
            return "听到你这么说我很担心。请先联系身边信任的人，情况紧急就马上报警或叫救护车。要是账号上的事逼得你难受，我马上帮你转人工一起解决。"
        case _:
            assert_never(kind)


def not_yet(topic: Topic) -> str:
    """Return that a business has no tool yet, and what can be had instead."""
    return f"{topic.deed}，我这里暂时还办不了。急的话可以转人工 1V1 处理，相关规则我现在就能查给你。"


def instead(topic: Topic, tools: Sequence[AgentTool]) -> tuple[Button, ...]:
    """Return the ways that are open for a business without a tool: a person, and the rules."""
    person = any("人工" in tool.nouns for tool in tools)
    return (*((Button("转人工 1V1", "转人工"),) if person else ()), Button(_label(topic.rule), topic.rule))


def small_talk(kind: Talk) -> str:
    """Return the answer to small talk."""
    return _SMALL_TALK[kind]


_SMALL_TALK = {
    Talk.GREETING: "你好，我是光合助手。账号、激励、收益、侵权和平台规则都可以直接问我。",
    Talk.THANKS: "不客气，有事随时叫我。",
    Talk.PRAISE: "谢谢夸奖，能帮上就好。还有要查的直接说。",
    Talk.GOODBYE: "好的，祝你多出爆款，回头见。",
    Talk.CANCEL: "好的，那就不办了，什么都没有改动。需要时再叫我。",
    Talk.AGREED: "好的。还有要查的直接说就行。",
    Talk.WHO: "我是光合助手，平台给创作者的智能助手，不是真人。账号、激励、收益、侵权和平台规则都可以直接问我。",
    Talk.MOOD: "做内容确实不容易，先歇口气。要是卡在数据、收益或者审核上，告诉我具体哪一件，我帮你看。",
    Talk.COMPLAINT: "抱歉没帮到点子上。把要办的事再说具体一点，或者直接说“转人工”。",
}


NOT_DONE = "好的，那就不办了，什么都没有改动。需要时再叫我。"
NOT_LINKED = "这项要查你自己的账号，需要先绑定：在创作者 App 里拿到绑定码，发送“/link 绑定码”给我。平台规则现在就可以直接问。"
NOTHING_SAID = "没收到文字内容。想问什么直接打字就行。"
PRESS_THE_BUTTON = "要办的话，请点上面的“确认”按钮；不办就点“取消”。"
UNKNOWN = "这个我没看懂，可能不在我的业务里。可以换个说法，或者从下面选一个。"


def _label(ask: str) -> str:
    return ask if len(ask) <= _LONGEST_LABEL else ask[: _LONGEST_LABEL - 1] + "…"
