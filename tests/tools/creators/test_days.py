from datetime import UTC, date, datetime

from tests.calls import a_creator
from tools.creators import service
from tools.creators.days import CreatorDays, DayFigures, Published
from tools.creators.models import AccountDay, Violation, Work, WorkDay
from tools.kernel.db import Database
from tools.kernel.period import Period

AUGUST = Period(date(2022, 8, 1), date(2022, 9, 1), "2022年8月")


class TestDays:
    def test_sums_the_works_of_each_day_and_leaves_live_sessions_out(self, database: Database) -> None:
        with database.writing() as session:
            creator, other = a_creator(session, "laotie"), a_creator(session, "other")
            at = datetime(2022, 8, 14, 17, tzinfo=UTC)  # one in the morning of the 15th in Shanghai
            for number, (owner, kind) in enumerate(((creator, "video"), (creator, "live"), (other, "video"))):
                work = Work(
                    public_id=f"3x{number}", creator_id=owner, title="t", kind=kind, category="美食",
                    published_at=at, duration_seconds=60, original=True,
                )  # fmt: skip
                session.add(work)
                session.flush()
                for day in (date(2022, 8, 31), date(2022, 9, 1)):
                    session.add(
                        WorkDay(
                            work_id=work.id, day=day, plays=100, completed_plays=0, follower_plays=0,
                            watch_seconds=0, likes=1, comments=2, shares=3, favourites=4, new_followers=0,
                        )
                    )  # fmt: skip
            session.add(
                AccountDay(
                    creator_id=creator, day=date(2022, 8, 31), followers=9, new_followers=9, lost_followers=0,
                    profile_views=0, live_seconds=77,
                )
            )  # fmt: skip
            session.flush()

            found = service.days(session, creator_ids=[creator], period=AUGUST)

        assert found == {
            creator: CreatorDays(
                {date(2022, 8, 31): DayFigures(plays=100, interactions=10, new_followers=9, live_seconds=77)},
                tuple(Published(at, kind, original=True, seconds=60) for kind in ("video", "live")),
            )
        }

    def test_has_an_empty_entry_for_who_did_nothing(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")

            assert service.days(session, creator_ids=[creator], period=AUGUST) == {creator: CreatorDays()}
            assert service.days(session, creator_ids=[], period=AUGUST) == {}


class TestPenalties:
    def test_keeps_to_the_work_asked_for(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            work = Work(
                public_id="3x1", creator_id=creator, title="t", kind="video", category="美食",
                published_at=datetime(2022, 8, 1, tzinfo=UTC), duration_seconds=60,
            )  # fmt: skip
            session.add(work)
            session.flush()
            for work_id in (None, work.id):
                session.add(
                    Violation(
                        creator_id=creator, work_id=work_id, day=date(2022, 8, 2), severity="general",
                        policy="p", clause="1.1", note=str(work_id),
                    )
                )  # fmt: skip
            session.flush()

            of_work = service.penalties(session, creator_id=creator, period=AUGUST, work_id=work.id)

            assert [each.note for each in of_work] == [str(work.id)]
            assert len(service.penalties(session, creator_id=creator, period=AUGUST)) == 2
