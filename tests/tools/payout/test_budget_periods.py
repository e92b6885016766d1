"""Budgets are opened for a period, raised while it runs, and cut with the next one."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.tools.payout.postings import incentive
from tests.tools.payout.test_invariants import corrupt
from tools.kernel.db import Database
from tools.payout import service
from tools.payout.budget_raises import Raise, raise_budgets
from tools.payout.invariants import INVARIANTS
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.posting import Asset, OverdrawnError, Owner, OwnerKind
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Budget, Per, Program, find_program

GUANGHE = find_program(packaged_programs(), "guanghe")


def with_budget(cash_fen: int, impressions: int = 5_000, per: Per = Per.YEAR) -> Program:
    return replace(GUANGHE, budget=Budget("guanghe", cash_fen, impressions, per))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(LedgerTransfer)) or 0


def broken(session: Session) -> list[str]:
    return [line for invariant in INVARIANTS for line in invariant.violations(session)]


def held(session: Session, pool: str) -> int:
    """Return the fen that the pool has."""
    return session.scalars(
        select(LedgerAccount.balance).where(LedgerAccount.owner == pool, LedgerAccount.asset == "cash")
    ).one()


class TestOpenBudget:
    def test_opens_a_pool_once_for_its_period(self, database: Database, now: datetime) -> None:
        for day in (date(2022, 1, 5), date(2022, 8, 15), date(2023, 1, 1)):
            with database.writing() as session:
                service.open_budget(session, program=with_budget(100_000), on=day, now=now)

        with database.reading() as session:
            assert count(session) == 4
            assert broken(session) == []

    @pytest.mark.parametrize(
        ("per", "account"),
        [(Per.YEAR, "guanghe:2022"), (Per.DAY, "guanghe:2022-08-15"), (Per.ONCE, "guanghe")],
    )
    def test_pays_no_more_than_it_holds(
        self, database: Database, now: datetime, on: date, per: Per, account: str
    ) -> None:
        pool = Owner(OwnerKind.BUDGET, account)
        with database.writing() as session:
            limited = with_budget(100_000, per=per)
            service.open_budget(session, program=limited, on=on, now=now)
            service.post_transfer(session, replace(incentive("a", to=1, fen=99_999), debit=pool), now=now)

        with database.writing() as session, pytest.raises(OverdrawnError, match="which holds 1"):
            service.post_transfer(session, replace(incentive("b", to=1, fen=2), debit=pool), now=now)

    def test_reopens_a_pool_that_is_open_once_on_other_days(self, database: Database, now: datetime) -> None:
        once = with_budget(100_000, per=Per.ONCE)
        for day in (date(2022, 7, 29), date(2022, 8, 15)):
            with database.writing() as session:
                service.open_budget(session, program=once, on=day, now=now)

        with database.reading() as session:
            assert count(session) == 2


@pytest.fixture
def opened(database: Database, now: datetime, on: date) -> Database:
    """Return a store where this year's and last year's pools of 1,000.00 yuan are open, and 999.99 of this year's granted."""
    pool = Owner(OwnerKind.BUDGET, "guanghe:2022")
    with database.writing() as session:
        for day in (on, on.replace(year=2021)):
            service.open_budget(session, program=with_budget(100_000), on=day, now=now)
        service.post_transfer(session, replace(incentive("a", to=1, fen=99_999), debit=pool), now=now)
    return database


class TestRaiseBudgets:
    def test_gives_the_running_period_the_difference_once(self, opened: Database, now: datetime) -> None:
        for expected in ([Raise("guanghe:2022", Asset.CASH, 100_000, 150_000)], []):
            with opened.writing() as session:
                assert raise_budgets(session, [with_budget(150_000)], now=now) == expected

        with opened.reading() as session:
            assert (held(session, "guanghe:2022"), held(session, "guanghe:2021")) == (50_001, 100_000)
            top_up = session.scalars(
                select(LedgerTransfer).where(LedgerTransfer.key == "fund:guanghe:2022:cash:150000")
            ).one()
            assert (top_up.amount, top_up.rules_from) == (50_000, date(2022, 7, 29))
            assert top_up.note == "raised from 100000 to 150000"
            assert broken(session) == []

    def test_leaves_a_cut_for_the_next_period(self, opened: Database, now: datetime) -> None:
        cut = with_budget(60_000)
        with opened.writing() as session:
            assert raise_budgets(session, [cut], now=now) == []
            service.open_budget(session, program=cut, on=date(2023, 1, 1), now=now)

        with opened.reading() as session:
            assert (held(session, "guanghe:2022"), held(session, "guanghe:2023")) == (1, 60_000)
            assert broken(session) == []

    def test_raises_again_after_a_cut_only_above_what_is_there(self, opened: Database, now: datetime) -> None:
        with opened.writing() as session:
            for cash_fen, raised in ((150_000, 1), (60_000, 0), (150_000, 0), (150_001, 1)):
                assert len(raise_budgets(session, [with_budget(cash_fen)], now=now)) == raised

        with opened.reading() as session:
            assert held(session, "guanghe:2022") == 50_002
            assert broken(session) == []

    def test_touches_no_period_that_is_over_or_was_never_opened(
        self, opened: Database, now: datetime
    ) -> None:
        with opened.writing() as session:
            assert raise_budgets(session, [with_budget(150_000)], now=now + timedelta(days=365)) == []

    def test_raises_once_when_two_do_it_at_the_same_moment(self, opened: Database, now: datetime) -> None:
        found: list[list[Raise]] = []

        def run() -> None:
            with opened.writing() as session:
                found.append(raise_budgets(session, [with_budget(150_000)], now=now))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(map(len, found)) == [0, 0, 0, 1]
        with opened.reading() as session:
            assert held(session, "guanghe:2022") == 50_001
            assert broken(session) == []

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE ledger_transfer SET rules_from = NULL WHERE key = 'fund:guanghe:2022:cash:150000'",
            "UPDATE ledger_transfer SET key = 'fund:guanghe' WHERE key = 'fund:guanghe:2022:cash:150000'",
        ],
    )
    def test_is_named_by_the_audit_when_no_rules_say_so(
        self, opened: Database, now: datetime, change: str
    ) -> None:
        with opened.writing() as session:
            raise_budgets(session, [with_budget(150_000)], now=now)

        corrupt(opened, change)

        with opened.reading() as session:
            assert any(
                "brings budget guanghe:2022 cash to 150000, by no rules" in line for line in broken(session)
            )
