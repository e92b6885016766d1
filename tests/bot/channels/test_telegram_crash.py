"""Kill -9 at every commit of a turn: after a restart it is answered, once, and nothing is half-written."""

from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from bot.measures.bot_api import BotApi
from bot.measures.bot_api_wire import Shown
from bot.messages import Channel
from tests.bot.channels.mortal_bot import Nursery, When, dies, is_at_rest, nursery, orders
from tests.bot.channels.running_bot import ONE_DATABASE, ScriptedApp, nickname, polling
from tools.catalog import all_invariants
from tools.creators import service as creators
from tools.kernel import upload_files, uploads
from tools.kernel.models import StoredUpload
from tools.support.models import Conversation, Message

# What a turn commits at the least: the update, the answer, its delivery, the end.
FEWEST_COMMITS = 4
CHATS = count(9_000)


@pytest.fixture(scope="module")
def births() -> Iterator[Nursery]:
    """Yield the process that forks the bots of this module."""
    with nursery() as running:
        yield running


def is_answered(api: BotApi, app: ScriptedApp, chat: int, messages: int) -> bool:
    """Whether the chat shows so many messages, and nothing waits anywhere."""
    return len(api.shown(chat)) >= messages and is_at_rest(app)


def said(app: ScriptedApp, *, chat: int) -> list[tuple[str, str]]:
    """Return what the log says was said in the chat."""
    with app.database.reading() as session:
        lines = session.execute(
            select(Message.speaker, Message.text)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.address == str(chat))
            .order_by(Message.sequence)
        )
        return [(speaker, text) for speaker, text in lines]


def violations(app: ScriptedApp) -> list[str]:
    with app.database.reading() as session:
        return [line for invariant in all_invariants() for line in invariant.violations(session)]


@ONE_DATABASE
@pytest.mark.parametrize("when", When)
class TestText:
    def test_is_answered_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, births: Nursery, when: When
    ) -> None:
        deaths = 0
        for order in orders(api, app, when):
            chat = next(CHATS)
            api.write("你好", chat=chat)
            done = partial(is_answered, api, app, chat, 1)

            died = dies(api, births, order, done=done)
            with polling(app):
                api.until(done)

            assert {message.text for message in api.shown(chat)} == {"答：你好"}
            assert len(api.shown(chat)) == 1
            assert said(app, chat=chat) == [("creator", "你好"), ("assistant", "答：你好")]
            if not died:
                break
            deaths += 1

        assert deaths > FEWEST_COMMITS
        assert violations(app) == []


class TestConfirmation:
    def test_is_executed_once_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, births: Nursery, creator: int
    ) -> None:
        deaths, name, next_name = 0, "铁哥", "铁哥 0"
        with polling(app):
            question = asked(api, app, creator=creator, name=name)
        for order in orders(api, app, When.BEFORE):
            chat = question.chat
            api.press(question, "✅ 确认")
            done = partial(is_answered, api, app, chat, 2)

            died = dies(api, births, order, done=done)
            with polling(app):
                api.until(done)
                renamed = nickname(app.database)
                question = asked(api, app, creator=creator, name=next_name)

            confirmation, *answers = api.shown(chat)
            assert confirmation.labels == []
            assert confirmation.text.endswith("✅ 已确认，已办理")
            assert {message.text for message in answers} == {f"昵称已经改成“{name}”。"}
            assert len(answers) <= 2
            assert [text for _, text in said(app, chat=chat)][2:] == ["（确认）", f"昵称已经改成“{name}”。"]
            assert renamed == name
            if not died:
                break
            deaths += 1
            name, next_name = next_name, f"铁哥 {deaths}"

        assert deaths >= FEWEST_COMMITS
        assert violations(app) == []


@ONE_DATABASE
@pytest.mark.parametrize("when", When)
class TestAlbum:
    def test_is_stored_once_whenever_the_bot_dies(
        self, api: BotApi, app: ScriptedApp, births: Nursery, creator: int, when: When
    ) -> None:
        deaths = 0
        for order in orders(api, app, when):
            chat = next(CHATS)
            with app.database.writing() as session:
                creators.link_directly(
                    session, channel=Channel.TELEGRAM, address=str(chat), creator_id=creator, now=app.clock()
                )
            contents = [b"\x00\x00\x00\x18ftypmp42 %d %d" % (chat, number) for number in range(3)]
            for content in contents:
                file = {"file_id": api.keep(content), "file_unique_id": "v", "width": 8, "height": 8}
                video = {**file, "duration": 3, "file_name": "v.mp4"}
                api.send({"video": video, "media_group_id": str(chat), "caption": "看"}, chat=chat)
            done = partial(is_answered, api, app, chat, 1)

            died = dies(api, births, order, done=done)
            with polling(app):
                api.until(done)

            assert {message.text for message in api.shown(chat)} == {"答：看\n看\n看"}
            assert len(api.shown(chat)) == 1
            assert said(app, chat=chat) == [("creator", "看\n看\n看"), ("assistant", "答：看\n看\n看")]
            assert stored(app, creator=creator, newest=3) == contents
            if not died:
                break
            deaths += 1

        assert deaths > FEWEST_COMMITS
        assert violations(app) == []
        assert len(list(upload_files.stored_files(app.database.files))) == 3 * (deaths + 1)


def stored(app: ScriptedApp, *, creator: int, newest: int) -> list[bytes]:
    """Return what the creator's newest uploads hold, and that there are no more of their message."""
    with app.database.reading() as session:
        rows = session.scalars(select(StoredUpload).order_by(StoredUpload.id)).all()
        last = [row for row in rows if row.message_key == rows[-1].message_key]
        assert len(last) == newest
        found = [uploads.find(session, upload_id=row.id, creator_id=creator) for row in last]
    return [upload.path.read_bytes() for upload in found if upload]


def asked(api: BotApi, app: ScriptedApp, *, creator: int, name: str) -> Shown:
    """Return a confirmation in a chat of its own, linked to the creator."""
    chat = next(CHATS)
    with app.database.writing() as session:
        creators.link_directly(
            session, channel=Channel.TELEGRAM, address=str(chat), creator_id=creator, now=app.clock()
        )
    api.write(f"改名{name}", chat=chat)
    api.until(partial(is_answered, api, app, chat, 1))
    return api.shown(chat)[0]
