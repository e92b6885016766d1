from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.money import FEN_PER_YUAN
from tools.payout.tax import TaxTableError, withheld_fen

DAY = date(2022, 8, 15)


class TestWithheldFen:
    @pytest.mark.parametrize(
        ("payment_yuan", "tax_yuan"),
        # tax-withholding 2.1 to 2.4, the examples in the clauses and the steps themselves.
        [(0, 0), (800, 0), (3_000, 440), (4_000, 640), (10_000, 1_600), (25_000, 4_000), (30_000, 5_200), (62_500, 13_000), (100_000, 25_000)],
    )  # fmt: skip
    def test_is_what_the_clauses_say(self, payment_yuan: int, tax_yuan: int) -> None:
        assert withheld_fen(payment_yuan * FEN_PER_YUAN, on=DAY) == tax_yuan * FEN_PER_YUAN

    @given(st.integers(0, 10**11))
    def test_leaves_the_creator_something_and_never_gains_by_a_fen_less(self, payment_fen: int) -> None:
        tax, more = withheld_fen(payment_fen, on=DAY), withheld_fen(payment_fen + 1, on=DAY)

        assert 0 <= tax <= payment_fen * 2 // 5
        assert tax <= more <= tax + 1

    def test_is_not_guessed_for_a_day_without_a_table(self) -> None:
        with pytest.raises(TaxTableError, match="2021-12-31"):
            withheld_fen(100, on=date(2021, 12, 31))
