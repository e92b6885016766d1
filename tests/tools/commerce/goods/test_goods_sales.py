from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.goods.sales import (
    SaleContradictionError,
    SaleFacts,
    SaleState,
    commission_fen,
    settles_on,
    together,
)

BOUGHT = date(2022, 8, 1)
ORDERED = SaleFacts("S1", 1, 2, 1, 3_990, 2_000, BOUGHT)
RECEIVED = replace(ORDERED, received_on=BOUGHT + timedelta(days=3))
REFUNDED = replace(ORDERED, refunded_on=BOUGHT + timedelta(days=5))


class TestTogether:
    @given(st.lists(st.sampled_from([ORDERED, RECEIVED, REFUNDED]), min_size=1, max_size=8))
    def test_knows_the_same_whatever_the_sequence_and_however_often(self, told: list[SaleFacts]) -> None:
        known = ORDERED
        for fact in told:
            known = together(known, fact)

        assert (known.received_on is not None) == (RECEIVED in told)
        assert (known.refunded_on is not None) == (REFUNDED in told)
        assert known.earned_fen == (798 if RECEIVED in told and REFUNDED not in told else 0)

    def test_keeps_a_refunded_order_refunded(self) -> None:
        assert together(REFUNDED, RECEIVED).state is SaleState.REFUNDED

    @pytest.mark.parametrize(
        ("told", "column"),
        [
            (replace(ORDERED, paid_fen=1), "paid_fen"),
            (replace(ORDERED, creator_id=9), "creator_id"),
            (replace(RECEIVED, received_on=BOUGHT), "received_on"),
        ],
    )
    def test_refuses_what_contradicts(self, told: SaleFacts, column: str) -> None:
        with pytest.raises(SaleContradictionError) as caught:
            together(RECEIVED, told)

        assert caught.value.column == column


class TestCommissionFen:
    @given(st.integers(1, 10**9), st.integers(0, 9_000))
    def test_is_never_more_than_its_share_and_less_than_a_fen_below(self, paid: int, rate: int) -> None:
        exact = paid * rate

        assert 0 <= exact - commission_fen(paid, rate) * 10_000 < 10_000


class TestSettlesOn:
    def test_is_the_day_after_seven_days_that_begin_the_day_after_receipt(self) -> None:
        assert settles_on(date(2022, 8, 1)) == date(2022, 8, 9)
