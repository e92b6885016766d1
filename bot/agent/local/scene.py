"""What a decision is made with: the tools understood, the conversation so far, the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.agent.local import wording
from bot.agent.local.decision import Decision, Kind, ToolChoice, Turn
from bot.agent.local.intents import Understanding
from bot.agent.local.normalise import Said
from bot.agent.local.slots import arguments, fill, hear
from tools.kernel.agent_tool import AgentTool


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a message is said."""

    mind: Understanding
    history: tuple[Turn, ...]
    on: date

    def filled(self, tool: AgentTool, said: Said) -> dict[str, str]:
        """Return the arguments of a tool that a message sets."""
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
