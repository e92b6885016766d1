from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.kernel.errors import Refusal
from tools.kernel.money import yuan
from tools.payout.tax import withheld_fen
from tools.payout.withdrawals import (
    POLICY,
    RULES,
    AboveBalance,
    AboveDailyLimit,
    AmountUnclear,
    BelowMinimum,
    EverythingHeld,
    NoBankAccount,
    NotVerified,
    Wallet,
    WithdrawalRules,
    WithdrawnToday,
    decide,
    parse_amount,
)

DAY = date(2022, 8, 15)


def wallet(
    balance_fen: int = 100_000_00,
    *,
    held_fen: int | None = 0,
    verified: bool = True,
    account: str | None = "token",
    today: tuple[str, int] | None = None,
) -> Wallet:
    return Wallet(balance_fen, held_fen, "刷量核查", verified, account, "建设银行 尾号 6621", today)


class TestRules:
    @pytest.mark.parametrize("rules", RULES, ids=lambda rules: str(rules.starts_on))
    def test_are_what_the_clauses_print(self, rules: WithdrawalRules) -> None:
        clauses = {
            clause.clause: clause.text
            for policy in read_policies(PACKAGED_POLICIES)
            for clause in policy.clauses
            if clause.policy == POLICY and clause.holds_on(rules.starts_on)
        }

        assert f"最低门槛是 {rules.least_fen // 100} 元" in clauses["1.1"]
        assert f"每天最多提现 {rules.daily_limit_fen // 100:,} 元" in clauses["1.3"]
        assert f"{rules.working_days} 个工作日内到账" in clauses["2.1"]
        assert ("银行处理之前可以撤销" in clauses["2.2"]) is rules.cancellable
        assert ("不能撤销" in clauses["2.2"]) is not rules.cancellable
        assert "每天最多提现 1 次" in clauses["1.2"]


class TestParseAmount:
    @pytest.mark.parametrize(
        ("text", "fen"),
        [
            ("500", 500_00),
            ("500.5", 500_50),
            ("1,234.56", 1_234_56),
            ("５００元", 500_00),
            ("￥20.00", 20_00),
            ("2000块钱", 2_000_00),
            ("1.5万", 15_000_00),
            ("0.01万元", 100_00),
            (" 30 块 ", 30_00),
        ],
    )
    def test_is_exact(self, text: str, fen: int) -> None:
        assert parse_amount(text) == fen

    @pytest.mark.parametrize("text", [None, "", "全部", "all"])
    def test_means_everything_without_a_number(self, text: str | None) -> None:
        assert parse_amount(text) is None

    @pytest.mark.parametrize(
        "text",
        ["0", "-5", "0.001", "1e9", "NaN", "∞", "500.005", "五百", "500 OR 1=1", "--1", "1_000", "9" * 400,
         "0.0000001万", "１e９", "+5", "99999999999999", "0x10"],
    )  # fmt: skip
    def test_refuses_what_is_no_amount_above_zero(self, text: str) -> None:
        with pytest.raises(AmountUnclear):
            parse_amount(text)

    @given(st.integers(1, 10**11))
    def test_reads_back_what_we_write(self, fen: int) -> None:
        assert parse_amount(yuan(fen)) == fen

    @given(st.text(max_size=30))
    def test_understands_or_refuses_any_text(self, text: str) -> None:
        try:
            found = parse_amount(text)
        except AmountUnclear as refused:
            assert len(str(refused)) < 100  # noqa: PT017 - either outcome is right
        else:
            assert found is None or found > 0


class TestDecide:
    def test_takes_all_that_the_day_allows(self) -> None:
        offer = decide(wallet(100_000_00), amount_fen=None, on=DAY)

        assert (offer.amount_fen, offer.left_fen, offer.limited) == (50_000_00, 50_000_00, True)
        assert offer.tax_fen == withheld_fen(50_000_00, on=DAY)

    def test_follows_the_rules_of_the_day(self) -> None:
        offer = decide(wallet(), amount_fen=None, on=date(2022, 6, 30))

        assert offer.amount_fen == 20_000_00

    @pytest.mark.parametrize(
        ("asked", "found", "refusal"),
        [
            (9_99, wallet(), BelowMinimum),
            (50_000_01, wallet(), AboveDailyLimit),
            (100_01, wallet(100_00), AboveBalance),
            (None, wallet(0), BelowMinimum),
            (None, wallet(5_00), BelowMinimum),
            (100_00, wallet(verified=False), NotVerified),
            (100_00, wallet(account=None), NoBankAccount),
            (100_00, wallet(today=("TX20220815-0001", 1)), WithdrawnToday),
            (100_00, wallet(held_fen=None), EverythingHeld),
            (None, wallet(held_fen=None), EverythingHeld),
            (60_00, wallet(100_00, held_fen=50_00), EverythingHeld),
            (200_00, wallet(100_00, held_fen=50_00), AboveBalance),
        ],
        ids=str,
    )
    def test_says_what_is_in_the_way(self, asked: int | None, found: Wallet, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            decide(found, amount_fen=asked, on=DAY)

    def test_leaves_frozen_money_where_it_is(self) -> None:
        offer = decide(wallet(1_000_00, held_fen=400_00), amount_fen=None, on=DAY)

        assert (offer.amount_fen, offer.left_fen, offer.frozen_fen) == (600_00, 400_00, 400_00)

    @given(st.integers(0, 10**8), st.integers(0, 10**8), st.one_of(st.none(), st.integers(1, 10**8)))
    def test_never_gives_more_than_is_there_and_free(
        self, balance: int, held: int, asked: int | None
    ) -> None:
        try:
            offer = decide(wallet(balance, held_fen=held), amount_fen=asked, on=DAY)
        except Refusal:
            return

        assert 10_00 <= offer.amount_fen <= min(50_000_00, balance - min(held, balance))
        assert offer.net_fen > 0
        assert offer.left_fen == balance - offer.amount_fen
