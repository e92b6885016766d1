"""The desk in real browsers: cases taken once, words sent, noted, drafted, changed, handed on."""

import re

import pytest
from playwright.sync_api import expect

from bot.messages import Outbound
from tests.bot.channels.running_web import CITIES, HOSTILE, NOON
from tests.bot.desk.running_desk import Chat, Desk, SignIn
from tools.kernel.agent_tool import Citation
from tools.kernel.db import Database
from tools.support import service as support
from tools.support import trail, views
from tools.support.states import CaseState
from tools.support.trail import DeskAction


@pytest.fixture(scope="module")
def zhou(sign_in: SignIn) -> Desk:
    """Return 小周's desk."""
    return sign_in("xiaozhou")


@pytest.fixture(scope="module")
def wu(sign_in: SignIn) -> Desk:
    """Return 小吴's desk."""
    return sign_in("xiaowu")


def said(chat: Chat) -> list[str]:
    """Return what the creator has heard and said."""
    with chat.store.reading() as session:
        return [one.text for one in support.messages(session, conversation_id=chat.conversation)]


def actions(store: Database, number: str) -> list[DeskAction]:
    """Return what the trail has of a case, the oldest first."""
    with store.reading() as session:
        return [event.action for event in trail.events(session, case=number, limit=50)][::-1]


class TestTake:
    def test_by_two_at_once_gives_the_case_to_one_and_tells_the_other(
        self, chat: Chat, zhou: Desk, wu: Desk, store: Database
    ) -> None:
        chat.say("我要找人", key="q")
        number = chat.escalate().number
        for desk in (zhou, wu):
            desk.open(number)
            desk.page.get_by_role("button", name="接手", exact=True).wait_for()

        # Both buttons are pressed before either page can have heard of the other.
        for desk in (zhou, wu):
            desk.page.get_by_role("button", name="接手", exact=True).evaluate(
                "button => setTimeout(() => button.click(), 50)"
            )

        with store.reading() as session:
            for desk in (zhou, wu):
                expect(desk.page.locator(".thread-names .quiet")).to_contain_text("处理")
            holder = views.case(session, number=number).holder
        first, second = (zhou, wu) if holder and holder.login == "xiaozhou" else (wu, zhou)
        expect(second.page.get_by_role("alert")).to_contain_text(f"工单 {number} 已经由")
        expect(first.page.get_by_role("alert")).to_have_text("")
        expect(first.page.get_by_role("button", name="解决", exact=True)).to_be_visible()
        expect(second.page.get_by_role("button", name="解决", exact=True)).to_have_count(0)
        assert actions(store, number).count(DeskAction.TAKE) == 1
        assert len([line for line in said(chat) if "已接入" in line]) == 1


class TestReply:
    def test_reaches_the_creator_once_and_can_be_changed_and_taken_back(self, chat: Chat, zhou: Desk) -> None:
        chat.say("收益不对", key="q")
        zhou.open(chat.escalate().number)

        zhou.write("你好，我来查。")
        zhou.sees("你好，我来查。")
        expect(zhou.page.get_by_label("输入回复")).to_have_value("")
        zhou.page.locator(".line.agent summary", has_text="修改").click()
        zhou.page.get_by_label("修改后的内容").fill("你好，我来查账。")
        zhou.press("保存修改")
        zhou.sees("你好，我来查账。")
        changed = said(chat)
        zhou.page.locator(".line.agent summary", has_text="修改").click()
        zhou.press("撤回")

        zhou.sees("已撤回")
        assert [line for line in changed if line.startswith("你好")] == ["你好，我来查账。"]
        assert [line for line in said(chat) if line.startswith("你好")] == []

    def test_finds_canned_words_by_a_slash(self, chat: Chat, zhou: Desk, store: Database) -> None:
        keep_canned(store)
        chat.say("在吗", key="q")
        zhou.open(chat.escalate().number)

        zhou.key("/")
        zhou.page.keyboard.type("jt")
        zhou.page.get_by_role("option", name="截图").wait_for()
        zhou.page.keyboard.press("ArrowDown")
        zhou.page.keyboard.press("Enter")

        expect(zhou.page.get_by_label("输入回复")).to_have_value("麻烦发一张截图。")
        zhou.page.get_by_label("输入回复").fill("")


class TestNote:
    def test_stays_among_people_of_the_desk(self, chat: Chat, zhou: Desk, wu: Desk) -> None:
        chat.say("在吗", key="q")
        number = chat.escalate().number
        zhou.open(number)
        wu.open(number)

        zhou.key("n")
        zhou.write("他上次也问过这个。")

        wu.sees("他上次也问过这个。")
        expect(wu.page.locator(".line.private")).to_contain_text("小周 的备注（只有客服能看到）")
        assert not any("上次" in line for line in said(chat))


