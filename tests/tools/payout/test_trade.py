from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.kernel.db import Database
from tools.payout import service, trade
from tools.payout.invariants import INVARIANTS
from tools.payout.posting import KeyReusedError, Purpose

DAY = date(2022, 8, 15)
EARNING = trade.Earning(
    key="trade:1", creator_id=0, purpose=Purpose.COURSES, payer=trade.buyers("buyers"), gross_fen=100_00,
    fee_fen=20_00, day=DAY, settles_on=DAY + timedelta(days=8), rules_from=date(2022, 1, 1), source="one",
)  # fmt: skip


def earning(session: Session) -> trade.Earning:
    return replace(EARNING, creator_id=a_creator(session, "one"))


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


class TestEarn:
    def test_pays_creator_and_platform_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            one = earning(session)

            assert [trade.earn(session, one, now=now) for _ in range(2)] == [True, False]
            assert service.balance(session, creator_id=one.creator_id).unsettled_fen == 80_00
            assert {key: row.amount for key, row in trade.booked(session, prefix="trade:").items()} == {
                "trade:1": 80_00,
                "trade:1:fee": 20_00,
            }
        assert broken(database) == []

    def test_is_withdrawable_at_once_when_its_day_has_come(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            one = replace(earning(session), settles_on=DAY)
            trade.earn(session, one, now=now)

            assert service.balance(session, creator_id=one.creator_id).available_fen == 80_00
        assert broken(database) == []

    def test_takes_no_other_body_under_its_key(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            one = earning(session)
            trade.earn(session, one, now=now)

            with pytest.raises(KeyReusedError):
                trade.earn(session, replace(one, gross_fen=90_00), now=now)

    def test_takes_no_more_out_of_a_pool_than_it_holds(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            trade.fill_pool(session, name="brief:1", payer="brand:a", fen=99_99, day=DAY, now=now)
            one = replace(earning(session), payer=trade.pool("brief:1"))

            with pytest.raises(trade.NotCoveredError):
                trade.earn(session, one, now=now)
            assert trade.pool_fen(session, name="brief:1") == 99_99


class TestTakeBack:
    @pytest.mark.parametrize("settled", [False, True])
    def test_gives_the_payer_all_back_once(self, database: Database, now: datetime, settled: bool) -> None:  # noqa: FBT001 - a parameter
        with database.writing() as session:
            one = earning(session)
            trade.earn(session, one, now=now)
            later = now + timedelta(days=9 if settled else 1)
            service.settle_due(session, now=later)

            for _ in range(2):
                trade.take_back(session, key=one.key, reason="退款", now=later)

            held = service.balance(session, creator_id=one.creator_id)
            assert (held.available_fen, held.unsettled_fen) == (0, 0)
            assert all(row.taken_back for row in trade.booked(session, prefix="trade:").values())
        assert broken(database) == []


class TestEmptyPool:
    def test_gives_the_brand_the_rest_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            trade.fill_pool(session, name="brief:1", payer="brand:a", fen=500, day=DAY, now=now)
            done = [
                trade.empty_pool(session, name="brief:1", payer="brand:a", fen=500, day=DAY, now=now)
                for _ in range(2)
            ]

            assert done == [True, False]
            assert trade.pool_fen(session, name="brief:1") == 0
        assert broken(database) == []


class TestIncomes:
    def test_are_read_back_by_purpose_and_creator(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            one, other = a_creator(session, "laotie"), a_creator(session, "xinren")
            goods = replace(EARNING, purpose=Purpose.GOODS, creator_id=one)
            for earning in (
                replace(goods, key="goods:1"),
                replace(goods, key="goods:2"),
                replace(goods, key="goods:3", creator_id=other),
                replace(goods, key="course:1", purpose=Purpose.COURSES),
            ):
                trade.earn(session, earning, now=now)
            trade.take_back(session, key="goods:2", reason="退款", now=now)

            found = trade.incomes(session, purpose=Purpose.GOODS, creator_id=one)

        assert [(each.key, each.fen, each.taken_back) for each in found] == [
            ("goods:1", 80_00, False),
            ("goods:2", 80_00, True),
        ]
