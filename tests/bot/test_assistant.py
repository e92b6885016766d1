from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from sqlalchemy import update
from typing_extensions import override

from bot.agent.agent import Agent, Answered, Turn
from bot.agent.toolbox import TurnContext
from bot.assistant import LONGEST_TEXT, Assistant, UnknownHandleError
from bot.messages import Channel, Confirmation, Inbound, Outbound, Sender
from tests.bot.agent.models import Speak
from tests.bot.conftest import EARNED, Bench, nickname_of
from tests.desk import an_agent
from tools.creators import service as creators
from tools.kernel import upload_files
from tools.kernel.agent_tool import Speaker
from tools.kernel.models import StoredUpload
from tools.kernel.upload_files import Arrival, ReceivedFile
from tools.support import cases, desk
from tools.support import service as support

LAOTIE = Sender(Channel.TERMINAL, "laotie")
CHAT = Sender(Channel.TELEGRAM, "700")


def routed(messages: Sequence[BaseMessage]) -> AIMessage:
    """Rename when asked to, quote a rule when asked, else repeat all that the person has said."""
    last = messages[-1]
    if isinstance(last, ToolMessage):
        return AIMessage(last.artifact["reply"]["text"])
    if "改名" in last.text:
        return called("rename", {"nickname": "新名"})
    if "收入" in last.text:
        return called("earnings", {})
    return AIMessage(
        "、".join(str(message.text) for message in messages if isinstance(message, HumanMessage))
    )


def called(name: str, arguments: dict[str, object]) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "c"}])


class Talk:
    """An assistant, and the shortest way to say something to it."""

    def __init__(self, bench: Bench, now: datetime, on: date) -> None:
        self.bench, self.now, self.on, self.count = bench, now, on, 0
        self.contexts: list[TurnContext] = []
        self.assistant = self.with_model(routed)

    def with_model(self, speak: Speak) -> Assistant:
        agent = self.bench.agent(speak)
        answer = agent.answer

        class Watched(Agent):
            """The agent, and what its turns were given."""

            def __init__(self, contexts: list[TurnContext]) -> None:
                self._contexts = contexts

            @override
            def answer(self, turn: Turn) -> Answered:
                self._contexts.append(turn.context)
                return answer(turn)

        watched = Watched(self.contexts)
        return Assistant(
            database=self.bench.database,
            toolbox=self.bench.toolbox,
            agent=lambda: watched,
            today=lambda: self.on,
        )

    def say(
        self,
        text: str,
        *,
        sender: Sender = LAOTIE,
        key: str = "",
        thread: str = "",
        files: Sequence[bytes] = (),
    ) -> Outbound | None:
        self.count += 1
        inbound = Inbound(
            sender,
            key=key or f"k{self.count}",
            text=text,
            at=self.now,
            thread=thread,
            uploads=tuple(self.received(file) for file in files),
        )
        return self.assistant.reply(inbound)

    def received(self, content: bytes) -> ReceivedFile:
        arrival = Arrival(self.bench.database.files, name="a.gif", limit_bytes=1_000)
        arrival.write(content)
        file = arrival.finish()
        assert file
        return file

    def heard(self, text: str, **rest: object) -> str:
        answer = self.say(text, **rest)  # pyright: ignore[reportArgumentType] - the keywords of say
        assert answer is not None
        return answer.text

    def press(self, proposal: str, *, sender: Sender = LAOTIE, accepted: bool = True, later: int = 0) -> str:
        at = self.now + timedelta(minutes=later)
        return self.assistant.confirm(Confirmation(sender, proposal, accepted=accepted, at=at)).text


@pytest.fixture
def talk(bench: Bench, now: datetime, on: date) -> Talk:
    return Talk(bench, now, on)