class TestDraft:
    def test_is_shown_to_the_agent_alone_until_it_is_sent(
        self, chat: Chat, zhou: Desk, store: Database
    ) -> None:
        chat.say("粉丝都在哪", key="q")
        number = chat.escalate().number
        zhou.open(number)
        zhou.key("d")
        draft = zhou.page.get_by_role("region", name="助手草稿")
        expect(draft).to_contain_text("答：粉丝都在哪")
        before = said(chat)
        zhou.key("a")
        expect(zhou.page.get_by_label("输入回复")).to_have_value("答：粉丝都在哪")

        zhou.page.keyboard.press("Control+Enter")

        zhou.sees("答：粉丝都在哪")
        expect(draft).to_have_count(0)
        assert "答：粉丝都在哪" not in before
        assert "答：粉丝都在哪" in said(chat)
        zhou.page.wait_for_function("document.querySelector('.desk-composer textarea').value === ''")
        assert actions(store, number)[-1] is DeskAction.DRAFT_ACCEPTED

    def test_can_be_thrown_away(self, chat: Chat, zhou: Desk, store: Database) -> None:
        chat.say("粉丝都在哪", key="q")
        number = chat.escalate().number
        zhou.open(number)
        zhou.key("d")
        zhou.page.get_by_role("region", name="助手草稿").wait_for()

        zhou.press("不用")

        expect(zhou.page.get_by_role("region", name="助手草稿")).to_have_count(0)
        zhou.page.wait_for_timeout(0)
        expect(zhou.page.get_by_label("输入回复")).to_have_value("")
        assert DeskAction.SAY not in actions(store, number)


class TestPresence:
    def test_shows_who_else_looks_and_types(self, chat: Chat, zhou: Desk, wu: Desk) -> None:
        chat.say("在吗", key="q")
        number = chat.escalate().number
        zhou.open(number)
        wu.open(number)
        expect(zhou.page.locator(".watchers")).to_contain_text("小吴")

        wu.page.get_by_label("输入回复").press_sequentially("你")

        expect(zhou.page.locator(".watchers")).to_contain_text("小吴正在输入")
        wu.page.get_by_label("输入回复").fill("")


class TestTransfer:
    def test_hands_the_case_to_the_chosen_person(self, chat: Chat, zhou: Desk, store: Database) -> None:
        chat.say("在吗", key="q")
        number = chat.escalate().number
        zhou.open(number)
        zhou.key("t")
        zhou.page.get_by_role("button", name="解决", exact=True).wait_for()

        zhou.key("x")
        zhou.page.get_by_role("button", name=re.compile("^小吴")).click()

        expect(zhou.page.locator(".thread-names .quiet")).to_contain_text("小吴处理")
        with store.reading() as session:
            case = views.case(session, number=number)
        assert (case.state, case.holder and case.holder.login) == (CaseState.ASSIGNED, "xiaowu")


class TestCard:
    def test_tells_what_was_asked_found_and_quoted_as_text(self, chat: Chat, zhou: Desk) -> None:
        chat.say(HOSTILE, key="q")
        clause = Citation("guanghe-plan", "2.1", HOSTILE, "粉丝数达到 10,000 人。")
        chat.answer(Outbound(text=HOSTILE, citations=(clause,), charts=(CITIES,)), key="q")
        zhou.open(chat.escalate("看不懂").number)

        card = zhou.page.get_by_role("region", name="交接卡")

        expect(card).to_contain_text("看不懂")
        expect(card).to_contain_text("老铁（@laotie）")
        expect(card.locator("a", has_text="看规则全文")).to_have_attribute(
            "href", "/policies/guanghe-plan/2.1?on=2022-08-15#clause"
        )
        zhou.sees(HOSTILE)
        expect(zhou.page.locator(".line figure svg").first).to_be_visible()
        assert zhou.page.title() != "hacked"


class TestPage:
    def test_lists_its_keys(self, zhou: Desk) -> None:
        zhou.page.goto(f"{zhou.visit.address}/desk")
        zhou.page.get_by_text("从左边选一件工单").wait_for()

        zhou.key("?")

        dialog = zhou.page.get_by_role("dialog")
        expect(dialog).to_contain_text("让助手写草稿")
        zhou.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    def test_fits_a_phone_one_pane_at_a_time(self, chat: Chat, sign_in: SignIn) -> None:
        chat.say("https://example.invalid/" + "a" * 300, key="q")
        number = chat.escalate().number
        phone = sign_in("xiaozhou", width=390)
        phone.open(number)

        widths = [phone.page.evaluate("document.documentElement.scrollWidth")]
        phone.press("资料 ›")
        expect(phone.page.get_by_role("region", name="交接卡")).to_be_visible()
        widths.append(phone.page.evaluate("document.documentElement.scrollWidth"))

        assert max(widths) <= 390

    def test_names_every_control(self, chat: Chat, zhou: Desk) -> None:
        chat.say("在吗", key="q")
        zhou.open(chat.escalate().number)

        unnamed = zhou.page.evaluate(
            """() => [...document.querySelectorAll("button, a, input:not([type=hidden]), textarea, select, summary")]
              .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length))
              .map((one) => one.outerHTML)"""
        )

        assert unnamed == []

    def test_ends_with_the_session(self, chat: Chat, sign_in: SignIn, store: Database) -> None:
        desk = sign_in("xiaowu")
        number = chat.escalate().number
        desk.open(number)
        with store.writing() as session:
            session.connection().exec_driver_sql(
                "UPDATE desk_session SET ended_at = ? WHERE id = (SELECT max(id) FROM desk_session)",
                (NOON.astimezone().isoformat(" "),),
            )

        desk.key("t")

        desk.page.wait_for_url("**/desk/sign-in*")
        with store.reading() as session:
            assert views.case(session, number=number).state is CaseState.QUEUED


def keep_canned(store: Database) -> None:
    """Let the lead have kept some words."""
    from tools.support import agents, desk_aids  # noqa: PLC0415

    with store.writing() as session:
        lead = agents.find_agent(session, login="zuzhang")
        assert lead
        desk_aids.save_canned(session, agent=lead, key="jt", title="截图", text="麻烦发一张截图。", now=NOON)
