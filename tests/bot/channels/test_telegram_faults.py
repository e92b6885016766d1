"""Telegram in a bad mood: what it asks for is obeyed, and no answer is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.measures.bot_api import TOKEN, BotApi
from bot.measures.bot_api_wire import Dropped, ErrorPage, Fault, Flood, Held, Refused
from bot.messages import Outbound
from tests.bot.channels.running_bot import (
    CHAT,
    ONE_DATABASE,
    OTHER_CHAT,
    QUICK,
    ScriptedApp,
    polling,
    settings_for,
)
from tools.kernel.agent_tool import Attachment
from tools.kernel.errors import OperatorError
from tools.support.models import Message

BAD_HTML = Refused(400, "Bad Request: can't parse entities")
BLOCKED = Refused(403, "Forbidden: bot was blocked by the user")


def waiting(app: ScriptedApp) -> int:
    with app.database.reading() as session:
        return session.scalar(select(func.count(Message.id)).where(Message.delivered_at.is_(None))) or 0


@ONE_DATABASE
class TestFlood:
    def test_makes_every_chat_wait_and_then_sends_everything(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("sendMessage", Flood(retry_after=1), chat=CHAT)

        with polling(app):
            api.write("一", chat=CHAT)
            (flooded,) = api.until_called("sendMessage")
            api.write("二", chat=OTHER_CHAT)
            api.until_shown(1, chat=CHAT)
            api.until_shown(1, chat=OTHER_CHAT)

        later = [call.at - flooded.at for call in api.calls("sendMessage")[1:]]
        assert min(later) > 0.95
        assert [message.text for message in api.shown(CHAT)] == ["答：一"]
        assert [message.text for message in api.shown(OTHER_CHAT)] == ["答：二"]


@ONE_DATABASE
class TestNetwork:
    @pytest.mark.parametrize(
        "fault",
        [Dropped(), ErrorPage(), Refused(500, "Internal Server Error"), Refused(502, "Bad Gateway")],
        ids=str,
    )
    def test_that_fails_a_few_times_delays_the_answer(
        self, api: BotApi, app: ScriptedApp, fault: Fault
    ) -> None:
        api.plan("sendMessage", fault, times=3)
        api.plan("getUpdates", fault)
        api.plan("sendChatAction", fault)

        with polling(app):
            api.write("一", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)
            api.until(lambda: not waiting(app))

        assert answer.text == "答：一"
        assert len(api.calls("sendMessage")) == 4

    def test_that_never_answers_is_asked_again(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("sendMessage", Held())

        with polling(app, pace=replace(QUICK, request=0.3)):
            api.write("一", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)
            api.until_called("sendMessage", number=2)

        assert answer.text == "答：一"

    @pytest.mark.parametrize("lost", [Dropped(done=True), Held(done=True)], ids=str)
    def test_that_loses_the_receipt_repeats_nothing(self, api: BotApi, app: ScriptedApp, lost: Fault) -> None:
        api.plan("sendMessage", lost)

        with polling(app, pace=replace(QUICK, request=0.5)):
            api.write("一", chat=CHAT)
            api.until_shown(1, chat=CHAT)
            api.until(lambda: not waiting(app))
            api.write("二", chat=CHAT)
            shown = api.until_shown(2, chat=CHAT)

        assert [message.text for message in shown] == ["答：一", "答：二"]
        assert len(api.calls("sendMessage")) == 2


@ONE_DATABASE
class TestRefusedMessage:
    def test_goes_out_as_plain_text_when_its_html_is_refused(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.answers["比较"] = Outbound(text="1 < 2 & 3 > 2")
        api.plan("sendMessage", BAD_HTML)

        with polling(app):
            api.write("比较", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        assert answer.text == "1 < 2 & 3 > 2"
        assert "parse_mode" not in api.calls("sendMessage")[1].params

    @pytest.mark.parametrize(("fault", "tries"), [(BAD_HTML, 2), (BLOCKED, 1)], ids=["400", "403"])
    def test_is_given_up_without_hammering(
        self, api: BotApi, app: ScriptedApp, fault: Fault, tries: int
    ) -> None:
        api.plan("sendMessage", fault, times=tries)

        with polling(app):
            api.write("一", chat=CHAT)
            api.until_called("sendMessage", number=tries)
            api.until(lambda: not waiting(app))
            api.write("二", chat=CHAT)
            (answer,) = api.until_shown(1, chat=CHAT)

        assert answer.text == "答：二"
        assert len(api.calls("sendMessage")) == tries + 1


@ONE_DATABASE
class TestAttachments:
    def test_come_before_the_words(self, api: BotApi, app: ScriptedApp, tmp_path: Path) -> None:
        (tmp_path / "曲线.png").write_bytes(b"\x89PNG")
        (tmp_path / "明细.csv").write_text("日期,播放\n", encoding="utf-8")
        app.agent.answers["数据"] = Outbound(
            text="这是你的数据。",
            attachments=(
                Attachment("image", str(tmp_path / "曲线.png")),
                Attachment("file", str(tmp_path / "明细.csv")),
            ),
        )

        with polling(app):
            api.write("数据", chat=CHAT)
            photo, file, words = api.until_shown(3, chat=CHAT)

        assert (photo.file, file.file) == ("曲线.png:4", "明细.csv:14")
        assert words.text == "这是你的数据。"

    def test_go_as_a_document_when_telegram_refuses_the_photo(
        self, api: BotApi, app: ScriptedApp, tmp_path: Path
    ) -> None:
        (tmp_path / "长图.png").write_bytes(b"\x89PNG")
        app.agent.answers["图"] = Outbound(
            text="看图。", attachments=(Attachment("image", str(tmp_path / "长图.png")),)
        )
        api.plan("sendPhoto", Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))

        with polling(app):
            api.write("图", chat=CHAT)
            file, words = api.until_shown(2, chat=CHAT)

        assert file.file == "长图.png:4"
        assert words.text == "看图。"

    def test_that_are_gone_do_not_keep_the_words_back(
        self, api: BotApi, app: ScriptedApp, tmp_path: Path
    ) -> None:
        app.agent.answers["图"] = Outbound(
            text="看图。", attachments=(Attachment("image", str(tmp_path / "没了.png")),)
        )

        with polling(app):
            api.write("图", chat=CHAT)
            notice, words = api.until_shown(2, chat=CHAT)

        assert "没了.png" in notice.text
        assert words.text == "看图。"


@ONE_DATABASE
class TestToken:
    @pytest.mark.parametrize(
        ("token", "says"),
        [
            (None, "GUANGHE_TELEGRAM_TOKEN is not set"),
            (SecretStr("nonsense"), "GUANGHE_TELEGRAM_TOKEN is no bot token"),
            (SecretStr("1:unknown"), "does not accept GUANGHE_TELEGRAM_TOKEN"),
        ],
        ids=["missing", "malformed", "unknown"],
    )
    def test_that_is_no_good_is_one_clear_line(
        self, api: BotApi, app: ScriptedApp, token: SecretStr | None, says: str
    ) -> None:
        wrong = ScriptedApp(settings_for(api, telegram_token=token), app.database, app.clock)

        with pytest.raises(OperatorError, match=says) as raised, polling(wrong) as bot:
            bot.join()

        assert "\n" not in str(raised.value)

    def test_is_never_quoted(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("getMe", Refused(418, f"no such bot: {TOKEN}"), times=3)

        with pytest.raises(OperatorError, match="not reachable") as raised, polling(app) as bot:
            bot.join()

        assert TOKEN not in str(raised.value)

    def test_needs_an_address_of_a_server(self, api: BotApi, app: ScriptedApp) -> None:
        wrong = ScriptedApp(settings_for(api, telegram_api="localhost:8081"), app.database, app.clock)

        with pytest.raises(OperatorError, match="GUANGHE_TELEGRAM_API"), polling(wrong) as bot:
            bot.join()

    def test_that_is_revoked_ends_the_bot_and_keeps_the_answer(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("sendMessage", Refused(401, "Unauthorized"))

        api.write("一", chat=CHAT)

        with pytest.raises(OperatorError, match="does not accept"), polling(app) as bot:
            bot.join()
        kept = waiting(app)
        with polling(app):
            (answer,) = api.until_shown(1, chat=CHAT)

        assert kept == 1
        assert answer.text == "答：一"

    def test_cannot_be_checked_when_telegram_is_away(self, api: BotApi, app: ScriptedApp) -> None:
        api.plan("getMe", Dropped(), times=3)

        with pytest.raises(OperatorError, match=f"not reachable at {api.url}"), polling(app) as bot:
            bot.join()
