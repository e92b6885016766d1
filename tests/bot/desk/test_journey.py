"""A creator and a support agent at the same time, in the demo: asked, shown, handed over, answered, resolved, rated."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.bot.channels.running_web import Visit, served
from tests.bot.desk.running_desk import Desk
from tools.kernel.db import Database, open_database
from tools.support import views
from tools.support.demo import DEMO_PASSWORD
from tools.support.states import CaseState, Ending

PICTURES = ("desktop", "phone", "dark")


@pytest.fixture(scope="module")
def demo(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demo of this test's own."""
    return Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("journey") / "home"))


@pytest.fixture(scope="module")
def demo_address(demo: Path) -> Iterator[str]:
    """Yield the demo's address."""
    with served(demo, "-m", "bot", "serve", "--port", "{port}") as address:
        yield address


@pytest.fixture
def demo_store(demo: Path) -> Iterator[Database]:
    """Yield the demo's database."""
    database = open_database(f"sqlite:///{demo / 'guanghe.sqlite'}", files=demo)
    yield database
    database.close()


class Blocked:
    """Lets a browser reach this machine alone, and lists what it wanted elsewhere."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.wanted: list[str] = []

    def __call__(self, route: Route) -> None:
        """Let the request through, or note it and stop it."""
        if route.request.url.startswith((self._address, "data:", "blob:")):
            route.continue_()
            return
        self.wanted.append(route.request.url)
        route.abort()


def taken(page: Page, folder: Path, name: str) -> None:
    """Take the page's picture as people see it: wide, on a phone, in the dark."""
    wide = page.viewport_size
    assert wide
    for picture in PICTURES:
        page.emulate_media(color_scheme="dark" if picture == "dark" else "light")
        page.set_viewport_size({"width": 390, "height": 844} if picture == "phone" else wide)
        page.screenshot(path=folder / f"{name}-{picture}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= (
            390 if picture == "phone" else wide["width"]
        )
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(wide)


class TestJourney:
    def test_of_creator_and_agent_ends_with_a_rating(
        self, browser: Browser, demo_address: str, demo_store: Database, tmp_path: Path
    ) -> None:
        blocked = Blocked(demo_address)
        creator = Visit(browser, demo_address)
        creator.context.route("**/*", blocked)
        creator.say("看看我最新那条视频的数据")
        answer = creator.hear("播放")
        expect(answer.locator("figure svg").first).to_be_visible()
        creator.say("转人工")
        creator.hear("已为你转接 1V1 人工")
        banner = creator.page.get_by_role("region", name="人工服务")
        expect(banner).to_contain_text("你排在第 1 位")

        agent = Desk(browser, demo_address, "laozhao", password=DEMO_PASSWORD)
        agent.visit.context.route("**/*", blocked)
        agent.page.locator(".cases .row").first.click()
        agent.page.locator(".line figure svg").first.wait_for()
        expect(agent.page.get_by_role("region", name="交接卡")).to_contain_text("作品分析")
        agent.key("t")
        expect(agent.page.get_by_role("button", name="解决", exact=True)).to_be_visible()
        creator.page.get_by_text("1V1 客服老赵已接入").first.wait_for()
        expect(banner).to_contain_text("老赵")

        agent.write("你好，我是老赵。这条视频前 3 秒走的人多，下一条把菜先端上来。")
        creator.page.get_by_text("【1V1 客服 老赵】你好，我是老赵。").first.wait_for()
        creator.say_to_agent("好的，谢谢")
        agent.sees("好的，谢谢")
        taken(agent.page, tmp_path, "desk")
        taken(creator.page, tmp_path, "creator")
        agent.key("e")

        creator.page.get_by_role("button", name="5 分，很满意").wait_for()
        taken(creator.page, tmp_path, "rating")
        creator.page.get_by_role("button", name="5 分，很满意").click()
        creator.page.get_by_text("评分是 5 分，谢谢").first.wait_for()
        expect(creator.page.locator(".standing")).to_be_empty()
        creator.say("光合计划要多少粉丝才能参加")
        creator.hear("10,000")

        with demo_store.reading() as session:
            case = views.case(session, number="C000001")
        assert (case.state, case.ending, case.rating) == (CaseState.RESOLVED, Ending.SOLVED, 5)
        assert sorted(path.stem for path in tmp_path.glob("*.png")) == sorted(
            f"{name}-{picture}" for name in ("desk", "creator", "rating") for picture in PICTURES
        )
        assert blocked.wanted == []
        assert [*creator.elsewhere(), *agent.visit.elsewhere()] == []
        creator.context.close()
        agent.visit.context.close()

    def test_of_a_citation_leads_to_its_policy(self, browser: Browser, demo_address: str) -> None:
        creator = Visit(browser, demo_address)
        creator.say("光合计划要多少粉丝才能参加")
        source = creator.hear("10,000").locator("details").first
        source.locator("summary").click()
        quote = source.locator("blockquote").inner_text()

        with creator.context.expect_page() as opened:
            source.get_by_role("link", name="看规则全文").click()

        clause = opened.value.locator("[aria-current]")
        expect(clause).to_contain_text(quote)
        assert "#clause" in opened.value.url
        creator.context.close()