class TestReply:
    def test_remembers_the_conversation(self, talk: Talk) -> None:
        talk.say("一")

        assert talk.heard("二") == "一、二"

    def test_keeps_threads_and_people_apart(self, talk: Talk) -> None:
        talk.say("一")

        assert talk.heard("二", thread="别的") == "二"
        assert talk.heard("三", sender=Sender(Channel.TERMINAL, "stranger")) == "三"

    def test_answers_the_same_key_once(self, talk: Talk) -> None:
        first = talk.say("一", key="same")
        talk.assistant = talk.with_model(lambda _: pytest.fail("the model was asked again"))

        assert talk.say("一", key="same") == first

    def test_keeps_the_charts_of_an_answer_in_the_log(self, talk: Talk) -> None:
        first = talk.say("收入", key="same")
        again = talk.say("收入", key="same")

        assert first is not None
        assert again is not None
        assert first.charts == again.charts == (EARNED,)

    def test_answers_again_when_the_first_try_died_before_the_answer_was_stored(self, talk: Talk) -> None:
        talk.say("一")

        def die(_: Sequence[BaseMessage]) -> AIMessage:
            raise KeyboardInterrupt

        alive, talk.assistant = talk.assistant, talk.with_model(die)
        with pytest.raises(KeyboardInterrupt):
            talk.say("二", key="died")
        talk.assistant = alive

        assert talk.heard("二", key="died") == "一、二"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "没有收到文字"),
            (" \n\t ", "没有收到文字"),
            ("\x00\x01\x02", "没有收到文字"),
            ("长" * 100_000, "100,000 个字，太长了"),
            ("长" * (LONGEST_TEXT + 1), "太长了"),
        ],
    )
    def test_says_politely_what_is_wrong_with_a_text(self, talk: Talk, text: str, expected: str) -> None:
        assert expected in talk.heard(text)

    @pytest.mark.parametrize(
        "text", ["\udcff\udcfe坏编码", "a\x00b", "\u202e倒着", "<b>&amp;", "{}[]%s%n", "'; DROP TABLE"]
    )
    def test_survives_any_text(self, talk: Talk, text: str) -> None:
        assert talk.say(text) is not None
        assert talk.say("然后") is not None

    def test_is_silent_while_a_person_holds_the_case(self, talk: Talk) -> None:
        talk.say("一")
        with talk.bench.database.writing() as session:
            account = creators.find_account(session, handle="laotie")
            assert account is not None
            conversation = support.conversation(
                session, channel="terminal", address="laotie", thread="", creator=account.id, now=talk.now
            )
            queued = cases.open_case(
                session,
                creator_id=account.id,
                conversation_id=conversation.id,
                reason="要人工",
                on=talk.on,
                now=talk.now,
            ).number
        assert talk.say("还在排队") is not None

        with talk.bench.database.writing() as session:
            lin = an_agent(session, "lin", now=talk.now)
            desk.say(session, agent=lin, number=queued, text="我来了", key="1", now=talk.now)
        assert talk.say("终于") is None

        with talk.bench.database.writing() as session:
            desk.resolve(session, agent=lin, number=queued, now=talk.now)
        assert talk.say("谢谢") is not None
        with talk.bench.database.reading() as session:
            said = [line.speaker for line in support.transcript(session, conversation_id=conversation.id)]
        assert said.count(Speaker.AGENT) == 1

    def test_knows_no_handle_that_does_not_exist(self, talk: Talk) -> None:
        with pytest.raises(UnknownHandleError, match="'nobody'"):
            talk.say("你好", sender=Sender(Channel.TERMINAL, "nobody"))

    def test_gives_a_person_who_is_not_linked_no_data(self, talk: Talk) -> None:
        answer = talk.heard("我的收入", sender=CHAT)

        assert "绑定" in answer
        assert "1,234.56" not in answer


class TestFiles:
    def test_without_words_are_noted_and_come_to_the_tools_of_later_turns(self, talk: Talk) -> None:
        noted = talk.say("", files=[b"GIF89a"])
        talk.say("看看刚才那张")

        assert noted is not None
        assert noted.text.startswith("收到图片“a.gif”")
        assert [len(turn.uploads) for turn in seen(talk)] == [1]
        assert seen(talk)[0].transcript[0].text == "[图片 a.gif]"

    def test_of_a_turn_that_died_are_stored_once(self, talk: Talk) -> None:
        alive, talk.assistant = talk.assistant, talk.with_model(lambda _: pytest.fail("dies"))
        with pytest.raises(BaseException, match="dies"):
            talk.say("看", key="died", files=[b"GIF89a"])
        talk.assistant = alive

        talk.say("看", key="died", files=[b"GIF89a"])

        died, answered = seen(talk)
        assert len(died.uploads) == 1
        assert answered.uploads == died.uploads

    def test_of_a_person_who_is_not_linked_are_refused(self, talk: Talk) -> None:
        answer = talk.say("看", sender=CHAT, files=[b"GIF89a"])

        assert answer is not None
        assert "先绑定创作者账号" in answer.text
        assert talk.assistant.file_problem(CHAT, at=talk.now) == answer.text
        assert talk.assistant.file_problem(LAOTIE, at=talk.now) is None
        assert list(upload_files.stored_files(talk.bench.database.files)) == []

    def test_are_enough_for_a_day_at_five_gigabytes(self, talk: Talk) -> None:
        talk.say("看", files=[b"GIF89a"])
        with talk.bench.database.writing() as session:
            session.execute(update(StoredUpload).values(size_bytes=5_000_000_000))

        today, tomorrow = (
            talk.assistant.file_problem(LAOTIE, at=talk.now + timedelta(hours=hours)) for hours in (23, 25)
        )

        assert today == "你 24 小时内发的文件已经满 5 GB 了，这次的没有收。明天再发，着急的话可以转人工。"
        assert tomorrow is None

    def test_of_one_creator_are_out_of_the_next_ones_reach(self, talk: Talk) -> None:
        for handle in ("laotie", "stranger"):
            with talk.bench.database.writing() as session:
                account = creators.find_account(session, handle=handle)
                assert account is not None
                creators.link_directly(
                    session, channel="telegram", address="700", creator_id=account.id, now=talk.now
                )
            talk.say("看", sender=CHAT, files=[b"GIF89a"] if handle == "laotie" else [])

        assert [len(turn.uploads) for turn in seen(talk)] == [1, 0]


