"""The whole demo in a real browser: `guanghe init --demo`, `guanghe serve`, and what a creator sees first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bot.channels.running_web import Visit, served
from tests.processes import guanghe


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of the demo, made fresh."""
    home: Path = tmp_path_factory.mktemp("demo")
    assert guanghe("init", "--demo", home=home).wait()[0] == 0
    with served(home, "-m", "bot", "serve", "--port", "{port}") as address:
        yield address


def become(visit: Visit, handle: str) -> None:
    visit.press("切换账号")
    visit.page.get_by_role("group", name="演示账号").get_by_role("button").filter(
        has_text=f"@{handle} "
    ).click()
    expect(visit.page.get_by_role("banner")).to_contain_text(f"@{handle} ")


class TestFirstVisit:
    def test_answers_at_once_with_a_cited_rule(self, visit: Visit) -> None:
        banner = visit.page.get_by_role("banner").inner_text()
        visit.say("光合计划要多少粉丝才能参加")

        answer = visit.hear("10,000")
        source = answer.locator("details").first
        source.locator("summary").click()

        assert "@laotie · 美食" in banner
        assert "演示环境 · 演示日 2022-08-15" in banner
        assert re.search(r"《.+》\s*第 .+ 条", source.locator("summary").inner_text())
        assert source.locator("blockquote").inner_text()

    def test_knows_the_default_creators_money(self, visit: Visit) -> None:
        visit.press("这个月收益")

        visit.hear("元")

    def test_without_an_account_gets_public_rules_only(self, visit: Visit) -> None:
        visit.press("切换账号")
        visit.press("解除绑定")
        visit.hear("还没有绑定创作者账号")
        visit.say("我这个月挣了多少")
        private = visit.hear("绑定").inner_text()
        visit.say("光合计划要多少粉丝才能参加")

        visit.hear("10,000")
        assert "元" not in private
        expect(visit.page.get_by_role("banner")).to_contain_text("未绑定账号")


class TestAccounts:
    def test_of_the_demo_can_be_chosen(self, visit: Visit) -> None:
        visit.press("切换账号")
        offered = visit.page.get_by_role("group", name="演示账号").inner_text()
        visit.press("关闭")

        become(visit, "xinren")

        handles = "laotie xinren duanju zhubo dianshang mingxing yuanchuang fangmao"
        assert re.findall(r"@(\w+) ·", offered) == handles.split()
        visit.hear("你好，我是光合助手")


class TestReport:
    def test_of_a_copy_is_filed_after_the_confirmation_and_stays_after_a_reload(self, visit: Visit) -> None:
        become(visit, "yuanchuang")
        visit.say("我要举报有人搬运我最新的那条视频，链接 https://v.example.com/abc123")
        visit.page.get_by_role("button", name="确认", exact=True).wait_for()
        asked = visit.lines()[-1]

        visit.press("确认")

        filed = visit.hear("举报已提交，编号").locator(".words").inner_text()
        expect(visit.page.get_by_role("button", name="确认", exact=True)).to_have_count(0)
        lines = visit.lines()
        visit.page.reload()
        visit.hear("举报已提交，编号")
        assert "举报对象：https://v.example.com/abc123" in asked
        assert re.search(r"编号 [A-Z]{2}\d{8}-\d{4}", filed)
        assert visit.lines() == lines
