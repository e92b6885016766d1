"""What every test of the channels needs: a Bot API server and an App; a web server and a browser that visits it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.creators.models import Creator, MessengerLink
from tools.kernel.db import Database, open_database

# aiogram takes three seconds to import, playwright one: tests of the other channels do not wait for them.
if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from bot.measures.bot_api import BotApi
    from tests.bot.channels.running_bot import ScriptedApp
    from tests.bot.channels.running_web import Visit


@pytest.fixture
def api() -> "Iterator[BotApi]":
    """Yield the Bot API server."""
    from bot.measures.bot_api import BotApi  # noqa: PLC0415

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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two creators and no demo."""
    from tests.bot.channels.running_web import make_platform  # noqa: PLC0415

    home = tmp_path_factory.mktemp("web")
    make_platform(home)
    return home


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Database]:
    """Yield the database that the web server uses."""
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}", files=home)
    yield database
    database.close()


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Yield the address of the web server."""
    from tests.bot.channels.running_web import served  # noqa: PLC0415

    run = "from tests.bot.channels.running_web import serve_scripted as serve; serve({home!r}, {{port}})"
    with served(home, "-c", run.format(home=str(home))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Yield the browser; every visit has a profile of its own in it."""
    from tests.bot.channels.running_web import chromium  # noqa: PLC0415

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def visitor(browser: "Browser", address: str) -> "Iterator[Callable[..., Visit]]":
    """Yield what opens the page as somebody new; in the end nobody's page may have asked another machine."""
    from tests.bot.channels.running_web import Visit  # noqa: PLC0415

    visits: list[Visit] = []

    def open_visit(*, width: int = 1280, dark: bool = False) -> Visit:
        visits.append(Visit(browser, address, width=width, dark=dark))
        return visits[-1]

    yield open_visit
    for visit in visits:
        visit.context.close()
    assert [url for visit in visits for url in visit.elsewhere()] == []


@pytest.fixture
def visit(visitor: "Callable[..., Visit]") -> "Visit":
    """Return a visit of somebody new, without an account."""
    return visitor()


@pytest.fixture(scope="module")
def guest(visitor: "Callable[..., Visit]") -> "Visit":
    """Return a visit that the tests share which look at nothing but their own last lines."""
    return visitor()


@pytest.fixture(scope="module")
def linked(visitor: "Callable[..., Visit]", store: Database) -> "Visit":
    """Return the creator's visit, shared as well; the account is linked by a code."""
    visit = visitor()
    visit.link(store)
    return visit
