"""Every number that the room's code uses is the one printed in the clause that it cites, on the days that it is used.

Programmes, drama shares, withdrawals and Star's steps have theirs in test_programs, test_drama, test_withdrawals, test_star.
"""

from datetime import date, timedelta

import pytest

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.kernel.money import FEN_PER_YUAN
from tools.payout import coupons, live, qingyun, star, star_service, tasks
from tools.payout.posting import incentive_settles_on
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Stage, find_program
from tools.payout.tax import TABLES

POLICIES = read_policies(PACKAGED_POLICIES)
ON = date(2022, 8, 15)


def clause(policy: str, number: str, on: date = ON) -> str:
    """Return the text of a clause as it stood on the day."""
    [text] = [
        found.text
        for each in POLICIES
        for found in each.clauses
        if (found.policy, found.clause) == (policy, number) and found.holds_on(on)
    ]
    return text


def yuan(fen: int) -> str:
    assert fen % FEN_PER_YUAN == 0
    return f"{fen // FEN_PER_YUAN:,} 元"


class TestTax:
    def test_steps_are_those_of_the_table(self) -> None:
        [table] = TABLES
        (first, low), (second, middle), (_, high) = table.steps
        assert first is not None
        assert second is not None

        assert f"不超过 {yuan(table.free_fen)}的" in clause("tax-withholding", "2.1")
        assert f"不超过 {yuan(table.deduction_until_fen)}的" in clause("tax-withholding", "2.2")
        assert f"减去 {yuan(table.free_fen)}之后乘以 {low}%" in clause("tax-withholding", "2.2")
        assert f"的 {100 - table.deduction_percent}% 为应纳税所得额" in clause("tax-withholding", "2.3")
        assert f"不超过 {yuan(first)}的按 {low}%" in clause("tax-withholding", "2.3")
        assert f"{yuan(first)}至 {yuan(second)}的部分按 {middle}%" in clause("tax-withholding", "2.4")
        assert f"超过 {yuan(second)}的部分按 {high}%" in clause("tax-withholding", "2.4")


class TestCoupons:
    @pytest.mark.parametrize("on", [ON, date(2022, 9, 30), date(2022, 10, 1), date(2026, 1, 1)])
    def test_hold_and_add_up_as_the_version_in_force_says(self, on: date) -> None:
        rule = coupons.rule_on(on)
        at_once = {1: "同时只能使用一张", 2: "最多可以同时使用 2 张"}[rule.at_once]

        assert at_once in clause(coupons.POLICY, "1.2", on)
        assert f"到账之日起 {rule.valid_days} 天" in clause(coupons.POLICY, "1.4", on)

    def test_are_delivered_in_the_hours_that_the_clause_gives(self) -> None:
        used_at = coupons.valid_until(ON, program="guanghe")
        [hours] = [
            hours
            for hours in range(1, 100)
            if coupons.delivering(
                used_at, impressions=2, delivered=1, now=used_at + timedelta(hours=hours - 1)
            )
            and not coupons.delivering(
                used_at, impressions=2, delivered=1, now=used_at + timedelta(hours=hours)
            )
        ]

        assert f"确认后 {hours} 小时内投放完毕" in clause(coupons.POLICY, "1.3")


class TestQingyun:
    def test_share_ends_and_sizes_are_those_of_its_rules(self) -> None:
        end = coupons.QINGYUN_ENDS_ON

        assert f"每份最多 {qingyun.LARGEST_SHARE:,} 次曝光" in clause("qingyun-rules", "2.4")
        assert f"{end.year} 年 {end.month} 月 {end.day} 日 0:00 失效" in clause("qingyun-rules", "3.3")
        program = find_program(packaged_programs(), "qingyun")
        assert program.terms[-1].ends_on == end
        assert program.budget is not None
        assert f"{program.budget.impressions // 10**8} 亿" in clause("qingyun", "1.1")


class TestLive:
    @pytest.mark.parametrize("on", [ON, date(2022, 9, 30), date(2022, 10, 1)])
    def test_sessions_hours_and_bans_are_those_of_the_version_in_force(self, on: date) -> None:
        rule = live.rule_on(on)

        assert f"不足 {rule.shortest_seconds // 60} 分钟的" in clause(live.POLICY, "1.3", on)
        assert f"核验通过后 {rule.traffic_hours} 小时内发放" in clause(live.POLICY, "2.2", on)
        assert ("累计两次被禁播" in clause(live.POLICY, "3.1", on)) is rule.two_bans_close_months


class TestTasks:
    @pytest.mark.parametrize(
        ("followers", "stage"),
        [(99, Stage.NEWCOMER), (100, Stage.COLD_START), (999, Stage.COLD_START), (1_000, Stage.GROWTH), (9_999, Stage.GROWTH), (10_000, Stage.MATURE)],
    )  # fmt: skip
    def test_stages_change_at_the_followers_of_the_clauses(self, followers: int, stage: Stage) -> None:
        stages, steps = clause("lifecycle-tasks-rules", "1.1"), clause("lifecycle-tasks-rules", "1.4")

        assert "不到 1,000 为入驻期，1,000 至 9,999 为成长期，10,000 及以上为成熟期" in stages
        assert "不到 100 的先做入驻任务，100 至 999 的做冷启动任务" in steps
        assert tasks.stage_of(followers) is stage


class TestSettlement:
    def test_is_on_the_day_of_the_clause(self) -> None:
        day = incentive_settles_on(date(2022, 12, 31))

        assert (day.year, day.month) == (2023, 1)
        assert f"次月 {day.day} 日计入可提现余额" in clause("earnings-settlement", "1.1")


class TestStar:
    def test_cap_and_quarter_are_those_of_the_clauses(self) -> None:
        cap = f"{star.YEARLY_CAP_FEN // FEN_PER_YUAN // 10_000} 万元"

        assert cap in clause("star", "2.1")
        assert f"每个季度最多推荐 {star_service.AGENCY_QUARTER_LIMIT} 位" in clause(
            "agency-star-nomination", "1.2"
        )
        assert f"{star.CONTRACT_WORKING_DAYS} 个工作日内发出" in clause(star.CONTRACT_RULES, "1.1")
        assert "合同期为 1 年" in clause(star.CONTRACT_RULES, "1.2")


class TestDramaTerms:
    def test_tell_creators_the_prices_that_are_paid(self) -> None:
        """The reward's words and the shares' prices stand in one file: they must not part."""
        program = find_program(packaged_programs(), "drama")
        term = program.term(ON)
        assert term is not None
        growth, rated = term.rewards
        prices = program.shares[-1].prices.fen_per_thousand

        assert growth.cash_fen is not None
        assert growth.cash_fen == prices[next(level for level in prices if level.value == "P")]
        assert growth.words == f"成长模式 P 每 1,000 次有效播放 {growth.cash_fen // FEN_PER_YUAN} 元"
        for level, fen in prices.items():
            if level.value != "P":
                assert f"{level.value} 级" in rated.words
                assert f"{fen // FEN_PER_YUAN} 元" in rated.words
