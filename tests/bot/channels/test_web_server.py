"""The web server's parts that need no browser."""

import re
from pathlib import Path

from bot.channels.web import Site, storage_secret
from tests.bot.channels.running_bot import ScriptedApp
from tests.bot.channels.running_web import NOON, settings_at
from tools.kernel.db import Database, open_database


class TestStorageSecret:
    def test_is_made_once_and_is_its_owners_alone(self, tmp_path: Path) -> None:
        first = storage_secret(tmp_path / "home")
        (tmp_path / "home" / "web-secret").chmod(0o644)

        second = storage_secret(tmp_path / "home")

        assert second == first
        assert re.fullmatch(r"[0-9a-f]{64}", first)
        assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in (tmp_path / "home").iterdir()] == [
            ("web-secret", "0o600")
        ]


class TestHealth:
    def test_is_ok_while_the_database_answers(self, database: Database, tmp_path: Path) -> None:
        answer = Site(ScriptedApp(settings_at(tmp_path), database, lambda: NOON)).health()

        assert (answer.status_code, answer.body) == (200, b'{"status":"ok"}')

    def test_is_503_when_the_database_does_not(self, tmp_path: Path) -> None:
        lost = open_database(f"sqlite:///{tmp_path / 'missing' / 'guanghe.sqlite'}")

        answer = Site(ScriptedApp(settings_at(tmp_path), lost, lambda: NOON)).health()

        assert answer.status_code == 503
