import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.postings import AUDIENCE, gift, incentive, payment, waiting, wallet
from tools.payout.posting import (
    Asset,
    KeyReusedError,
    OverdrawnError,
    Owner,
    OwnerKind,
    Posting,
    Purpose,
    decide,
    incentive_settles_on,
    limited_accounts,
    settlement,
)

CHANGES: tuple[dict[str, object], ...] = (
    {"key": "other"},
    {"debit": Owner(OwnerKind.EXTERNAL, "other")},
    {"credit": wallet(8)},
    {"credit": waiting(7)},
    {"asset": Asset.TRAFFIC},
    {"amount": 101},
    {"purpose": Purpose.GOODS},
    {"day": date(2022, 8, 11)},
    {"program": "live"},
    {"settles_on": date(2022, 8, 12)},
    {"source": "order 1"},
    {"note": "x"},
)


def a_gift(number: int, to: int, fen: int) -> Posting:
    return gift(f"gift:{number}:{to}:{fen}", to=to, fen=fen)


def a_payment(number: int, by: int, fen: int) -> Posting:
    return payment(f"pay:{number}:{by}:{fen}", by=by, fen=fen)


def postings() -> st.SearchStrategy[list[Posting]]:
    """Return gifts to three wallets and payments out of them, some keys twice with the same body."""
    numbers, creators, fens = st.integers(0, 5), st.integers(1, 3), st.integers(1, 50)
    gifts = st.builds(a_gift, numbers, creators, fens)
    payments = st.builds(a_payment, numbers, creators, fens)
    return st.lists(gifts | payments, max_size=25)


def empty(items: list[Posting]) -> dict[tuple[Owner, Asset], int]:
    return dict.fromkeys(limited_accounts(items), 0)


class TestFingerprint:
    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
    def test_differs_for_any_other_body(self, change: dict[str, object]) -> None:
        posting = gift("g", to=7, fen=100)

        assert replace(posting, **change).fingerprint != posting.fingerprint

    def test_is_the_same_for_the_same_body(self) -> None:
        assert gift("g", to=7, fen=100).fingerprint == gift("g", to=7, fen=100).fingerprint


class TestDecide:
    @given(postings())
    def test_lets_no_account_owe_and_posts_each_key_once(self, items: list[Posting]) -> None:
        accepted: list[Posting] = []
        balances = empty(items)
        for item in items:
            posted = {done.key: done.fingerprint for done in accepted}
            try:
                new = decide([item], posted=posted, balances=balances)
            except OverdrawnError:
                assert balances[item.debit, item.asset] < item.amount
                continue
            for done in new:
                accepted.append(done)
                for owner, sign in ((done.debit, -1), (done.credit, 1)):
                    if (owner, done.asset) in balances:
                        balances[owner, done.asset] += sign * done.amount

        assert len({item.key for item in accepted}) == len(accepted)
        assert min(balances.values(), default=0) >= 0

    @given(postings(), st.randoms(use_true_random=False))
    def test_takes_a_batch_exactly_when_each_step_of_it_stands(
        self, items: list[Posting], shuffled: random.Random
    ) -> None:
        shuffled.shuffle(items)
        one_by_one: list[Posting] | None = []
        for item in items:
            posted = {done.key: done.fingerprint for done in one_by_one}
            left = empty(items)
            for done in one_by_one:
                for owner, sign in ((done.debit, -1), (done.credit, 1)):
                    if (owner, done.asset) in left:
                        left[owner, done.asset] += sign * done.amount
            try:
                one_by_one += decide([item], posted=posted, balances=left)
            except OverdrawnError:
                one_by_one = None
                break

        try:
            batch: list[Posting] | None = list(decide(items, posted={}, balances=empty(items)))
        except OverdrawnError:
            batch = None
        assert batch == one_by_one

    @given(postings())
    def test_posts_nothing_of_what_is_posted(self, items: list[Posting]) -> None:
        posted = {item.key: item.fingerprint for item in items}

        assert decide(items, posted=posted, balances=empty(items)) == ()

    def test_refuses_a_key_that_stands_for_another_body(self) -> None:
        first, second = gift("g", to=1, fen=5), gift("g", to=1, fen=6)

        with pytest.raises(KeyReusedError, match="g was posted with another body"):
            decide([first, second], posted={}, balances=empty([first]))

    def test_says_who_holds_too_little(self) -> None:
        item = payment("p", by=1, fen=6)

        with pytest.raises(OverdrawnError, match="p moves 6 cash out of creator 1, which holds 5"):
            decide([item], posted={}, balances={(wallet(1), Asset.CASH): 5})


class TestPosting:
    @pytest.mark.parametrize("amount", [0, -1, 10**12 + 1])
    def test_moves_something_sensible(self, amount: int) -> None:
        with pytest.raises(AssertionError, match=f"amount {amount}"):
            gift("g", to=1, fen=amount)

    def test_has_two_different_legs(self) -> None:
        with pytest.raises(AssertionError, match="both legs"):
            replace(gift("g", to=1, fen=1), credit=AUDIENCE)


class TestSettlement:
    def test_moves_the_same_from_what_waits_to_the_wallet(self) -> None:
        income = incentive("week 1", to=7, fen=12_345)

        moved = settlement(income)

        assert (moved.key, moved.debit, moved.credit) == ("settle:week 1", waiting(7), wallet(7))
        assert (moved.amount, moved.day, moved.source) == (12_345, date(2022, 9, 15), "week 1")
        assert not moved.purpose.is_income


class TestIncentiveSettlesOn:
    @given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    def test_is_the_15th_of_the_next_month(self, day: date) -> None:
        settles_on = incentive_settles_on(day)

        assert settles_on.day == 15
        assert (settles_on.year * 12 + settles_on.month) - (day.year * 12 + day.month) == 1
