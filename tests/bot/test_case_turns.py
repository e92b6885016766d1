from collections.abc import Sequence
from datetime import date, datetime

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from sqlalchemy import select

from bot import case_turns
from bot.assistant import Assistant
from bot.case_turns import CaseCommand, Deed
from bot.messages import Channel, Inbound, Outbound, Sender
from tests.bot.conftest import Bench
from tests.desk import an_agent
from tools.creators import service as creators
from tools.kernel.agent_tool import Speaker
from tools.support import cases, desk, service, views
from tools.support.escalation import Reason, Signal
from tools.support.models import Conversation, Message
from tools.support.states import CaseState
from tools.support.views import CaseView

LAOTIE = Sender(Channel.TERMINAL, "laotie")
STRANGER = Sender(Channel.TERMINAL, "stranger")
CHAT = Sender(Channel.TELEGRAM, "700")


class Talk:
    """An assistant that repeats what it hears, and the cases behind it."""

    def __init__(self, bench: Bench, now: datetime, on: date) -> None:
        self.bench, self.now, self.on, self.count = bench, now, on, 0
        self.while_it_thinks = list[str]()
        agent = bench.agent(self._speak)
        self.assistant = Assistant(
            database=bench.database, toolbox=bench.toolbox, agent=lambda: agent, today=lambda: on
        )

    def _speak(self, messages: Sequence[BaseMessage]) -> AIMessage:
        for number in self.while_it_thinks:
            self.take(number)
        said = str(messages[-1].text)
        if "？？" in said:
            return AIMessage("能再说具体一点吗？", additional_kwargs={"decision": {"kind": "clarify"}})
        return AIMessage(f"答：{said}")

    def say(self, text: str, *, sender: Sender = LAOTIE, key: str = "") -> Outbound | None:
        self.count += 1
        return self.assistant.reply(Inbound(sender, key or f"k{self.count}", text, self.now))

    def heard(self, text: str, *, sender: Sender = LAOTIE) -> Outbound:
        answer = self.say(text, sender=sender)
        assert answer is not None
        return answer

    def queued(self) -> CaseView:
        self.say("在吗")
        with self.bench.database.writing() as session:
            account = creators.find_account(session, handle="laotie")
            assert account is not None
            talk = session.scalars(select(Conversation.id).where(Conversation.address == "laotie")).one()
            return cases.open_case(
                session,
                creator_id=account.id,
                conversation_id=talk,
                reason="找人",
                on=self.on,
                now=self.now,
            )

    def take(self, number: str) -> None:
        with self.bench.database.writing() as session:
            agent = an_agent(session, f"a{self.count}", now=self.now)
            desk.take(session, agent=agent, number=number, now=self.now)

    def case(self, number: str) -> CaseView:
        with self.bench.database.reading() as session:
            return views.case(session, number=number)


@pytest.fixture
def talk(bench: Bench, now: datetime, on: date) -> Talk:
    return Talk(bench, now, on)


class TestRead:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("取消工单 C000001", CaseCommand(Deed.CANCEL, "C000001")),
            ("评分 c000001 5", CaseCommand(Deed.RATE, "C000001", 5)),
            ("评分C000001 5分", CaseCommand(Deed.RATE, "C000001", 5)),
            ("重开工单 C000001", CaseCommand(Deed.REOPEN, "C000001")),
            ("取消工单", None),
            ("我想取消工单 C000001 行吗", None),
            ("评分 C１ 5", None),
            ("", None),
        ],
    )
    def test_knows_the_buttons_texts_and_nothing_else(self, text: str, expected: CaseCommand | None) -> None:
        assert case_turns.read(text) == expected


