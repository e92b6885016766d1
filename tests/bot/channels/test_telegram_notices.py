"""What the platform tells a creator later: over HTTP into the chat, with its picture, once."""

from functools import partial
from pathlib import Path

import pytest

from bot.measures.bot_api import BotApi
from bot.messages import Channel
from tests.bot.channels.mortal_bot import When, dies, is_at_rest, nursery, orders
from tests.bot.channels.running_bot import CHAT, ONE_DATABASE, ScriptedApp, polling
from tools.kernel.agent_tool import Attachment, Button
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.support import service as support


def left(app: ScriptedApp, creator: int, *, key: str = "k", picture: Path | None = None) -> None:
    with app.database.writing() as session:
        support.conversation(
            session,
            channel=Channel.TELEGRAM,
            address=str(CHAT),
            thread="",
            creator=creator,
            now=app.clock(),
        )
        notices.leave(
            session,
            creator_id=creator,
            topic=Topic.CHECK,
            text=f"检查好了 {key}",
            dedupe_key=key,
            now=app.clock(),
            attachments=(Attachment("image", str(picture)),) if picture else (),
            buttons=(Button("看结果", "上次检查的结果"),),
        )


@ONE_DATABASE
class TestNotice:
    def test_comes_with_its_picture_and_buttons(
        self, api: BotApi, app: ScriptedApp, creator: int, tmp_path: Path
    ) -> None:
        picture = tmp_path / "evidence.png"
        picture.write_bytes(b"\x89PNG evidence")

        with polling(app):
            left(app, creator, picture=picture)
            photo, words = api.until_shown(2, chat=CHAT)
            api.press(words, "看结果")
            answer = api.until_shown(3, chat=CHAT)[2]

        assert photo.file == "evidence.png:13"
        assert words.text == "检查好了 k"
        assert answer.text == "答：上次检查的结果"

    @pytest.mark.parametrize("when", When)
    def test_is_in_the_log_once_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, creator: int, when: When
    ) -> None:
        deaths = 0
        with nursery() as births:
            for order in orders(api, app, when):
                key = f"{when}-{order.commit}"
                left(app, creator, key=key)
                before = len(api.shown(CHAT))
                done = partial(is_shown, api, app, before)

                died = dies(api, births, order, done=done)
                with polling(app):
                    api.until(done)

                assert {message.text for message in api.shown(CHAT)[before:]} == {f"检查好了 {key}"}
                assert len(api.shown(CHAT)[before:]) == 1
                if not died:
                    break
                deaths += 1

        with app.database.reading() as session:
            said = [message.text for message in support.messages(session, conversation_id=1)]
        assert said == [f"检查好了 {when}-{number}" for number in range(1, deaths + 2)]
        assert deaths >= 2


def is_shown(api: BotApi, app: ScriptedApp, before: int) -> bool:
    with app.database.reading() as session:
        waiting = notices.unsent(session)
    return not waiting and len(api.shown(CHAT)) > before and is_at_rest(app)
