"""People of the desk with browsers of their own, a creator's conversation, and the sign-in form over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser, Page, expect

from bot.messages import Outbound, outbound_body
from tests.bot.channels.running_web import NOON, Visit
from tools.kernel.db import Database
from tools.support import cases
from tools.support import service as support
from tools.support.agents import Role
from tools.support.views import CaseView

PASSWORD = "a long password"
PEOPLE = {
    "xiaozhou": ("小周", Role.AGENT),
    "xiaowu": ("小吴", Role.AGENT),
    "zuzhang": ("王组长", Role.LEAD),
    "shenhe": ("小审", Role.REVIEWER),
    "guanli": ("管理员", Role.ADMIN),
}


@dataclass(frozen=True)
class Chat:
    """A creator's conversation in the web messenger, written straight into the store."""

    store: Database
    address: str
    creator: int
    conversation: int

    def say(self, text: str, *, key: str) -> None:
        """Let the creator say something."""
        with self.store.writing() as session:
            support.log_question(session, conversation_id=self.conversation, key=key, text=text, now=NOON)
            cases.creator_spoke(session, conversation_id=self.conversation, now=NOON)

    def answer(self, outbound: Outbound, *, key: str) -> None:
        """Let the assistant answer that."""
        with self.store.writing() as session:
            support.log_answer(
                session,
                conversation_id=self.conversation,
                key=key,
                text=outbound.text,
                body=outbound_body(outbound),
                checkpoint=None,
                deliver=False,
                now=NOON,
            )

    def escalate(self, reason: str = "收益不对") -> CaseView:
        """Hand the conversation to people."""
        with self.store.writing() as session:
            return cases.open_case(
                session,
                creator_id=self.creator,
                conversation_id=self.conversation,
                reason=reason,
                on=NOON.date(),
                now=NOON,
            )


class Desk:
    """A person of the desk with a browser of their own."""

    def __init__(
        self, browser: Browser, address: str, login: str, *, password: str = PASSWORD, width: int = 1440
    ) -> None:
        self.visit = Visit(browser, address, width=width, path="/desk/sign-in")
        self.page: Page = self.visit.page
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.get_by_role("button", name="退出").wait_for()

    def open(self, number: str) -> None:
        """Open a case."""
        self.page.goto(f"{self.visit.address}/desk?case={number}")
        self.page.locator(".thread-names .quiet", has_text=number).wait_for()

    def press(self, label: str) -> None:
        """Press the button with this label."""
        self.page.get_by_role("button", name=label, exact=True).click()

    def key(self, key: str) -> None:
        """Press a key outside every text box."""
        self.page.locator(".lines-frame").focus()
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Write into the box and send it."""
        self.page.get_by_label("输入回复").fill(text)
        self.page.keyboard.press("Control+Enter")

    def sees(self, text: str) -> None:
        """Wait until a line of the thread says this."""
        expect(self.page.locator(".line", has_text=text).first).to_be_visible()


SignIn = Callable[..., Desk]
Client = Callable[[str], httpx.Client]


def form_field(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    return page.split(f'name="{name}" value="')[1].partition('"')[0]


def enter(client: httpx.Client, login: str, password: str, *, next_: str = "") -> httpx.Response:
    """Fill in the sign-in form."""
    page = client.get("/desk/sign-in").text
    fields = {"csrf": form_field(page, "csrf"), "login": login, "password": password, "next": next_}
    return client.post("/desk/sign-in", data=fields)
