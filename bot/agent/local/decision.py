"""What the engine reads and what it decides: the values that `guanghe route` prints."""

from dataclasses import dataclass
from enum import StrEnum

from tools.kernel.agent_tool import Button
from tools.kernel.db import Json


class Role(StrEnum):
    """Who said a turn."""

    USER = "user"
    ASSISTANT = "assistant"


class Kind(StrEnum):
    """What the assistant does with a message."""

    CALL = "call"
    REPLY = "reply"  # small talk, thanks, never mind
    CLARIFY = "clarify"  # asks back, with buttons
    DECLINE = "decline"  # not the platform's business
    REFUSE = "refuse"  # the assistant's own rules, or another creator's data


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """A tool to run, with the arguments that were heard; nothing that the creator did not say."""

    tool: str
    args: Json


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier line of the conversation; `calls` are the tools that an assistant's turn ran, where known."""

    role: Role
    content: str
    calls: tuple[ToolChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do: `calls` for CALL, otherwise the words to say and the buttons to offer.

    The words beside calls are said after their results: what else was asked, and cannot be done.
    """

    kind: Kind
    calls: tuple[ToolChoice, ...] = ()
    text: str = ""
    buttons: tuple[Button, ...] = ()
