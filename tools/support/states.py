"""What can happen to a 1V1 case, in any order of events: one holder or none, and nobody speaks after the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class CaseState(StrEnum):
    """Where a conversation stands: with the assistant, or with people."""

    BOT = "bot"  # no case is open
    QUEUED = "queued"
    ASSIGNED = "assigned"
    PENDING_CREATOR = "pending_creator"
    RESOLVED = "resolved"

    @property
    def is_open(self) -> bool:
        """Whether people have still to do with it."""
        return self in _OPEN

    @property
    def is_held(self) -> bool:
        """Whether a person speaks, so that the assistant must not."""
        return self in _HELD

    @property
    def words(self) -> str:
        """The state as people read it."""
        return _WORDS[self]


class CaseStep(StrEnum):
    """What a creator, an agent or the clock does to a case."""

    OPEN = "open"
    TAKE = "take"
    RELEASE = "release"  # back into the queue, by its holder or a lead
    FALL_BACK = "fall_back"  # back into the queue, because its holder went away
    TRANSFER = "transfer"  # to another person at once
    CREATOR_SPOKE = "creator_spoke"
    AGENT_SPOKE = "agent_spoke"
    WAIT = "wait"  # for the creator
    RESOLVE = "resolve"
    CANCEL = "cancel"  # the creator needs nobody any more
    REOPEN = "reopen"

    @property
    def words(self) -> str:
        """The step as agents read it."""
        return _STEP_WORDS[self]


class Ending(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """The ending as people read it."""
        return "已解决" if self is Ending.SOLVED else "创作者取消"


class WrongStepError(ValueError):
    """The step does not follow the state that the case is in."""


_OPEN = frozenset({CaseState.QUEUED, CaseState.ASSIGNED, CaseState.PENDING_CREATOR})
_HELD = frozenset({CaseState.ASSIGNED, CaseState.PENDING_CREATOR})
_WORDS: Final[Mapping[CaseState, str]] = {
    CaseState.BOT: "由光合助手服务",
    CaseState.QUEUED: "排队中",
    CaseState.ASSIGNED: "处理中",
    CaseState.PENDING_CREATOR: "等创作者回复",
    CaseState.RESOLVED: "已结束",
}
_STEP_WORDS: Final[Mapping[CaseStep, str]] = {
    CaseStep.OPEN: "转入人工",
    CaseStep.TAKE: "接手",
    CaseStep.RELEASE: "放回队列",
    CaseStep.FALL_BACK: "客服离开，退回队列",
    CaseStep.TRANSFER: "转交",
    CaseStep.CREATOR_SPOKE: "创作者发言",
    CaseStep.AGENT_SPOKE: "客服回复",
    CaseStep.WAIT: "等创作者回复",
    CaseStep.RESOLVE: "结束",
    CaseStep.CANCEL: "创作者取消",
    CaseStep.REOPEN: "重新打开",
}
_FROM: Final[Mapping[CaseStep, frozenset[CaseState]]] = {
    CaseStep.OPEN: frozenset({CaseState.BOT}),
    CaseStep.TAKE: frozenset({CaseState.QUEUED}),
    CaseStep.RELEASE: _HELD,
    CaseStep.FALL_BACK: _HELD,
    CaseStep.TRANSFER: _HELD,
    CaseStep.CREATOR_SPOKE: _OPEN,
    CaseStep.AGENT_SPOKE: _HELD,
    CaseStep.WAIT: frozenset({CaseState.ASSIGNED}),
    CaseStep.RESOLVE: _OPEN,
    CaseStep.CANCEL: _OPEN,
    CaseStep.REOPEN: frozenset({CaseState.RESOLVED}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as the machine sees it: `holder` is the one person who may speak, None when the assistant does."""

    state: CaseState = CaseState.BOT
    holder: int | None = None
    ending: Ending | None = None
    reopened: int = 0


def advance(standing: Standing, step: CaseStep, *, agent: int | None = None) -> Standing:
    """Return the case after the step. Raises WrongStepError, then nothing has changed.

    `agent` is who takes it, or who gets it by a transfer.
    """
    if standing.state not in _FROM[step]:
        raise WrongStepError(f"{step} does not follow {standing.state}")
    if step in {CaseStep.OPEN, CaseStep.REOPEN}:
        again = standing.reopened + (step is CaseStep.REOPEN)
        return Standing(CaseState.QUEUED, reopened=again)
    if step in {CaseStep.TAKE, CaseStep.TRANSFER}:
        assert agent is not None, "somebody takes it"
        return replace(standing, state=CaseState.ASSIGNED, holder=agent)
    if step in {CaseStep.RELEASE, CaseStep.FALL_BACK}:
        return replace(standing, state=CaseState.QUEUED, holder=None)
    if step in {CaseStep.RESOLVE, CaseStep.CANCEL}:
        ending = Ending.SOLVED if step is CaseStep.RESOLVE else Ending.CANCELLED
        return replace(standing, state=CaseState.RESOLVED, holder=None, ending=ending)
    if step is CaseStep.WAIT:
        return replace(standing, state=CaseState.PENDING_CREATOR)
    # Words change nothing, but the creator's are what was waited for.
    waited = step is CaseStep.CREATOR_SPOKE and standing.state is CaseState.PENDING_CREATOR
    return replace(standing, state=CaseState.ASSIGNED) if waited else standing
