"""The door of the desk over HTTP: cookies, forms of this server alone, and nobody sent elsewhere."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import httpx
import pytest

from tests.bot.channels.running_web import NOON
from tests.bot.desk.running_desk import PASSWORD, Client, enter, form_field
from tools.kernel.db import Database
from tools.support import agents
from tools.support.agents import Role


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    """Yield a browser that was never here."""
    with httpx.Client(base_url=address) as client:
        yield client


class TestSignIn:
    def test_leaves_a_cookie_that_scripts_and_other_sites_do_not_get(self, stranger: httpx.Client) -> None:
        entered = enter(stranger, "xiaozhou", PASSWORD)

        cookies = SimpleCookie("; ".join(entered.headers.get_list("set-cookie")))
        kept = cookies["guanghe_desk"]
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
        assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "strict", "/")
        assert int(kept["max-age"]) == 12 * 3600

    @pytest.mark.parametrize(("login", "password"), [("xiaozhou", "wrong"), ("nobody", PASSWORD), ("", "")])
    def test_says_the_same_to_a_wrong_name_and_a_wrong_password(
        self, stranger: httpx.Client, login: str, password: str
    ) -> None:
        refused = enter(stranger, login, password)

        assert refused.status_code == 403
        assert "账号或密码不对" in refused.text
        assert "guanghe_desk" not in stranger.cookies

    def test_stops_listening_after_five_wrong_tries(self, stranger: httpx.Client, store: Database) -> None:
        with store.writing() as session:
            agents.add_agent(
                session, login="guessed", name="小猜", password=PASSWORD, roles=[Role.AGENT], now=NOON
            )
        for _ in range(5):
            enter(stranger, "guessed", "wrong")

        refused = enter(stranger, "guessed", PASSWORD)

        assert refused.status_code == 429
        assert "15 分钟" in refused.text

    @pytest.mark.parametrize(
        ("wanted", "led"),
        [
            ("/desk/search?q=C000001", "/desk/search?q=C000001"),
            ("https://elsewhere.invalid/", "/desk"),
            ("//elsewhere.invalid/desk", "/desk"),
            ("/desk\\@elsewhere.invalid", "/desk"),
            ("/deskelsewhere", "/desk"),
            ("/desk/sign-in", "/desk"),
        ],
    )
    def test_leads_on_to_the_desks_own_pages_alone(
        self, stranger: httpx.Client, wanted: str, led: str
    ) -> None:
        entered = enter(stranger, "xiaozhou", PASSWORD, next_=wanted)

        assert entered.headers["location"] == led

    def test_of_another_sites_form_is_refused(self, stranger: httpx.Client) -> None:
        token = form_field(stranger.get("/desk/sign-in").text, "csrf")
        fields = {"csrf": token, "login": "xiaozhou", "password": PASSWORD}

        answers = [
            stranger.post("/desk/sign-in", data=fields, headers={"Origin": "https://elsewhere.invalid"}),
            stranger.post("/desk/sign-in", data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
            stranger.post("/desk/sign-in", data={**fields, "csrf": "x" * 32}),
            stranger.post("/desk/sign-in", data={**fields, "login": "x" * 70_000}),
            stranger.post("/desk/sign-in", content=b"login=%FF&password=%FF"),
            httpx.post(f"{stranger.base_url}/desk/sign-in", data=fields),
        ]

        assert [answer.status_code for answer in answers] == [403] * 6
        assert all("guanghe_desk" not in answer.cookies for answer in answers)

    def test_shows_no_demo_accounts_outside_the_demo(self, stranger: httpx.Client) -> None:
        assert "演示" not in stranger.get("/desk/sign-in").text


class TestSignOut:
    def test_ends_the_session_for_good(self, address: str) -> None:
        with httpx.Client(base_url=address) as client:
            enter(client, "xiaowu", PASSWORD)
            token = client.cookies["guanghe_desk"]
            csrf = form_field(client.get("/desk/rules").text, "csrf")

            left = client.post("/desk/sign-out", data={"csrf": csrf})

        again = httpx.get(f"{address}/desk/search", cookies={"guanghe_desk": token})
        assert (left.status_code, left.headers["location"]) == (303, "/desk/sign-in")
        assert (again.status_code, again.headers["location"]) == (303, "/desk/sign-in?next=%2Fdesk%2Fsearch")

    def test_needs_a_form_of_this_session(self, client: Client) -> None:
        other = form_field(client("xiaowu").get("/desk/search").text, "csrf")

        refused = client("xiaozhou").post("/desk/sign-out", data={"csrf": other})

        assert refused.status_code == 403
        assert client("xiaozhou").get("/desk/search").status_code == 200
