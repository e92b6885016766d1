from datetime import date, datetime

import pytest

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.detection.deadlines import (
    DECISION_CLAUSE,
    FIRST_ANSWER_CLAUSE,
    OVERDUE_CLAUSE,
    POLICY,
    PROMISES,
    Promise,
    decision_overdue,
    first_answer_by,
    promise_on,
)
from tools.kernel.holidays import working_calendar
from tools.kernel.period import PLATFORM_ZONE


class TestPromises:
    @pytest.mark.parametrize("promise", PROMISES)
    def test_are_what_the_clauses_of_their_days_say(self, promise: Promise) -> None:
        clauses = {
            clause.clause: clause.text
            for policy in read_policies(PACKAGED_POLICIES)
            for clause in policy.clauses
            if clause.policy == POLICY and clause.holds_on(promise.starts_on)
        }

        assert f"{promise.first_answer_hours} 小时内" in clauses[FIRST_ANSWER_CLAUSE]
        assert f"{promise.decision_working_days} 个工作日内" in clauses[DECISION_CLAUSE]
        assert "催办" in clauses[OVERDUE_CLAUSE]

    def test_follow_each_other_without_a_gap(self) -> None:
        assert [promise.ends_on for promise in PROMISES[:-1]] == [item.starts_on for item in PROMISES[1:]]
        assert PROMISES[-1].ends_on is None


class TestPromiseOn:
    @pytest.mark.parametrize(
        ("day", "hours"), [(date(2020, 1, 1), 72), (date(2022, 5, 31), 72), (date(2022, 6, 1), 48)]
    )
    def test_is_the_one_in_force(self, day: date, hours: int) -> None:
        assert promise_on(day).first_answer_hours == hours


class TestFirstAnswerBy:
    def test_is_two_days_later(self) -> None:
        at = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)

        assert first_answer_by(at, promise_on(at.date())) == datetime(2022, 8, 17, 12, tzinfo=PLATFORM_ZONE)


class TestDecisionOverdue:
    @pytest.mark.parametrize(
        ("on", "overdue"),
        # Accepted on Friday 2022-08-12: the five working days end on Friday 2022-08-19.
        [(date(2022, 8, 12), False), (date(2022, 8, 19), False), (date(2022, 8, 21), False), (date(2022, 8, 22), True)],
    )  # fmt: skip
    def test_counts_working_days_after_the_acceptance(self, on: date, overdue: bool) -> None:  # noqa: FBT001 - a parameter of the table
        assert (
            decision_overdue(date(2022, 8, 12), promise_on(on), on=on, calendar=working_calendar()) is overdue
        )

    def test_counts_no_public_holiday(self) -> None:
        on = date(2022, 9, 30)

        # Accepted before 国庆节: of the twelve days until then five are worked.
        assert not decision_overdue(on, promise_on(on), on=date(2022, 10, 12), calendar=working_calendar())
        assert decision_overdue(on, promise_on(on), on=date(2022, 10, 13), calendar=working_calendar())
