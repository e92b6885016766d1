"""The API in this process: two creators, tokens of each kind, an agent that says what the test wants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.api.server import register
from bot.settings import Settings
from tests.bot.channels.running_bot import ScriptedApp
from tests.calls import a_creator
from tools.kernel.db import Database
from tools.support.api import tokens
from tools.support.api.scopes import Scope

V1 = "/api/v1"


@dataclass(frozen=True)
class Api:
    """A client of the API and what it may show."""

    client: TestClient
    app: ScriptedApp
    server: FastAPI
    laotie: int
    xinren: int
    platform: str

    def token(self, creator: int) -> str:
        """Return a new token of this creator."""
        with self.app.database.writing() as session:
            issuer = tokens.platform_caller(session, token=self.platform)
            assert issuer is not None
            return tokens.issue_creator_token(
                session,
                issuer=issuer,
                creator_id=creator,
                lifetime=timedelta(minutes=15),
                now=self.app.clock(),
            ).token

    def as_creator(self, creator: int) -> "Caller":
        """Return a caller who is this creator."""
        return Caller(self.client, {"Authorization": f"Bearer {self.token(creator)}"})

    def as_platform(self) -> "Caller":
        """Return a caller with a token of every scope."""
        return Caller(self.client, {"Authorization": f"Bearer {self.platform}"})

    def as_nobody(self) -> "Caller":
        """Return a caller without a token."""
        return Caller(self.client, {})


@dataclass(frozen=True)
class Caller:
    """Somebody with certain headers."""

    client: TestClient
    headers: Mapping[str, str]

    def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 - httpx's response, which has no types here
        return self.client.get(V1 + path, headers=self.headers, params=query)

    def post(self, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - as above
        return self.client.post(V1 + path, headers={**self.headers, **headers}, json=body)

    def send(self, path: str, content: bytes, **headers: str) -> Any:  # noqa: ANN401 - as above
        return self.client.post(V1 + path, headers={**self.headers, **headers}, content=content)

    def delete(self, path: str) -> Any:  # noqa: ANN401 - as above
        return self.client.delete(V1 + path, headers=self.headers)


@pytest.fixture
def api(database: Database, now: datetime, tmp_path: Path) -> Iterator[Api]:
    """Yield the API over an empty platform with two creators."""
    with database.writing() as session:
        laotie, xinren = a_creator(session, "laotie"), a_creator(session, "xinren")
        platform = tokens.add_token(
            session, name="app", scopes=set(Scope), rate_per_minute=1_000_000, now=now
        )
    app = ScriptedApp(settings_at(tmp_path), database, lambda: now)
    server = FastAPI()
    register(server, app)
    with TestClient(server) as client:
        yield Api(client, app, server, laotie, xinren, platform)


def settings_at(home: Path) -> Settings:
    """Return the settings of this home, whatever the machine's own are."""
    given: dict[str, Any] = {"_env_file": None, "home": home, "upload_limit_mb": 2}
    return Settings(**given)
