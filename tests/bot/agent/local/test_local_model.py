"""The local model inside LangChain's own agent."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType] - LangChain leaves a type open
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool

from bot.agent.local.model import LocalModel
from tests.bot.agent.local.samples import ON, TOOLS

MODEL = LocalModel(tools=TOOLS, today=lambda: ON)


def _tool(name: str, run: Callable[..., str]) -> BaseTool:
    return StructuredTool.from_function(
        run,
        name=name,
        description=name,
        handle_tool_error="这项没有查成功。",
        handle_validation_error="参数不对。",
    )


def _income(period: str = "", action: str = "") -> str:
    return json.dumps({"text": f"{period}：12 元（{action}）", "facts": {"fen": 1200}, "citations": []})


def _stolen(work_ref: str = "") -> str:
    return json.dumps({"text": f"举报 {work_ref}", "facts": {}, "citations": []})


def _rules(question: str, topic: str = "") -> str:
    return f"{question}{topic}的规定"


def _run(
    text: str, *, history: Sequence[BaseMessage] = (), tools: Sequence[BaseTool] | None = None
) -> list[Any]:
    standard = [_tool("income", _income), _tool("stolen_work", _stolen), _tool("rules", _rules)]
    agent: Any = create_agent(  # pyright: ignore[reportUnknownVariableType] - as above
        MODEL, list(tools or standard), system_prompt="你是助手"
    )
    return agent.invoke({"messages": [*history, HumanMessage(text)]})["messages"]


class TestLocalModel:
    def test_calls_a_tool_and_says_its_words(self) -> None:
        messages = _run("上个月收益多少")

        assert [type(message) for message in messages] == [HumanMessage, AIMessage, ToolMessage, AIMessage]
        assert messages[-1].text == "last_month：12 元（summary）"

    def test_says_the_words_of_parallel_calls_in_their_order(self) -> None:
        messages = _run("查一下上个月的收益，另外帮我举报搬运我最新那条视频的人")

        assert [call["name"] for call in messages[1].tool_calls] == ["income", "stolen_work"]
        assert messages[-1].text == "last_month：12 元（summary）\n\n举报 latest"

    def test_says_what_it_cannot_do_after_the_results(self) -> None:
        answer = _run("查一下上个月的收益，再帮我用一张流量券")[-1]

        first, last = answer.text.split("\n\n")
        assert first.startswith("last_month")
        assert "流量券" in last
        assert answer.additional_kwargs["decision"]["buttons"]

    def test_says_a_result_of_another_form_as_it_is(self) -> None:
        assert _run("审核规则一般要多久")[-1].text.endswith("的规定")

    def test_says_an_error_in_its_own_words(self) -> None:
        def strict(period: int) -> str:
            return str(period)

        messages = _run("上个月收益多少", tools=[_tool("income", strict)])

        assert messages[-2].status == "error"
        assert messages[-1].text == "参数不对。"

    def test_remembers_the_call_before(self) -> None:
        first = _run("上个月收益多少")

        messages = _run("那昨天呢", history=first)

        assert messages[-1].text == "yesterday：12 元（summary）"

    def test_gives_the_kind_and_the_buttons_of_an_answer(self) -> None:
        answer = _run("帮我看看")[-1]

        decision = answer.additional_kwargs["decision"]
        assert decision["kind"] == "clarify"
        assert {"label", "send"} == set(decision["buttons"][0])

    def test_calls_no_tool_that_is_not_bound(self) -> None:
        bound = MODEL.bind_tools([_tool("rules", _rules)])

        answer = bound.invoke([HumanMessage("上个月收益多少")])

        assert not answer.tool_calls
        assert "绑定" in answer.text

    def test_takes_tools_in_every_form(self) -> None:
        forms: list[Any] = [{"type": "function", "function": {"name": "income"}}, {"name": "rules"}, _income]

        bound: Any = MODEL.bind_tools(forms)

        assert bound.kwargs["allowed"] == ("income", "rules", "_income")

    def test_names_its_calls_the_same_every_time(self) -> None:
        messages = [SystemMessage("x"), HumanMessage("上个月收益多少")]

        first, second = MODEL.invoke(messages), MODEL.invoke(messages)

        assert first.tool_calls == second.tool_calls
        assert first.tool_calls[0]["id"] == "local-2-0"

    def test_streams_what_it_would_say(self) -> None:
        for text in ("你好", "帮我看看", "上个月收益多少"):
            whole, streamed = MODEL.invoke(text), None
            for chunk in MODEL.stream(text):
                streamed = chunk if streamed is None else streamed + chunk

            assert streamed is not None
            assert streamed.text == whole.text
            assert streamed.additional_kwargs == whole.additional_kwargs
            assert getattr(streamed, "tool_calls", []) == whole.tool_calls

    def test_asks_for_words_when_there_is_no_message(self) -> None:
        assert MODEL.invoke([SystemMessage("x")]).text
