"""Files in the web messenger, in a real browser: chosen, dropped, pasted, shown to their owner and to nobody else."""

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Browser, expect

from bot.messages import Channel
from tests.bot.channels.running_web import HOSTILE, NOON, Visit, Visitor
from tools.creators import service as creators
from tools.kernel import upload_files, upload_jobs
from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Database
from tools.kernel.invariants import INVARIANTS
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.support import service as support

FILM = b"\x00\x00\x00\x18ftypmp42" + b"film" * 300_000
# What the tests' server takes at most.
LIMIT = 2_000_000

_DROP = """([name, text, kind]) => {
  const dragged = new DataTransfer();
  dragged.items.add(new File([text], name));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: dragged, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: dragged, bubbles: true, cancelable: true });
  document.querySelector("textarea").dispatchEvent(event);
}"""


def picture(width: int = 320, height: int = 240) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "seagreen").save(written, "PNG")
    return written.getvalue()


def last_file(visit: Visit) -> str:
    """Return the address of the file that was sent last."""
    link = visit.page.locator(".log .mine a").last
    href = link.get_attribute("href")
    assert href
    return href


def got(visit: Visit, path: str) -> APIResponse:
    return visit.context.request.get(f"{visit.address}{path}")


def posted(visit: Visit, content: bytes, **headers: str) -> APIResponse:
    return visit.context.request.post(f"{visit.address}/uploads", data=content, headers=headers)


class TestPicture:
    def test_is_shown_small_with_its_words_also_after_a_reload(self, linked: Visit) -> None:
        linked.attach("封面.png", picture(), media_type="image/png")
        linked.say("这个封面行吗")
        linked.hear("答：这个封面行吗")
        linked.page.reload()
        shown = linked.page.locator(".log .mine .sent-picture img").last

        expect(shown).to_have_js_property("naturalWidth", 320)

        assert shown.get_attribute("alt") == "图片 封面.png"
        assert got(linked, last_file(linked)).headers["content-type"] == "image/png"
        expect(linked.page.locator(".tray li")).to_have_count(0)

    def test_without_words_gets_the_question_what_for(self, linked: Visit) -> None:
        linked.attach("截图.png", picture(), media_type="image/png")

        linked.press("发送")

        answer = linked.hear("收到图片“截图.png”")
        assert answer.get_by_role("button").all_inner_texts() == ["发布前检查", "举报有人搬运", "转人工"]

    def test_fits_a_phone(self, visitor: Visitor, store: Database) -> None:
        visit = visitor(width=360)
        visit.link(store)
        visit.attach("一张名字特别特别特别特别特别特别长的横图.png", picture(2_000, 500))
        visit.attach("第二张.png", picture(50, 900))
        tray = visit.page.evaluate("document.documentElement.scrollWidth")
        visit.say("两张")

        visit.hear("答：两张")

        assert tray <= 360
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(visit.page.locator(".sent-picture img")).to_have_count(2)


class TestVideo:
    def test_is_a_line_to_save_it_by(self, linked: Visit) -> None:
        linked.attach("成片 1.mp4", FILM, media_type="video/mp4")
        linked.say("能发吗")
        linked.hear("答：能发吗")

        card = linked.page.locator(".log .mine .sent-file").last
        saved = got(linked, last_file(linked))

        assert card.inner_text() == "成片 1.mp4\n视频 · 1.2 MB"
        assert saved.body() == FILM
        assert saved.headers["content-disposition"].startswith("attachment;")
        assert saved.headers["x-content-type-options"] == "nosniff"

    def test_of_an_answer_that_failed_is_sent_again_with_it(self, linked: Visit, store: Database) -> None:
        linked.attach("坏.mp4", FILM + b"!", media_type="video/mp4")
        linked.say("坏")
        linked.page.get_by_text("这条消息我没处理成功").wait_for()

        linked.press("再试一次")

        linked.hear("答：坏")
        assert linked.page.locator(".log .mine .sent-file", has_text="坏.mp4").count() == 1
        assert broken(store) == []

    def test_that_is_gone_with_age_is_still_named(self, visitor: Visitor, store: Database) -> None:
        visit = visitor()
        visit.link(store, handle="xinren")
        visit.attach("旧.mp4", FILM + b"old", media_type="video/mp4")
        visit.say("旧的")
        visit.hear("答：旧的")
        href = last_file(visit)
        upload_jobs.forget_old(store, NOON, kept_days=-1)

        visit.page.reload()

        card = visit.page.locator(".log .mine .sent-file").last
        expect(card).to_have_text("旧.mp4视频 · 1.2 MB · 已到期删除")
        assert got(visit, href).status == 404


