"""The operators' page: what it shows, and to whom."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import Request, Response

from bot.desk.keys import COOKIE
from bot.sight.page import show_operators
from tests.bot.api.conftest import settings_at
from tests.bot.channels.running_bot import ScriptedApp
from tests.calls import a_creator, an_open_conversation
from tools.kernel.db import Database
from tools.policies import service as policies
from tools.support import agents, cases, sign_in
from tools.support import service as support
from tools.support.agents import Role
from tools.support.sign_in import SignedIn
from tools.support.turns import service as turns
from tools.support.turns.kinds import Turned, TurnKind

PASSWORD = "a long password of the tests"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def app(database: Database, now: datetime, tmp_path: Path) -> ScriptedApp:
    return ScriptedApp(settings_at(tmp_path), database, lambda: now)


def page(app: ScriptedApp, role: Role | None, *, query: str = "") -> Response:
    """Return what a person with this role sees."""
    headers: list[tuple[bytes, bytes]] = []
    if role is not None:
        with app.database.writing() as session:
            agents.add_agent(
                session, login=role.value, name="小明", password=PASSWORD, roles={role}, now=app.clock()
            )
            found = sign_in.sign_in(session, login=role.value, password=PASSWORD, address="", now=app.clock())
        assert isinstance(found, SignedIn)
        headers = [(b"cookie", f"{COOKIE}={found.token}".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/operators",
        "query_string": query.encode(),
        "headers": headers,
        "server": ("testserver", 80),
        "scheme": "http",
    }
    return show_operators(app, Request(scope))


def words(response: Response) -> str:
    return bytes(response.body).decode()


class TestPage:
    def test_shows_turns_routes_refusals_cases_and_what_waits(self, app: ScriptedApp, now: datetime) -> None:
        earlier = now - timedelta(minutes=5)
        with app.database.writing() as session:
            creator = a_creator(session, "laotie")
            here = an_open_conversation(session, creator=creator, now=earlier)
            support.append_notice(
                session, conversation_id=here, key="n", text="好", body={"text": "好"}, now=earlier
            )
            cases.open_case(
                session,
                creator_id=creator,
                conversation_id=here,
                reason="老铁的话",
                on=now.date(),
                now=earlier,
            )
            for turned in (
                Turned("web", "earnings_and_payouts", TurnKind.ANSWERED, "", 0.5),
                Turned("web", "earnings_and_payouts", TurnKind.REFUSED, "NothingEarned", 0.5),
                Turned("telegram", "", TurnKind.CLARIFY, "", 0.1),
            ):
                turns.record(session, turned, now=earlier)
            turns.record(session, Turned("web", "", TurnKind.FAILED, "", 9), now=now - timedelta(days=3))

        day, week = words(page(app, Role.LEAD)), words(page(app, Role.ADMIN, query="days=7"))

        for shown in (
            "3 轮",
            "earnings_and_payouts",
            "NothingEarned",
            "1 轮（33.3%）",
            "web 2",
            "1 个，其中排队 1 个",
        ):
            assert shown in day
        assert TurnKind.FAILED.words not in day
        assert TurnKind.FAILED.words in week
        assert "4 轮" in week
        assert "还没有评分" in day
        assert not [name for name in ("laotie", "老铁的话") if name in day]

    def test_of_a_quiet_day_says_so(self, app: ScriptedApp) -> None:
        shown = words(page(app, Role.LEAD))

        assert "这段时间没有对话" in shown
        assert "没有积压" in shown

    def test_shows_questions_that_no_rule_answered(self, app: ScriptedApp, now: datetime) -> None:
        with app.database.writing() as session:
            policies.note_unanswered(session, question=HOSTILE, best_score=0.1, now=now)
            for at in (now - timedelta(days=3), now):
                policies.note_unanswered(session, question="直播间能挂几个链接", best_score=0.2, now=at)
            policies.note_unanswered(session, question="旧问题", best_score=0.2, now=now - timedelta(days=2))

        shown = words(page(app, Role.LEAD))

        assert shown.index("直播间能挂几个链接") < shown.index("&lt;script&gt;")
        assert HOSTILE not in shown
        assert "旧问题" not in shown
        assert "旧问题" in words(page(app, Role.ADMIN, query="days=7"))

    @pytest.mark.parametrize("query", ["days=8", "days=-1", "days=x", "days=", "days=1&days=9999"])
    def test_takes_no_period_but_its_own(self, app: ScriptedApp, query: str) -> None:
        assert page(app, Role.LEAD, query=query).status_code == 200

    @pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER])
    def test_is_for_leads_and_administrators(self, app: ScriptedApp, role: Role) -> None:
        answer = page(app, role)

        assert answer.status_code == 403
        assert "总览" not in words(answer)

    def test_sends_nobody_to_the_sign_in(self, app: ScriptedApp) -> None:
        answer = page(app, None)

        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/desk/sign-in")

    def test_writes_down_who_looked(self, app: ScriptedApp) -> None:
        page(app, Role.LEAD)

        with app.database.reading() as session:
            seen = session.connection().exec_driver_sql("SELECT action FROM desk_event").scalars().all()
        assert "view_figures" in seen
