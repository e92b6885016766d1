from datetime import date, timedelta

import pytest

from tests.tools.payout.conftest import CallOf
from tests.tools.payout.rewarding import a_day, an_account, at
from tools.creators.models import Violation
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database
from tools.kernel.period import UnknownPeriod
from tools.payout import live, reward_jobs, tasks_service
from tools.payout.live_tool import TOOL, live_incentive

HOUR = 3_600


@pytest.fixture
def creator(database: Database) -> int:
    """Return a host with 24 hours on air in August, beside one of another with 77."""
    with database.writing() as session:
        creator, other = an_account(session, "zhubo"), an_account(session, "neighbour")
        for number in range(12):
            day = date(2022, 8, 1) + timedelta(days=number)
            a_day(session, creator, day, live_seconds=2 * HOUR)
            a_day(session, other, day, live_seconds=77 * HOUR // 12)
        return creator


def told(call: Call, **arguments: str) -> Reply:
    made = TOOL.run(call, **arguments)
    assert isinstance(made, Reply)
    return made


class TestStatus:
    def test_tells_hours_tier_place_and_what_is_missing(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator))

        assert reply.text.splitlines() == [
            "2022年8月（到8月15日）有效开播 24 小时，12 天开播。",
            "同粉丝量级开播的 2 个账号里，你的开播时长排第 2。",
            "已经到「开播20小时」一档：200.00 元 + 20,000 次曝光。",
            "离「开播40小时」还差 16 小时（500.00 元 + 50,000 次曝光），8月31日 24:00 前还有 17 天，平均每天播 57 分钟。",
            "你还没领取2022年8月的直播激励，月底前领了才发，已播的时长一样计入。",
            "2022年8月还没有直播激励的现金入账。",
        ]
        assert reply.facts["missing_seconds"] == 16 * HOUR
        assert reply.buttons[0].send == "领直播激励任务"
        assert {item.clause for item in reply.citations} == {"1.3", "2.5", "2.2", "2.6", "2.3"}

    def test_tells_the_reward_once_the_month_is_settled(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            tasks_service.claim(
                session, creator_id=creator, wanted=[(live.PROGRAM, live.MONTH_TASK)],
                on=date(2022, 8, 15), now=at(date(2022, 8, 15)),
            )  # fmt: skip
        reward_jobs.settle_live_months(database, at(date(2022, 9, 2)))
        with database.reading() as session:
            reply = told(call_of(session, creator, on=date(2022, 9, 2)), period="last_month")

        assert "档位奖励已经核发，现金 200.00 元，9月15日进可提现余额。" in reply.text
        assert (
            "2022年8月直播激励已入账 200.00 元，其中 200.00 元待结算，9月15日前进可提现余额。" in reply.text
        )
        assert "离「" not in reply.text

    def test_begins_with_the_programme(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.writing() as session:
            a_day(session, creator, date(2022, 7, 28), live_seconds=9 * HOUR)
            a_day(session, creator, date(2022, 7, 30), live_seconds=3 * HOUR)
            july = told(call_of(session, creator), period="last_month")
            june = told(call_of(session, creator), period="month:6")

        assert july.text.startswith("2022年7月（7月29日计划开始起）有效开播 3 小时，1 天开播。")
        assert "2022年7月你没有领取直播激励，所以没有档位奖励。" in july.text
        assert "直播激励从 2022年7月29日开始，2022年6月没有档位奖励。" in june.text

    def test_tells_a_part_of_a_month_without_tiers(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator), period="last_7_days")

        assert reply.text.startswith("最近7天有效开播 10 小时，5 天开播。")
        assert "档位按自然月算" in reply.text
        assert reply.facts["tier"] is None

    def test_says_when_a_ban_closed_the_month(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            session.add(
                Violation(
                    creator_id=creator, day=date(2022, 8, 3), severity="serious", policy="live-rules",
                    clause="1.1", note="",
                )
            )  # fmt: skip
            session.flush()
            reply = told(call_of(session, creator))

        assert "8月3日因直播违规被禁播，2022年8月的直播激励资格已取消。" in reply.text
        assert "3.1" in {item.clause for item in reply.citations}
        assert [button.label for button in reply.buttons] == ["我符合条件吗"]

    def test_says_when_a_period_has_not_begun(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            assert told(call_of(session, creator), period="next_week").text == "下周还没开始，没有直播数据。"

    def test_refuses_what_is_no_period(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.reading() as session, pytest.raises(UnknownPeriod):
            live_incentive(call_of(session, creator), period="' OR 1=1")

    def test_never_shows_anothers_hours(self, database: Database, call_of: CallOf, creator: int) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator))

        assert "77" not in reply.text + str(reply.facts)


class TestEligibility:
    def test_explains_the_conditions_and_that_it_is_no_salary(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, creator), action="eligibility")

        assert reply.text.startswith("直播激励：你符合条件。")
        assert reply.text.endswith("不是底薪，没有开播就发的工资。")
        assert "1.4" in {item.clause for item in reply.citations}


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
