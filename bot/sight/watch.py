"""What is seen of every turn, tool and job: figures for the store and the metrics, spans for the traces, a line in the log.

Nothing that a person wrote, is called or owns is taken in: only names from our own code, and durations.
"""

import logging
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tools.support.turns.kinds import Turned, TurnKind

logger = logging.getLogger(__name__)


class ToolOutcome(StrEnum):
    """What became of a tool's run."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    ESCALATED = "escalated"
    REFUSED = "refused"
    FAILED = "failed"


class Meter(Protocol):
    """Whoever counts what is seen."""

    def turn(self, turned: Turned) -> None:
        """Count a turn."""

    def tool(self, name: str, outcome: ToolOutcome, seconds: float) -> None:
        """Count a tool's run."""

    def job(self, name: str, *, failed: bool, seconds: float) -> None:
        """Count a job's run."""


class Tracer(Protocol):
    """Whoever draws what is seen as spans."""

    def span(self, name: str, attributes: dict[str, str]) -> AbstractContextManager[None]:
        """Draw a span while the block lasts, inside the one that is open."""
        ...


@dataclass(slots=True)
class ToolNote:
    """A tool's run while it lasts."""

    name: str
    outcome: ToolOutcome = ToolOutcome.ANSWERED
    reason: str = ""

    def made(self, *, proposal: bool = False, case: bool = False) -> None:
        """Note what the tool has made besides words."""
        if proposal:
            self.outcome = ToolOutcome.PROPOSED
        elif case:
            self.outcome = ToolOutcome.ESCALATED

    def refused(self, refusal: BaseException) -> None:
        """Note that the tool said an expected no."""
        self.outcome, self.reason = ToolOutcome.REFUSED, type(refusal).__name__

    def failed(self) -> None:
        """Note that the tool broke."""
        self.outcome = ToolOutcome.FAILED


@dataclass(slots=True)
class TurnNote:
    """A turn while it lasts; `reference` names it in the log and says nothing of whose it is."""

    channel: str
    began: float
    reference: str = field(default_factory=lambda: secrets.token_hex(4))
    tools: list[ToolNote] = field(default_factory=list)
    kind: TurnKind | None = None
    ungrounded: bool = False

    def turned(self, seconds: float) -> Turned:
        """Return what became of the turn."""
        last_no = next((tool.reason for tool in reversed(self.tools) if tool.reason), "")
        return Turned(
            channel=self.channel,
            route=self.tools[0].name if self.tools else "",
            kind=self.kind or self._by_tools(),
            reason=last_no,
            seconds=seconds,
        )

    def _by_tools(self) -> TurnKind:
        outcomes = {tool.outcome for tool in self.tools}
        for outcome, kind in _OF_OUTCOMES:
            if outcome in outcomes:
                return kind
        return TurnKind.UNGROUNDED if self.ungrounded else TurnKind.TALK


# Of several tools in a turn, what matters most to operators comes first.
_OF_OUTCOMES = (
    (ToolOutcome.FAILED, TurnKind.FAILED),
    (ToolOutcome.ESCALATED, TurnKind.ESCALATED),
    (ToolOutcome.PROPOSED, TurnKind.PROPOSED),
    (ToolOutcome.REFUSED, TurnKind.REFUSED),
    (ToolOutcome.ANSWERED, TurnKind.ANSWERED),
)
# The local model's decisions that call no tool, by their own words.
_OF_DECISIONS = {"clarify": TurnKind.CLARIFY, "decline": TurnKind.DECLINED, "refuse": TurnKind.DECLINED}
_turn: ContextVar[TurnNote | None] = ContextVar("guanghe_turn", default=None)


def reference() -> str:
    """Return the name of the turn that this thread works on, empty outside of one."""
    note = _turn.get()
    return note.reference if note is not None else ""


def note_decision(kind: str) -> None:
    """Note what the local model decided; a remote one decides by calling tools."""
    note = _turn.get()
    if note is not None and not note.tools and (found := _OF_DECISIONS.get(kind)) is not None:
        note.kind = found


def note_failure() -> None:
    """Note that the turn broke and was told so politely."""
    if (note := _turn.get()) is not None:
        note.kind = TurnKind.FAILED


def note_ungrounded() -> None:
    """Note that the turn's answer said more than its tools did."""
    if (note := _turn.get()) is not None:
        note.ungrounded = True


class Watch:
    """Sees turns, tools and jobs; whoever counts or draws them is set when there is somebody to look."""

    def __init__(
        self, *, tracer: Tracer | None = None, seconds: Callable[[], float] = time.perf_counter
    ) -> None:
        self.meter: Meter | None = None
        self.tracer = tracer
        self._seconds = seconds

    @contextmanager
    def turn(self, channel: str) -> Generator[TurnNote]:
        """Watch one turn; what the block leaves by an exception counts as failed."""
        note = TurnNote(channel, self._seconds())
        token = _turn.set(note)
        try:
            with self._span("turn", {"guanghe.channel": channel, "guanghe.turn": note.reference}):
                yield note
        except BaseException:
            note.kind = TurnKind.FAILED
            raise
        finally:
            _turn.reset(token)
            self._ended(note)

    def turned(self, note: TurnNote) -> Turned:
        """Return what has become of the turn by now, for the store."""
        return note.turned(self._seconds() - note.began)

    @contextmanager
    def tool(self, name: str) -> Generator[ToolNote]:
        """Watch one tool's run."""
        note, began = ToolNote(name), self._seconds()
        if (turn := _turn.get()) is not None:
            turn.tools.append(note)
        try:
            with self._span(f"tool {name}", {"guanghe.tool": name}):
                yield note
        except BaseException:
            note.failed()
            raise
        finally:
            if self.meter is not None:
                self.meter.tool(name, note.outcome, self._seconds() - began)

    @contextmanager
    def job(self, name: str) -> Generator[None]:
        """Watch one job's or task's run."""
        began, failed = self._seconds(), True
        try:
            with self._span(f"job {name}", {"guanghe.job": name}):
                yield
            failed = False
        finally:
            seconds = self._seconds() - began
            if self.meter is not None:
                self.meter.job(name, failed=failed, seconds=seconds)
            logger.info(
                "a job ended",
                extra={
                    "job": name,
                    "outcome": "failed" if failed else "done",
                    "seconds": round(seconds, 3),
                },
            )

    def _ended(self, note: TurnNote) -> None:
        turned = self.turned(note)
        if self.meter is not None:
            self.meter.turn(turned)
        logger.info(
            "a turn ended",
            extra={
                "turn": note.reference,
                "channel": turned.channel,
                "route": turned.route,
                "outcome": turned.kind.value,
                "reason": turned.reason,
                "seconds": round(turned.seconds, 3),
            },
        )

    def _span(self, name: str, attributes: dict[str, str]) -> AbstractContextManager[None]:
        return self.tracer.span(name, attributes) if self.tracer is not None else nullcontext()
