"""Where a report stands, and which step may follow: pure, so that any order of steps can be tried."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a report stands. Each side is heard once more after a decision against it; then the case is final."""

    SUBMITTED = "submitted"
    NEEDS_EVIDENCE = "needs_evidence"
    REVIEWING = "reviewing"
    UPHELD = "upheld"
    REJECTED = "rejected"
    CLOSED = "closed"
    APPEALED = "appealed"  # by the accused, after it was upheld
    CONTESTED = "contested"  # by the reporter, after it was rejected
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    DISMISSED = "dismissed"

    @property
    def words(self) -> str:
        """The state as the reporter is told it."""
        return _WORDS[self]


class Event(StrEnum):
    """A step of a case."""

    SUBMIT = "submit"
    EXAMINE = "examine"
    ACCEPT = "accept"
    ASK = "ask"
    SUPPLY = "supply"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    UPHOLD = "uphold"
    REJECT = "reject"
    APPEAL = "appeal"
    CONTEST = "contest"
    RESTORE = "restore"


class WrongStepError(ValueError):
    """The step does not follow the state that the case is in."""


_WORDS: Mapping[State, str] = {
    State.SUBMITTED: "已提交，等待首次答复",
    State.NEEDS_EVIDENCE: "需要补充材料",
    State.REVIEWING: "已受理，审核中",
    State.UPHELD: "举报成立",
    State.REJECTED: "举报未成立",
    State.CLOSED: "已关闭",
    State.APPEALED: "举报成立，对方在申诉",
    State.CONTESTED: "你的申诉在复核",
    State.CONFIRMED: "举报成立，申诉后维持",
    State.RESTORED: "已改判，对方作品恢复",
    State.DISMISSED: "举报未成立，申诉后维持",
}
_NEXT: Mapping[State, Mapping[Event, State]] = {
    State.SUBMITTED: {
        Event.EXAMINE: State.SUBMITTED,
        Event.ACCEPT: State.REVIEWING,
        Event.ASK: State.NEEDS_EVIDENCE,
        Event.UPHOLD: State.UPHELD,
        Event.REJECT: State.REJECTED,
        Event.WITHDRAW: State.CLOSED,
    },
    State.NEEDS_EVIDENCE: {
        Event.SUPPLY: State.REVIEWING,
        Event.LAPSE: State.CLOSED,
        Event.WITHDRAW: State.CLOSED,
    },
    State.REVIEWING: {
        Event.EXAMINE: State.REVIEWING,
        Event.ASK: State.NEEDS_EVIDENCE,
        Event.UPHOLD: State.UPHELD,
        Event.REJECT: State.REJECTED,
        Event.WITHDRAW: State.CLOSED,
    },
    # An obvious misjudgement may be put right without waiting for the appeal (violation-appeal 2.1).
    State.UPHELD: {Event.APPEAL: State.APPEALED, Event.RESTORE: State.RESTORED},
    State.APPEALED: {Event.UPHOLD: State.CONFIRMED, Event.RESTORE: State.RESTORED},
    State.REJECTED: {Event.CONTEST: State.CONTESTED},
    # Who is judged for the first time on the reporter's appeal may still be heard: upheld, not confirmed.
    State.CONTESTED: {Event.UPHOLD: State.UPHELD, Event.REJECT: State.DISMISSED},
    State.CLOSED: {},
    State.CONFIRMED: {},
    State.RESTORED: {},
    State.DISMISSED: {},
}
OPEN = (State.SUBMITTED, State.NEEDS_EVIDENCE, State.REVIEWING)
# A measure is in force in these states and in no other.
IN_FORCE = (State.UPHELD, State.APPEALED, State.CONFIRMED)
# What the accused may know of: a report that nobody upheld is none of his business.
KNOWN_TO_ACCUSED = (*IN_FORCE, State.RESTORED)
WAITING_FOR_REVIEW = (State.SUBMITTED, State.REVIEWING, State.APPEALED, State.CONTESTED)


def advance(state: State | None, event: Event) -> State:
    """Return the state after the step, None being before the first; raises WrongStepError when it does not follow."""
    following = {Event.SUBMIT: State.SUBMITTED} if state is None else _NEXT[state]
    if event not in following:
        known = ", ".join(sorted(following)) or "nothing"
        raise WrongStepError(f"{event} does not follow {state or 'nothing'}; {known} does")
    return following[event]


def replay(events: Iterable[Event]) -> State | None:
    """Return the state after all steps of a log, oldest first."""
    state: State | None = None
    for event in events:
        state = advance(state, event)
    return state
