"""The web messenger in a real browser: what a creator types, presses and sees."""

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.pictures.draw import draw
from bot.pictures.reading import summary
from tests.bot.channels.running_web import (
    CHART,
    CITIES,
    HOSTILE,
    THOUGHT,
    Visit,
    Visitor,
)
from tools.kernel.db import Database


def address_of(store: Database) -> str:
    """Return the newest web session's token."""
    with store.reading() as session:
        (newest,) = session.connection().exec_driver_sql("SELECT max(id), address FROM messenger_link").all()
    return str(newest[1])


class TestQuestion:
    def test_is_answered_with_sources_that_open(self, guest: Visit) -> None:
        guest.say("规则")

        answer = guest.hear("要 1 万粉丝。\n下一步：实名。")
        source = answer.locator("details")
        before = source.locator("blockquote").is_visible()
        source.locator("summary").click()

        assert source.locator("summary").inner_text() == "1\n《光合计划规则》第 2.1 条"
        assert not before
        assert source.locator("blockquote").inner_text() == "粉丝数达到 10,000 人。\n近 30 日有原创。"

    def test_keeps_the_line_breaks_of_shift_and_enter(self, guest: Visit) -> None:
        field = guest.page.get_by_label("输入消息")
        field.press_sequentially("第一行")
        field.press("Shift+Enter")
        field.press_sequentially("第二行")

        field.press("Enter")

        assert guest.hear("答：第一行").locator(".words").inner_text() == "答：第一行\n第二行"

    def test_is_not_sent_by_the_enter_of_an_input_method(self, guest: Visit) -> None:
        field = guest.page.get_by_label("输入消息")
        field.fill("shouyi")
        before = guest.lines()

        field.evaluate(
            "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
        )

        expect(field).to_have_value("shouyi")
        field.fill("")
        assert guest.lines() == before

    def test_that_is_empty_cannot_be_sent(self, guest: Visit) -> None:
        expect(guest.page.locator(".bubble > .words").first).to_be_visible()
        before = guest.lines()

        guest.say(" \n ")

        expect(guest.page.get_by_role("button", name="发送")).to_be_disabled()
        assert guest.lines() == before

    def test_of_hostile_text_stays_text_everywhere(self, guest: Visit) -> None:
        guest.say(HOSTILE)

        answer = guest.hear("onerror")
        answer.locator("summary").click()

        assert guest.lines()[-2:] == [HOSTILE, HOSTILE]
        assert answer.locator("blockquote").inner_text() == HOSTILE
        assert answer.get_by_role("button").inner_text() == HOSTILE
        assert (
            guest.page.locator(".words *, .title b *, .quote blockquote *, .suggestions button *").count()
            == 0
        )
        assert guest.page.title() == "光合助手"

    def test_can_be_a_pressed_suggestion(self, guest: Visit) -> None:
        guest.say("规则")
        guest.hear("要 1 万粉丝")

        guest.press("能报吗")

        guest.hear("答：我能报吗")
        assert guest.lines()[-2:] == ["我能报吗", "答：我能报吗"]
        expect(guest.page.get_by_role("button", name="能报吗")).to_have_count(0)

    def test_that_fails_gets_a_polite_line_and_can_be_tried_again(self, guest: Visit) -> None:
        guest.say("坏")
        guest.page.get_by_text("这条消息我没处理成功").wait_for()
        failed = guest.page.content()

        guest.press("再试一次")

        guest.hear("答：坏")
        assert "secret of the server" not in failed
        assert "Traceback" not in failed
        assert guest.lines()[-2:] == ["坏", "答：坏"]

    def test_shows_that_it_is_thought_about_and_stops_nothing_else(self, visit: Visit, home: Path) -> None:
        visit.say("想一想")
        visit.page.get_by_text("光合助手正在输入").first.wait_for(state="attached")
        visit.say("还有")
        other = visit.new_tab()
        meanwhile = other.locator(".log").inner_text()

        (home / THOUGHT).write_text("enough")

        visit.hear("答：还有")
        assert "想一想" in meanwhile
        assert "答：" not in meanwhile
        assert visit.lines()[-4:] == ["想一想", "答：想一想", "还有", "答：还有"]
        expect(other.locator(".log")).to_contain_text("答：还有")

    def test_shows_the_number_of_its_case(self, guest: Visit) -> None:
        guest.say("工单")

        assert guest.hear("已经转给人工").locator(".case").inner_text() == "受理编号 C000009"


