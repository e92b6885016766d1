"""Tokens of the HTTP API: whose they are, until when, and that the database does not hold them."""

from datetime import datetime, timedelta

import pytest

from tests.calls import a_creator
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.support.api import tokens
from tools.support.api.scopes import Scope
from tools.support.api.tokens import PlatformCaller

HOUR = timedelta(hours=1)


@pytest.fixture
def token(database: Database, now: datetime) -> str:
    with database.writing() as session:
        return tokens.add_token(session, name="app", scopes={Scope.ACT}, rate_per_minute=60, now=now)


def caller(database: Database, token: str) -> PlatformCaller:
    with database.reading() as session:
        found = tokens.platform_caller(session, token=token)
    assert found is not None
    return found


def issued(database: Database, token: str, creator: int, now: datetime) -> str:
    issuer = caller(database, token)
    with database.writing() as session:
        return tokens.issue_creator_token(
            session, issuer=issuer, creator_id=creator, lifetime=HOUR, now=now
        ).token


def speaks_for(database: Database, token: str, now: datetime) -> int | None:
    with database.reading() as session:
        found = tokens.creator_caller(session, token=token, now=now)
    return found.creator_id if found else None


class TestPlatformToken:
    def test_is_known_by_what_it_is_and_by_nothing_else(self, database: Database, token: str) -> None:
        found = caller(database, token)

        assert (found.name, found.scopes, found.rate_per_minute) == ("app", {Scope.ACT}, 60)
        with database.reading() as session:
            wrong = ("", "ghp_", token[:-1], token + "x", token.upper(), "\ud800", f"ghp_{token}")
            assert [tokens.platform_caller(session, token=one) for one in wrong] == [None] * len(wrong)

    def test_lies_in_the_database_as_a_hash(self, database: Database, token: str, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        other = issued(database, token, creator, now)

        with database.reading() as session:
            rows = [
                str(row)
                for table in ("platform_token", "creator_token")
                for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own
            ]

        assert len(rows) == 2
        assert not any(secret[4:] in row for row in rows for secret in (token, other))

    def test_ends_with_everything_it_asked_for(self, database: Database, token: str, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        creators_own = issued(database, token, creator, now)

        with database.writing() as session:
            tokens.revoke_token(session, name="app", now=now)

        with database.reading() as session:
            assert tokens.platform_caller(session, token=token) is None
            assert [view.revoked_at for view in tokens.tokens(session)] == [now]
        assert speaks_for(database, creators_own, now) is None

    @pytest.mark.parametrize("name", ["", "App", "a b", "é", "a" * 41, "-a", "a/b"])
    def test_has_a_plain_name(self, database: Database, now: datetime, name: str) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match="no name of a token"):
            tokens.add_token(session, name=name, scopes={Scope.LINK}, rate_per_minute=1, now=now)

    def test_has_a_name_of_its_own_for_good(self, database: Database, token: str, now: datetime) -> None:
        with database.writing() as session:
            tokens.revoke_token(session, name="app", now=now)
            tokens.revoke_token(session, name="app", now=now + HOUR)

        with database.writing() as session, pytest.raises(OperatorError, match="is or was"):
            tokens.add_token(session, name="app", scopes={Scope.ACT}, rate_per_minute=1, now=now)

    def test_that_nobody_made_cannot_be_revoked(self, database: Database, now: datetime) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match="no token named 'else'"):
            tokens.revoke_token(session, name="else", now=now)


class TestCreatorToken:
    def test_speaks_for_its_creator_until_it_expires(
        self, database: Database, token: str, now: datetime
    ) -> None:
        with database.writing() as session:
            laotie, xinren = a_creator(session, "laotie"), a_creator(session, "xinren")
        own, others = issued(database, token, laotie, now), issued(database, token, xinren, now)

        assert (speaks_for(database, own, now), speaks_for(database, others, now)) == (laotie, xinren)
        assert speaks_for(database, own, now + HOUR - timedelta(seconds=1)) == laotie
        assert speaks_for(database, own, now + HOUR) is None

    def test_is_no_platform_token_and_the_other_way(
        self, database: Database, token: str, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        own = issued(database, token, creator, now)

        with database.reading() as session:
            assert tokens.platform_caller(session, token=own) is None
            assert tokens.creator_caller(session, token=token, now=now) is None

    def test_can_be_ended_alone(self, database: Database, token: str, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        first, second = issued(database, token, creator, now), issued(database, token, creator, now)

        with database.writing() as session:
            found = tokens.creator_caller(session, token=first, now=now)
            assert found is not None
            tokens.end_creator_token(session, caller=found)

        assert speaks_for(database, first, now) is None
        assert speaks_for(database, second, now) == creator

    def test_leaves_no_expired_ones_behind(self, database: Database, token: str, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
        for _ in range(3):
            issued(database, token, creator, now)

        issued(database, token, creator, now + 2 * HOUR)

        with database.reading() as session:
            (left,) = session.connection().exec_driver_sql("SELECT count(*) FROM creator_token").one()
        assert left == 1
