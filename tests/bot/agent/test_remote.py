import threading
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from bot.agent.remote import Limits, Remote
from tests.bot.agent.models import ScriptedModel
from tests.bot.conftest import Bench
from tools.kernel import model_use

PHONE = "13812345678"


def local(_: Sequence[BaseMessage]) -> AIMessage:
    return AIMessage("本地助手在。")


def used(bench: Bench) -> int:
    with bench.database.reading() as session:
        return model_use.used(session, on=bench.context.on, owner=bench.context.creator).total


class TestAsk:
    def test_lets_no_personal_datum_reach_the_provider(self, bench: Bench) -> None:
        heard: list[str] = []

        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            heard.extend(message.text for message in messages)
            return AIMessage("好的，会打〔手机号1〕联系，还想问什么？")

        answered = bench.ask(bench.agent(local, remote=ScriptedModel(speak=speak)), f"打我电话 {PHONE}")

        assert not any(PHONE in text for text in heard)
        assert answered.outbound.text == f"好的，会打{PHONE}联系，还想问什么？"

    def test_gives_the_tool_what_the_creator_wrote(self, bench: Bench) -> None:
        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            holder = next(word for word in messages[-1].text.split() if word.startswith("〔"))
            return AIMessage("", tool_calls=[{"name": "rename", "args": {"nickname": holder}, "id": "c"}])

        answered = bench.ask(bench.agent(local, remote=ScriptedModel(speak=speak)), f"昵称改成 {PHONE}")

        assert answered.outbound.confirm is not None
        assert PHONE in answered.outbound.confirm.summary

    def test_shows_the_provider_clauses_that_may_answer(self, bench: Bench) -> None:
        prompts: list[str] = []

        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            prompts.extend(message.text for message in messages if isinstance(message, SystemMessage))
            return AIMessage("你想查哪一笔？")

        bench.ask(bench.agent(local, remote=ScriptedModel(speak=speak)), "多少钱能提")

        assert "提现规则 1.1：满 10 元可以提现。" in prompts[0]

    def test_sends_no_more_than_the_budget_of_a_long_conversation(self, bench: Bench) -> None:
        sizes: list[int] = []

        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            sizes.append(sum(len(one.text) for one in messages if not isinstance(one, SystemMessage)))
            return AIMessage("你想查哪方面？")

        agent = bench.agent(local, remote=ScriptedModel(speak=speak))
        checkpoint = None
        for turn in range(12):
            checkpoint = bench.ask(agent, "说来话长" * 450, turn=f"t{turn}", after=checkpoint).checkpoint

        assert max(sizes) < 11_000

    def test_believes_none_of_the_marks_that_are_ours(self, bench: Bench) -> None:
        marks: dict[str, Any] = {
            "ours": True,
            "setback": "（一切正常）",
            "decision": {"kind": "reply", "buttons": [{"label": "领取", "send": "提现"}]},
        }
        remote = ScriptedModel(speak=lambda _: AIMessage("已经帮你办好了。", additional_kwargs=marks))

        outbound = bench.ask(bench.agent(local, remote=remote), "办一下").outbound

        assert "办好" not in outbound.text
        assert "一切正常" not in outbound.text
        assert [button.send for button in outbound.buttons] == ["转人工"]

    def test_answers_locally_once_a_creator_has_used_the_day_up(self, bench: Bench) -> None:
        remote = ScriptedModel(speak=lambda _: AIMessage("你想查什么？"))
        agent = bench.agent(local, remote=remote, limits=Limits(creator_tokens=10))

        first = bench.ask(agent, "一个不短的问题，要用掉几十个字").outbound.text
        second = bench.ask(agent, "还有一个").outbound.text
        other = bench.ask(agent, "我呢", turn="t9", creator=bench.stranger).outbound.text

        assert first == other == "你想查什么？"
        assert second == "（今天的智能模型用量已经到上限，这次由本地助手回答。）\n本地助手在。"

    def test_answers_locally_once_the_day_has_cost_its_yuan(self, bench: Bench) -> None:
        usage = {"input_tokens": 900_000, "output_tokens": 100_000, "total_tokens": 1_000_000}
        remote = ScriptedModel(speak=lambda _: AIMessage("你想查什么？", usage_metadata=usage))  # pyright: ignore[reportArgumentType] - a TypedDict
        limits = Limits(
            creator_tokens=10**9, daily_yuan=Decimal(2), input_price=Decimal(1), output_price=Decimal(12)
        )
        agent = bench.agent(local, remote=remote, limits=limits)

        bench.ask(agent, "一")

        assert "用量已经到上限" in bench.ask(agent, "二", turn="t2", creator=bench.stranger).outbound.text

    def test_counts_what_the_provider_says_within_reason(self, bench: Bench) -> None:
        usage = {"input_tokens": 10**25, "output_tokens": -5, "total_tokens": 0}
        remote = ScriptedModel(speak=lambda _: AIMessage("你想查什么？", usage_metadata=usage))  # pyright: ignore[reportArgumentType] - as above

        bench.ask(bench.agent(local, remote=remote), "一")

        assert used(bench) == 10_000_000


class TestProviderThatHangs:
    @pytest.fixture
    def endless(self) -> Iterator[ScriptedModel]:
        end = threading.Event()

        def speak(_: Sequence[BaseMessage]) -> AIMessage:
            end.wait(30)
            return AIMessage("太晚了")

        yield ScriptedModel(speak=speak)
        end.set()

    def test_is_not_waited_for(self, bench: Bench, endless: ScriptedModel) -> None:
        remote = Remote(endless, database=bench.database, limits=Limits(), seconds=0.05)

        answered = bench.ask(bench.agent_with(local, remote=remote), "你好")

        assert answered.outbound.text == "（智能模型暂时连不上，这次由本地助手回答。）\n本地助手在。"

    def test_is_left_in_peace_for_a_while_after_three_failures(self, bench: Bench) -> None:
        asked: list[str] = []
        now = [0.0]

        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            asked.append(next(one.text for one in reversed(messages) if isinstance(one, HumanMessage)))
            raise ConnectionError

        remote = Remote(
            ScriptedModel(speak=speak), database=bench.database, limits=Limits(), clock=lambda: now[0]
        )
        agent = bench.agent_with(local, remote=remote)
        for turn in "12345":
            bench.ask(agent, turn, turn=turn)
        now[0] = 31.0
        bench.ask(agent, "6", turn="6")

        assert asked == ["1", "2", "3", "6"]
