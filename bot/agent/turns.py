"""A turn's messages, and what the toolbox packed into them."""

from collections.abc import Sequence
from typing import cast

from langchain_core.messages import AnyMessage, ToolMessage
from pydantic import TypeAdapter

from tools.kernel.agent_tool import Reply
from tools.kernel.db import Json

_reply = TypeAdapter(Reply)


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
