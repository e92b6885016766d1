"""The desk over a platform without a demo: its people, a creator with a case, and browsers that sign in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from bot.messages import Channel
from tests.bot.channels.running_web import NOON, PATIENCE_SECONDS, chromium, make_platform, served
from tests.bot.desk.running_desk import PASSWORD, PEOPLE, Chat, Client, Desk, SignIn, enter
from tools.creators import service as creators
from tools.kernel.db import Database, open_database
from tools.support import agents
from tools.support import service as support

# One server serves all tests of the desk: each test has a conversation of its own.


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two creators, the people of the desk and no demo."""
    home = tmp_path_factory.mktemp("desk")
    make_platform(home)
    return home


@pytest.fixture(scope="session")
def store(home: Path) -> Iterator[Database]:
    """Yield the database that the server uses."""
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}", files=home)
    with database.writing() as session:
        for login, (name, role) in PEOPLE.items():
            agents.add_agent(session, login=login, name=name, password=PASSWORD, roles=[role], now=NOON)
    yield database
    database.close()


@pytest.fixture(scope="session")
def address(home: Path, store: Database) -> Iterator[str]:
    """Yield the address of the server."""
    run = "from tests.bot.channels.running_web import serve_scripted as serve; serve({home!r}, {{port}})"
    with served(home, "-c", run.format(home=str(home))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield the browser; everybody has a profile of their own in it.

    It ends with the module: while it is there, no other test of this process can run an event loop.
    """
    with chromium() as browser:
        yield browser


@pytest.fixture
def chat(store: Database, request: pytest.FixtureRequest) -> Chat:
    """Return a conversation of the creator's own for this test."""
    name = f"chat-{request.node.name}"[:64]
    with store.writing() as session:
        account = creators.find_account(session, handle="laotie")
        assert account
        creators.link_directly(session, channel=Channel.WEB, address=name, creator_id=account.id, now=NOON)
        here = support.conversation(
            session, channel=Channel.WEB, address=name, thread="", creator=account.id, now=NOON
        )
    return Chat(store, name, account.id, here.id)


@pytest.fixture(scope="module")
def sign_in(browser: Browser, address: str) -> Iterator[SignIn]:
    """Yield what signs somebody in; in the end nobody's page may have asked another machine."""
    desks: list[Desk] = []

    def person(login: str, *, width: int = 1440) -> Desk:
        desks.append(Desk(browser, address, login, width=width))
        return desks[-1]

    yield person
    for desk in desks:
        desk.visit.context.close()
    assert [url for desk in desks for url in desk.visit.elsewhere()] == []


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[Client]:
    """Yield what gives a person's signed-in HTTP client; an empty login gives one of nobody's."""
    clients: dict[str, httpx.Client] = {}

    def get(login: str) -> httpx.Client:
        if login not in clients:
            clients[login] = httpx.Client(base_url=address, timeout=PATIENCE_SECONDS)
            if login:
                entered = enter(clients[login], login, PASSWORD)
                assert entered.status_code == 303, entered.text
        return clients[login]

    yield get
    for one in clients.values():
        one.close()
