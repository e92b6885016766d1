"""What every test of the bot needs: the server, an App, a linked creator."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.creators.models import Creator, MessengerLink
from tools.kernel.db import Database

# aiogram takes three seconds to import: tests of the other channels do not wait for it.
if TYPE_CHECKING:
    from tests.bot.channels.bot_api import BotApi
    from tests.bot.channels.running_bot import ScriptedApp


@pytest.fixture
def api() -> "Iterator[BotApi]":
    """Yield the Bot API server."""
    from tests.bot.channels.bot_api import BotApi  # noqa: PLC0415

    with BotApi() as server:
        yield server


@pytest.fixture
def app(api: "BotApi", database: Database, now: datetime, tmp_path: Path) -> "ScriptedApp":
    """Return an App on an empty database, with a scripted agent."""
    from tests.bot.channels.running_bot import ScriptedApp, settings_for  # noqa: PLC0415

    return ScriptedApp(settings_for(api, home=tmp_path), database, lambda: now)


@pytest.fixture
def creator(database: Database, now: datetime) -> int:
    """Return the creator to whom the chat is linked."""
    from tests.bot.channels.running_bot import CHAT  # noqa: PLC0415

    with database.writing() as session:
        account = Creator(
            handle="laotie",
            nickname="老铁",
            category="美食",
            city="沈阳",
            joined_on=date(2019, 3, 1),
            followers=12_000,
        )
        session.add(account)
        session.flush()
        session.add(
            MessengerLink(channel="telegram", address=str(CHAT), creator_id=account.id, linked_at=now)
        )
        return account.id
