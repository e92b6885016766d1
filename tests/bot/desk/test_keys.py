"""What a browser's key opens: whoever is signed in, as long as they are, and only what they do themselves prolongs it."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import App
from bot.desk.keys import Key, SignedOutError
from tools.kernel.db import Database
from tools.support import agents, sign_in
from tools.support.agents import Role
from tools.support.sign_in import IDLE, SignedIn

HOUR = timedelta(hours=1)


def key_at(database: Database, token: str, now: datetime) -> Key:
    return Key(cast("App", SimpleNamespace(database=database, clock=lambda: now)), token)


@pytest.fixture
def token(database: Database, now: datetime) -> str:
    """Return the key of somebody who signed in at noon."""
    with database.writing() as session:
        agents.add_agent(
            session, login="xiaozhou", name="小周", password="a long password", roles=[Role.AGENT], now=now
        )
        signed_in = sign_in.sign_in(
            session, login="xiaozhou", password="a long password", address="", now=now
        )
    assert isinstance(signed_in, SignedIn)
    return signed_in.token


class TestKey:
    def test_opens_for_whoever_signed_in(self, database: Database, token: str, now: datetime) -> None:
        key = key_at(database, token, now + HOUR)

        assert key.reading(lambda _, agent: agent.login) == "xiaozhou"
        assert key.writing(lambda _, agent, at: (agent.login, at)) == ("xiaozhou", now + HOUR)

    @pytest.mark.parametrize("wrong", ["", "x", "é" * 40])
    def test_opens_nothing_for_a_wrong_one(
        self, database: Database, token: str, now: datetime, wrong: str
    ) -> None:
        key = key_at(database, wrong, now)

        with pytest.raises(SignedOutError):
            key.reading(lambda _, agent: agent)
        with pytest.raises(SignedOutError):
            key.writing(lambda _, agent, __: agent)

    @pytest.mark.parametrize("is_alive", [True, False])
    def test_is_prolonged_by_what_the_person_does_alone(
        self, database: Database, token: str, now: datetime, *, is_alive: bool
    ) -> None:
        key_at(database, token, now + HOUR).writing(lambda _, agent, __: agent, is_alive=is_alive)
        later = key_at(database, token, now + IDLE + HOUR / 2)

        if is_alive:
            assert later.reading(lambda _, agent: agent.login) == "xiaozhou"
        else:
            with pytest.raises(SignedOutError):
                later.reading(lambda _, agent: agent)
