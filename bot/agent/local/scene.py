"""What a decision is made with: the tools understood, the conversation so far, the day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.agent.local import wording
from bot.agent.local.decision import Decision, Kind, ToolChoice, Turn
from bot.agent.local.intents import Understanding
from bot.agent.local.names import find_topic
from bot.agent.local.normalise import Said
from bot.agent.local.slots import QUESTION, arguments, fill, hear
from tools.kernel.agent_tool import AgentTool

# A longer question names its subject itself.
_SHORT_QUESTION = 14
_ACTION = "action"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a message is said; `files` whether the creator has sent any of late."""

    mind: Understanding
    history: tuple[Turn, ...]
    on: date
    files: bool = False

    def filled(self, tool: AgentTool, said: Said) -> dict[str, str]:
        """Return the arguments of a tool that a message sets."""
        filled = self.heard(tool, said)
        action = self.mind.action(tool, said, heard=filled.get(_ACTION))
        return {**filled, _ACTION: action} if action else filled

    def heard(self, tool: AgentTool, said: Said) -> dict[str, str]:
        """Return the arguments that rules hear, without what examples say is to be done."""
        return fill(tool, hear(said, on=self.on))

    def tool(self, name: str) -> AgentTool | None:
        """Return the tool of that name, None when this scene does not have it."""
        return next((tool for tool in self.mind.tools if tool.name == name), None)


def calling(tool: AgentTool, args: Mapping[str, str]) -> Decision:
    """Return the call, or the question for an argument that the tool cannot do without."""
    for argument in arguments(tool.run):
        if argument.required and argument.name not in args:
            text, buttons = wording.missing(argument.name)
            return Decision(Kind.CLARIFY, text=text, buttons=buttons)
    return Decision(Kind.CALL, calls=(ToolChoice(tool.name, dict(args)),))


# What is left of 怎么退出 or 一般要几天 without these names no subject; 红烧肉要炖多久 has one of its own.
_ASKING = re.compile(
    r"怎么[办样]?|什么|多久|多少|几[天次个号点]|能不能|可不可以|可以|需要|要不要|是不是|有没有|一般|大概|[要能会吗呢啊吧的了我你他这那是有还就都去得嘛么个]|\W"
)
_WITHOUT_SUBJECT = 3


def asked_about(scene: Scene, tool: AgentTool, said: Said, subject: str) -> Decision | None:
    """Return the question with what it is about, where only the conversation says that: 怎么退出."""
    if not subject or len(said.text) > _SHORT_QUESTION or find_topic(said.text) is not None:
        return None
    if len(_ASKING.sub("", said.text)) > _WITHOUT_SUBJECT:
        return None
    return calling(tool, {**scene.filled(tool, said), QUESTION: f"{subject} {said.plain}"})
