"""The desk's forum group: a topic for each creator, both ways, and only agents may speak in it."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

import pytest

from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Json, Shown, Topic
from bot.messages import Channel
from tests.bot.channels.running_bot import (
    CHAT,
    ONE_DATABASE,
    ScriptedApp,
    polling,
    settings_for,
)
from tools.support import agents, cases, desk, views
from tools.support import service as support
from tools.support.agents import Agent, Role
from tools.support.mirror import agent_links
from tools.support.states import CaseState

GROUP = -1_001
LI, STRANGER = 901, 902


@pytest.fixture
def group_app(api: BotApi, app: ScriptedApp, creator: int) -> ScriptedApp:
    """Return the App with the desk's group."""
    settings = settings_for(api, home=app.settings.home, telegram_desk=GROUP)
    return ScriptedApp(settings, app.database, app.clock)


@pytest.fixture
def agent(app: ScriptedApp, now: datetime) -> Agent:
    """Return an agent whose Telegram account is linked."""
    with app.database.writing() as session:
        made = agents.add_agent(
            session, login="xiaoli", name="小李", password="long enough", roles=[Role.AGENT], now=now
        )
        code = agent_links.issue_code(session, login="xiaoli", now=now)
        assert agent_links.redeem(session, user=LI, code=code, now=now) == made
    return made


@contextmanager
def running(api: BotApi, app: ScriptedApp, creator: int) -> Generator[int]:
    """Yield the topic of the creator, who has asked for a person."""
    with polling(app):
        api.until_called("getUpdates")
        api.until(lambda: has_begun(app))
        yield opened(api, app, creator)


def has_begun(app: ScriptedApp) -> bool:
    from tools.support.mirror.models import MirrorCursor  # noqa: PLC0415 - only asked here

    with app.database.reading() as session:
        return session.get(MirrorCursor, GROUP) is not None


def opened(api: BotApi, app: ScriptedApp, creator: int) -> int:
    with app.database.writing() as session:
        here = support.conversation(
            session,
            channel=Channel.TELEGRAM,
            address=str(CHAT),
            thread="",
            creator=creator,
            now=app.clock(),
        )
        cases.open_case(
            session,
            creator_id=creator,
            conversation_id=here.id,
            reason="钱没到",
            on=app.today(),
            now=app.clock(),
        )
    api.until(lambda: api.shown(GROUP))
    return next(iter(api.topics()))


def in_topic(api: BotApi, thread: int) -> list[Shown]:
    return [shown for shown in api.shown(GROUP) if shown.thread == thread]


def texts(api: BotApi, chat: int) -> list[str]:
    return [shown.text for shown in api.shown(chat)]


def state(app: ScriptedApp, creator: int) -> CaseState:
    with app.database.reading() as session:
        return views.cases_of_creator(session, creator_id=creator)[0].state


