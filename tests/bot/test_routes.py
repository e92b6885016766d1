"""Every address of the server, found from its own table, tried as everybody: nobody reads or changes what is another's."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.desk.keys import COOKIE
from bot.messages import Outbound, outbound_body
from tests.bot.channels.running_web import NOON, make_platform, served
from tests.bot.serving_routes import FILE, HIDDEN, ROUTES
from tools.creators import service as creators
from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Database, open_database
from tools.schema import metadata
from tools.support import agents, sign_in
from tools.support import service as support
from tools.support.agents import Role
from tools.support.api import tokens
from tools.support.api.scopes import Scope
from tools.support.sign_in import SignedIn, csrf_of

PASSWORD = "a long password of the tests"
V1 = "/api/v1"


class Who(StrEnum):
    """Everybody who tries."""

    NOBODY = "nobody"
    LAOTIE_ON_THE_WEB = "laotie on the web"
    XINREN_ON_THE_WEB = "xinren on the web"
    LAOTIES_APP = "laotie's app"
    XINRENS_APP = "xinren's app"
    EXPIRED_APP = "laotie's app with an expired token"
    ACTING = "a program that acts"
    LINKING = "a program that links"
    COUNTING = "a program that counts"
    AGENT = "an agent"
    LEAD = "a lead"
    REVIEWER = "a reviewer"
    ADMIN = "an administrator"
    EXPIRED_LEAD = "a lead who signed in yesterday"


EVERYBODY = frozenset(Who)
WEB = frozenset({Who.LAOTIE_ON_THE_WEB, Who.XINREN_ON_THE_WEB})
APPS = frozenset({Who.LAOTIES_APP, Who.XINRENS_APP})
DESK = frozenset({Who.AGENT, Who.LEAD, Who.REVIEWER, Who.ADMIN})
CASES = frozenset({Who.AGENT, Who.LEAD})
REVIEW = frozenset({Who.REVIEWER, Who.LEAD})
FIGURES = frozenset({Who.LEAD, Who.ADMIN})
NO_ONE: frozenset[Who] = frozenset()


@dataclass(frozen=True)
class Address:
    """Who may use an address, and who of them meets laotie's words there; `body` and `query` are sent with a request."""

    may: frozenset[Who]
    meets: frozenset[Who] = NO_ONE
    body: Mapping[str, object] | None = None
    query: str = ""
    # Pages of NiceGUI itself, and what a socket needs: bytes of libraries, the same for everybody.
    is_library: bool = False


