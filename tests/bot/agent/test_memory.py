from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, ToolMessage

from bot.agent.memory import shortened


def conversation(*sizes: int) -> list[AnyMessage]:
    messages: list[AnyMessage] = []
    for place, size in enumerate(sizes):
        call = ToolCall(name="earnings", args={}, id=f"c{place}")
        messages += [
            HumanMessage(f"第 {place} 问"),
            AIMessage("", tool_calls=[call]),
            ToolMessage("工" * size, tool_call_id=f"c{place}"),
            AIMessage(f"第 {place} 答"),
        ]
    return messages


class TestShortened:
    def test_keeps_what_fits(self) -> None:
        messages = conversation(10, 10)

        assert shortened(messages, budget=100) == messages

    def test_tells_of_older_turns_in_a_line_each(self) -> None:
        messages = conversation(500, 500, 10)

        kept = shortened(messages, budget=100)

        assert kept[1:] == messages[8:]
        assert kept[0].text.splitlines()[1:] == [
            "- 问：第 0 问（earnings） 答：第 0 答",
            "- 问：第 1 问（earnings） 答：第 1 答",
        ]

    @given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.integers(0, 2_000))
    def test_leaves_no_call_without_its_result_and_stays_bounded(self, sizes: list[int], budget: int) -> None:
        messages = conversation(*sizes)

        kept = shortened(messages, budget=budget)

        called = [
            call["id"] for message in kept if isinstance(message, AIMessage) for call in message.tool_calls
        ]
        assert called == [message.tool_call_id for message in kept if isinstance(message, ToolMessage)]
        assert kept[-4:] == messages[-4:]
        assert sum(len(message.text) for message in kept) <= budget + sizes[-1] + 2_000
