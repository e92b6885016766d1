"""Every operation of the API as its own schema describes it, tried with requests made up to fit it and not to fit it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema

from bot.api import problems
from bot.api.server import register
from tests.bot.api.conftest import V1, settings_at
from tests.bot.channels.running_bot import ScriptedApp
from tests.calls import a_creator
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.schema import metadata
from tools.support.api import tokens
from tools.support.api.scopes import Scope

NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
# Each may send so many requests a minute: together they are never too many.
CREATORS = 40
EXAMPLES = 6
UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
OPERATIONS = {
    "POST /messages",
    "GET /messages",
    "POST /receipts",
    "POST /confirmations",
    "POST /uploads",
    "GET /uploads/{upload_id}",
    "GET /attachments/{message_id}/{place}",
    "POST /cases",
    "GET /cases",
    "GET /cases/{number}",
    "POST /cases/{number}/cancellation",
    "POST /cases/{number}/rating",
    "POST /cases/{number}/reopening",
    "POST /creator-tokens",
    "DELETE /creator-tokens/current",
    "POST /link-codes",
    "GET /notices",
}


class Platform:
    """The API over a platform of its own, and a fresh token for each request."""

    def __init__(self, database: Database, server: FastAPI) -> None:
        self.server = server
        self._database = database
        with database.writing() as session:
            self._creators = cycle([a_creator(session, f"creator{n}") for n in range(CREATORS)])
            self._platform = tokens.add_token(
                session, name="app", scopes=set(Scope), rate_per_minute=1_000_000, now=NOON
            )

    def token(self, sort: str) -> str:
        """Return a token of the sort that an operation asks for."""
        if sort == "platform":
            return self._platform
        with self._database.writing() as session:
            issuer = tokens.platform_caller(session, token=self._platform)
            assert issuer is not None
            return tokens.issue_creator_token(
                session,
                issuer=issuer,
                creator_id=next(self._creators),
                lifetime=timedelta(hours=1),
                now=NOON,
            ).token


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Yield the platform."""
    home = tmp_path_factory.mktemp("api")
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}", files=home)
    metadata.create_all(database.engine)
    server = FastAPI()
    # A made-up `..` in a path leads out of the API: what is there answers in the same shape.
    problems.install(server)
    register(server, ScriptedApp(settings_at(home), database, lambda: NOON))
    yield Platform(database, server)
    database.close()


@pytest.fixture(scope="module")
def described(platform: Platform) -> BaseSchema:
    """Return the schema as the server tells it."""
    return schemathesis.openapi.from_asgi(f"{V1}/openapi.json", platform.server)


class TestSchema:
    def test_tells_every_operation(self, described: BaseSchema) -> None:
        found = {
            f"{method.upper()} {path}"
            for path, methods in described.raw_schema["paths"].items()
            for method in methods
        }

        assert found == OPERATIONS

    @pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
    @pytest.mark.parametrize("name", sorted(OPERATIONS))
    def test_is_kept_by_every_answer(
        self, described: BaseSchema, platform: Platform, name: str, mode: GenerationMode
    ) -> None:
        method, path = name.split()
        operation = cast("Any", described[path][method])  # Any: schemathesis leaves its generics open
        (needed,) = operation.definition.raw["security"]
        (sort,) = needed

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=UNHURRIED,
        )
        def check(case: Any) -> None:  # noqa: ANN401 - as above
            case.call_and_validate(headers={"Authorization": f"Bearer {platform.token(sort)}"})

        check()