LIBRARY = Address(EVERYBODY, is_library=True)
OWN_CASE = Address(frozenset({Who.LAOTIES_APP}))
# A new route without a line here fails the test: think who may use it, and write that down.
TABLE = {
    "ANY /_nicegui/static/*": LIBRARY,
    # Pages' live connection: a socket belongs to the browser that opened its page (tests of web_socket).
    "ANY /_nicegui_ws/*": LIBRARY,
    "GET /_nicegui/components/{key:path}": LIBRARY,
    "GET /_nicegui/dynamic_resources/{name}": LIBRARY,
    "GET /_nicegui/esm/{key}/{path:path}": LIBRARY,
    "GET /_nicegui/libraries/{key:path}": LIBRARY,
    "GET /_nicegui/resources/{key}/{path:path}": LIBRARY,
    "GET /favicon.ico": LIBRARY,
    "GET /": Address(EVERYBODY),
    "GET /health": Address(EVERYBODY),
    "GET /policies/{policy}/{clause}": Address(EVERYBODY),
    "GET /attachments/{message_id}/{index}": Address(
        frozenset({Who.LAOTIE_ON_THE_WEB}), meets=frozenset({Who.LAOTIE_ON_THE_WEB})
    ),
    "GET /uploads/{upload_id}": Address(
        frozenset({Who.LAOTIE_ON_THE_WEB}), meets=frozenset({Who.LAOTIE_ON_THE_WEB})
    ),
    "POST /uploads": Address(WEB),
    "GET /metrics": Address(frozenset({Who.COUNTING})),
    "GET /operators": Address(FIGURES),
    "GET /desk": Address(CASES),
    "GET /desk/sign-in": Address(EVERYBODY),
    "POST /desk/sign-in": Address(NO_ONE, body={"login": "agent", "password": PASSWORD}),
    "POST /desk/sign-out": Address(DESK),
    "GET /desk/search": Address(CASES, meets=CASES, query="q=laotie-only"),
    "GET /desk/figures": Address(FIGURES),
    "GET /desk/figures.csv": Address(FIGURES),
    "GET /desk/trail": Address(frozenset({Who.ADMIN})),
    "GET /desk/rules": Address(DESK),
    "GET /desk/canned": Address(frozenset({Who.LEAD})),
    "POST /desk/canned": Address(frozenset({Who.LEAD})),
    "GET /desk/reviews": Address(REVIEW),
    "GET /desk/reviews/{number}": Address(REVIEW),
    "POST /desk/reviews/{number}": Address(REVIEW),
    "GET /desk/reviews/{number}/picture": Address(REVIEW),
    "GET /desk/cases/{number}/uploads/{upload_id}": Address(CASES, meets=CASES),
    "GET /desk/cases/{number}/attachments/{sequence}/{index}": Address(CASES, meets=CASES),
    f"GET {V1}/docs": Address(EVERYBODY),
    f"GET {V1}/openapi.json": Address(EVERYBODY),
    f"POST {V1}/messages": Address(APPS, body={"key": "routes", "text": "你好"}),
    f"GET {V1}/messages": Address(APPS, meets=frozenset({Who.LAOTIES_APP})),
    f"POST {V1}/receipts": Address(APPS, body={"up_to": 99}),
    f"POST {V1}/confirmations": Address(APPS, body={"proposal": "0" * 16, "accepted": True}),
    f"POST {V1}/uploads": Address(APPS),
    f"GET {V1}/uploads/{{upload_id}}": Address(
        frozenset({Who.LAOTIES_APP}), meets=frozenset({Who.LAOTIES_APP})
    ),
    f"GET {V1}/attachments/{{message_id}}/{{place}}": Address(
        frozenset({Who.LAOTIES_APP}), meets=frozenset({Who.LAOTIES_APP})
    ),
    f"POST {V1}/cases": Address(APPS),
    f"GET {V1}/cases": Address(APPS, meets=frozenset({Who.LAOTIES_APP})),
    f"GET {V1}/cases/{{number}}": Address(frozenset({Who.LAOTIES_APP}), meets=frozenset({Who.LAOTIES_APP})),
    f"POST {V1}/cases/{{number}}/cancellation": OWN_CASE,
    f"POST {V1}/cases/{{number}}/reopening": OWN_CASE,
    f"POST {V1}/cases/{{number}}/rating": Address(frozenset({Who.LAOTIES_APP}), body={"stars": 1}),
    f"POST {V1}/creator-tokens": Address(frozenset({Who.ACTING}), body={"creator": "laotie"}),
    f"DELETE {V1}/creator-tokens/current": Address(APPS),
    f"POST {V1}/link-codes": Address(frozenset({Who.LINKING}), body={"creator": "laotie"}),
    f"GET {V1}/notices": Address(APPS),
}
DENIED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@dataclass
class Place:
    """The running server, what laotie has there, and a way to be anybody."""

    client: httpx.Client
    database: Database
    routes: list[str]
    names: dict[str, str] = field(default_factory=dict)
    as_who: dict[Who, Callable[[], dict[str, str]]] = field(default_factory=dict)
    csrf: dict[Who, str] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, route: str, who: Who) -> httpx.Response:
        """Send the request of a route about laotie's things as somebody."""
        method, path = route.split(" ", 1)
        wanted = TABLE[route]
        number = self.names["report"] if "/reviews/" in path else self.names["number"]
        names = {**self.names, "number": number}
        if path.startswith("/attachments"):
            names["message_id"] = self.names["web_message_id"]
        filled = re.sub(r"\{(\w+)(?::path)?\}", lambda found: names[found[1]], path)
        headers = {**self.as_who[who](), "X-Forwarded-For": "203.0.113.7"}
        sent: dict[str, Any] = {"json": dict(wanted.body)} if wanted.body else {}
        if path.startswith("/desk"):
            sent = {"data": {"csrf": self.csrf.get(who, ""), **(wanted.body or {})}}
        elif path.endswith("/uploads"):
            sent = {"content": b"bytes"}
        if method == "GET":
            sent = {}
        query = f"?{wanted.query}" if wanted.query else ""
        # Nobody keeps what another was given.
        self.client.cookies.clear()
        return self.client.request(method, f"{filled}{query}", headers=headers, **sent)

    def state(self) -> dict[str, list[str]]:
        """Return every row that a request could have changed, apart from what a look or a try leaves."""
        left_by_looking = {"desk_event", "sign_in_try", "desk_session", "creator_token"}
        with self.database.reading() as session:
            return {
                table.name: sorted(map(str, session.execute(table.select()).all()))
                for table in metadata.sorted_tables
                if table.name not in left_by_looking
            }


