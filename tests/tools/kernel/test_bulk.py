from datetime import date

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from tests.calls import a_creator
from tools.creators.models import Creator
from tools.kernel.bulk import insert_rows, table_of
from tools.kernel.db import Database

COLUMNS = ("handle", "nickname", "category", "city", "joined_on", "followers", "real_name_verified")


class TestInsertRows:
    def test_stores_what_the_orm_would(self, database: Database) -> None:
        rows = [
            (f"h{number}", "名\t\\N", "美食", "沈阳", date(2022, 8, 1), number, True) for number in range(3)
        ]

        with database.writing() as session:
            insert_rows(session, table_of(Creator), columns=COLUMNS, rows=rows)

        with database.reading() as session:
            found = session.scalars(select(Creator).order_by(Creator.handle)).all()
            assert [tuple(getattr(each, name) for name in COLUMNS) for each in found] == rows

    def test_lets_the_table_check(self, database: Database) -> None:
        with database.writing() as session:
            a_creator(session, "laotie")
        row = ("laotie", "a", "美食", "沈阳", date(2022, 8, 1), 0, True)

        with (
            pytest.raises((DatabaseError, psycopg.Error), match=r"(?i)unique"),
            database.writing() as session,
        ):
            insert_rows(session, table_of(Creator), columns=COLUMNS, rows=[row, row])

        with database.reading() as session:
            assert len(session.scalars(select(Creator)).all()) == 1
