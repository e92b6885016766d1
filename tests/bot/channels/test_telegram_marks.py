"""Small writes gathered: everybody hears of their own."""

import asyncio
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.channels.telegram_marks import Marks
from tests.bot.channels.running_bot import ONE_DATABASE
from tools.kernel.db import Database


def note(session: Session, *, number: int) -> int:
    if number == 3:
        raise ValueError("three")
    session.execute(text("INSERT INTO note VALUES (:number)"), {"number": number})
    return number


@ONE_DATABASE
class TestMarks:
    def test_tell_each_its_result_and_let_nobody_suffer_from_another(self, database: Database) -> None:
        async def write() -> list[object]:
            marks = Marks(database)
            first = asyncio.create_task(marks.write(partial(note, number=0)))
            await asyncio.sleep(0)
            together = [marks.write(partial(note, number=number)) for number in range(1, 6)]
            return await asyncio.gather(first, *together, return_exceptions=True)

        with database.writing() as session:
            session.execute(text("CREATE TABLE note (number INTEGER)"))

        found = asyncio.run(write())

        with database.reading() as session:
            kept = list(session.scalars(text("SELECT number FROM note ORDER BY number")))
        assert [str(one) for one in found] == ["0", "1", "2", "three", "4", "5"]
        assert kept == [0, 1, 2, 4, 5]