def signed_in(database: Database, role: Role, *, at: timedelta = timedelta(0)) -> SignedIn:
    login = f"{role.value}{'-old' if at else ''}"
    with database.writing() as session:
        agents.add_agent(session, login=login, name=login, password=PASSWORD, roles={role}, now=NOON)
        found = sign_in.sign_in(session, login=login, password=PASSWORD, address="here", now=NOON + at)
    assert isinstance(found, SignedIn)
    return found


def browser(client: httpx.Client) -> tuple[str, str]:
    """Return the cookie of a browser that has opened the page, and the session's own name in it."""
    client.cookies.clear()
    answer = client.get("/")
    cookie = answer.headers["set-cookie"].split(";")[0]
    payload = cookie.split("=", 1)[1].split(".")[0]
    stored = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4)))
    return cookie, stored["guanghe"]


def let_in(place: Place) -> None:
    """Make an account, a session or a token for everybody."""
    database = place.database
    with database.writing() as session:
        laotie, xinren = (creators.find_account(session, handle=handle) for handle in ("laotie", "xinren"))
        assert laotie is not None
        assert xinren is not None
        made = {
            scope: tokens.add_token(
                session, name=scope.value, scopes={scope}, rate_per_minute=1_000, now=NOON
            )
            for scope in Scope
        }
        ids = {"laotie": laotie.id, "xinren": xinren.id}

    def app_of(handle: str, *, ago: timedelta = timedelta(0)) -> Callable[[], dict[str, str]]:
        def fresh() -> dict[str, str]:
            with database.writing() as session:
                issuer = tokens.platform_caller(session, token=made[Scope.ACT])
                assert issuer is not None
                issued = tokens.issue_creator_token(
                    session,
                    issuer=issuer,
                    creator_id=ids[handle],
                    lifetime=timedelta(hours=1),
                    now=NOON - ago,
                )
            return {"Authorization": f"Bearer {issued.token}"}

        return fresh

    for handle, who in (("laotie", Who.LAOTIE_ON_THE_WEB), ("xinren", Who.XINREN_ON_THE_WEB)):
        cookie, token = browser(place.client)
        with database.writing() as session:
            creators.link_directly(session, channel="web", address=token, creator_id=ids[handle], now=NOON)
        place.as_who[who] = lambda cookie=cookie: {"Cookie": cookie}
        place.names[f"web_{handle}"] = token
    place.as_who |= {
        Who.NOBODY: dict,
        Who.LAOTIES_APP: app_of("laotie"),
        Who.XINRENS_APP: app_of("xinren"),
        Who.EXPIRED_APP: app_of("laotie", ago=timedelta(hours=2)),
    }
    for scope, who in ((Scope.ACT, Who.ACTING), (Scope.LINK, Who.LINKING), (Scope.METRICS, Who.COUNTING)):
        place.as_who[who] = lambda token=made[scope]: {"Authorization": f"Bearer {token}"}
    for role, who in zip(Role, (Who.AGENT, Who.LEAD, Who.REVIEWER, Who.ADMIN), strict=True):
        key(place, who, signed_in(database, role))
    key(place, Who.EXPIRED_LEAD, signed_in(database, Role.LEAD, at=timedelta(hours=-13)))


