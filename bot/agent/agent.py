"""The agent: create_agent built once, one turn at a time, with the same guards whatever model answers."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType] - a generic inside it is bare
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from bot.agent.checkpoints import Checkpoints
from bot.agent.guard import TO_A_PERSON, Guard
from bot.agent.remote import Remote
from bot.agent.toolbox import Toolbox, TurnContext
from bot.agent.turns import artifact_of, reply_of, since
from bot.messages import Confirm, Outbound, ToolUse
from bot.sight.watch import note_decision, note_failure
from tools.kernel.agent_tool import Button, Line, Speaker

logger = logging.getLogger(__name__)

# A turn that needs more than this is a loop, not a question.
_MODEL_CALLS = 5
_TOOL_CALLS = 8
_GAVE_UP = "这个问题我处理了几次都没有得到结果。可以拆成一件一件来问，或者转人工 1V1。"

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message to answer: `checkpoint` is the state it follows, None for a conversation that begins."""

    text: str
    context: TurnContext
    thread: str
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, and the agent's state after it; the state counts once the two are stored together."""

    outbound: Outbound
    checkpoint: str | None


class Agent:
    """The graph over one model; safe to use from many threads, one turn of a conversation at a time."""

    def __init__(
        self,
        *,
        toolbox: Toolbox,
        checkpoints: Checkpoints,
        local: BaseChatModel,
        remote: Remote | None = None,
    ) -> None:
        self._checkpoints = checkpoints
        middleware: list[Any] = [  # Any: each middleware is generic in a state of its own
            Guard(toolbox, local=local, remote=remote),
            ModelCallLimitMiddleware(run_limit=_MODEL_CALLS, exit_behavior="end"),
            ToolCallLimitMiddleware(run_limit=_TOOL_CALLS, exit_behavior="continue"),
        ]
        self._graph: Any = create_agent(  # Any: the compiled graph's type has five parameters we do not use
            local,
            toolbox.langchain_tools(),
            context_schema=TurnContext,
            checkpointer=checkpoints.saver,
            middleware=middleware,
        )

    def answer(self, turn: Turn) -> Answered:
        """Return the answer to one message; a turn that failed leaves the conversation where it was."""
        self._forget(turn)
        try:
            outbound = self._run(turn, before=())
        except Exception:
            note_failure()
            logger.exception("turn %s failed", turn.context.turn)
            return Answered(Outbound(text=_GAVE_UP, buttons=(TO_A_PERSON,)), turn.checkpoint)
        return Answered(outbound, self._checkpoints.latest(turn.thread))

    def draft(self, turn: Turn, *, before: Sequence[Line]) -> Outbound:
        """Return what would be answered after these lines; nothing is changed, proposed or remembered."""
        assert turn.context.is_draft
        try:
            return self._run(turn, before=[_as_message(line) for line in before])
        finally:
            self._checkpoints.saver.delete_thread(turn.thread)

    def _run(self, turn: Turn, *, before: Sequence[AnyMessage]) -> Outbound:
        configurable = {"thread_id": turn.thread}
        if turn.checkpoint is not None:
            configurable["checkpoint_id"] = turn.checkpoint
        state = self._graph.invoke(
            {"messages": [*before, HumanMessage(turn.text, id=turn.context.turn)]},
            {"configurable": configurable, "recursion_limit": 4 * (_MODEL_CALLS + _TOOL_CALLS)},
            context=turn.context,
            durability="exit",
        )
        return _outbound(since(state["messages"], turn.context.turn))

    def _forget(self, turn: Turn) -> None:
        # What a killed process left behind must not be taken for the conversation.
        if turn.checkpoint is None:
            self._checkpoints.saver.delete_thread(turn.thread)
        else:
            self._checkpoints.forget_before(turn.thread, turn.checkpoint)


def _as_message(line: Line) -> AnyMessage:
    return HumanMessage(line.text) if line.speaker is Speaker.CREATOR else AIMessage(line.text)


def _outbound(turn: Sequence[AnyMessage]) -> Outbound:
    """Return the turn's answer with everything that its tools added."""
    spoken = [message for message in turn if isinstance(message, AIMessage)]
    results = [message for message in turn if isinstance(message, ToolMessage)]
    replies = [reply_of(message) for message in results]
    decision = spoken[-1].additional_kwargs.get("decision", {})
    buttons = [Button(**button) for button in decision.get("buttons", [])]
    note_decision(str(decision.get("kind", "")))
    setback = next(
        (
            f"{message.additional_kwargs['setback']}\n"
            for message in spoken
            if "setback" in message.additional_kwargs
        ),
        "",
    )
    confirms = [artifact["confirm"] for message in results if (artifact := artifact_of(message))]
    return Outbound(
        text=setback + spoken[-1].text,
        calls=tuple(ToolUse(call["name"], call["args"]) for message in spoken for call in message.tool_calls),
        citations=tuple(citation for reply in replies for citation in reply.citations),
        confirm=next((Confirm(**confirm) for confirm in confirms if confirm), None),
        buttons=tuple(_once([*buttons, *(button for reply in replies for button in reply.buttons)])),
        attachments=tuple(attachment for reply in replies for attachment in reply.attachments),
        charts=tuple(_once(chart for reply in replies for chart in reply.charts)),
        case=next((reply.case for reply in replies if reply.case), None),
    )


def _once(things: Iterable[_Thing]) -> Iterable[_Thing]:
    return dict.fromkeys(things)
