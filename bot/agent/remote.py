"""A provider's model as the agent uses it: in time, within its limits, without personal data, and never believed."""

import contextvars
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, ToolCall

from bot.agent.arguments import grounded
from bot.agent.claims import LONGEST_ANSWER
from bot.agent.masking import Masks
from bot.agent.memory import shortened
from bot.agent.toolbox import LONGEST_ARGUMENT, TurnContext
from tools.kernel import model_use
from tools.kernel.db import Database
from tools.kernel.model_use import Tokens

logger = logging.getLogger(__name__)

# A creator waits in a chat; the provider's own time limit is on each piece of a stream, this is on the whole answer.
WHOLE_ANSWER_SECONDS = 45.0
# Calls that hang keep their thread: beyond so many the local model answers at once.
_AT_ONCE = 64
# A provider that is down is not asked by every creator in turn.
_FAILURES = 3
_REST_SECONDS = 30.0

_MOST_CALLS = 8
_LONGEST_ARGUMENTS = 8 * LONGEST_ARGUMENT
_LONGEST_NAME = 64
_CHARACTERS_A_TOKEN = 1.5
_MILLION = 1_000_000
# More than any model reads at once: what says more has miscounted.
_MOST_TOKENS = 10_000_000

Request = ModelRequest[TurnContext]
Response = ModelResponse[Any]  # Any: the structured response, which nobody asks for
Handler = Callable[[Request], Response]


class Setback(StrEnum):
    """Why the provider's model did not answer; the value is what the creator reads."""

    UNREACHABLE = "（智能模型暂时连不上，这次由本地助手回答。）"
    USED_UP = "（今天的智能模型用量已经到上限，这次由本地助手回答。）"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider's model may use a day; 0 yuan is no limit. Prices are yuan a million tokens."""

    creator_tokens: int = 200_000
    daily_yuan: Decimal = Decimal(0)
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)


class Remote:
    """A provider's model with its limits; safe to use from many threads."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        database: Database,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = WHOLE_ANSWER_SECONDS,
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self.model = model
        self._database = database
        self._limits = limits
        self._clock = clock
        self._seconds = seconds
        self._rest_seconds = rest_seconds
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        self._failures = 0
        self._rests_until = 0.0

    def ask(self, request: Request, handler: Handler) -> Response | Setback:
        """Return the model's answer made harmless, or why there is none."""
        context = request.runtime.context
        owner = context.creator or 0
        if self._used_up(owner, context.on):
            return Setback.USED_UP
        if self._clock() < self._rests_until:
            return Setback.UNREACHABLE
        masks = Masks()
        masked = request.override(
            messages=[_masked(message, masks) for message in shortened(request.messages)]
        )
        try:
            response = self._in_time(masked, handler)
        except Exception as error:  # noqa: BLE001 - every provider raises its own errors; each means the same to a creator
            self._failed(error)
            return Setback.UNREACHABLE
        self._failures = 0
        answer = _tamed(response.result, masks, request)
        self._count(owner, context.on, masked, response.result)
        return replace(response, result=[answer])

    def _in_time(self, request: Request, handler: Handler) -> Response:
        """Return the answer; raises TimeoutError where it takes longer than a creator waits."""
        if not self._free.acquire(blocking=False):
            raise TimeoutError("every thread waits for the provider")
        # The runtime that the tools read is a context variable.
        context = contextvars.copy_context()
        future: Future[Response] = Future()
        future.add_done_callback(lambda _: self._free.release())
        # A daemon: a provider that never ends must not keep the process from ending.
        threading.Thread(
            target=_settle, args=(future, lambda: context.run(handler, request)), daemon=True
        ).start()
        return future.result(timeout=self._seconds)

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._rests_until = self._clock() + self._rest_seconds
        logger.warning("the remote model failed, the local one answers: %s", type(error).__name__)

    def _used_up(self, owner: int, on: date) -> bool:
        limits = self._limits
        with self._database.reading() as session:
            if model_use.used(session, on=on, owner=owner).total >= limits.creator_tokens:
                return True
            if not limits.daily_yuan:
                return False
            day = model_use.used(session, on=on)
        cost = (day.input * limits.input_price + day.output * limits.output_price) / _MILLION
        return cost >= limits.daily_yuan

    def _count(self, owner: int, on: date, request: Request, result: Sequence[BaseMessage]) -> None:
        with self._database.writing() as session:
            model_use.count(session, owner=owner, on=on, tokens=_tokens(request, result))


def _settle(future: Future[Response], answer: Callable[[], Response]) -> None:
    try:
        future.set_result(answer())
    except Exception as error:  # noqa: BLE001 - whoever waits gets it
        future.set_exception(error)


def _masked(message: AnyMessage, masks: Masks) -> AnyMessage:
    """Return the message as it may leave the platform."""
    changes: dict[str, Any] = {"content": masks.mask(message.text)}  # Any: fields of three types
    if isinstance(message, AIMessage):
        changes["tool_calls"] = [
            ToolCall(name=call["name"], args=masks.mask_all(call["args"]), id=call["id"], type="tool_call")
            for call in message.tool_calls
        ]
        changes["additional_kwargs"] = {}
    return message.model_copy(update=changes)


def _tamed(result: Sequence[BaseMessage], masks: Masks, request: Request) -> AIMessage:
    """Return an answer with nothing but bounded words and bounded, grounded calls, in the creator's own data again.

    What a provider adds besides (reasoning, names of its own, marks that only our model sets) is left behind.
    """
    answer = next((message for message in reversed(result) if isinstance(message, AIMessage)), AIMessage(""))
    said = [message.text for message in request.messages if not isinstance(message, AIMessage)]
    question = next(
        (message.text for message in reversed(request.messages) if isinstance(message, HumanMessage)), ""
    )
    calls = [
        ToolCall(
            name=call["name"][:_LONGEST_NAME],
            args=grounded(
                _bounded(masks.restore_all(call["args"])), said=said, question=question[:LONGEST_ARGUMENT]
            ),
            id=f"{str(call['id'])[:_LONGEST_NAME]}-{place}",
            type="tool_call",
        )
        for place, call in enumerate(answer.tool_calls[:_MOST_CALLS])
    ]
    text = masks.restore(answer.text)[: 2 * LONGEST_ANSWER]
    return AIMessage(text, tool_calls=calls, usage_metadata=answer.usage_metadata)


def _bounded(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments, none of them where they are a flood: the tool then says what it misses."""
    try:
        size = len(json.dumps(arguments, default=str))
    except (ValueError, RecursionError):
        return {}
    return arguments if size <= _LONGEST_ARGUMENTS else {}


def _tokens(request: Request, result: Sequence[BaseMessage]) -> Tokens:
    """Return what the provider counted, an estimate where it did not."""
    counted = [message.usage_metadata for message in result if isinstance(message, AIMessage)]
    if counted and all(counted):
        return Tokens(
            *(
                min(_MOST_TOKENS, max(0, sum(one[side] for one in counted if one)))
                for side in ("input_tokens", "output_tokens")
            )
        )
    read = sum(len(message.text) for message in request.messages) + len(
        request.system_message.text if request.system_message else ""
    )
    wrote = sum(len(message.text) for message in result)
    return Tokens(round(read / _CHARACTERS_A_TOKEN), round(wrote / _CHARACTERS_A_TOKEN))