def seen(talk: Talk) -> list[TurnContext]:
    """Return what the turns that reached the agent could rely on."""
    return talk.contexts


class TestConfirm:
    def proposed(self, talk: Talk) -> str:
        answer = talk.say("我要改名")
        assert answer is not None
        assert answer.confirm is not None
        return answer.confirm.id

    def test_does_it_once(self, talk: Talk) -> None:
        proposal = self.proposed(talk)

        assert talk.press(proposal) == talk.press(proposal) == "昵称改好了。"
        assert nickname_of(talk.bench, "laotie") == "新名"

    @pytest.mark.parametrize("sender", [Sender(Channel.TERMINAL, "stranger"), CHAT])
    def test_is_nobody_elses_button(self, talk: Talk, sender: Sender) -> None:
        proposal = self.proposed(talk)

        assert "没有找到" in talk.press(proposal, sender=sender)
        assert nickname_of(talk.bench, "laotie") == "laotie"
        assert nickname_of(talk.bench, "stranger") == "stranger"

    def test_changes_nothing_after_a_no(self, talk: Talk) -> None:
        proposal = self.proposed(talk)

        assert "已取消" in talk.press(proposal, accepted=False)
        assert "已经取消" in talk.press(proposal)
        assert nickname_of(talk.bench, "laotie") == "laotie"

    def test_is_too_late_after_half_an_hour(self, talk: Talk) -> None:
        assert "作废" in talk.press(self.proposed(talk), later=31)
        assert nickname_of(talk.bench, "laotie") == "laotie"


class TestLink:
    def code(self, talk: Talk, handle: str) -> str:
        with talk.bench.database.writing() as session:
            account = creators.find_account(session, handle=handle)
            assert account is not None
            return creators.issue_link_code(session, creator_id=account.id, now=talk.now)

    def test_opens_the_creators_data_to_the_chat(self, talk: Talk) -> None:
        linked = talk.assistant.link(CHAT, code=self.code(talk, "laotie").lower(), key="l", at=talk.now)

        assert "绑定成功" in linked.text
        assert "laotie this_month 收入 1,234.56 元。" in talk.heard("我的收入", sender=CHAT)

    def test_does_nothing_twice_when_the_update_comes_again(self, talk: Talk) -> None:
        code = self.code(talk, "laotie")

        first = talk.assistant.link(CHAT, code=code, key="l", at=talk.now)

        assert talk.assistant.link(CHAT, code=code, key="l", at=talk.now) == first

    def test_takes_a_code_once(self, talk: Talk) -> None:
        code = self.code(talk, "laotie")
        talk.assistant.link(CHAT, code=code, key="l", at=talk.now)

        other = talk.assistant.link(Sender(Channel.TELEGRAM, "701"), code=code, key="l", at=talk.now)

        assert "绑定成功" not in other.text

    def test_leaves_one_creators_words_behind_when_the_chat_changes_hands(self, talk: Talk) -> None:
        talk.assistant.link(CHAT, code=self.code(talk, "laotie"), key="l1", at=talk.now)
        talk.say("秘密", sender=CHAT)
        talk.assistant.link(CHAT, code=self.code(talk, "stranger"), key="l2", at=talk.now)

        assert talk.heard("你好", sender=CHAT) == "你好"
        assert "stranger" in talk.heard("我的收入", sender=CHAT)


class TestReset:
    def test_forgets_what_was_said(self, talk: Talk) -> None:
        talk.say("一")
        talk.assistant.reset(LAOTIE, key="r", at=talk.now)

        assert talk.heard("二") == "二"


class TestDelivery:
    def test_leaves_telegrams_answers_to_its_outbox_and_no_others(self, talk: Talk) -> None:
        commands: list[Callable[[Sender], object]] = [
            lambda sender: talk.say("你好", sender=sender),
            lambda sender: talk.assistant.start(sender, key="s", at=talk.now),
            lambda sender: talk.assistant.tell(sender, "只收文字", about="［语音］", key="v", at=talk.now),
        ]
        for command in commands:
            command(CHAT)
            command(LAOTIE)

        with talk.bench.database.reading() as session:
            assert len(support.undelivered(session, channel="telegram", address=CHAT.address)) == len(
                commands
            )
            assert support.undelivered(session, channel="terminal") == []
