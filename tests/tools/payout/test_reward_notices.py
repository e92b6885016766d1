from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import a_work, an_account, at
from tools.kernel.db import Database
from tools.notices import service as notices
from tools.notices.topics import Lane, Topic
from tools.payout import tasks_service
from tools.payout.models import TaskClaim
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.reward_jobs import JOBS, remind_of_tasks, tell_rewards
from tools.payout.rewards import grant_reward

MONDAY = date(2022, 8, 15)
WORKS_5 = ("lifecycle", "works-5")


def granted(
    database: Database, creator: int, key: str, *, now: datetime, fen: int = 12_00, impressions: int = 0
) -> None:
    with database.writing() as session:
        grant_reward(
            session,
            creator_id=creator,
            program=find_program(packaged_programs(), "lifecycle"),
            task="发布5条",
            cash_fen=fen,
            impressions=impressions,
            key=key,
            now=now,
        )


def left(session: Session) -> list[str]:
    return [each.text for each in notices.unsent(session)]


class TestTellRewards:
    def test_tells_each_reward_once_however_often_it_looks(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "one")
        granted(database, creator, "a", now=now, impressions=500)
        tell_rewards(database, now)
        granted(database, creator, "b", now=now + timedelta(minutes=1), fen=5_00)
        for hours in (0, 1, 3):
            tell_rewards(database, now + timedelta(hours=hours))

        with database.reading() as session:
            assert sorted(left(session)) == sorted(
                [
                    "成长周期任务发放了 12.00 元激励（发布5条），结算后可提现。",
                    "成长周期任务发放了 500 次曝光的流量（发布5条），已经可以用。",
                    "成长周期任务发放了 5.00 元激励（发布5条），结算后可提现。",
                ]
            )
            assert {each.topic for each in notices.unsent(session)} == {Topic.REWARD}

    def test_begins_without_the_history(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "one")
        granted(database, creator, "old", now=now - timedelta(days=3))
        granted(database, creator, "new", now=now, fen=1_00)

        tell_rewards(database, now)

        with database.reading() as session:
            assert left(session) == ["成长周期任务发放了 1.00 元激励（发布5条），结算后可提现。"]

    def test_is_a_job(self) -> None:
        assert {"payout.tell_rewards", "payout.remind_of_tasks"} <= {job.name for job in JOBS}


class TestRemindOfTasks:
    def test_reminds_three_days_and_one_day_before_the_end_until_it_is_done(self, database: Database) -> None:
        with database.writing() as session:
            creator, done = an_account(session, "one"), an_account(session, "done")
            for each in (creator, done):
                tasks_service.claim(session, creator_id=each, wanted=[WORKS_5], on=MONDAY, now=at(MONDAY))
            ends = session.scalars(select(TaskClaim.ends_on)).first()
            assert ends is not None
            for hour in range(5):
                a_work(session, done, at(MONDAY + timedelta(days=1), hour))

        seen: list[int] = []
        for back in (5, 3, 2, 1, 1, 0):
            remind_of_tasks(database, at(ends - timedelta(days=back), 10))
            with database.reading() as session:
                seen.append(len(notices.unsent(session)))

        assert seen == [0, 1, 1, 2, 2, 2]
        with database.reading() as session:
            found = notices.unsent(session)
        assert {(each.creator_id, each.lane) for each in found} == {(creator, Lane.DEADLINE)}
        assert "还差 5 条" in found[0].text
        assert found[0].expires_at == at(ends, 0)
