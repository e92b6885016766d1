"""Charts in Telegram: photos before the words, and words whatever becomes of the photos."""

from dataclasses import replace

import pytest

from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Refused
from bot.messages import Outbound
from bot.pictures.draw import draw
from tests.bot.channels.running_bot import CHAT, ONE_DATABASE, ScriptedApp, polling
from tests.bot.pictures.samples import CITIES, GAPS


@ONE_DATABASE
class TestCharts:
    def test_are_photos_with_their_titles_before_the_words(self, api: BotApi, app: ScriptedApp) -> None:
        app.agent.answers["数据"] = Outbound(text="这是你的数据。", charts=(GAPS, CITIES))

        with polling(app):
            api.write("数据", chat=CHAT)
            first, second, words = api.until_shown(3, chat=CHAT)

        photos = api.calls("sendPhoto")
        assert [photo.params["caption"] for photo in photos] == ["播放", "粉丝最多的城市"]
        assert (first.file or "").endswith(f".png:{len(draw(GAPS))}")
        assert (second.file or "").endswith(f".png:{len(draw(CITIES))}")
        assert words.text == "这是你的数据。"

    def test_have_titles_that_telegram_takes_as_they_are(self, api: BotApi, app: ScriptedApp) -> None:
        marked_up, long = replace(GAPS, title="<b>&"), replace(GAPS, title="长" * 2_000)
        app.agent.answers["数据"] = Outbound(text="看图。", charts=(marked_up, long))

        with polling(app):
            api.write("数据", chat=CHAT)
            api.until_shown(3, chat=CHAT)

        captions = [photo.params["caption"] for photo in api.calls("sendPhoto")]
        assert captions[0] == "<b>&"
        assert len(captions[1]) <= 1_024
        assert all(photo.params.get("parse_mode") in {None, ""} for photo in api.calls("sendPhoto"))

    def test_that_cannot_be_drawn_do_not_keep_the_words_back(self, api: BotApi, app: ScriptedApp) -> None:
        (app.settings.home / "pictures").write_text("a file where the folder should be")
        app.agent.answers["数据"] = Outbound(text="这是你的数据。", charts=(GAPS,))

        with polling(app):
            api.write("数据", chat=CHAT)
            notice, words = api.until_shown(2, chat=CHAT)

        assert "播放" in notice.text
        assert words.text == "这是你的数据。"

    @pytest.mark.parametrize("code", [400, 413])
    def test_that_telegram_refuses_do_not_keep_the_words_back(
        self, api: BotApi, app: ScriptedApp, code: int
    ) -> None:
        api.plan("sendPhoto", Refused(code, "no photo"))
        api.plan("sendDocument", Refused(code, "no document"))
        app.agent.answers["数据"] = Outbound(text="这是你的数据。", charts=(GAPS,))

        with polling(app):
            api.write("数据", chat=CHAT)
            notice, words = api.until_shown(2, chat=CHAT)

        assert "播放" in notice.text
        assert words.text == "这是你的数据。"
