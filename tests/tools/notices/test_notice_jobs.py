from datetime import datetime, timedelta

from tests.calls import a_creator
from tests.tools.notices.conftest import DAY, an_activity
from tools.creators import service as creators
from tools.creators.models import AccountDay
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import activities, preferences, service
from tools.notices.alerts import look_at_accounts
from tools.notices.jobs import JOBS
from tools.notices.reminders import remind_of_activities
from tools.notices.topics import Lane, Topic


def texts(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.text for each in service.unsent(session)]


class TestRemindOfActivities:
    def test_reminds_a_day_before_it_begins_and_a_day_before_it_ends_once_each(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            an_activity(session, now, starts=3 * DAY, ends=9 * DAY, until=5 * DAY)
            creator = a_creator(session, "one")
            activities.sign_up(session, key="HD-1", creator_id=creator, on=now.date(), now=now)

        seen: list[int] = []
        for hours in (0, 47, 49, 50, 100, 8 * 24 + 1, 8 * 24 + 2, 9 * 24 + 1):
            remind_of_activities(database, now + timedelta(hours=hours))
            seen.append(len(texts(database)))

        assert seen == [0, 0, 1, 1, 1, 2, 2, 2]
        assert "开始" in texts(database)[0]
        assert "截止" in texts(database)[1]
        with database.reading() as session:
            assert {each.lane for each in service.unsent(session)} == {Lane.DEADLINE}

    def test_reminds_nobody_who_withdrew(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            an_activity(session, now, starts=3 * DAY)
            creator = a_creator(session, "one")
            activities.sign_up(session, key="HD-1", creator_id=creator, on=now.date(), now=now)
            activities.withdraw(session, key="HD-1", creator_id=creator, now=now)

        remind_of_activities(database, now + timedelta(days=2, hours=2))

        assert texts(database) == []


class TestLookAtAccounts:
    def test_tells_linked_creators_of_a_loss_once_a_week(self, database: Database, now: datetime) -> None:
        linked = losing(database, "linked", now, link=True)
        losing(database, "nobody", now, link=False)

        for days in (0, 1):
            look_at_accounts(database, now + days * DAY)

        with database.reading() as session:
            [alert] = service.unsent(session)
        assert (alert.creator_id, alert.topic) == (linked, Topic.DIAGNOSIS)
        assert alert.text.startswith("最近 7 天掉粉：新增 70 个粉丝，取关 4,270 个，净减 4,200 个。建议：")

    def test_leaves_alone_who_does_not_want_to_hear_and_old_figures(
        self, database: Database, now: datetime
    ) -> None:
        muted = losing(database, "muted", now, link=True)
        losing(database, "old", now - 5 * DAY, link=True)
        with database.writing() as session:
            preferences.mute(session, creator_id=muted, topics=[Topic.DIAGNOSIS], now=now)

        look_at_accounts(database, now)

        assert texts(database) == []

    def test_is_a_job_after_the_figures_are_complete(self) -> None:
        assert {job.name: job.cron for job in JOBS}["notices.look_at_accounts"] == "50 10 * * *"


def losing(database: Database, handle: str, now: datetime, *, link: bool) -> int:
    """Store an account that lost 600 followers on each of the fourteen days before now; return its id."""
    today = now.astimezone(PLATFORM_ZONE).date()
    with database.writing() as session:
        creator = a_creator(session, handle)
        for back in range(14, 0, -1):
            session.add(
                AccountDay(
                    creator_id=creator,
                    day=today - back * DAY,
                    new_followers=10,
                    lost_followers=610 if back <= 7 else 10,
                    followers=12_000,
                    profile_views=0,
                    live_seconds=0,
                )
            )
        if link:
            creators.link_directly(session, channel="telegram", address=handle, creator_id=creator, now=now)
    return creator
