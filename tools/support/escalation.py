"""When a conversation goes to a person on its own, and why: decided from what was heard, never by a model's word."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Signal(StrEnum):
    """What was heard in a creator's message, or became of the assistant's answer to it."""

    ANGER = "anger"
    HURRY = "hurry"  # calls nobody; agents see it
    COMPLAINT = "complaint"  # the last answer was of no use
    DANGER = "danger"  # somebody may be about to hurt themselves or others
    MONEY = "money"  # a sum is said to be wrong or withheld
    UNSOLVED = "unsolved"  # the assistant had no answer


class Reason(StrEnum):
    """Why a case was opened."""

    ASKED = "asked"
    ANGER = "anger"
    FAILURE = "failure"
    SAFETY = "safety"
    MONEY = "money"
    DISPUTE = "dispute"  # another part of the platform asked for a person

    @property
    def words(self) -> str:
        """The reason as agents read it."""
        return _WORDS[self]

    @property
    def is_urgent(self) -> bool:
        """Whether it goes before everything else in the queue."""
        return self is Reason.SAFETY


_WORDS: Final[Mapping[Reason, str]] = {
    Reason.ASKED: "创作者要求人工",
    Reason.ANGER: "创作者情绪激动",
    Reason.FAILURE: "助手多次没有解决",
    Reason.SAFETY: "涉及人身安全",
    Reason.MONEY: "钱款争议",
    Reason.DISPUTE: "业务争议",
}
# After a case of the same reason ended, the same words hand over again only after this; danger is never played down
# for long.
QUIET: Final[Mapping[Reason, timedelta]] = {
    Reason.ANGER: timedelta(hours=24),
    Reason.FAILURE: timedelta(hours=24),
    Reason.MONEY: timedelta(hours=24),
    Reason.SAFETY: timedelta(hours=1),
}
# So many answers of no use, among the latest, are enough.
_FAILURES = 3
_FAILURES_AMONG = 5
_MONEY_COMPLAINTS = 2


def reason_to_escalate(heard: Sequence[frozenset[Signal]]) -> Reason | None:
    """Return why a person is needed, from the turns of a conversation, the newest last; None when nobody is.

    A turn's signals are those of the message and of the answer to it. Only what the newest turn adds can lead to a
    hand-over: what was said before was decided before.
    """
    if not heard or not heard[-1]:
        return None
    newest = heard[-1]
    if Signal.DANGER in newest:
        return Reason.SAFETY
    # One message about a wrong sum is a question that the tools answer; said again, or in anger, it is a dispute.
    money = sum(Signal.MONEY in turn for turn in heard)
    if Signal.MONEY in newest and (money >= _MONEY_COMPLAINTS or Signal.ANGER in newest):
        return Reason.MONEY
    if Signal.ANGER in newest:
        return Reason.ANGER
    failed = [bool(turn & {Signal.UNSOLVED, Signal.COMPLAINT}) for turn in heard[-_FAILURES_AMONG:]]
    return Reason.FAILURE if failed[-1] and sum(failed) >= _FAILURES else None
