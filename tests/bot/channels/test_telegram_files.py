"""Pictures, videos and files that people send to the bot: over HTTP, whole, once, each in its own chat's order."""

import hashlib
import io
import logging
from pathlib import Path

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.measures.bot_api import TOKEN, BotApi
from bot.measures.bot_api_chats import LARGEST_FILE
from bot.measures.bot_api_wire import Dropped, ErrorPage, Held, Json
from bot.messages import Channel, Outbound, ToolUse
from bot.settings import Settings
from tests.bot.channels.running_bot import CHAT, ONE_DATABASE, OTHER_CHAT, ScriptedApp, polling
from tests.desk import an_agent
from tools.kernel import upload_files, uploads
from tools.kernel.uploads import Upload, UploadKind
from tools.support import cases, desk
from tools.support import service as support

FILM = b"\x00\x00\x00\x18ftypmp42" + b"film" * 200_000
PAGE = b"%PDF-1.7 page"


def picture(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(written, "JPEG")
    return written.getvalue()


def photo(api: BotApi, content: bytes, **more: object) -> Json:
    """Return a message with a photo in two sizes, of which the smaller one cannot be had."""
    small = {"file_id": "thumbnail", "file_unique_id": "t", "width": 8, "height": 6}
    whole = {"file_id": api.keep(content), "file_unique_id": "w", "width": 32, "height": 24}
    return {"photo": [small, whole], **more}


def film(api: BotApi, content: bytes = FILM, *, name: str = "我的视频.mp4", **more: object) -> Json:
    file = {"file_id": api.keep(content), "file_unique_id": "v", "width": 8, "height": 8, "duration": 3}
    return {"video": {**file, "file_name": name, "mime_type": "video/mp4"}, **more}


def document(api: BotApi, content: bytes, name: str, *, mime: str = "application/pdf") -> Json:
    file = {"file_id": api.keep(content), "file_unique_id": "d", "file_name": name, "mime_type": mime}
    return {"document": file}


def newest(app: ScriptedApp, creator: int, *, chat: int = CHAT) -> tuple[Upload, ...]:
    """Return the files of the chat's newest message that had any."""
    with app.database.reading() as session:
        here = conversation(app, creator, chat=chat)
        return uploads.newest(session, conversation_id=here, creator_id=creator, now=app.clock())


def conversation(app: ScriptedApp, creator: int, *, chat: int = CHAT) -> int:
    with app.database.writing() as session:
        return support.conversation(
            session,
            channel=Channel.TELEGRAM,
            address=str(chat),
            thread="",
            creator=creator,
            now=app.clock(),
        ).id


def files_on_disk(app: ScriptedApp) -> list[Path]:
    folder = app.database.files
    return [*upload_files.stored_files(folder), *upload_files.arriving_files(folder)]


class TestVideo:
    def test_without_words_is_stored_and_asked_about(
        self, api: BotApi, app: ScriptedApp, creator: int
    ) -> None:
        with polling(app):
            api.send(film(api), chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        (upload,) = newest(app, creator)
        assert answer.text == "收到视频“我的视频.mp4”（800 KB）。要我用它做什么？"
        assert answer.labels == ["发布前检查", "举报有人搬运", "转人工"]
        assert (upload.kind, upload.media_type, upload.name) == (
            UploadKind.VIDEO,
            "video/mp4",
            "我的视频.mp4",
        )
        assert upload.path.read_bytes() == FILM
        assert upload.sha256 == hashlib.sha256(FILM).hexdigest()
        assert files_on_disk(app) == [upload.path]
        assert app.agent.asked == []

    def test_with_a_caption_is_routed_as_text_with_the_file_at_hand(
        self, api: BotApi, app: ScriptedApp, creator: int
    ) -> None:
        with polling(app):
            api.send(film(api, caption="/help 这条能发吗"), chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        (turn,) = app.agent.turns
        assert answer.text == "答：/help 这条能发吗"
        assert turn.context.uploads == newest(app, creator)
        assert [line.text for line in turn.context.transcript] == ["[视频 我的视频.mp4] /help 这条能发吗"]


@ONE_DATABASE
class TestFiles:
    def test_of_every_kind_are_what_their_bytes_say(
        self, api: BotApi, app: ScriptedApp, creator: int
    ) -> None:
        note = {"file_id": api.keep(FILM), "file_unique_id": "n", "length": 8, "duration": 3}
        moving = {"file_id": api.keep(FILM), "file_unique_id": "a", "width": 8, "height": 8, "duration": 1}
        live = {"file_id": api.keep(FILM), "file_unique_id": "l", "width": 8, "height": 8, "duration": 1}
        still = {"live_photo": {**live, **photo(api, picture())}}
        contents = [
            photo(api, picture()),
            still,
            {"live_photo": live},
            {"video_note": note},
            {"animation": moving, "document": moving},
            document(api, FILM, "成片.bin", mime="application/x-unknown"),
            document(api, PAGE, "授权书.pdf"),
            document(api, b"<script>alert(1)</script>", "假的.jpg", mime="image/jpeg"),
        ]

        found: list[tuple[UploadKind, str, str]] = []
        with polling(app):
            for number, content in enumerate(contents, start=1):
                api.send(content, chat=CHAT)
                api.until_shown(number, chat=CHAT)
                (upload,) = newest(app, creator)
                found.append((upload.kind, upload.media_type, upload.name))

        assert found == [
            (UploadKind.IMAGE, "image/jpeg", "照片.jpg"),
            (UploadKind.IMAGE, "image/jpeg", "照片.jpg"),
            (UploadKind.VIDEO, "video/mp4", "实况照片.mp4"),
            (UploadKind.VIDEO, "video/mp4", "圆形视频.mp4"),
            (UploadKind.VIDEO, "video/mp4", "动图"),
            (UploadKind.VIDEO, "video/mp4", "成片.bin"),
            (UploadKind.FILE, "application/pdf", "授权书.pdf"),
            (UploadKind.FILE, "application/octet-stream", "假的.jpg"),
        ]

    def test_never_lie_where_their_names_say(self, api: BotApi, app: ScriptedApp, creator: int) -> None:
        names = [
            "../../../etc/passwd",
            "..\\..\\boot.ini",
            "/etc/cron.d/x",
            "..",
            "a\x00b\n.mp4",
            "\u202e4pm.exe",
        ]

        shown: list[str] = []
        with polling(app):
            for number, name in enumerate(names, start=1):
                api.send(film(api, FILM + name.encode(), name=name), chat=CHAT)
                api.until_shown(number, chat=CHAT)
                shown.append(newest(app, creator)[0].name)

        assert shown == ["passwd", "boot.ini", "x", "未命名", "a\ufffdb .mp4", "4pm.exe"]
        assert {path.parent.parent for path in files_on_disk(app)} == {app.database.files / "uploads"}

    @pytest.mark.usefixtures("creator")
    def test_in_an_album_are_one_message(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            for number, colour in enumerate(("red", "green", "blue")):
                caption = {"caption": "这些能发吗"} if number == 0 else {}
                api.send(photo(api, picture(colour), media_group_id="7", **caption), chat=CHAT)
            api.send(film(api, media_group_id="7"), chat=CHAT)
            api.write("还有", chat=CHAT)
            shown = api.until_shown(2, chat=CHAT)

        assert [answer.text for answer in shown] == ["答：这些能发吗", "答：还有"]
        assert [len(turn.context.uploads) for turn in app.agent.turns] == [4, 4]
        assert [upload.kind for upload in app.agent.turns[0].context.uploads] == [*["image"] * 3, "video"]

    def test_of_people_without_an_account_are_not_even_fetched(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            for _ in range(2):
                api.send(photo(api, picture(), media_group_id="7"), chat=CHAT)
            api.write("你好", chat=CHAT)
            refused, answer = api.until_shown(2, chat=CHAT)

        assert "先绑定创作者账号" in refused.text
        assert answer.text == "答：你好"
        assert api.calls("getFile") == []
        assert files_on_disk(app) == []

    def test_sent_to_a_support_agent_wait_for_them(self, api: BotApi, app: ScriptedApp, creator: int) -> None:
        here = conversation(app, creator)
        with app.database.writing() as session:
            case = cases.open_case(
                session,
                creator_id=creator,
                conversation_id=here,
                reason="要人",
                on=app.clock().date(),
                now=app.clock(),
            )
            li = an_agent(session, "li", now=app.clock())
            desk.say(session, agent=li, number=case.number, text="请发视频", key="1", now=app.clock())

        with polling(app):
            api.until_shown(1, chat=CHAT)
            update = api.send(film(api), chat=CHAT)
            api.until(lambda: update and newest(app, creator))

        with app.database.reading() as session:
            lines = support.transcript(session, conversation_id=here)
        assert [line.text for line in lines] == ["请发视频", "[视频 我的视频.mp4]"]
        assert len(api.shown(CHAT)) == 1

    def test_that_a_check_has_asked_for_go_on_with_the_check(
        self, api: BotApi, app: ScriptedApp, creator: int
    ) -> None:
        asked = Outbound(text="把视频发给我就能检查。", calls=(ToolUse("pre_publish_check", {}),))
        app.agent.answers["检查一下"] = asked

        with polling(app):
            api.write("检查一下", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            api.send(film(api), chat=CHAT)
            api.until_shown(2, chat=CHAT)

        assert app.agent.asked[1] == "发布前帮我检查一下我刚发的内容能不能发"
        assert app.agent.turns[1].context.uploads == newest(app, creator)


@ONE_DATABASE
@pytest.mark.usefixtures("creator")
class TestLimits:
    def test_of_telegram_are_explained(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.send(film(api, FILM + bytes(LARGEST_FILE)), chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        assert answer.text == (
            "这个视频超过 20 MB，Telegram 不让机器人收这么大的文件。可以剪短一些或压到 720p 再发，"
            "或者在网页版光合助手里上传（最大 200 MB）。"
        )
        assert files_on_disk(app) == []

    def test_of_ours_hold_whatever_the_message_claims(self, api: BotApi, app: ScriptedApp) -> None:
        small = app_with(app, upload_limit_mb=1)
        huge = film(api, FILM * 2)
        told: Json = {"video": {**huge["video"], "file_size": 3_000_000}}

        with polling(small):
            api.send(told, chat=CHAT)
            api.send(huge, chat=CHAT)
            answers = api.until_shown(2, chat=CHAT)

        assert (
            answers[0].text == "这个视频有 3 MB，超过了 1 MB 的上限，我没有收。可以剪短一些或压到 720p 再发。"
        )
        assert answers[1].text == "这个视频超过了 1 MB 的上限，我没有收。可以剪短一些或压到 720p 再发。"
        assert len(api.calls("getFile")) == 1
        assert files_on_disk(app) == []

    def test_of_one_file_in_an_album_leave_the_others(self, api: BotApi, app: ScriptedApp) -> None:
        with polling(app):
            api.send(film(api, FILM + bytes(LARGEST_FILE), media_group_id="7"), chat=CHAT)
            api.send(photo(api, picture(), media_group_id="7"), chat=CHAT)
            taken, refused = api.until_shown(2, chat=CHAT)

        assert taken.text.startswith("收到图片“照片.jpg”")
        assert "超过 20 MB" in refused.text

    def test_are_ten_files_a_message(self, api: BotApi, app: ScriptedApp, creator: int) -> None:
        with polling(app):
            for number in range(12):
                api.send(photo(api, picture() + bytes([number]), media_group_id="7"), chat=CHAT)
            _, refused = api.until_shown(2, chat=CHAT)

        assert refused.text == "一次最多收 10 个文件，后面的没有收。请分开再发一次。"
        assert len(newest(app, creator)) == 10


def app_with(app: ScriptedApp, **more: object) -> ScriptedApp:
    given = {**app.settings.model_dump(), "telegram_token": SecretStr(TOKEN), **more}
    return ScriptedApp(Settings.model_validate(given), app.database, app.clock)


@ONE_DATABASE
class TestFaults:
    def test_of_the_line_are_waited_out(
        self, api: BotApi, app: ScriptedApp, creator: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        for fault in (Dropped(), ErrorPage(), Dropped(), ErrorPage(503)):
            api.plan("download", fault)
        api.plan("getFile", Dropped())
        caplog.set_level(logging.DEBUG, logger="bot")

        with polling(app):
            api.send(film(api), chat=CHAT)
            api.until_shown(1, chat=CHAT)

        assert newest(app, creator)[0].path.read_bytes() == FILM
        assert len(files_on_disk(app)) == 1
        assert TOKEN not in caplog.text

    @pytest.mark.usefixtures("creator")
    def test_that_stay_are_told(
        self, api: BotApi, app: ScriptedApp, caplog: pytest.LogCaptureFixture
    ) -> None:
        lost = film(api)
        api.lose(lost["video"]["file_id"])
        half_lost = film(api)
        api.plan("download", ErrorPage(404))

        with polling(app):
            for content in (lost, half_lost, document(api, b"", "空的.pdf")):
                api.send(content, chat=CHAT)
            answers = api.until_shown(3, chat=CHAT)

        gone = "这个视频没有取到，Telegram 那边已经没有了。请重新发一次。"
        assert [answer.text for answer in answers] == [
            gone,
            gone,
            "这个文件是空的，里面没有内容。请检查后重新发一次。",
        ]
        assert files_on_disk(app) == []
        assert TOKEN not in caplog.text

    @pytest.mark.usefixtures("creator")
    def test_that_never_end_give_the_message_up_and_leave_nothing(
        self, api: BotApi, app: ScriptedApp, caplog: pytest.LogCaptureFixture
    ) -> None:
        api.plan("download", ErrorPage(), times=1_000)

        with polling(app):
            api.send(film(api), chat=CHAT)
            api.write("还在吗", chat=CHAT)
            given_up, answer = api.until_shown(2, chat=CHAT)

        assert "没处理成功" in given_up.text
        assert answer.text == "答：还在吗"
        assert files_on_disk(app) == []
        assert TOKEN not in caplog.text

    @pytest.mark.usefixtures("creator")
    def test_of_one_slow_file_hold_up_its_own_chat_alone(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("download", Held())

        with polling(app):
            api.send(film(api), chat=CHAT)
            api.until_called("download")
            api.write("我先", chat=CHAT)
            api.write("我也在", chat=OTHER_CHAT)
            api.until_shown(1, chat=OTHER_CHAT)
            meanwhile = list(api.shown(CHAT))
            api.let_go()
            shown = api.until_shown(2, chat=CHAT)

        assert meanwhile == []
        assert [answer.text[:2] for answer in shown] == ["收到", "答："]
