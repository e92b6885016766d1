"""The state machine of sales and refunds under any order of events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.courses.states import (
    Occurrence,
    Sale,
    SaleEvent,
    SaleState,
    SaleStepError,
    advance,
    late_fen,
)
from tools.kernel.period import PLATFORM_ZONE

BOUGHT = datetime(2022, 8, 1, 12, tzinfo=PLATFORM_ZONE)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """An event so many hours after the one before."""

    event: SaleEvent
    hours: int
    progress_bp: int
    fen: int


STEPS = st.lists(
    st.builds(
        Step,
        event=st.sampled_from(SaleEvent),
        hours=st.integers(0, 100),
        progress_bp=st.integers(0, 10_000),
        fen=st.integers(-5, 12_000),
    ),
    max_size=20,
)


def asked(sale: Sale, *, at: datetime, progress_bp: int) -> SaleState:
    occurrence = Occurrence(
        SaleEvent.ASK, at, progress_bp=progress_bp, refund_days=7, refund_progress_bp=2_000
    )
    return advance(sale, occurrence).state


def play(price_fen: int, steps: list[Step]) -> list[Sale]:
    history = [Sale(SaleState.PAID, price_fen, BOUGHT)]
    now = BOUGHT
    for step in steps:
        now += timedelta(hours=step.hours)
        occurrence = Occurrence(
            step.event,
            now,
            progress_bp=step.progress_bp,
            fen=step.fen,
            refund_days=7,
            refund_progress_bp=2_000,
        )
        try:
            history.append(advance(history[-1], occurrence))
        except SaleStepError:
            continue
    return history


class TestAdvance:
    @given(price=st.integers(1, 10_000), steps=STEPS)
    def test_never_gives_back_twice_or_more_than_was_paid(self, price: int, steps: list[Step]) -> None:
        history = play(price, steps)

        assert sum(sale.state is SaleState.REFUNDED for sale in history) <= 1
        assert all(0 <= sale.refund_fen <= price for sale in history)

    @given(price=st.integers(1, 10_000), steps=STEPS)
    def test_changes_a_refund_that_is_owed_no_more(self, price: int, steps: list[Step]) -> None:
        owed = [sale.refund_fen for sale in play(price, steps) if sale.refund_fen]

        assert len(set(owed)) <= 1

    @given(price=st.integers(1, 10_000), steps=STEPS)
    def test_owes_or_gave_back_exactly_where_it_says_so(self, price: int, steps: list[Step]) -> None:
        for sale in play(price, steps):
            assert (sale.refund_fen > 0) is (sale.state in (SaleState.OWED, SaleState.REFUNDED))

    @pytest.mark.parametrize(
        ("at", "progress_bp", "state"),
        [
            (BOUGHT + WEEK, 2_000, SaleState.OWED),
            (BOUGHT + WEEK + timedelta(seconds=1), 2_000, SaleState.ASKED),
            (BOUGHT + WEEK, 2_001, SaleState.ASKED),
        ],
    )
    def test_gives_all_back_by_the_rule_up_to_its_bounds(
        self, at: datetime, progress_bp: int, state: SaleState
    ) -> None:
        assert asked(Sale(SaleState.PAID, 5_900, BOUGHT), at=at, progress_bp=progress_bp) is state


class TestLateFen:
    @given(price=st.integers(1, 10**6), promised=st.integers(1, 200), data=st.data())
    def test_is_the_missing_share_rounded_up(self, price: int, promised: int, data: st.DataObject) -> None:
        published = data.draw(st.integers(0, promised))

        fen = late_fen(price, promised=promised, published=published)

        assert 0 <= fen <= price
        assert (fen - 1) * promised < price * (promised - published) <= fen * promised
