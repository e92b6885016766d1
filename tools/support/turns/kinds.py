"""What became of a turn: a closed set, so that figures of different months can be compared."""

from dataclasses import dataclass
from enum import StrEnum


class TurnKind(StrEnum):
    """What became of a creator's message."""

    ANSWERED = "answered"  # a tool answered
    PROPOSED = "proposed"  # a change waits for the confirm button
    ESCALATED = "escalated"  # a person was called
    REFUSED = "refused"  # a tool said an expected no
    TALK = "talk"  # no tool was needed
    CLARIFY = "clarify"  # the assistant asked back
    DECLINED = "declined"  # beside its business, or an attack
    UNGROUNDED = "ungrounded"  # the answer said more than its tools did and was replaced
    FAILED = "failed"  # something broke
    HELD = "held"  # a person held the conversation: the assistant was silent
    REPEATED = "repeated"  # the same message again got its stored answer

    @property
    def words(self) -> str:
        """The kind as operators read it."""
        return _WORDS[self]


_WORDS = {
    TurnKind.ANSWERED: "工具作答",
    TurnKind.PROPOSED: "待确认",
    TurnKind.ESCALATED: "转人工",
    TurnKind.REFUSED: "办不了",
    TurnKind.TALK: "直接回复",
    TurnKind.CLARIFY: "追问",
    TurnKind.DECLINED: "不受理",
    TurnKind.UNGROUNDED: "无依据，已换答",
    TurnKind.FAILED: "出错",
    TurnKind.HELD: "人工接管中",
    TurnKind.REPEATED: "重复消息",
}


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of one turn."""

    channel: str
    route: str
    kind: TurnKind
    reason: str
    seconds: float
