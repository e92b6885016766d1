from datetime import date, timedelta

from sqlalchemy import update

from tools.creators import invariants, service
from tools.creators.models import AccountDay, Creator, Violation, Work
from tools.kernel.db import Database


class TestUnexplainedFollowers:
    def test_names_the_day_that_does_not_follow(self, platform: Database, on: date) -> None:
        with platform.writing() as session:
            laotie = service.find_account(session, handle="laotie")
            assert laotie
            day = session.get_one(AccountDay, (laotie.id, on - timedelta(days=1)))
            day.followers += 5
            session.flush()

            broken = list(invariants.unexplained_followers(session))

        assert broken == ["account day 2022-08-14 of laotie ends at 12353 followers, not at 12348"]


class TestStaleFollowers:
    def test_names_the_account_whose_count_differs(self, platform: Database) -> None:
        with platform.writing() as session:
            session.execute(update(Creator).where(Creator.handle == "laotie").values(followers=12_000))

            broken = list(invariants.stale_followers(session))

        assert broken == ["creator laotie has 12000 followers, but 12348 at the end of the last account day"]


class TestFiguresBeforePublication:
    def test_names_every_day_before(self, platform: Database) -> None:
        with platform.writing() as session:
            work = Work.public_id == "3xlaotie023"
            session.execute(update(Work).where(work).values(published_at=Work.published_at))
            moved = session.query(Work).filter(work).one()
            moved.published_at += timedelta(hours=3)
            session.flush()

            broken = list(invariants.figures_before_publication(session))

        assert broken == ["work 3xlaotie023 has figures of 2022-08-14, but was published on 2022-08-15"]


class TestForeignViolations:
    def test_names_the_penalty_on_the_wrong_creator(self, platform: Database) -> None:
        with platform.writing() as session:
            xinren = service.find_account(session, handle="xinren")
            assert xinren
            session.execute(
                update(Violation).where(Violation.work_id.is_not(None)).values(creator_id=xinren.id)
            )

            broken = list(invariants.foreign_violations(session))

        assert [line.split(" of ", 1)[1] for line in broken] == [
            "xinren is about work 3xlaotie014 of another creator"
        ]
