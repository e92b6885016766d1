"""A turn's messages, and what the toolbox packed into them."""

import json
import re
from collections.abc import Sequence
from typing import cast

from langchain_core.messages import AnyMessage, ToolMessage
from pydantic import TypeAdapter

from tools.kernel.agent_tool import Reply
from tools.kernel.db import Json

_reply = TypeAdapter(Reply)
_MARK = re.compile(r"\[(\d{1,2})\]")
_NUMBERED = "numbered"


def since(messages: Sequence[AnyMessage], turn: str) -> list[AnyMessage]:
    """Return the turn's messages, the person's own first."""
    start = max(place for place, message in enumerate(messages) if message.id == turn)
    return list(messages[start:])


def artifact_of(message: ToolMessage) -> Json | None:
    """Return what the toolbox packed; a message that LangChain made itself (an unknown tool, a limit) has nothing."""
    return cast("Json", message.artifact) if isinstance(message.artifact, dict) else None


def reply_of(message: ToolMessage) -> Reply:
    """Return the tool's reply, or its words alone."""
    artifact = artifact_of(message)
    return _reply.validate_python(artifact["reply"]) if artifact else Reply(text=message.text)


def numbered_on(turn: Sequence[AnyMessage]) -> list[ToolMessage]:
    """Return new versions of the results whose [n] count their own clauses alone: they go on after those before them.

    An answer cites the clauses of all its tools in one list. A result is changed once; others are left out.
    """
    changed: list[ToolMessage] = []
    before = 0
    for message in turn:
        if not isinstance(message, ToolMessage):
            continue
        cited = len(reply_of(message).citations)
        if cited and before and _NUMBERED not in message.additional_kwargs:
            changed.append(_shifted(message, by=before, cited=cited))
        before += cited
    return changed


def _shifted(message: ToolMessage, *, by: int, cited: int) -> ToolMessage:
    def mark(found: re.Match[str]) -> str:
        own = int(found[1])
        return f"[{own + by}]" if 1 <= own <= cited else found[0]

    seen: Json = json.loads(message.text)
    artifact = artifact_of(message) or {}
    text = _MARK.sub(mark, seen["text"])
    return message.model_copy(
        update={
            "content": json.dumps({**seen, "text": text}, ensure_ascii=False, sort_keys=True),
            "artifact": {**artifact, "reply": {**artifact["reply"], "text": text}},
            "additional_kwargs": {**message.additional_kwargs, _NUMBERED: True},
        }
    )