def key(place: Place, who: Who, found: SignedIn) -> None:
    place.as_who[who] = lambda: {"Cookie": f"{COOKIE}={found.token}"}
    place.csrf[who] = csrf_of(found.token)


def furnish(place: Place, home: Path) -> None:
    """Give laotie a conversation, a file, an attachment and a case, all with the hidden words."""
    headers = place.as_who[Who.LAOTIES_APP]()
    app = partial(place.client.request, headers=headers)
    upload = app("POST", f"{V1}/uploads", content=HIDDEN.encode()).json()["id"]
    app("POST", f"{V1}/messages", json={"key": "1", "text": HIDDEN, "uploads": [upload]})
    answer = app("POST", f"{V1}/messages", json={"key": "2", "text": "文件"}).json()["answer"]
    lines = app("GET", f"{V1}/messages").json()["messages"]
    case = app("POST", f"{V1}/cases", json={"reason": HIDDEN}).json()["number"]
    outbound = Outbound(text=HIDDEN, attachments=(Attachment("file", str(home / FILE)),))
    with place.database.writing() as session:
        laotie = creators.find_account(session, handle="laotie")
        assert laotie is not None
        here = support.conversation(
            session,
            channel="web",
            address=place.names["web_laotie"],
            thread="",
            creator=laotie.id,
            now=NOON,
        )
        shown = support.append_notice(
            session,
            conversation_id=here.id,
            key="notice:1",
            text=HIDDEN,
            body=outbound_body(outbound),
            now=NOON,
        )
    place.names |= {
        "number": case,
        "report": "R000001",
        "message_id": str(answer["message_id"]),
        "web_message_id": str(shown.id),
        "index": "0",
        "place": "0",
        "sequence": str(lines[-1]["sequence"]),
        "upload_id": lines[0]["files"][0]["url"].rsplit("/", 1)[-1],
        "policy": "guanghe-plan",
        "clause": "1.1",
        "key": "x",
        "name": "x",
        "path": "x",
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Yield the server with everything in it."""
    home = tmp_path_factory.mktemp("routes")
    make_platform(home)
    (home / FILE).write_text(HIDDEN)
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}", files=home)
    command = f"from tests.bot.serving_routes import serve; serve({str(home)!r}, {{port}})"
    with served(home, "-c", command) as address, httpx.Client(base_url=address, timeout=30) as client:
        place = Place(client, database, json.loads((home / ROUTES).read_text()))
        let_in(place)
        furnish(place, home)
        place.before = place.state()
        yield place
    database.close()


def is_denied(answer: httpx.Response) -> bool:
    """Whether an answer keeps somebody out, by itself or by the way to the sign-in."""
    to_the_door = answer.is_redirect and answer.headers["location"].startswith("/desk/sign-in")
    return answer.status_code in DENIED or to_the_door


class TestTable:
    def test_names_every_route_of_the_server(self, place: Place) -> None:
        assert sorted(place.routes) == sorted(TABLE)


@pytest.mark.parametrize("route", sorted(route for route, one in TABLE.items() if not one.is_library))
class TestRoute:
    def test_is_for_whom_the_table_says_and_for_nobody_else(self, place: Place, route: str) -> None:
        wanted, reads = TABLE[route], route.startswith("GET")
        asked = Who if reads else [who for who in Who if who not in wanted.may]

        answers = {who: place.ask(route, who) for who in asked}

        # No report is there: who may look is told so, who may not is told that.
        found = {
            who
            for who, answer in answers.items()
            if not is_denied(answer) or ("/reviews/{" in route and answer.status_code == HTTPStatus.NOT_FOUND)
        }
        assert found == (wanted.may if reads else NO_ONE)
        assert {who for who, answer in answers.items() if HIDDEN in answer.text} == wanted.meets
        assert reads or place.state() == place.before
