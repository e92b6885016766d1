"""What was said in a conversation, as the assistant looks back on it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tools.kernel.agent_tool import Line, Speaker
from tools.support import service as support
from tools.support.service import ConversationState, StoredMessage

_HAND_OVER = "human_escalation"


def last_answer(session: Session, conversation: ConversationState) -> StoredMessage | None:
    """Return the last answer; only this message itself may stand after it, where its turn is taken up again."""
    said = support.messages(session, conversation_id=conversation.id, limit=2)
    return next((one for one in reversed(said) if one.speaker is Speaker.ASSISTANT), None)


def without_hand_over(messages: Sequence[StoredMessage]) -> tuple[Line, ...]:
    """Return the conversation less commands and what was said about cases: a request for a person is met by one."""
    lines: list[Line] = []
    for message in messages:
        if message.speaker is Speaker.ASSISTANT and message.body.get("case"):
            asked = any(call["tool"] == _HAND_OVER for call in message.body.get("calls", ()))
            while asked and lines and lines[-1].speaker is Speaker.CREATOR:
                lines.pop()
        elif (words := support.words_of(message)) and not words.startswith(("/", "（")):
            lines.append(Line(message.speaker, words))
    return tuple(lines)


def to_answer(lines: Sequence[Line]) -> tuple[Sequence[Line], str]:
    """Return the conversation before the creator's last words, and those words; empty when there are none."""
    end = max((place for place, line in enumerate(lines, 1) if line.speaker is Speaker.CREATOR), default=0)
    start = end
    while start and lines[start - 1].speaker is Speaker.CREATOR:
        start -= 1
    return lines[:start], "\n".join(line.text for line in lines[start:end] if line.text)
