from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tools.creators.models import Creator, LinkCode
from tools.kernel.db import Database, files_of, open_database
from tools.kernel.errors import OperatorError


def creator() -> Creator:
    return Creator(
        handle="laotie",
        nickname="老铁",
        category="美食",
        city="沈阳",
        joined_on=datetime.now(UTC).date(),
        followers=1,
    )


class TestWriting:
    def test_keeps_what_the_block_changed(self, database: Database) -> None:
        with database.writing() as session:
            session.add(creator())

        with database.reading() as session:
            assert session.scalar(select(Creator.handle)) == "laotie"

    def test_undoes_everything_when_the_block_raises(self, database: Database) -> None:
        def fail_after_a_change() -> None:
            with database.writing() as session:
                session.add(creator())
                session.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_after_a_change()

        with database.reading() as session:
            assert session.scalar(select(Creator.id)) is None

    def test_refuses_a_row_that_points_nowhere(self, database: Database, now: datetime) -> None:
        with pytest.raises(IntegrityError), database.writing() as session:
            session.add(LinkCode(code_hash="0", creator_id=404, expires_at=now))

    def test_gives_instants_back_aware_and_equal(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            session.add(creator())
            session.flush()
            owner = session.scalar(select(Creator.id))
            assert owner is not None
            session.add(LinkCode(code_hash="0", creator_id=owner, expires_at=now))

        with database.reading() as session:
            stored = session.scalar(select(LinkCode.expires_at))
            assert stored == now
            assert stored is not None
            assert stored.tzinfo is not None


class TestReading:
    def test_throws_away_what_the_block_changed(self, database: Database) -> None:
        with database.reading() as session:
            session.add(creator())
            session.flush()

        with database.reading() as session:
            assert session.scalar(select(Creator.id)) is None

    def test_sees_one_moment_of_the_data(self, database: Database) -> None:
        with database.reading() as reader:
            before = reader.scalar(select(Creator.id))
            with database.writing() as session:
                session.add(creator())

            assert (before, reader.scalar(select(Creator.id))) == (None, None)


class TestFiles:
    def test_lie_where_the_database_was_told(self, tmp_path: Path) -> None:
        told, untold = open_database("sqlite://", files=tmp_path), open_database("sqlite://")

        with told.reading() as reading, told.writing() as writing:
            assert files_of(reading) == files_of(writing) == told.files == tmp_path
        with untold.reading() as session, pytest.raises(AssertionError, match="without its folder"):
            files_of(session)
        told.close()
        untold.close()


class TestOpenDatabase:
    @pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x"])
    def test_says_which_setting_is_wrong(self, url: str) -> None:
        with pytest.raises(OperatorError, match="GUANGHE_DATABASE_URL"):
            open_database(url)
