import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.tools.payout.postings import BANK, gift, held, incentive, payment
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE, parse_period
from tools.payout import service
from tools.payout.invariants import INVARIANTS
from tools.payout.models import LedgerTransfer
from tools.payout.posting import Asset, KeyReusedError, OverdrawnError, Purpose

EXAMPLES = itertools.count(1)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(LedgerTransfer)) or 0


def broken(session: Session) -> list[str]:
    return [line for invariant in INVARIANTS for line in invariant.violations(session)]


def together(*actions: Callable[[], object]) -> list[object]:
    """Run the actions in threads of their own at the same moment; return what each gave or raised."""
    barrier = threading.Barrier(len(actions))
    outcomes: list[object] = [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes[place] = action()
        except (KeyReusedError, OverdrawnError) as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place, action)) for place, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class TestPostTransfer:
    def test_moves_the_amount_from_one_account_to_the_other(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            assert service.post_transfer(session, gift("g", to=1, fen=12_345), now=now)

        with database.reading() as session:
            assert held(session, 1) == (12_345, 0)
            assert broken(session) == []

    def test_posts_the_same_body_once(self, database: Database, now: datetime) -> None:
        for new in (True, False, False):
            with database.writing() as session:
                assert service.post_transfer(session, gift("g", to=1, fen=5), now=now) is new

        with database.reading() as session:
            assert held(session, 1) == (5, 0)

    def test_refuses_the_same_key_for_another_body(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5), now=now)

        with database.writing() as session, pytest.raises(KeyReusedError):
            service.post_transfer(session, gift("g", to=1, fen=6), now=now)
        with database.reading() as session:
            assert held(session, 1) == (5, 0)

    def test_lets_no_creator_owe(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5), now=now)

        with database.writing() as session, pytest.raises(OverdrawnError):
            service.post_transfer(session, payment("p", by=1, fen=6), now=now)
        with database.writing() as session:
            service.post_transfer(session, payment("p", by=1, fen=5), now=now)
        with database.reading() as session:
            assert held(session, 1) == (0, 0)

    def test_keeps_cash_and_impressions_apart(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5), now=now)
            traffic = replace(gift("t", to=1, fen=9_000), asset=Asset.TRAFFIC)
            service.post_transfer(session, traffic, now=now)

        with database.reading() as session:
            balance = service.balance(session, creator_id=1)
            assert (balance.available_fen, balance.impressions) == (5, 9_000)
            assert broken(session) == []

    def test_keeps_what_is_posted_for_good(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5), now=now)

        for deleted in (False, True):
            with database.reading() as session:
                row = session.scalars(select(LedgerTransfer)).one()
                if deleted:
                    session.delete(row)
                else:
                    row.amount = 6
                with pytest.raises(AssertionError, match="a correction is a reversal"):
                    session.flush()

    def test_refuses_a_transfer_between_two_assets_in_the_store_itself(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5), now=now)
            row = session.scalars(select(LedgerTransfer)).one()
            values = {
                "debit_account_id": row.debit_account_id,
                "credit_account_id": row.credit_account_id,
            }

        crossed = LedgerTransfer(
            key="x", fingerprint="", asset="traffic", amount=1, purpose="goods", source="", note="",
            day=date(2022, 8, 1), at=now, **values,
        )  # fmt: skip
        with pytest.raises(IntegrityError), database.writing() as session:
            session.add(crossed)

    def test_posts_once_when_two_post_the_same_at_the_same_moment(
        self, database: Database, now: datetime
    ) -> None:
        def post() -> bool:
            with database.writing() as session:
                return service.post_transfer(session, gift("g", to=1, fen=5), now=now)

        outcomes = together(post, post)

        assert sorted(outcomes, key=str) == [False, True]
        with database.reading() as session:
            assert held(session, 1) == (5, 0)
            assert broken(session) == []

    def test_posts_once_between_two_accounts_that_nobody_locks(
        self, database: Database, now: datetime
    ) -> None:
        outside = replace(gift("g", to=1, fen=5), credit=BANK)

        def post() -> bool:
            with database.writing() as session:
                return service.post_transfer(session, outside, now=now)

        assert sorted(together(post, post), key=str) == [False, True]

    def test_refuses_one_of_two_bodies_under_one_key_at_the_same_moment(
        self, database: Database, now: datetime
    ) -> None:
        def post(fen: int) -> bool:
            with database.writing() as session:
                return service.post_transfer(session, gift("g", to=1, fen=fen), now=now)

        outcomes = together(lambda: post(5), lambda: post(6))

        assert [type(outcome) for outcome in outcomes if outcome is not True] == [KeyReusedError]
        with database.reading() as session:
            assert count(session) == 1

    def test_pays_the_same_money_out_once_when_two_want_it(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=100), now=now)

        def pay(key: str) -> bool:
            with database.writing() as session:
                return service.post_transfer(session, payment(key, by=1, fen=70), now=now)

        outcomes = together(lambda: pay("a"), lambda: pay("b"))

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OverdrawnError", "bool"]
        with database.reading() as session:
            assert held(session, 1) == (30, 0)


