"""`guanghe detect scan` as processes: shared, killed, gone on with, each work once in effect."""

import json
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.settings import Settings
from tests.clips import scene, write_clip
from tests.processes import guanghe
from tools.kernel.db import Database, open_database

WORKS = [f"3xfangmao{number:03d}" for number in range(1, 7)]


@pytest.fixture
def database(demo_settings: Settings) -> Database:
    return open_database(f"sqlite:///{demo_settings.home / 'guanghe.sqlite'}")


@pytest.fixture
def uploads(demo_settings: Settings, tmp_path: Path) -> Path:
    """Protect one original and return a folder of six works: two copies, three other films, one that is none."""
    home = demo_settings.home
    original = write_clip(tmp_path / "3xyuanchuang001.mp4", scene(31))
    assert guanghe("detect", "add", str(original), "--owner", "yuanchuang", home=home).wait()[0] == 0
    folder = tmp_path / "uploads"
    folder.mkdir()
    for number, work in enumerate(WORKS):
        write_clip(folder / f"{work}.mp4", scene(31 if number in (1, 4) else 60 + number))
    (folder / f"{WORKS[5]}.mp4").write_bytes(b"no film")
    return folder


def checked(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(
            text("SELECT count(*) FROM detection_scan_item WHERE checked_at IS NOT NULL")
        ).one()


class TestScan:
    def test_goes_on_after_a_kill_and_does_everything_once(
        self, demo_settings: Settings, uploads: Path, database: Database
    ) -> None:
        home = demo_settings.home
        first = guanghe("detect", "scan", str(uploads), "--json", home=home)
        until = time.monotonic() + 60
        while checked(database) == 0 and time.monotonic() < until:
            time.sleep(0.01)
        first.kill()
        before = checked(database)

        code, out, err = guanghe("detect", "scan", str(uploads), "--json", home=home).wait()

        assert 0 < before < len(WORKS)
        assert checked(database) == len(WORKS)
        assert code == 1
        assert err == f"{WORKS[5]}: not a video in a known format\n"
        found = {row["work"]: row for row in map(json.loads, out.splitlines())}
        assert set(found) == {WORKS[1], WORKS[4]}
        assert all(row["original"] == "3xyuanchuang001" for row in found.values())
        with database.reading() as session:
            reports = session.execute(
                text(
                    "SELECT count(*), count(DISTINCT suspect_work_id) FROM infringement_report"
                    " WHERE suspect_key LIKE 'work:%'"
                )
            ).one()
        assert reports == (2, 2)

    def test_is_done_by_a_worker_where_it_is_only_queued(
        self, demo_settings: Settings, uploads: Path, database: Database
    ) -> None:
        home = demo_settings.home
        queued = guanghe("detect", "scan", str(uploads), "--queue-only", home=home).wait()
        before = checked(database)

        worked = guanghe("worker", "--until-idle", home=home).wait()

        assert queued[:2] == (0, "6 works are queued or compared, 0 unknown\n")
        assert before == 0
        assert worked[0] == 0, worked[2]
        assert checked(database) == len(WORKS)