class TestButtons:
    def test_cancel_also_while_a_person_speaks_and_once(self, talk: Talk) -> None:
        case = talk.queued()
        talk.take(case.number)

        first = talk.say(f"取消工单 {case.number}", key="same")
        again = talk.say(f"取消工单 {case.number}", key="same")

        assert first is not None
        assert again == first
        assert first.text.startswith(f"工单 {case.number} 已取消")
        assert talk.case(case.number).state is CaseState.RESOLVED
        assert talk.heard("谢谢").text == "答：谢谢"

    @pytest.mark.parametrize("sender", [STRANGER, CHAT])
    @pytest.mark.parametrize("deed", ["取消工单 {}", "评分 {} 5", "重开工单 {}"])
    def test_of_another_creators_case_find_none(self, talk: Talk, sender: Sender, deed: str) -> None:
        case = talk.queued()

        answer = talk.heard(deed.format(case.number), sender=sender)

        assert answer.text == f"没有找到工单 {case.number}。请核对工单号。"
        assert talk.case(case.number).state is CaseState.QUEUED

    def test_rate_once_and_offer_a_way_back_to_who_is_not_content(self, talk: Talk) -> None:
        case = talk.queued()
        talk.take(case.number)
        with talk.bench.database.writing() as session:
            holder = views.case(session, number=case.number).holder
            assert holder is not None
            desk.resolve(session, agent=holder, number=case.number, now=talk.now)

        rated = talk.heard(f"评分 {case.number} 2")
        twice = talk.heard(f"评分 {case.number} 5")
        back = talk.heard(rated.buttons[0].send)

        assert rated.text.startswith(f"收到，工单 {case.number} 的评分是 2 分")
        assert twice.text == f"工单 {case.number} 已经评过分了（2 分），谢谢。"
        assert "还在排队" in back.text
        assert talk.case(case.number).reopened == 1


class TestReply:
    def test_is_thrown_away_when_a_person_came_while_it_was_thought_about(self, talk: Talk) -> None:
        case = talk.queued()
        talk.while_it_thinks = [case.number]

        assert talk.say("我再补充一句") is None

        with talk.bench.database.reading() as session:
            said = service.messages(session, conversation_id=case.conversation_id)
        assert [one.speaker for one in said][-2:] == [Speaker.CREATOR, Speaker.ASSISTANT]
        assert said[-1].text.startswith("1V1 客服")

    def test_calls_a_person_when_the_creator_is_angry_with_the_reason_and_a_way_out(self, talk: Talk) -> None:
        answer = talk.heard("气死我了，什么破平台")

        assert answer.case == "C000001"
        assert answer.text.startswith("让你着急了，我先把你转给 1V1 人工，工单号 C000001，你排在第 1 位。")
        assert [button.send for button in answer.buttons] == ["取消工单 C000001"]
        case = talk.case("C000001")
        assert (case.reason, case.reason_text) == (Reason.ANGER, "气死我了，什么破平台")

    def test_does_not_call_again_while_one_waits_nor_after_the_creator_gave_it_up(self, talk: Talk) -> None:
        texts = ["气死我了", "气死我了", "取消工单 C000001", "气死我了"]

        found = [talk.heard(text).case for text in texts]

        assert found == ["C000001", None, "C000001", None]

    def test_calls_a_person_after_three_answers_of_no_use(self, talk: Talk) -> None:
        found = [talk.heard(text).case for text in ("那个？？", "就那个？？", "听不懂人话")]

        assert found == [None, None, "C000001"]
        assert talk.case("C000001").reason is Reason.FAILURE
        with talk.bench.database.reading() as session:
            kept = session.scalars(select(Message.signals).order_by(Message.id)).all()
        assert kept[:4] == [[], [Signal.UNSOLVED], [], [Signal.UNSOLVED]]

    def test_calls_a_person_for_a_quarrel_about_money_said_twice(self, talk: Talk) -> None:
        found = [talk.heard(text).case for text in ("凭什么扣我收益", "这个月呢", "你们少给我 20 块钱")]

        assert found == [None, None, "C000001"]
        assert talk.case("C000001").reason is Reason.MONEY

    def test_calls_a_person_before_everybody_else_for_danger(self, talk: Talk) -> None:
        assert "马上报警" in talk.heard("有黑粉威胁我").text
        assert talk.case("C000001").reason is Reason.SAFETY

    def test_calls_nobody_for_a_person_without_an_account(self, talk: Talk) -> None:
        assert talk.heard("气死我了，什么破平台", sender=CHAT).case is None
