"""The sender: lanes, people who block the bot, words that agents change, and what a chat sees meanwhile."""

import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http.client import HTTPConnection
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.channels.telegram import run_polling
from bot.channels.telegram_turnstile import Limits, Rate
from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Held, Refused
from bot.messages import Channel, Outbound, outbound_body
from tests.bot.channels.running_bot import (
    CHAT,
    ONE_DATABASE,
    OTHER_CHAT,
    QUICK,
    RunningBot,
    ScriptedApp,
    polling,
)
from tools.notices.topics import Lane
from tools.support import agents, cases, desk
from tools.support import service as support
from tools.support.agents import Agent, Role
from tools.support.deliveries import service as deliveries
from tools.support.deliveries.service import Outcome
from tools.support.models import Message


def tell(app: ScriptedApp, key: str, *, chat: int = CHAT, lane: Lane = Lane.BULK) -> None:
    with app.database.writing() as session:
        here = support.conversation(
            session, channel=Channel.TELEGRAM, address=str(chat), thread="", creator=None, now=app.clock()
        )
        support.append_notice(
            session,
            conversation_id=here.id,
            key=key,
            text=key,
            body=outbound_body(Outbound(text=key)),
            now=app.clock(),
            lane=lane,
        )


def waiting(app: ScriptedApp) -> list[str]:
    with app.database.reading() as session:
        return list(session.scalars(select(Message.key).where(Message.delivered_at.is_(None))))


def is_reachable(app: ScriptedApp, chat: int = CHAT) -> bool:
    with app.database.reading() as session:
        return deliveries.is_reachable(session, channel=Channel.TELEGRAM, address=str(chat))


def texts(api: BotApi, chat: int = CHAT) -> list[str]:
    return [message.text for message in api.shown(chat)]


@pytest.fixture
def number(app: ScriptedApp, creator: int, now: datetime) -> str:
    """Return the creator's open case."""
    with app.database.writing() as session:
        here = support.conversation(
            session, channel=Channel.TELEGRAM, address=str(CHAT), thread="", creator=creator, now=now
        )
        return cases.open_case(
            session,
            creator_id=creator,
            conversation_id=here.id,
            reason="转人工",
            on=now.date(),
            now=now,
        ).number


@pytest.fixture
def agent(app: ScriptedApp, now: datetime) -> Agent:
    """Return somebody of the desk."""
    with app.database.writing() as session:
        return agents.add_agent(
            session, login="xiaoli", name="小李", password="long enough", roles=[Role.AGENT], now=now
        )


def say(app: ScriptedApp, agent: Agent, number: str, text: str) -> int:
    with app.database.writing() as session:
        return desk.say(session, agent=agent, number=number, text=text, key=text, now=app.clock()).message_id


