"""The local model as LangChain sees it: the same interface as any provider's chat model."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolCallChunk,
    ToolMessage,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import BaseModel, PrivateAttr
from typing_extensions import override

from bot.agent.local import wording
from bot.agent.local.decide import decide
from bot.agent.local.decision import Decision, Kind, Role, ToolChoice, Turn
from bot.agent.local.sent import FILES_NOTE
from tools.kernel.agent_tool import AgentTool


class _Packed(BaseModel):
    """What our toolbox puts into a tool's result; the rest is for other readers."""

    text: str


class LocalModel(BaseChatModel):
    """Chooses among the given tools and words their results; the same messages always get the same bytes."""

    _tools: tuple[AgentTool, ...] = PrivateAttr()
    _today: Callable[[], date] = PrivateAttr()

    def __init__(self, *, tools: Sequence[AgentTool], today: Callable[[], date]) -> None:
        super().__init__()
        self._tools = tuple(tools)
        self._today = today

    @property
    @override
    def _llm_type(self) -> str:
        return "guanghe-local"

    @override
    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return this model with only these tools: no other is called, whatever is asked."""
        return self.bind(allowed=tuple(_name(tool) for tool in tools), **kwargs)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, kwargs.get("allowed")))])

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages, kwargs.get("allowed"))
        for line in answer.text.splitlines(keepends=True):
            yield _chunk(AIMessageChunk(content=line), run_manager)
        yield _chunk(
            AIMessageChunk(
                content="",
                additional_kwargs=answer.additional_kwargs,
                tool_call_chunks=[
                    ToolCallChunk(
                        name=call["name"],
                        args=json.dumps(call["args"], ensure_ascii=False),
                        id=call["id"],
                        index=index,
                        type="tool_call_chunk",
                    )
                    for index, call in enumerate(answer.tool_calls)
                ],
                chunk_position="last",
            ),
            run_manager,
        )

    def _answer(self, messages: Sequence[BaseMessage], allowed: Sequence[str] | None) -> AIMessage:
        """Return the words for finished tools, or the decision on the last thing that the person said."""
        start = max(
            (place for place, one in enumerate(messages) if isinstance(one, HumanMessage)), default=-1
        )
        if messages and isinstance(messages[-1], ToolMessage):
            results = [one for one in messages[start + 1 :] if isinstance(one, ToolMessage)]
            told = [_told(result) for result in results]
            made = self._decided(messages, start)
            if made.kind is Kind.CALL and made.text:
                # What could not be done beside the calls; the same decision again, since nothing was kept of it.
                return _said("\n\n".join((*told, made.text)), made)
            return AIMessage("\n\n".join(told))
        return _message(self._permitted(self._decided(messages, start), allowed), number=len(messages))

    def _decided(self, messages: Sequence[BaseMessage], start: int) -> Decision:
        """Return the decision on the person's message at that place."""
        text = str(messages[start].text) if start >= 0 else ""
        files = any(isinstance(one, SystemMessage) and FILES_NOTE in one.text for one in messages)
        history = _turns(messages[: max(start, 0)])
        return decide(text, history, tools=self._tools, on=self._today(), files=files)

    def _permitted(self, made: Decision, allowed: Sequence[str] | None) -> Decision:
        """Return the decision with no call of a tool that is not bound."""
        if allowed is None or made.kind is not Kind.CALL:
            return made
        calls = tuple(call for call in made.calls if call.tool in allowed)
        if calls:
            return Decision(Kind.CALL, calls=calls)
        usable = [tool for tool in self._tools if tool.name in allowed]
        return Decision(Kind.DECLINE, text=wording.NOT_LINKED, buttons=wording.offers(usable))


def _name(tool: dict[str, Any] | type | Callable[..., Any] | BaseTool) -> str:
    if isinstance(tool, BaseTool):
        return tool.name
    if isinstance(tool, dict):
        # Either of OpenAI's two shapes.
        described = cast("dict[str, dict[str, Any]]", tool)
        return str(described.get("function", described)["name"])
    return tool.__name__


def _told(result: ToolMessage) -> str:
    """Return the words of a tool's result; a result in another form, an error's above all, is its own words."""
    if result.status != "error":
        try:
            return _Packed.model_validate_json(result.text).text
        except ValueError:
            return result.text
    return result.text


def _turns(messages: Sequence[BaseMessage]) -> list[Turn]:
    """Return the conversation so far as its people saw it, each answer with the calls that led to it."""
    turns: list[Turn] = []
    calls: list[ToolChoice] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            turns.append(Turn(Role.USER, str(message.text)))
            calls = []
        elif isinstance(message, AIMessage) and message.tool_calls:
            calls.extend(ToolChoice(call["name"], call["args"]) for call in message.tool_calls)
        elif isinstance(message, AIMessage) and message.text:
            turns.append(Turn(Role.ASSISTANT, str(message.text), tuple(calls)))
    return turns


def _message(made: Decision, *, number: int) -> AIMessage:
    if made.kind is Kind.CALL:
        calls = [
            ToolCall(name=call.tool, args=call.args, id=f"local-{number}-{index}", type="tool_call")
            for index, call in enumerate(made.calls)
        ]
        return AIMessage("", tool_calls=calls)
    return _said(made.text, made)


def _said(text: str, made: Decision) -> AIMessage:
    buttons = [{"label": button.label, "send": button.send} for button in made.buttons]
    return AIMessage(text, additional_kwargs={"decision": {"kind": made.kind.value, "buttons": buttons}})


def _chunk(message: AIMessageChunk, run_manager: CallbackManagerForLLMRun | None) -> ChatGenerationChunk:
    chunk = ChatGenerationChunk(message=message)
    if run_manager is not None:
        run_manager.on_llm_new_token(str(message.text), chunk=chunk)
    return chunk
