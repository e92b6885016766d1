"""The state machine of brand orders under any order of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.orders.states import (
    Happening,
    Order,
    OrderEvent,
    OrderState,
    WrongStepError,
    advance,
    committed_fen,
    effect_fen,
    fee_of,
)
from tools.kernel.period import PLATFORM_ZONE

START = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """An event for one of a brief's orders, so many hours after the one before."""

    place: int
    event: OrderEvent
    hours: int
    fen: int


STEPS = st.lists(
    st.builds(
        Step,
        place=st.integers(0, 2),
        event=st.sampled_from(OrderEvent),
        hours=st.integers(0, 30),
        fen=st.integers(-5, 1_200),
    ),
    max_size=40,
)


def invited(price_fen: int = 500) -> Order:
    return Order(OrderState.INVITED, price_fen, START + DAY)


def play(budget_fen: int, prices: Sequence[int], steps: Sequence[Step]) -> list[list[Order]]:
    """Return every order's history: a step that can't be taken leaves it as it was."""
    histories = [
        [Order(OrderState.QUOTED, price) if place else invited(price)] for place, price in enumerate(prices)
    ]
    now = START
    for step in steps:
        now += timedelta(hours=step.hours)
        orders = [history[-1] for history in histories]
        happening = Happening(
            step.event,
            now,
            left_fen=budget_fen - committed_fen(orders),
            fen=step.fen,
            free_revisions=2,
            answer_by=now + 2 * DAY,
        )
        try:
            histories[step.place].append(advance(orders[step.place], happening))
        except WrongStepError:
            continue
    return histories


class TestAdvance:
    @given(
        budget=st.integers(1, 3_000),
        prices=st.lists(st.integers(1, 1_000), min_size=3, max_size=3),
        steps=STEPS,
    )
    def test_never_takes_more_than_the_budget(
        self, budget: int, prices: list[int], steps: list[Step]
    ) -> None:
        histories = play(budget, prices, steps)

        assert committed_fen([history[-1] for history in histories]) <= budget

    @given(
        budget=st.integers(1, 3_000),
        prices=st.lists(st.integers(1, 1_000), min_size=3, max_size=3),
        steps=STEPS,
    )
    def test_never_pays_twice_or_more_than_was_set_aside(
        self, budget: int, prices: list[int], steps: list[Step]
    ) -> None:
        for history in play(budget, prices, steps):
            payments = [
                (before.held_fen, after.paid_fen)
                for before, after in pairwise(history)
                if after.paid_fen != before.paid_fen
            ]

            assert len(payments) <= 1
            assert all(0 < paid <= held for held, paid in payments)

    @given(
        budget=st.integers(1, 3_000),
        prices=st.lists(st.integers(1, 1_000), min_size=3, max_size=3),
        steps=STEPS,
    )
    def test_holds_money_exactly_while_something_can_come_of_it(
        self, budget: int, prices: list[int], steps: list[Step]
    ) -> None:
        for history in play(budget, prices, steps):
            for order in history:
                assert (order.held_fen == order.price_fen) is order.state.holds_money
                assert order.held_fen in (0, order.price_fen)
                assert (order.paid_fen > 0) is (order.state is OrderState.SETTLED)
                assert (order.answer_by is not None) is order.state.waits_for_answer
                assert order.revisions <= 2

    @given(
        event=st.sampled_from(OrderEvent),
        state=st.sampled_from([each for each in OrderState if each.is_over]),
    )
    def test_lets_nothing_happen_to_what_is_over(self, event: OrderEvent, state: OrderState) -> None:
        with pytest.raises(WrongStepError):
            advance(Order(state, 500), Happening(event, START, left_fen=500, fen=100))

    def test_takes_an_answer_until_the_last_second(self) -> None:
        order = invited()
        happening = Happening(OrderEvent.ACCEPT, START + DAY - timedelta(seconds=1), left_fen=500)

        assert advance(order, happening).state is OrderState.ACCEPTED

    def test_takes_no_answer_when_the_time_is_over(self) -> None:
        with pytest.raises(WrongStepError, match="over"):
            advance(invited(), Happening(OrderEvent.ACCEPT, START + DAY, left_fen=500))

    def test_does_not_lapse_before_its_time(self) -> None:
        with pytest.raises(WrongStepError, match="still time"):
            advance(invited(), Happening(OrderEvent.LAPSE, START + DAY - timedelta(seconds=1)))

    def test_takes_no_order_that_the_budget_does_not_hold(self) -> None:
        with pytest.raises(WrongStepError, match="499"):
            advance(invited(), Happening(OrderEvent.ACCEPT, START, left_fen=499))

    def test_ends_a_dispute_without_money_as_cancelled(self) -> None:
        disputed = Order(OrderState.DISPUTED, 500, held_fen=500)

        ended = advance(disputed, Happening(OrderEvent.RULE, START, fen=0))

        assert (ended.state, ended.held_fen, ended.paid_fen) == (OrderState.CANCELLED, 0, 0)


class TestFeeOf:
    @given(fen=st.integers(0, 10**12), fee_bp=st.integers(0, 10_000))
    def test_never_takes_more_than_the_rule(self, fen: int, fee_bp: int) -> None:
        fee = fee_of(fen, fee_bp=fee_bp)

        assert fee * 10_000 <= fen * fee_bp < (fee + 1) * 10_000


class TestEffectFen:
    @given(plays=st.integers(0, 10**9), price=st.integers(1, 10**5), most=st.integers(1, 10**8))
    def test_pays_whole_fen_up_to_the_ceiling(self, plays: int, price: int, most: int) -> None:
        fen = effect_fen(plays, per_thousand_fen=price, most_fen=most)

        assert fen <= most
        assert fen * 1_000 <= plays * price
