"""How creators stand before the programmes: one with every clause, all of them counted."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.creators.models import AccountDay, Creator, Work
from tools.kernel.db import Database
from tools.payout import service
from tools.payout.program_files import packaged_programs


class TestStanding:
    def test_tells_every_programme_in_its_order(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie", followers=150_000)

            standings = service.standing(session, creator_id=creator, on=on)

        assert [item.program for item in standings] == list(packaged_programs())
        assert [item.program.id for item in standings if item.eligible] == ["lifecycle"]

    def test_gives_no_verdict_out_of_term(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")

            standings = service.standing(session, creator_id=creator, on=date(2022, 10, 1))

        [qingyun] = [item for item in standings if item.program.id == "qingyun"]
        assert (qingyun.term, qingyun.verdict, qingyun.eligible) == (None, None, False)


def with_works(session: Session, handle: str, *, followers: int, works: int, at: datetime) -> int:
    """Store an account with works of the last days, and return its id."""
    creator = a_creator(session, handle, followers=followers)
    session.add(
        AccountDay(
            creator_id=creator, day=date(2022, 8, 14), followers=followers, new_followers=0,
            lost_followers=0, profile_views=0, live_seconds=0,
        )
    )  # fmt: skip
    for number in range(works):
        session.add(
            Work(
                public_id=f"3x{handle}{number}", creator_id=creator, title=f"作品{number}", kind="video",
                category="美食", published_at=at.replace(day=number + 1), duration_seconds=30,
            )
        )  # fmt: skip
    session.flush()
    return creator


class TestEligibleOfAll:
    def test_counts_as_each_creator_is_told(self, database: Database, now: datetime, on: date) -> None:
        with database.writing() as session:
            for number, (followers, works) in enumerate([(10_000, 4), (9_999, 4), (20_000, 3), (50_000, 9)]):
                with_works(session, f"c{number}", followers=followers, works=works, at=now)

            rows = service.eligible_of_all(session, on=on)

            told = {
                program.id: [
                    creator.handle
                    for creator in session.scalars(select(Creator).order_by(Creator.id))
                    for item in service.standing(session, creator_id=creator.id, on=on)
                    if item.program == program and item.eligible
                ]
                for program in packaged_programs()
            }
        assert told["guanghe"] == ["c0", "c3"]
        for row in rows:
            assert (row.creators, row.eligible) == (4, len(told[row.program]))
            assert list(row.samples) == told[row.program][:3]

    def test_has_a_row_for_a_programme_that_is_not_in_force(self, database: Database) -> None:
        with database.writing() as session:
            a_creator(session, "laotie")

            rows = service.eligible_of_all(session, on=date(2022, 10, 1))

        [qingyun] = [row for row in rows if row.program == "qingyun"]
        assert qingyun == service.ProgramCount("qingyun", "青云计划", False, 1, 0, ())  # noqa: FBT003 - a row as it prints
