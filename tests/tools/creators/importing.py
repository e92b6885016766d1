"""What the tests of imports share: an export written by hand, and the store as a whole."""

from pathlib import Path

from sqlalchemy import select

from tools.creators import service
from tools.creators.models import AccountDay, Creator, Violation, Work, WorkDay
from tools.creators.service import RowCounts
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError

LAOTIE = "laotie,老铁食堂,美食,沈阳,2020-10-06,100,true,,,"
XINREN = "xinren,小鹿,美妆,成都,2022-05-09,50,false,2022-08-01,470,星途文化"
WORK = "3xa,laotie,锅包肉,video,美食,2022-08-01T18:30:00,42,1,,"
DRAMA = "3xb,xinren,归途1,drama,短剧,2022-08-01T10:30:00+00:00,42,0,归途,S+"
WORK_DAY = "3xa,2022-08-01,100,40,20,2000,5,1,0,2,3"
ACCOUNT_DAYS = ("laotie,2022-08-01,100,3,1,9,0", "laotie,2022-08-02,104,5,1,9,3600")
VIOLATION = "laotie,3xa,2022-08-02,notice,advertising-wording,1.1,极限词"


def import_folder(database: Database, folder: Path) -> RowCounts:
    with database.writing() as session:
        return service.import_exports(session, folder=folder)


def complaint_about(database: Database, folder: Path) -> str | None:
    """Import the folder and return the error's line, if there is one."""
    try:
        import_folder(database, folder)
    except OperatorError as error:
        return str(error)
    return None


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the room, by what names it for good instead of ids."""
    with database.reading() as session:
        handles: dict[int, str] = dict(session.execute(select(Creator.id, Creator.handle)).all())
        works: dict[int | None, str] = dict(session.execute(select(Work.id, Work.public_id)).all())
        named = {
            "creators": [_row(row, "id") for row in session.scalars(select(Creator))],
            "works": [
                (handles[row.creator_id], *_row(row, "id", "creator_id"))
                for row in session.scalars(select(Work))
            ],
            "work_days": [
                (works[row.work_id], *_row(row, "work_id")) for row in session.scalars(select(WorkDay))
            ],
            "account_days": [
                (handles[row.creator_id], *_row(row, "creator_id"))
                for row in session.scalars(select(AccountDay))
            ],
            "violations": [
                (handles[row.creator_id], works.get(row.work_id), *_row(row, "id", "creator_id", "work_id"))
                for row in session.scalars(select(Violation))
            ],
        }
    return {name: sorted(rows, key=repr) for name, rows in named.items()}


def _row(row: Creator | Work | WorkDay | AccountDay | Violation, *without: str) -> tuple[object, ...]:
    return tuple(getattr(row, column.name) for column in row.__table__.columns if column.name not in without)
