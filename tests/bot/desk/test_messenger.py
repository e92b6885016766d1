"""The creator's side of cases in a real browser: heard at once, edits followed, the banner, the rating, earlier messages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.messages import Channel
from tests.bot.channels.running_web import NOON, Visit
from tools.creators import service as creators
from tools.kernel.db import Database
from tools.support import agents, cases, desk, views
from tools.support import service as support
from tools.support.agents import Agent
from tools.support.states import Ending


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Yield a visit of somebody new; afterwards its page may have asked no other machine."""
    visit = Visit(browser, address)
    yield visit
    visit.context.close()
    assert visit.elsewhere() == []


@pytest.fixture
def agent(store: Database) -> Agent:
    """Return a support agent."""
    with store.reading() as session:
        found = agents.find_agent(session, login="xiaozhou")
    assert found
    return found


def address_of(store: Database) -> str:
    """Return the newest web session's token."""
    with store.reading() as session:
        (newest,) = session.connection().exec_driver_sql("SELECT max(id), address FROM messenger_link").all()
    return str(newest[1])


def open_case(store: Database) -> str:
    """Queue the newest session's conversation for a person and return the case's number."""
    with store.writing() as session:
        sender = address_of(store)
        creator = creators.linked_creator(session, channel=Channel.WEB, address=sender)
        assert creator
        here = support.conversation(
            session, channel=Channel.WEB, address=sender, thread="", creator=creator, now=NOON
        )
        return cases.open_case(
            session, creator_id=creator, conversation_id=here.id, reason="找人", on=NOON.date(), now=NOON
        ).number


class TestSupportAgent:
    def test_is_heard_without_a_reload_and_may_change_the_words(
        self, visit: Visit, store: Database, agent: Agent
    ) -> None:
        visit.link(store)
        visit.say("你好")
        visit.hear("答：你好")
        number = open_case(store)
        with store.writing() as session:
            said = desk.say(session, agent=agent, number=number, text="我来帮你看。", key="1", now=NOON)
        visit.hear("【1V1 客服 小周】我来帮你看。")

        with store.writing() as session:
            desk.edit(
                session,
                agent=agent,
                number=number,
                message_id=said.message_id,
                text="我来看。",
                key="2",
                now=NOON,
            )

        visit.page.get_by_text("【1V1 客服 小周】我来看。").wait_for()
        expect(visit.page.get_by_text("我来帮你看。")).to_have_count(0)
        visit.say("谢谢")
        expect(visit.page.get_by_text("客服会在这里回复你")).to_be_visible()
        with store.reading() as session:
            waiting = support.undelivered(session, channel=Channel.WEB, address=address_of(store))
        assert waiting == []


class TestCase:
    def test_stands_in_the_banner_until_it_is_rated(
        self, visit: Visit, store: Database, agent: Agent
    ) -> None:
        visit.link(store)
        visit.say("你好")
        visit.hear("答：你好")
        number = open_case(store)
        banner = visit.page.get_by_role("region", name="人工服务")
        expect(banner).to_contain_text("还在排队")
        with store.writing() as session:
            desk.say(session, agent=agent, number=number, text="好了。", key="1", now=NOON)
            desk.resolve(session, agent=agent, number=number, now=NOON)

        visit.page.get_by_role("button", name="4 分，满意").click()

        expect(visit.page.locator(".standing")).to_be_empty()
        with store.reading() as session:
            assert views.case(session, number=number).rating == 4

    def test_is_given_up_by_its_button(self, visit: Visit, store: Database) -> None:
        visit.link(store)
        visit.say("你好")
        visit.hear("答：你好")
        number = open_case(store)

        visit.page.get_by_role("region", name="人工服务").get_by_role("button", name="不用人工了").click()

        expect(visit.page.locator(".standing")).to_be_empty()
        with store.reading() as session:
            assert views.case(session, number=number).ending is Ending.CANCELLED


class TestEarlierMessages:
    def test_comes_a_page_at_a_time_above_what_is_read(self, visit: Visit, store: Database) -> None:
        visit.link(store)
        with store.writing() as session:
            sender = address_of(store)
            creator = creators.linked_creator(session, channel=Channel.WEB, address=sender)
            here = support.conversation(
                session, channel=Channel.WEB, address=sender, thread="", creator=creator, now=NOON
            )
            for number in range(120):
                key = f"old-{number}"
                support.log_question(
                    session, conversation_id=here.id, key=key, text=f"第 {number} 句", now=NOON
                )
        visit.page.reload()
        visit.page.get_by_text("第 119 句", exact=True).wait_for()
        first = visit.page.locator(".log .mine").count()

        for shown in (100, 121):
            visit.page.get_by_role("button", name="查看更早的消息").click()
            expect(visit.page.locator(".log .mine")).to_have_count(min(shown, 120) + (shown > 120))

        lines = [line for line in visit.lines() if line.startswith("第 ")]
        assert first == 50
        assert lines == [f"第 {number} 句" for number in range(120)]
        expect(visit.page.get_by_role("button", name="查看更早的消息")).to_have_count(0)