class TestChoosing:
    @pytest.mark.parametrize("kind", ["drop", "paste"])
    def test_works_by_hand_too(self, linked: Visit, kind: str) -> None:
        linked.page.evaluate(_DROP, [f"{kind}.txt", f"some {kind}ped words", kind])
        linked.page.locator(".tray li", has_text="已上传").wait_for()

        linked.say(f"看 {kind}")

        linked.hear(f"答：看 {kind}")
        assert linked.page.locator(".log .mine .sent-file").last.inner_text().startswith(f"{kind}.txt")

    def test_can_be_taken_back(self, linked: Visit) -> None:
        linked.attach("不要了.png", picture(), media_type="image/png")
        before = linked.page.locator(".log .mine a").count()
        linked.press("移除 不要了.png")

        expect(linked.page.get_by_role("button", name="发送")).to_be_disabled()
        linked.say("没有文件")
        linked.hear("答：没有文件")

        assert linked.page.locator(".log .mine a").count() == before

    def test_shows_a_hostile_name_as_text(self, linked: Visit) -> None:
        linked.attach(HOSTILE.replace("/", ""), b"x", media_type="text/html")
        tray = linked.page.locator(".tray li .file-name").inner_text()
        linked.press("发送")

        linked.hear("收到文件")

        assert tray == HOSTILE.replace("/", "")
        assert linked.page.locator(".file-name *").count() == 0
        assert linked.page.title() == "光合助手"

    def test_of_too_large_a_file_says_so_at_once(self, linked: Visit) -> None:
        large = {"name": "大.mp4", "mimeType": "video/mp4", "buffer": bytes(LIMIT + 1)}
        linked.page.locator(".chooser").set_input_files(large)  # pyright: ignore[reportArgumentType] - a literal of that shape

        problem = linked.page.locator(".tray-problem")

        expect(problem).to_have_text("“大.mp4”超过了 2 MB 的上限，没有加上。可以剪短一些或压到 720p 再传。")
        expect(linked.page.locator(".tray li")).to_have_count(0)

    def test_needs_an_account(self, visitor: Visitor, home: Path) -> None:
        visit = visitor()
        before = sorted(upload_files.arriving_files(home))
        chosen = {"name": "a.png", "mimeType": "image/png", "buffer": picture()}

        visit.page.locator(".chooser").set_input_files(chosen)  # pyright: ignore[reportArgumentType] - a literal of that shape

        expect(visit.page.locator(".tray-problem")).to_contain_text("先绑定创作者账号")
        assert sorted(upload_files.arriving_files(home)) == before


