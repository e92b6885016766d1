"""Decide what to do with a message: the tools to run with their arguments, or the words to say."""

from collections.abc import Sequence
from datetime import date

from bot.agent.local import wording
from bot.agent.local.alone import decide_alone, refusing
from bot.agent.local.boundaries import refused
from bot.agent.local.context import asks_back
from bot.agent.local.decision import Decision, Kind, Role, Turn
from bot.agent.local.followups import decide_in_context
from bot.agent.local.intents import Understanding, understanding
from bot.agent.local.normalise import Said
from bot.agent.local.scene import Scene
from bot.agent.local.sent import of_sent_files
from bot.agent.local.smalltalk import Talk
from tools.kernel.agent_tool import AgentTool

# Older turns are not looked at: a chain of "那…呢" longer than this starts over.
_REMEMBERED_TURNS = 12
_SHORT_ANSWER = 12


def decide(
    text: str, history: Sequence[Turn] = (), *, tools: Sequence[AgentTool], on: date, files: bool = False
) -> Decision:
    """Return what to do with a creator's message; the same message in the same place always gets the same.

    Only the given tools are ever called, with only the arguments that their functions have. `files`: the creator has
    sent some, which the tools get by themselves.
    """
    return decide_with(understanding(tuple(tools)), text, history, on=on, files=files)


def decide_with(
    mind: Understanding, text: str, history: Sequence[Turn] = (), *, on: date, files: bool = False
) -> Decision:
    """Return what to do with a message by what is known of the tools."""
    scene = Scene(mind, tuple(history[-_REMEMBERED_TURNS:]), on, files)
    said = mind.said(text)
    if not any(character.isalnum() for character in said.text):
        return _wordless(said)
    if (reason := refused(said, on=scene.on, likely=_likely(scene, said))) is not None:
        return refusing(scene, reason)
    return of_sent_files(scene, said) or decide_in_context(scene, said) or decide_alone(scene, said)


def _likely(scene: Scene, said: Said) -> dict[str, float]:
    """Return what examples say of a message; nothing of a short answer to a question, which may be any name."""
    asked = (
        scene.history and scene.history[-1].role is Role.ASSISTANT and asks_back(scene.history[-1].content)
    )
    return {} if asked and len(said.text) <= _SHORT_ANSWER else scene.mind.probabilities(said.text)


def _wordless(said: Said) -> Decision:
    """Answer a message of pictograms or marks: a thumb up is a thank-you, a question mark a question."""
    if said.plain and "?" not in said.plain:
        return Decision(Kind.REPLY, text=wording.small_talk(Talk.AGREED))
    return Decision(Kind.CLARIFY, text=wording.NOTHING_SAID)