class TestAttachment:
    def test_is_shown_to_who_asked_and_to_nobody_else(self, guest: Visit, visitor: Visitor) -> None:
        guest.say("曲线")
        image = guest.hear("这是曲线").locator("img")

        expect(image).to_have_js_property("naturalWidth", 40)
        stranger = visitor().context.request.get(f"{guest.address}{image.get_attribute('src')}")
        assert stranger.status == 404


class TestChart:
    def test_is_drawn_and_told_in_words(self, guest: Visit) -> None:
        guest.say("图表")
        curve = guest.hear("看图").locator("figure").first

        expect(curve.locator("svg path").first).to_be_attached()
        expect(curve.locator("svg")).to_contain_text("1.5万")
        assert curve.locator("[role=img]").get_attribute("aria-label") == summary(CHART)
        assert curve.get_by_role("listitem").all_inner_texts()[0] == "① 3秒：开头走了很多人"
        curve.get_by_text("看具体数字").click()
        expect(curve.locator(".chart-values")).to_contain_text("30秒：")

    def test_is_text_whatever_it_is_called(self, guest: Visit) -> None:
        guest.say("图表")
        curve = guest.hear("看图").locator("figure").first

        curve.locator("svg").hover()

        expect(curve.get_by_text("7,400人").or_(curve.get_by_text("点赞（次）")).first).to_be_visible()
        assert guest.page.title() == "光合助手"
        assert curve.locator("img[src=x], b").count() == 0

    def test_can_be_saved_as_a_picture_by_who_asked_and_nobody_else(
        self, guest: Visit, visitor: Visitor, home: Path
    ) -> None:
        guest.say("图表")
        link = guest.hear("看图").get_by_role("link", name="存成图片").last
        address = f"{guest.address}{link.get_attribute('href')}"

        mine = guest.context.request.get(address)
        for kept in (home / "pictures").glob("*.png"):
            kept.unlink()
        again = guest.context.request.get(address)
        stranger = visitor().context.request.get(address)

        assert (mine.status, mine.headers["content-type"]) == (200, "image/png")
        assert mine.body() == again.body() == draw(CITIES)
        assert stranger.status == 404

    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    def test_fits_a_phone_and_can_be_read_on_it(self, visitor: Visitor, *, dark: bool) -> None:
        phone = visitor(width=360, dark=dark)
        phone.say("图表")
        figure = phone.hear("看图").locator("figure").first
        words = figure.locator("svg text").first
        expect(words).to_be_visible()

        size = words.evaluate("words => words.getBoundingClientRect().height")
        wide = phone.page.evaluate("() => document.documentElement.scrollWidth")
        ink, paper = (
            phone.page.evaluate(f"() => getComputedStyle(document.querySelector('{place}')).{colour}")
            for place, colour in (
                ("figure svg text", "fill"),
                (".turn:not(.mine) .bubble", "backgroundColor"),
            )
        )

        assert wide <= 360
        assert size >= 11
        assert contrast(ink, paper) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it, 1 to 21."""
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestHistory:
    def test_is_there_after_a_reload(self, visit: Visit) -> None:
        visit.say("规则")
        visit.hear("要 1 万粉丝")
        before = visit.lines()

        visit.page.reload()

        visit.hear("要 1 万粉丝")
        assert visit.lines() == before
        expect(visit.page.get_by_role("button", name="能报吗")).to_be_visible()

    def test_and_what_was_being_typed_survive_a_reload(self, guest: Visit) -> None:
        guest.page.get_by_label("输入消息").fill("还没写完")

        guest.page.reload()

        expect(guest.page.get_by_label("输入消息")).to_have_value("还没写完")
        expect(guest.page.get_by_role("button", name="发送")).to_be_enabled()
        guest.page.get_by_label("输入消息").fill("")

    def test_is_nobody_elses(self, visit: Visit, visitor: Visitor) -> None:
        visit.say("我的秘密")
        visit.hear("答：我的秘密")

        other = visitor()
        other.say("你好")
        other.hear("答：你好")

        assert "我的秘密" not in other.page.content()
        assert "答：你好" not in visit.page.content()

    def test_is_put_away_by_a_new_conversation_but_kept(self, visit: Visit) -> None:
        visit.say("规则")
        visit.hear("要 1 万粉丝")

        visit.press("新对话")

        visit.hear("我们重新开始")
        after = visit.lines()
        visit.page.reload()
        visit.hear("我们重新开始")
        again = visit.lines()
        visit.page.get_by_text("查看之前的对话").click()
        assert [after, again] == [["好的，前面聊的我先放下了，我们重新开始。你想查什么？"]] * 2
        assert "要 1 万粉丝。\n下一步：实名。" in visit.lines()


class TestConfirmation:
    def test_is_done_once_and_says_so(self, linked: Visit) -> None:
        linked.say("改名铁哥")
        linked.hear("要改成“铁哥”吗？")

        linked.press("确认")

        linked.hear("昵称已经改成“铁哥”。")
        expect(linked.page.get_by_text("✓ 已确认，已办理")).to_be_visible()
        expect(linked.page.get_by_role("button", name="确认")).to_have_count(0)
        linked.page.reload()
        expect(linked.page.get_by_text("✓ 已确认，已办理")).to_be_visible()

    def test_that_is_cancelled_changes_nothing(self, linked: Visit) -> None:
        linked.say("改名小明")
        linked.hear("要改成“小明”吗？")

        linked.press("取消")

        linked.hear("好的，已取消")
        expect(linked.page.get_by_text("已取消，没有改动")).to_be_visible()
        expect(linked.page.get_by_role("button", name="确认")).to_have_count(0)


class TestLink:
    def test_by_the_creators_code_shows_whose_account_it_is_and_can_be_undone(
        self, visit: Visit, store: Database
    ) -> None:
        banner = visit.page.get_by_role("banner")
        before = banner.inner_text()

        visit.link(store)

        assert "未绑定账号，只能查公开规则" in before
        expect(banner).to_contain_text("@laotie · 美食 · 12,000 粉丝")
        visit.press("账号绑定")
        visit.press("解除绑定")
        expect(banner).to_contain_text("未绑定账号")

    def test_with_a_wrong_code_says_what_is_wrong(self, guest: Visit) -> None:
        guest.press("账号绑定")
        guest.page.get_by_label("绑定码").fill("AAAA2222")

        guest.press("绑定")

        expect(guest.page.get_by_role("alert")).to_have_text(re.compile("绑定码不对"))
        expect(guest.page.get_by_role("banner")).to_contain_text("未绑定账号")
        guest.press("关闭")

    def test_offers_no_account_outside_the_demo(self, guest: Visit) -> None:
        guest.press("账号绑定")

        expect(guest.page.get_by_label("绑定码")).to_be_visible()
        expect(guest.page.get_by_text("laotie")).to_have_count(0)
        expect(guest.page.get_by_text("演示")).to_have_count(0)
        guest.press("关闭")


class TestPage:
    def test_of_a_phone_does_not_scroll_sideways(self, visitor: Visitor) -> None:
        phone = visitor(width=390)
        phone.say("https://example.invalid/" + "a" * 400)
        phone.hear("答：https")
        phone.say("规则")
        phone.hear("要 1 万粉丝").locator("summary").click()

        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert (
            phone.page.locator(".log-frame").evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0
        )

    def test_is_dark_where_the_system_is(self, guest: Visit) -> None:
        colours: list[str] = []
        for scheme in ("dark", "light"):
            guest.page.emulate_media(color_scheme=scheme)
            colours.append(guest.page.evaluate("getComputedStyle(document.body).backgroundColor"))

        assert colours == ["rgb(14, 19, 17)", "rgb(243, 246, 244)"]

    def test_asks_no_other_machine_for_anything(self, guest: Visit) -> None:
        guest.say("规则")
        guest.hear("要 1 万粉丝")

        assert len(guest.requests) > 5
        assert guest.elsewhere() == []

    def test_that_does_not_exist_says_so_in_chinese(self, address: str) -> None:
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{address}/nope")  # noqa: S310 - a loopback address of our own

        with missing.value as answer:
            assert answer.status == 404
            assert "没有这个页面" in answer.read().decode()

    def test_has_a_cookie_that_scripts_cannot_read(self, guest: Visit) -> None:
        (cookie,) = guest.context.cookies()

        assert (cookie.get("name"), cookie.get("httpOnly"), cookie.get("sameSite")) == (
            "guanghe_session",
            True,
            "Lax",
        )
