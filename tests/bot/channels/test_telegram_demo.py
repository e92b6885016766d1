"""The whole product over HTTP: the demo platform, the local model, the real tools, the real bot."""

import signal
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.measures.bot_api import BotApi
from bot.messages import Channel
from tests.bot.channels.mortal_bot import Order, When, nursery
from tests.bot.channels.running_bot import CHAT, polling, settings_for
from tools.catalog import all_invariants
from tools.creators import service as creators
from tools.kernel.models import StoredProposal
from tools.support import service as support

REPORT = (
    "我要举报 https://www.kuaishou.com/short-video/3xabcdefgh12345 抄袭我最新的那条视频，画面和文案都一样"
)
# The first message that is committed is the question, after the update; the proposal comes before the second.
THE_ANSWER = 2


@pytest.fixture
def demo(demo_app: App, api: BotApi) -> App:
    """Return the demo's App, at the Bot API server."""
    return replace(demo_app, settings=settings_for(api, home=demo_app.settings.home))


def proposals(demo: App) -> int:
    with demo.database.reading() as session:
        return session.scalar(select(func.count(StoredProposal.id))) or 0


class TestCreator:
    def test_links_asks_and_gets_a_cited_answer(self, api: BotApi, demo: App) -> None:
        with demo.database.writing() as session:
            account = creators.find_account(session, handle="laotie")
            assert account is not None
            code = creators.issue_link_code(session, creator_id=account.id, now=demo.clock())

        with polling(demo):
            api.write("/start", chat=CHAT)
            api.write(f"/link {code}", chat=CHAT)
            api.write("光合计划要多少粉丝才能参加", chat=CHAT)
            api.write("帮我诊断一下账号", chat=CHAT)
            _, linked, cited, picture, diagnosis = api.until_shown(5, chat=CHAT)

        assert account.nickname in linked.text
        assert "依据\n[1]" in cited.text
        assert picture.file is not None
        assert f"{account.followers:,}" in diagnosis.text


class TestTurn:
    def test_that_dies_with_the_process_is_answered_once_by_the_next(
        self, api: BotApi, demo: App, now: datetime
    ) -> None:
        with demo.database.writing() as session:
            account = creators.find_account(session, handle="laotie")
            assert account is not None
            creators.link_directly(
                session, channel=Channel.TELEGRAM, address=str(CHAT), creator_id=account.id, now=now
            )
        api.write(REPORT, chat=CHAT)
        order = Order(
            "", api.url, str(demo.settings.home), now.isoformat(), THE_ANSWER, When.BEFORE, "message"
        )

        with nursery() as births:
            births.bear(order)
            ended = births.exit_code()
        proposed, shown_before = proposals(demo), api.shown(CHAT)
        with polling(demo):
            (question,) = api.until_shown(1, chat=CHAT)
            api.press(question, "✅ 确认")
            after, _ = api.until_shown(2, chat=CHAT)

        assert ended == -signal.SIGKILL
        assert (proposed, shown_before) == (1, [])
        assert proposals(demo) == 1
        assert after.text.endswith("✅ 已确认，已办理")
        with demo.database.reading() as session:
            assert support.undelivered(session, channel=Channel.TELEGRAM) == []
            broken = [line for invariant in all_invariants() for line in invariant.violations(session)]
        assert broken == []