class TestPostTransfers:
    def test_posts_all_or_none(self, database: Database, now: datetime) -> None:
        items = [gift("g", to=1, fen=5), payment("p", by=1, fen=4), payment("q", by=1, fen=2)]

        with pytest.raises(OverdrawnError), database.writing() as session:
            service.post_transfers(session, items, now=now)
        with database.reading() as session:
            assert count(session) == 0

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_ends_the_same_in_any_order_and_however_often(
        self, database: Database, now: datetime, data: st.DataObject
    ) -> None:
        # Creators of this example alone: the fixture's database lives on between examples.
        run = next(EXAMPLES)
        first, second = run * 2, run * 2 + 1
        fens = data.draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
        items = [gift(f"{run}:{n}", to=(first, second)[n % 2], fen=fen) for n, fen in enumerate(fens)]
        shuffled = data.draw(st.permutations(items + items[: len(items) // 2]))
        cut = data.draw(st.integers(0, len(shuffled)))

        with database.writing() as session:
            service.post_transfers(session, shuffled[:cut], now=now)
            service.post_transfers(session, shuffled[cut:], now=now)
            service.post_transfers(session, items, now=now)

        with database.reading() as session:
            assert held(session, first) == (sum(fens[::2]), 0)
            assert held(session, second) == (sum(fens[1::2]), 0)
            assert broken(session) == []


class TestSettleDue:
    def test_moves_what_is_due_and_leaves_the_rest(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            items = [
                gift("due today", to=1, fen=5, settles_on=date(2022, 8, 15)),
                gift("due before", to=1, fen=7, settles_on=date(2022, 8, 11)),
                gift("due tomorrow", to=1, fen=11, settles_on=date(2022, 8, 16)),
                incentive("task", to=2, fen=13),
            ]
            service.post_transfers(session, items, now=now)
            assert held(session, 1) == (0, 23)

            assert service.settle_due(session, now=now) == 2
            assert service.settle_due(session, now=now) == 0

        with database.reading() as session:
            assert held(session, 1) == (12, 11)
            assert held(session, 2) == (0, 13)
            assert broken(session) == []

    def test_goes_by_the_day_of_the_platform(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=5, settles_on=date(2022, 8, 16)), now=now)

            before = datetime(2022, 8, 15, 23, 59, 59, tzinfo=PLATFORM_ZONE)
            assert service.settle_due(session, now=before) == 0
            assert service.settle_due(session, now=datetime(2022, 8, 16, tzinfo=PLATFORM_ZONE)) == 1

    def test_settles_once_when_two_workers_do_it(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            items = [gift(f"g{n}", to=n % 3, fen=5, settles_on=date(2022, 8, 11)) for n in range(30)]
            service.post_transfers(session, items, now=now)

        def settle() -> int:
            with database.writing() as session:
                return service.settle_due(session, now=now)

        assert sorted(str(outcome) for outcome in together(settle, settle)) == ["0", "30"]
        with database.reading() as session:
            assert held(session, 0) == (50, 0)
            assert broken(session) == []


class TestIncome:
    def test_adds_up_by_source_inside_the_period(self, database: Database, now: datetime, on: date) -> None:
        with database.writing() as session:
            items = [
                gift("first", to=1, fen=5, day=date(2022, 7, 1), settles_on=date(2022, 7, 2)),
                gift("last", to=1, fen=7, day=date(2022, 7, 31), settles_on=date(2022, 9, 1)),
                gift("before", to=1, fen=100, day=date(2022, 6, 30)),
                gift("after", to=1, fen=100, day=date(2022, 8, 1)),
                gift("another", to=2, fen=100, day=date(2022, 7, 10)),
                incentive("task", to=1, fen=30, day=date(2022, 7, 10)),
            ]
            service.post_transfers(session, items, now=now)
            service.settle_due(session, now=now)
            service.post_transfer(session, payment("p", by=1, fen=9, day=date(2022, 7, 20)), now=now)

        with database.reading() as session:
            lines = service.income(session, creator_id=1, period=parse_period("month:7", on=on))

        assert [
            (line.item.purpose, line.item.program, line.amount_fen, line.unsettled_fen) for line in lines
        ] == [
            (Purpose.INCENTIVE, "guanghe", 30, 0),
            (Purpose.LIVE_GIFTS, None, 12, 7),
        ]

    def test_counts_no_impressions(self, database: Database, now: datetime, on: date) -> None:
        with database.writing() as session:
            traffic = replace(gift("t", to=1, fen=9_000), asset=Asset.TRAFFIC)
            service.post_transfer(session, traffic, now=now)

        with database.reading() as session:
            assert service.income(session, creator_id=1, period=parse_period("this_month", on=on)) == []


class TestMovements:
    def test_tells_what_came_and_what_left_newest_first(
        self, database: Database, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            items = [
                gift("a", to=1, fen=50, day=date(2022, 8, 1)),
                gift("b", to=1, fen=7, day=date(2022, 8, 9), settles_on=date(2022, 8, 20)),
                payment("p", by=1, fen=20, day=date(2022, 8, 5)),
                gift("another", to=2, fen=9),
            ]
            service.post_transfers(session, items, now=now)

        with database.reading() as session:
            lines = service.movements(session, creator_id=1, period=parse_period("this_month", on=on))

        assert [(line.day.day, line.amount_fen, line.settled) for line in lines] == [
            (9, 7, False),
            (5, -20, True),
            (1, 50, True),
        ]