class TestServer:
    def test_takes_no_more_than_its_limit_whatever_is_announced(self, linked: Visit, home: Path) -> None:
        before = sorted(upload_files.arriving_files(home))
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in linked.context.cookies())  # pyright: ignore[reportTypedDictNotRequiredAccess] - a cookie has both

        def pieces() -> Iterator[bytes]:
            for _ in range(LIMIT // 100_000 + 1):
                yield bytes(100_000)

        request = urllib.request.Request(  # noqa: S310 - a loopback address of our own
            f"{linked.address}/uploads", data=pieces(), headers={"Cookie": cookies}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)  # noqa: S310 - as above
        refused.value.close()

        assert refused.value.code == 413
        assert posted(linked, bytes(LIMIT + 1)).status == 413
        assert "超过了 2 MB" in json.loads(posted(linked, bytes(LIMIT + 1)).text())["problem"]
        assert posted(linked, b"").status == 422
        assert sorted(upload_files.arriving_files(home)) == before

    def test_gives_a_file_to_its_owner_alone(
        self, linked: Visit, visitor: Visitor, store: Database, browser: Browser
    ) -> None:
        linked.attach("私.png", picture(64, 64), media_type="image/png")
        linked.say("私")
        linked.hear("答：私")
        href = last_file(linked)
        other, guest = visitor(), visitor()
        other.link(store, handle="xinren")
        nobody = browser.new_context()

        refused = [got(other, href), got(guest, href), nobody.request.get(f"{linked.address}{href}")]
        missing = got(other, "/uploads/999999")

        assert got(linked, href).status == 200
        assert [answer.status for answer in refused] == [404, 404, 404]
        assert refused[0].body() == missing.body()
        nobody.close()

    @pytest.mark.parametrize(
        "name",
        [
            "0",
            "-1",
            str(2**63),
            str(2**64),
            "1e3",
            "%2e%2e%2fguanghe.sqlite",
            "..%5cweb-secret",
            "arriving",
            "1/..",
        ],
    )
    def test_knows_files_by_their_number_alone(self, linked: Visit, name: str) -> None:
        answer = got(linked, f"/uploads/{name}")

        assert answer.status in {404, 405, 422}

    def test_never_serves_a_page_of_the_sender(self, linked: Visit) -> None:
        linked.attach("好看.png", b"<html><script>document.title='hacked'</script>", media_type="image/png")
        linked.press("发送")
        linked.hear("收到文件")

        answer = got(linked, last_file(linked))

        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")

    def test_lets_no_session_send_what_another_one_uploaded(self, linked: Visit, visitor: Visitor) -> None:
        name = json.loads(posted(linked, picture(), **{"X-File-Name": "a.png"}).text())["id"]
        thief = visitor()

        thief.page.evaluate(
            "name => window.guanghe.files.push({id: name, chip: document.createElement('li'), request: new XMLHttpRequest()})",
            name,
        )
        thief.say("我的图")

        thief.hear("答：我的图")
        assert thief.page.locator(".log .mine .sent-picture, .log .mine .sent-file").count() == 0

    def test_refuses_a_stranger(self, browser: Browser, address: str) -> None:
        nobody = browser.new_context()

        answer = nobody.request.post(f"{address}/uploads", data=picture())

        assert answer.status == 404
        nobody.close()

    def test_leaves_a_log_that_names_the_files(self, linked: Visit, store: Database) -> None:
        linked.attach("交.mp4", FILM + b"log", media_type="video/mp4")
        linked.say("请看")
        linked.hear("答：请看")
        with store.reading() as session:
            (token,) = (
                session.connection()
                .exec_driver_sql(
                    "SELECT address FROM messenger_link JOIN creator ON creator.id = creator_id WHERE handle = 'laotie' "
                    "ORDER BY messenger_link.id LIMIT 1"
                )
                .one()
            )
        with store.writing() as session:
            here = support.conversation(
                session, channel=Channel.WEB, address=str(token), thread="", creator=1, now=NOON
            )
            lines = support.transcript(session, conversation_id=here.id)

        assert [line.text for line in lines][-2:] == ["[视频 交.mp4] 请看", "答：请看"]
        assert broken(store) == []


class TestNotice:
    def test_appears_on_the_open_page_with_its_picture(
        self, visitor: Visitor, store: Database, home: Path
    ) -> None:
        evidence = home / "evidence.png"
        evidence.write_bytes(picture(40, 30))
        visit = visitor()
        visit.link(store, handle="xinren")
        with store.writing() as session:
            account = creators.find_account(session, handle="xinren")
            assert account
            notices.leave(
                session,
                creator_id=account.id,
                topic=Topic.CHECK,
                text="检查好了，没有问题。",
                dedupe_key="k",
                now=NOON,
                attachments=(Attachment("image", str(evidence)),),
                buttons=(Button("看结果", "上次检查的结果"),),
            )

        notice = visit.page.locator(".log .turn", has_text="检查好了，没有问题。")

        expect(notice.locator("img.attached")).to_have_js_property("naturalWidth", 40)
        visit.say("谢谢")
        visit.hear("答：谢谢")
        expect(notice).to_have_count(1)


def broken(store: Database) -> list[str]:
    with store.reading() as session:
        return [line for invariant in INVARIANTS for line in invariant.violations(session)]
