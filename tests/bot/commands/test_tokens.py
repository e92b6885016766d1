"""`guanghe tokens`: made, shown once, listed without, revoked."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.test_cli import Command
from tools.kernel.db import open_database
from tools.schema import metadata
from tools.support.api import tokens


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with an empty platform."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.delenv("GUANGHE_DATABASE_URL", raising=False)
    database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}")
    metadata.create_all(database.engine)
    with database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        session.connection().exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    database.close()
    return home


class TestTokens:
    def test_are_shown_once_and_end_when_revoked(self, home: Path) -> None:
        command = Command(home)

        code, token, problem = command.run("tokens", "add", "app", "--scope", "act", "--scope", "link")
        _, listed, _ = command.run("tokens", "list", "--json")
        _, revoked, _ = command.run("tokens", "revoke", "app")

        assert (code, problem) == (0, "")
        assert token.startswith("ghp_")
        assert json.loads(listed)["scopes"] == ["act", "link"]
        assert token.strip() not in listed
        assert revoked == "revoked\n"
        database = open_database(f"sqlite:///{home / 'guanghe.sqlite'}")
        with database.reading() as session:
            assert tokens.platform_caller(session, token=token.strip()) is None
        database.close()
