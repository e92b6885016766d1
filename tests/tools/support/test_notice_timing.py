from datetime import datetime, timedelta

import pytest

from tests.calls import a_creator
from tests.tools.notices.conftest import an_activity
from tests.tools.support.test_notices import chat, said
from tools.catalog import all_invariants
from tools.kernel.db import Database
from tools.notices import broadcasts, preferences, service
from tools.notices.timing import Preferences
from tools.notices.topics import Lane, Topic
from tools.support import service as log
from tools.support.deliveries import service as messengers
from tools.support.notices import deliver_notices

HOUR = timedelta(hours=1)
EACH = Preferences(digest_at=None)


@pytest.fixture
def creator(database: Database) -> int:
    with database.writing() as session:
        return a_creator(session, "laotie")


def leave(database: Database, creator: int, topic: Topic, key: str, now: datetime) -> None:
    with database.writing() as session:
        service.leave(session, creator_id=creator, topic=topic, text=f"{key}。", dedupe_key=key, now=now)


def one_by_one(database: Database, creator: int, now: datetime) -> None:
    with database.writing() as session:
        preferences.set_times(session, creator_id=creator, wanted=EACH, now=now)


def states(database: Database, creator: int) -> dict[str, str]:
    with database.reading() as session:
        return {each.text.rstrip("。"): each.state for each in service.newest(session, creator_id=creator)}


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for invariant in all_invariants() for line in invariant.violations(session)]


class TestDigest:
    def test_gathers_a_days_bulk_into_one_message_and_nothing_else(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here = chat(database, creator, now)
        for topic, key in (
            (Topic.REWARD, "奖一"),
            (Topic.TASK, "任务"),
            (Topic.REWARD, "奖二"),
            (Topic.DIAGNOSIS, "掉粉"),
        ):
            leave(database, creator, topic, key, now)

        deliver_notices(database, now)
        noon = said(database, here)
        deliver_notices(database, now + 7 * HOUR)
        deliver_notices(database, now + 8 * HOUR)

        assert noon == ["任务。"]
        assert said(database, here)[1:] == [
            "8月15日的 3 条通知：\n1. 【激励到账】奖一。\n2. 【激励到账】奖二。\n3. 【账号数据】掉粉。"
        ]
        assert set(states(database, creator).values()) == {"sent"}
        assert broken(database) == []

    def test_tells_a_single_one_in_its_own_words(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here = chat(database, creator, now)
        leave(database, creator, Topic.REWARD, "奖一", now)

        deliver_notices(database, now + 7 * HOUR)

        assert said(database, here) == ["奖一。"]

    def test_goes_in_the_lane_of_its_notices(self, database: Database, creator: int, now: datetime) -> None:
        chat(database, creator, now)
        one_by_one(database, creator, now)
        for topic in (Topic.REWARD, Topic.TASK, Topic.REPORT):
            leave(database, creator, topic, topic.value, now)

        deliver_notices(database, now)

        with database.reading() as session:
            waiting = log.undelivered(session, channel="telegram")
        assert [message.lane.value for message in waiting] == ["case", "deadline", "bulk"]


class TestEnds:
    def test_says_why_each_was_not_told(self, database: Database, creator: int, now: datetime) -> None:
        here = chat(database, creator, now)
        with database.writing() as session:
            preferences.mute(session, creator_id=creator, topics=[Topic.DIAGNOSIS], now=now)
            stranger = a_creator(session, "stranger")
        leave(database, creator, Topic.DIAGNOSIS, "不要", now)
        leave(database, creator, Topic.REWARD, "过期", now)
        leave(database, stranger, Topic.PAYOUT, "没人", now)

        deliver_notices(database, now)
        deliver_notices(database, now + timedelta(days=8))

        assert states(database, creator) == {"过期": "expired", "不要": "muted"}
        assert states(database, stranger) == {"没人": "unreached"}
        assert said(database, here) == []

    def test_tells_nothing_to_who_has_blocked_us(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here = chat(database, creator, now)
        with database.writing() as session:
            messengers.mark_unreachable(session, channel="telegram", address="7", reason="blocked", now=now)
        leave(database, creator, Topic.PAYOUT, "打款", now)

        deliver_notices(database, now)

        assert (states(database, creator), said(database, here)) == ({"打款": "blocked"}, [])


class TestActivities:
    def test_are_three_a_week_and_the_rest_on_monday(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here = chat(database, creator, now)
        one_by_one(database, creator, now)
        for number in range(5):
            with database.writing() as session:
                service.leave(
                    session, creator_id=creator, topic=Topic.ACTIVITY, text=f"{number}", dedupe_key=f"{number}",
                    expires_at=now + timedelta(days=20), now=now,
                )  # fmt: skip

        deliver_notices(database, now)
        told = list(states(database, creator).values()).count("sent")
        deliver_notices(database, now + timedelta(days=2))
        same_week = list(states(database, creator).values()).count("sent")
        deliver_notices(database, now + timedelta(days=7))

        assert (told, same_week) == (3, 3)
        assert set(states(database, creator).values()) == {"sent"}
        assert len(said(database, here)) == 2

    def test_of_a_paused_broadcast_wait(self, database: Database, creator: int, now: datetime) -> None:
        here = chat(database, creator, now)
        one_by_one(database, creator, now)
        with database.writing() as session:
            an_activity(session, now)
            row = broadcasts.send(session, key="HD-1", on=now.date(), now=now)
        broadcasts.store_notices(database, now, {"broadcast": row.id})
        with database.writing() as session:
            broadcasts.pause(session, key="HD-1")

        deliver_notices(database, now)
        paused = said(database, here)
        with database.writing() as session:
            broadcasts.resume(session, key="HD-1", now=now)
        deliver_notices(database, now + HOUR)

        assert paused == []
        assert said(database, here) == [row.text]
        with database.reading() as session:
            assert broadcasts.report(session, key="HD-1").sent == 1
        assert broken(database) == []


class TestBulk:
    def test_waits_while_the_messenger_is_behind(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here = chat(database, creator, now)
        one_by_one(database, creator, now)
        leave(database, creator, Topic.REWARD, "一", now)
        deliver_notices(database, now)
        leave(database, creator, Topic.REWARD, "二", now)
        leave(database, creator, Topic.PAYOUT, "打款", now)

        deliver_notices(database, now, bulk_ahead=1)
        behind = said(database, here)
        with database.writing() as session:
            for message in log.undelivered(session, channel="telegram"):
                log.mark_delivered(session, message_id=message.message_id, now=now)
        deliver_notices(database, now, bulk_ahead=1)

        assert behind == ["一。", "打款。"]
        assert said(database, here) == ["一。", "打款。", "二。"]

    def test_has_a_lane_of_its_own(self) -> None:
        assert [topic for topic in Topic if topic.lane is Lane.BULK] == [
            Topic.ACTIVITY, Topic.REWARD, Topic.COURSE, Topic.DIAGNOSIS,
        ]  # fmt: skip
