from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from knowledge.search import Policies
from tools.detection.migration.eligibility import (
    APPLY_DAYS,
    BANNED_POINTS,
    MOVE_WORKING_DAYS,
    POINTS_DAYS,
    RULES,
    Upheld,
    apply_by,
    checks,
    finished_by,
    points_of,
)
from tools.detection.migration.impostor import Face, likeness
from tools.kernel.holidays import working_calendar
from tools.kernel.period import PLATFORM_ZONE

NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
ALIKE = likeness(Face("木匠老陈", "0" * 16), Face("木匠老陳", "0" * 16), infringing_works=1, works=8)
STRANGER = likeness(Face("木匠老陈"), Face("小鹿学化妆"), infringing_works=1, works=8)
GOOD = Upheld(
    "upheld", impersonation=False, decided_at=NOON, real_name_verified=True, points=0, likeness=ALIKE
)


class TestTheClauses:
    @pytest.mark.parametrize(
        ("policy", "clause", "words"),
        [
            (RULES, "1.2", f"{APPLY_DAYS} 天内申请"),
            (RULES, "1.3", "已完成实名认证"),
            (RULES, "2.1", f"{MOVE_WORKING_DAYS} 个工作日内完成"),
            (RULES, "2.2", "同时关注了双方的粉丝只算一人，不重复增加，已注销和异常的账号不迁移"),
            (RULES, "2.3", "拉黑过原创作者的粉丝不迁移"),
            (RULES, "3.3", "申诉期间暂停迁移，申诉成立的已迁移粉丝退回"),
            ("penalty-ladder", "2.1", "一般违规 1 至 2 分"),
            ("penalty-ladder", "2.1", "单次记 6 分及以上属于严重违规"),
            ("penalty-ladder", "2.2", f"累计满 {BANNED_POINTS} 分，账号封禁"),
            ("penalty-ladder", "2.3", f"保留 {POINTS_DAYS} 天"),
        ],
    )
    def test_say_the_numbers_that_are_kept(
        self, policies: Policies, on: date, policy: str, clause: str, words: str
    ) -> None:
        found = policies.clause(policy, clause, on=on)

        assert found is not None
        assert words in found.text


class TestChecks:
    def test_are_all_met_by_a_fresh_decision_about_an_impostor(self) -> None:
        assert all(check.passed for check in checks(GOOD, on=NOON.date()))

    @pytest.mark.parametrize(
        ("found", "days", "clause"),
        [
            (replace(GOOD, report_state="appealed"), 0, "3.3"),
            (replace(GOOD, report_state="restored"), 0, "1.1"),
            (GOOD, APPLY_DAYS + 1, "1.2"),
            (replace(GOOD, real_name_verified=False), 0, "1.3"),
            (replace(GOOD, points=12), 0, "1.3"),
            (replace(GOOD, likeness=STRANGER), 0, "1.4"),
        ],
    )
    def test_name_the_clause_that_is_not_met(self, found: Upheld, days: int, clause: str) -> None:
        made = checks(found, on=NOON.date() + timedelta(days=days))

        assert [check.clause for check in made if not check.passed] == [clause]

    def test_hold_on_the_last_day(self) -> None:
        last = NOON.date() + timedelta(days=APPLY_DAYS)

        assert apply_by(NOON) == last
        assert all(check.passed for check in checks(GOOD, on=last))

    def test_need_no_likeness_after_an_upheld_impersonation(self) -> None:
        found = replace(GOOD, impersonation=True, likeness=STRANGER)

        assert all(check.passed for check in checks(found, on=NOON.date()))


class TestPointsOf:
    def test_counts_the_fewest_points_of_each_penalty(self) -> None:
        assert points_of(["notice", "general", "general", "serious"]) == 8
        assert points_of(["serious", "serious"]) == BANNED_POINTS


class TestFinishedBy:
    @pytest.mark.parametrize(
        ("approved", "day"),
        [("2022-08-15", "2022-08-24"), ("2022-08-19", "2022-08-30"), ("2022-08-20", "2022-08-30")],
    )
    def test_counts_seven_working_days(self, approved: str, day: str) -> None:
        moment = datetime.fromisoformat(f"{approved}T20:00:00+08:00")

        assert finished_by(moment, calendar=working_calendar()).day == date.fromisoformat(day)