@ONE_DATABASE
class TestLanes:
    def test_send_an_answer_before_the_broadcast_that_came_earlier(
        self, api: BotApi, app: ScriptedApp
    ) -> None:
        for number in range(40):
            tell(app, f"群发 {number}", chat=8_000 + number)
        slow = replace(QUICK, limits=Limits(total=Rate(1, 0.05), chat=Rate(1, 0.05)))

        with polling(app, pace=slow):
            api.until(lambda: api.count_shown() >= 5)
            api.write("在吗", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            before = api.count_shown()
            api.until(lambda: not waiting(app))

        assert before < 30
        assert api.count_shown() == 41

    def test_keep_the_limits_of_a_chat_and_of_all_chats(self, api: BotApi, app: ScriptedApp) -> None:
        for number in range(3):
            tell(app, f"一 {number}", chat=CHAT)
            tell(app, f"二 {number}", chat=OTHER_CHAT)
        limits = Limits(total=Rate(1, 0.1), chat=Rate(1, 0.4))

        with polling(app, pace=replace(QUICK, limits=limits)):
            api.until(lambda: not waiting(app))

        at = [message.at for message in api.all_shown()]
        own = [message.at for message in api.shown(CHAT)]
        # The limits hold where requests leave; on their way they may come a little closer.
        assert at[-1] - at[0] > 0.45
        assert own[-1] - own[0] > 0.75
        assert texts(api) == ["一 0", "一 1", "一 2"]


def gaps(moments: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


@ONE_DATABASE
class TestBlockedPerson:
    def test_is_told_nothing_more_until_they_write_again(self, api: BotApi, app: ScriptedApp) -> None:
        api.block(CHAT)
        tell(app, "一")

        with polling(app):
            api.until(lambda: not waiting(app))
            unsubscribed = not is_reachable(app)
            tell(app, "二")
            api.until(lambda: not waiting(app))
            tried = len(api.calls("sendMessage", chat=CHAT))
            api.unblock(CHAT)
            api.write("我回来了", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            tell(app, "三")
            api.until_shown(2, chat=CHAT)

        assert unsubscribed
        assert tried == 1
        assert is_reachable(app)
        assert texts(api) == ["答：我回来了", "三"]
        with app.database.reading() as session:
            counted = deliveries.outcomes(session, key_prefix="")
        assert counted[Outcome.BLOCKED] == 2

    def test_is_known_from_telegrams_own_word(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.push(membership("kicked"))
            api.until(lambda: not is_reachable(app))
            api.push(membership("member"))
            api.until(lambda: is_reachable(app))

        assert api.shown(CHAT) == []

    def test_does_not_stop_the_lane_for_others(self, api: BotApi, app: ScriptedApp) -> None:
        api.block(CHAT)
        api.plan("sendMessage", Refused(400, "Bad Request: chat not found"), times=2, chat=8_001)
        for chat in (CHAT, 8_001, OTHER_CHAT):
            tell(app, "一", chat=chat)

        with polling(app):
            api.until(lambda: not waiting(app))

        assert texts(api, OTHER_CHAT) == ["一"]


def membership(status: str) -> dict[str, object]:
    person = {"id": CHAT, "is_bot": False, "first_name": "人"}
    bot = {"id": 4242, "is_bot": True, "first_name": "光合助手"}
    until = {"until_date": 0} if status == "kicked" else {}
    return {
        "my_chat_member": {
            "chat": {"id": CHAT, "type": "private", "first_name": "人"},
            "from": person,
            "date": 1,
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": status, "user": bot, **until},
        }
    }


@ONE_DATABASE
class TestAgentsWords:
    def test_are_changed_and_taken_back_in_the_chat(
        self, api: BotApi, app: ScriptedApp, number: str, agent: Agent
    ) -> None:
        with polling(app):
            first = say(app, agent, number, "明天到账")
            second = say(app, agent, number, "说错了")
            api.until_shown(2, chat=CHAT)
            with app.database.writing() as session:
                desk.edit(
                    session,
                    agent=agent,
                    number=number,
                    message_id=first,
                    text="后天到账",
                    key="e",
                    now=app.clock(),
                )
                desk.delete(session, agent=agent, number=number, message_id=second, key="d", now=app.clock())
            api.until(lambda: len(api.shown(CHAT)) == 1 and api.shown(CHAT)[0].edited)

        assert texts(api) == ["【1V1 客服 小李】后天到账"]

    def test_that_are_changed_on_their_way_arrive_changed(
        self, api: BotApi, app: ScriptedApp, number: str, agent: Agent
    ) -> None:
        api.plan("sendMessage", Held(done=True), chat=CHAT)

        with polling(app):
            said = say(app, agent, number, "明天到账")
            api.until_called("sendMessage")
            with app.database.writing() as session:
                desk.edit(
                    session,
                    agent=agent,
                    number=number,
                    message_id=said,
                    text="后天到账",
                    key="e",
                    now=app.clock(),
                )
            api.let_go()
            api.until(lambda: texts(api) == ["【1V1 客服 小李】后天到账"])

        assert not waiting(app)


@ONE_DATABASE
class TestDraft:
    def test_counts_the_seconds_of_a_long_turn_at_its_pace(self, api: BotApi, app: ScriptedApp) -> None:
        thought = app.agent.hold("想一想")

        with polling(app):
            api.write("想一想", chat=CHAT)
            drafts = api.until_called("sendMessageDraft", number=3, chat=CHAT)
            thought.set()
            api.until_shown(1, chat=CHAT)

        assert min(gaps([draft.at for draft in drafts])) > 0.08
        assert len({draft.params["draft_id"] for draft in drafts}) == 1
        assert texts(api) == ["答：想一想"]

    def test_is_not_made_for_a_quick_turn_and_missed_by_nobody(self, api: BotApi, app: ScriptedApp) -> None:
        thought = app.agent.hold("慢")
        api.plan("sendMessageDraft", Refused(400, "Bad Request: drafts are off"), times=9)

        with polling(app):
            api.write("快", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            quick = len(api.calls("sendMessageDraft"))
            api.write("慢", chat=CHAT)
            api.until_called("sendMessageDraft")
            thought.set()
            api.until_shown(2, chat=CHAT)

        assert quick == 0
        assert len(api.calls("sendMessageDraft")) == 1


@ONE_DATABASE
class TestHealth:
    def test_says_what_is_wrong(self, api: BotApi, app: ScriptedApp) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with RunningBot(lambda stop: run_polling(app, stop=stop, pace=QUICK, health_at=("127.0.0.1", port))):
            api.until_called("getUpdates")
            well = health(port)
            api.plan("sendMessage", Refused(502, "Bad Gateway"), times=100)
            api.write("一", chat=CHAT)
            api.until_called("sendMessage", number=2)
            ill = health(port)

        assert well == (200, [])
        assert ill == (503, ["Telegram does not answer SendMessage: TelegramServerError"])


def health(port: int) -> tuple[int, list[str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        return response.status, json.loads(response.read())["problems"]
    finally:
        connection.close()
