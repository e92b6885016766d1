"""How long a turn takes with the local model, beside a bare LangChain agent's turn in the same run."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType] - a generic inside it is bare
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import override

from bot.app import App, prepare_app
from bot.measures.figure import Figure, figure, percentile
from bot.messages import Channel, Inbound, Sender
from bot.settings import Settings

# What creators ask most, one tool after the other; the numbers of turns are the same for the peer.
_QUESTIONS = (
    "光合计划要多少粉丝才能参加",
    "帮我诊断一下账号",
    "上个月挣了多少",
    "我能报哪些激励",
    "我的举报处理得怎么样了",
    "提现最低多少",
)
_TURNS = 120
_WARM_UP = 12


def measure_chat() -> Iterator[Figure]:
    """Yield the median, the slow end and the rate of whole turns; `limit` is the bare agent's."""
    with tempfile.TemporaryDirectory() as home:
        app, _ = prepare_app(Settings(home=Path(home)), demo=True)
        ours = _timed(lambda number: _turn(app, number))
        app.close()
    bare = _timed(_bare_turn())
    for name, share in (("chat.turn_p50", 0.5), ("chat.turn_p95", 0.95)):
        limit = percentile(bare, share)
        yield figure(name, percentile(ours, share), unit="ms", limit=limit, n=len(ours))
    rate, bare_rate = (1_000 * len(times) / sum(times) for times in (ours, bare))
    yield figure("chat.turns_per_second", rate, unit="1/s", limit=bare_rate, n=len(ours))


def _timed(turn: Callable[[int], object]) -> list[float]:
    """Return each turn's milliseconds after a warm-up."""
    times: list[float] = []
    for number in range(_WARM_UP + _TURNS):
        started = time.perf_counter()
        turn(number)
        times.append(1_000 * (time.perf_counter() - started))
    return times[_WARM_UP:]


def _turn(app: App, number: int) -> None:
    text = _QUESTIONS[number % len(_QUESTIONS)]
    inbound = Inbound(Sender(Channel.TERMINAL, "laotie"), key=f"m{number}", text=text, at=app.clock())
    assert app.assistant.reply(inbound) is not None


class _Scripted(BaseChatModel):
    """Calls the one tool, then repeats what it said."""

    @property
    @override
    def _llm_type(self) -> str:
        return "scripted"

    @override
    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> "_Scripted":  # pyright: ignore[reportIncompatibleMethodOverride] - a model returns itself
        return self

    @override
    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        last = messages[-1]
        call = ToolCall(name="look_up", args={}, id="c")
        said = AIMessage(last.text) if isinstance(last, ToolMessage) else AIMessage("", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=said)])


def _bare_turn() -> Callable[[int], object]:
    """Return a turn of create_agent with a scripted model, one tool that does nothing, and memory."""

    @tool
    def look_up() -> str:
        """Look nothing up."""
        return "查到了"

    # Any: the compiled graph's type has parameters that we do not use.
    graph = cast("Any", create_agent(_Scripted(), [look_up], checkpointer=InMemorySaver()))

    def turn(number: int) -> object:
        text = _QUESTIONS[number % len(_QUESTIONS)]
        # A new thread now and then keeps the peer's history as short as ours.
        config = {"configurable": {"thread_id": str(number // 10)}}
        return graph.invoke({"messages": [("user", text)]}, config)

    return turn
