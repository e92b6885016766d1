"""Answers for a support agent to look at: the same tools and guards, and nothing changed, proposed or remembered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from sqlalchemy import func, select

from bot.agent.agent import Turn
from bot.agent.toolbox import Toolbox
from bot.assistant import Assistant
from knowledge.search import Policies
from tests.bot.agent.models import Speak
from tests.bot.agent.test_agent import calls
from tests.bot.conftest import SAMPLES, Bench, nickname_of
from tests.calls import NoPolicies
from tools.creators.models import Creator
from tools.kernel.agent_tool import AgentTool, Call, Line, Reply, Speaker
from tools.kernel.models import StoredProposal
from tools.support import service as support


def forget_name(call: Call) -> Reply:
    """Change something at once."""
    call.session.get_one(Creator, call.creator_id).nickname = "改掉了"
    call.session.flush()
    return Reply(text="改掉了。")


AT_ONCE = AgentTool(forget_name, asks=(), writes=True)


def a_turn(bench: Bench, text: str) -> Turn:
    context = replace(bench.context, turn="draft:1", is_draft=True)
    return Turn(text, context, thread="draft:1", checkpoint=None)


class TestDraft:
    def test_answers_from_the_creators_own_figures(self, bench: Bench) -> None:
        agent = bench.agent(calls(("earnings", {})))

        drafted = agent.draft(a_turn(bench, "这个月挣了多少"), before=())

        assert "laotie" in drafted.text
        assert "1,234.56" in drafted.text

    def test_knows_what_was_said_before(self, bench: Bench) -> None:
        def speak(messages: Sequence[BaseMessage]) -> AIMessage:
            said = [f"{type(message).__name__[:2]}:{message.text}" for message in messages[1:]]
            return AIMessage("、".join(said))

        lines = (
            Line(Speaker.CREATOR, "一"),
            Line(Speaker.ASSISTANT, "二"),
            Line(Speaker.AGENT, "三"),
        )
        drafted = bench.agent(speak).draft(a_turn(bench, "四"), before=lines)

        assert drafted.text == "Hu:一、AI:二、AI:三、Hu:四"

    def test_proposes_nothing(self, bench: Bench) -> None:
        agent = bench.agent(calls(("rename", {"nickname": "新名"})))

        drafted = agent.draft(a_turn(bench, "改名"), before=())

        with bench.database.reading() as session:
            proposals = session.scalar(select(func.count()).select_from(StoredProposal))
        assert (drafted.confirm, proposals) == (None, 0)
        assert "由创作者自己来办" in drafted.text
        assert nickname_of(bench, "laotie") != "新名"

    def test_runs_no_tool_that_changes_something_at_once(self, bench: Bench) -> None:
        before = nickname_of(bench, "laotie")
        toolbox = Toolbox(
            [*SAMPLES, AT_ONCE], database=bench.database, policies=cast("Policies", NoPolicies())
        )
        agent = replace(bench, toolbox=toolbox).agent(calls(("forget_name", {})))

        drafted = agent.draft(a_turn(bench, "改掉"), before=())

        assert "改掉了" not in drafted.text
        assert nickname_of(bench, "laotie") == before

    @pytest.mark.parametrize("fails", [False, True])
    def test_leaves_nothing_behind(self, bench: Bench, *, fails: bool) -> None:
        def speak(_: Sequence[BaseMessage]) -> AIMessage:
            if fails:
                raise RuntimeError
            return AIMessage("好的")

        agent = bench.agent(speak)
        if fails:
            with pytest.raises(RuntimeError):
                agent.draft(a_turn(bench, "在吗"), before=())
        else:
            agent.draft(a_turn(bench, "在吗"), before=())

        assert bench.checkpoints.saver.get_tuple({"configurable": {"thread_id": "draft:1"}}) is None


def last_words(messages: Sequence[BaseMessage]) -> AIMessage:
    said = [str(message.text) for message in messages if isinstance(message, HumanMessage)]
    return AIMessage(said[-1])


class TestAssistantsDraft:
    def drafted(self, bench: Bench, speak: Speak) -> str | None:
        assistant = Assistant(
            database=bench.database,
            toolbox=bench.toolbox,
            agent=lambda: bench.agent(speak),
            today=lambda: bench.context.on,
        )
        creator = bench.context.creator
        assert creator
        outbound = assistant.draft(
            conversation_id=bench.context.conversation_id, creator_id=creator, at=bench.context.now
        )
        return outbound.text if outbound else None

    def say(self, bench: Bench, *lines: tuple[str, str, dict[str, object]]) -> None:
        """Log words: `我` of the creator, `助` of the assistant with a body."""
        with bench.database.writing() as session:
            for place, (who, text, body) in enumerate(lines):
                here, now = bench.context.conversation_id, bench.context.now
                if who == "我":
                    support.log_question(session, conversation_id=here, key=f"q{place}", text=text, now=now)
                else:
                    support.append_notice(
                        session, conversation_id=here, key=f"a{place}", text=text, body=body, now=now
                    )

    def test_is_to_the_creators_last_words_together(self, bench: Bench) -> None:
        self.say(bench, ("我", "旧的", {}), ("助", "答", {}), ("我", "收益不对", {}), ("我", "少了很多", {}))

        assert self.drafted(bench, last_words) == "收益不对\n少了很多"

    def test_skips_the_request_for_a_person_and_what_was_said_of_the_case(self, bench: Bench) -> None:
        handed_over: dict[str, object] = {
            "text": "转",
            "case": "C1",
            "calls": [{"tool": "human_escalation", "args": {}}],
        }
        self.say(
            bench,
            ("我", "收益不对", {}),
            ("助", "没查到", {"text": "没查到"}),
            ("我", "转人工", {}),
            ("助", "已转接", handed_over),
            ("助", "小周已接入", {"text": "小周已接入", "case": "C1"}),
        )

        assert self.drafted(bench, last_words) == "收益不对"

    def test_is_none_before_the_creator_said_anything(self, bench: Bench) -> None:
        self.say(bench, ("我", "/start", {}), ("助", "你好", {"text": "你好"}))

        assert self.drafted(bench, last_words) is None

    def test_writes_nothing_into_the_log(self, bench: Bench) -> None:
        self.say(bench, ("我", "收益不对", {}))

        self.drafted(bench, last_words)

        with bench.database.reading() as session:
            said = support.messages(session, conversation_id=bench.context.conversation_id)
        assert [one.text for one in said] == ["收益不对"]
