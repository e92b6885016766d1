from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.payout.conftest import CallOf
from tools.creators import service as creators
from tools.kernel.agent_tool import Reply
from tools.kernel.db import Database
from tools.kernel.period import parse_period
from tools.payout import demo, service
from tools.payout.demo import DESTINATIONS, STREAMS
from tools.payout.earnings_tool import earnings_and_payouts
from tools.payout.invariants import INVARIANTS
from tools.payout.models import LedgerTransfer, Withdrawal
from tools.payout.posting import Purpose

HANDLES = tuple(dict.fromkeys(stream.handle for stream in STREAMS))


@pytest.fixture
def demo_accounts(database: Database) -> Database:
    with database.writing() as session:
        for handle in HANDLES:
            a_creator(session, handle)
    return database


def rows(session: Session) -> tuple[int, int]:
    transfers = session.scalar(select(func.count()).select_from(LedgerTransfer)) or 0
    withdrawals = session.scalar(select(func.count()).select_from(Withdrawal)) or 0
    return transfers, withdrawals


def owner(session: Session, handle: str) -> int:
    account = creators.find_account(session, handle=handle)
    assert account is not None
    return account.id


class TestLoad:
    def test_breaks_no_invariant(self, demo_accounts: Database, on: date) -> None:
        with demo_accounts.writing() as session:
            demo.load(session, on=on)

        with demo_accounts.reading() as session:
            assert [line for item in INVARIANTS for line in item.violations(session)] == []

    def test_changes_nothing_the_second_time(self, demo_accounts: Database, on: date) -> None:
        found: list[tuple[int, int]] = []
        for _ in range(2):
            with demo_accounts.writing() as session:
                demo.load(session, on=on)
                found.append(rows(session))

        assert found[0] == found[1]
        assert found[0][0] > 300
        assert found[0][1] >= len(DESTINATIONS)

    def test_adds_what_is_new_on_a_later_day(self, demo_accounts: Database, on: date) -> None:
        later = date(2022, 10, 3)
        with demo_accounts.writing() as session:
            demo.load(session, on=on)
            before = service.income(
                session, creator_id=owner(session, "laotie"), period=parse_period("month:7", on=on)
            )
            demo.load(session, on=later)
            after = service.income(
                session, creator_id=owner(session, "laotie"), period=parse_period("month:7", on=on)
            )

        assert [(line.item, line.amount_fen) for line in before] == [
            (line.item, line.amount_fen) for line in after
        ]
        with demo_accounts.reading() as session:
            assert [line for item in INVARIANTS for line in item.violations(session)] == []

    @pytest.mark.parametrize("day", [date(2022, 3, 1), date(2024, 2, 29)])
    def test_has_recent_money_on_any_day(self, demo_accounts: Database, day: date) -> None:
        with demo_accounts.writing() as session:
            demo.load(session, on=day)

            income = service.income(
                session, creator_id=owner(session, "laotie"), period=parse_period("last_month", on=day)
            )
            assert {line.item.purpose for line in income} >= {Purpose.GOODS, Purpose.BRAND_ORDERS}
            assert [line for item in INVARIANTS for line in item.violations(session)] == []

    def test_needs_no_account_that_is_not_there(self, database: Database, on: date) -> None:
        with database.writing() as session:
            a_creator(session, "laotie")

            demo.load(session, on=on)

        with database.reading() as session:
            assert service.balance(session, creator_id=owner(session, "laotie")).available_fen > 0

    def test_gives_laotie_a_month_that_he_can_ask_about(
        self, demo_accounts: Database, call_of: CallOf, on: date, now: datetime
    ) -> None:
        with demo_accounts.writing() as session:
            demo.load(session, on=on)
            assert service.settle_due(session, now=now) == 0

            reply = earnings_and_payouts(call_of(session, owner(session, "laotie")), period="last_month")

        assert isinstance(reply, Reply)
        assert reply.facts["income_fen"] > 100_000
        assert "待结算" not in reply.text