@ONE_DATABASE
class TestTopic:
    def test_carries_words_both_ways(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.write("还在吗", chat=CHAT)
            api.until(lambda: any("还在吗" in one.text for one in in_topic(api, thread)))
            api.send({"text": "在，我来看"}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: any("我来看" in text for text in texts(api, CHAT)))
            api.write("谢谢", chat=CHAT)
            api.until(lambda: any("谢谢" in one.text for one in in_topic(api, thread)))

        assert texts(api, CHAT)[-1] == "【1V1 客服 小李】在，我来看"
        assert list(api.topics().values()) == [Topic("老铁 @laotie", icon="emoji-1")]
        assert not any("我来看" in one.text for one in in_topic(api, thread))
        assert state(group_app, creator) is CaseState.ASSIGNED

    def test_follows_edits_and_deletions(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            words = api.message({"text": "明天到账"}, chat=GROUP, user=LI, thread=thread)
            api.push({"message": words})
            api.until(lambda: any("明天" in text for text in texts(api, CHAT)))
            api.push({"edited_message": {**words, "text": "后天到账", "edit_date": 2}})
            api.until(lambda: any("后天" in text for text in texts(api, CHAT)))
            edited = texts(api, CHAT)[-1]
            api.send({"text": "/delete", "reply_to_message": words}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: not any("后天" in text for text in texts(api, CHAT)))

        assert edited == "【1V1 客服 小李】后天到账"

    def test_follows_what_the_creator_changes(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.send({"text": "/take"}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: any("小李已接入" in text for text in texts(api, CHAT)))
            words = api.message({"text": "是七月的钱"}, chat=CHAT)
            api.push({"message": words})
            api.until(lambda: any("七月" in one.text for one in in_topic(api, thread)))
            before = len(texts(api, CHAT))
            api.push({"edited_message": {**words, "text": "是八月的钱", "edit_date": 2}})
            api.until(lambda: any("八月" in one.text for one in in_topic(api, thread)))

        assert not any("七月" in one.text for one in in_topic(api, thread))
        assert len(texts(api, CHAT)) == before

    @pytest.mark.parametrize("answer", ["TOPIC_DELETED", "message thread not found"])
    def test_is_made_again_when_people_delete_it(
        self, api: BotApi, group_app: ScriptedApp, creator: int, answer: str
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.delete_topic(thread, forget=answer == "message thread not found")
            api.write("还在吗", chat=CHAT)
            found = api.until(
                lambda: [one for one in api.shown(GROUP) if "还在吗" in one.text and one.thread != thread]
            )

        assert found[0].thread in api.topics()

    def test_closes_with_the_case(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.send({"text": "处理好了"}, chat=GROUP, user=LI, thread=thread)
            api.send({"text": "/resolve"}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: api.topics()[thread].closed)

        assert api.topics()[thread].icon == "emoji-2"
        assert state(group_app, creator) is CaseState.RESOLVED

    def test_tells_when_the_creator_has_blocked_the_bot(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.block(CHAT)
            api.send({"text": "在吗"}, chat=GROUP, user=LI, thread=thread)
            (told,) = api.until(lambda: [one for one in api.shown(GROUP) if "没有送到" in one.text])

        assert told.reply_to is not None


@ONE_DATABASE
class TestStranger:
    @pytest.mark.parametrize("text", ["我来答", "/resolve", "/note 看看"])
    def test_cannot_speak_for_the_desk(
        self, api: BotApi, group_app: ScriptedApp, creator: int, text: str
    ) -> None:
        with running(api, group_app, creator) as thread:
            api.join(STRANGER, "administrator")
            api.send({"text": text}, chat=GROUP, user=STRANGER, thread=thread)
            api.until(lambda: any("还没有绑定专员账号" in one.text for one in in_topic(api, thread)))

        assert api.shown(CHAT) == []
        assert state(group_app, creator) is CaseState.QUEUED

    def test_cannot_speak_for_an_agent_whose_account_is_disabled(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with group_app.database.writing() as session:
            agents.disable(session, login="xiaoli", now=group_app.clock())

        with running(api, group_app, creator) as thread:
            api.send({"text": "我来答"}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: any("还没有绑定专员账号" in one.text for one in in_topic(api, thread)))

        assert api.shown(CHAT) == []

    def test_is_not_heard_in_another_group(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            update = api.send({"text": "我来答"}, chat=-2_002, user=LI, thread=thread)
            api.until_confirmed(update)
            api.send({"text": "/link 2345"}, chat=GROUP, user=STRANGER, thread=thread)
            api.until(lambda: any("绑定码不对" in one.text for one in in_topic(api, thread)))

        assert api.shown(CHAT) == []


@ONE_DATABASE
class TestAgent:
    def test_cannot_answer_a_case_of_a_colleague(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent, now: datetime
    ) -> None:
        with running(api, group_app, creator) as thread:
            with group_app.database.writing() as session:
                other = agents.add_agent(
                    session, login="wang", name="小王", password="long enough", roles=[Role.AGENT], now=now
                )
                number = views.cases_of_creator(session, creator_id=creator)[0].number
                desk.take(session, agent=other, number=number, now=now)
            api.send({"text": "我来答"}, chat=GROUP, user=LI, thread=thread)
            api.until(lambda: any("小王" in one.text and one.reply_to for one in in_topic(api, thread)))

        assert not any("我来答" in text for text in texts(api, CHAT))

    def test_is_not_disturbed_by_notices_of_the_group(
        self, api: BotApi, group_app: ScriptedApp, creator: int, agent: Agent
    ) -> None:
        with running(api, group_app, creator) as thread:
            before = len(api.shown(GROUP))
            notices: list[Json] = [
                {"forum_topic_closed": {}},
                {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "人"}]},
                {"forum_topic_edited": {"name": "x"}},
            ]
            sent = [api.send(notice, chat=GROUP, user=LI, thread=thread) for notice in notices]
            api.until_confirmed(sent[-1])

        assert len(api.shown(GROUP)) == before
