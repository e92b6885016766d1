from datetime import date, datetime, timedelta

import pytest

from tests.calls import PackagedPolicies
from tools.kernel.period import PLATFORM_ZONE
from tools.support.clocks import Promise
from tools.support.service_rules import POLICY, is_open, service_rules
from tools.support.tiers import ServiceTier, tier_of

DAYS = (date(2022, 7, 28), date(2022, 7, 29))


class TestServiceRules:
    @pytest.mark.parametrize("day", DAYS)
    def test_are_what_the_policy_of_the_day_says(self, day: date) -> None:
        rules, policies = service_rules(day), PackagedPolicies()
        clauses = {
            number: clause.text
            for number in ("1.1", "1.3", "1.4", "3.1")
            if (clause := policies.clause(POLICY, number, on=day)) is not None
        }

        hours = (
            f"{'工作日' if rules.working_days_only else '每天'} {rules.opens:%-H:%M} 至 {rules.closes:%-H:%M}"
        )
        minutes = rules.first_reply.standard
        assert hours in clauses["1.1"]
        assert f"{minutes} 分钟内接入" in clauses["1.4"]
        assert ("自己的专员" in clauses["1.3"]) is rules.has_specialists
        assert f"{rules.reopen_days} 天内重新打开 {rules.reopenings} 次" in clauses["3.1"]

    @pytest.mark.parametrize("day", DAYS)
    def test_promise_no_tier_less_than_a_lower_one(self, day: date) -> None:
        rules = service_rules(day)

        for promise in Promise:
            star, youchuang, standard = (rules.target(promise, tier) for tier in ServiceTier)
            assert timedelta(0) < star <= youchuang <= standard

    def test_open_the_service_at_its_hours(self) -> None:
        noon = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)

        assert [is_open(noon.replace(hour=hour)) for hour in (8, 9, 21, 22)] == [False, True, True, False]


class TestTierOf:
    def test_puts_a_star_contract_first(self) -> None:
        assert tier_of(in_star_contract=True, in_youchuang=True) is ServiceTier.STAR
        assert tier_of(in_star_contract=False, in_youchuang=True) is ServiceTier.YOUCHUANG
        assert tier_of(in_star_contract=False, in_youchuang=False) is ServiceTier.STANDARD
