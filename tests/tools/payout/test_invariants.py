import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from tests.calls import a_creator
from tests.tools.payout.postings import gift, incentive, payment
from tools.kernel.db import Database
from tools.payout import service
from tools.payout.invariants import INVARIANTS
from tools.payout.models import BankAnswer, Withdrawal
from tools.payout.posting import withdrawal_key


@pytest.fixture
def ledger(database: Database, now: datetime) -> Database:
    """Return a store with a gift, a settled gift, a task, and a withdrawal of the first creator."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        service.post_transfers(
            session,
            [
                gift("gift", to=creator, fen=500),
                gift("settled", to=creator, fen=700, settles_on=date(2022, 8, 11)),
                incentive("task", to=creator, fen=900),
            ],
            now=now,
        )
        service.settle_due(session, now=now)
        row = Withdrawal(
            creator_id=creator, amount_fen=600, tax_fen=0, destination="建设银行 尾号 6621", state="paid",
            requested_at=now, paid_at=now + timedelta(days=1),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            BankAnswer(
                withdrawal_id=row.id, state="paid", amount_fen=600, answered_on=date(2022, 8, 16), at=now
            )
        )
        service.post_transfer(session, payment(withdrawal_key(row.number), by=creator, fen=600), now=now)
    return database


def corrupt(database: Database, *statements: str) -> None:
    """Change rows past the store's own rules, as a broken disk or a careless hand would."""
    if database.engine.dialect.name == "sqlite":
        path = database.engine.url.database
        assert path is not None
        # A connection of its own, where foreign keys are off.
        with closing(sqlite3.connect(path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


def lines(database: Database) -> dict[str, list[str]]:
    with database.reading() as session:
        found = {item.name: list(item.violations(session)) for item in INVARIANTS}
    return {name: said for name, said in found.items() if said}


class TestInvariants:
    def test_hold_for_what_the_room_itself_stores(self, ledger: Database) -> None:
        assert lines(ledger) == {}

    def test_name_a_transfer_whose_amount_was_changed(self, ledger: Database) -> None:
        corrupt(
            ledger,
            "UPDATE ledger_transfer SET amount = 501 WHERE key = 'gift'",
        )

        assert lines(ledger) == {
            "ledger.fingerprints_match": [
                "ledger_transfer 1 (gift): its body does not match its fingerprint"
            ],
            "ledger.kept_balances_are_right": [
                "ledger_account creator 1 cash: the balance is 600, its transfers sum to 601"
            ],
        }

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE ledger_transfer SET note = 'x' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET source = 'x' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET program = 'star' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET day = '2022-08-01' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET settles_on = '2022-08-09' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET purpose = 'goods' WHERE key = 'gift'",
            "UPDATE ledger_transfer SET debit_account_id = credit_account_id, credit_account_id = debit_account_id WHERE key = 'gift'",
        ],
    )
    def test_name_a_transfer_however_it_was_changed(self, ledger: Database, change: str) -> None:
        corrupt(ledger, change)

        assert lines(ledger)["ledger.fingerprints_match"] == [
            "ledger_transfer 1 (gift): its body does not match its fingerprint"
        ]

    def test_name_a_transfer_of_two_assets(self, ledger: Database) -> None:
        corrupt(
            ledger,
            "UPDATE ledger_transfer SET asset = 'traffic' WHERE key = 'gift'",
        )

        assert lines(ledger)["ledger.one_asset_on_both_legs"] == [
            "ledger_transfer gift: asset is traffic, its debit account holds cash, its credit account cash"
        ]

    def test_name_an_account_of_another_asset(self, ledger: Database) -> None:
        corrupt(
            ledger,
            "UPDATE ledger_account SET asset = 'traffic' WHERE owner_kind = 'external' AND owner = 'bank'",
            "DELETE FROM ledger_account WHERE owner = 'audience'",
        )

        assert lines(ledger)["ledger.one_asset_on_both_legs"][0] == (
            "ledger_transfer gift: asset is cash, its debit account holds nothing (no such account), "
            "its credit account cash"
        )

    def test_name_a_creator_who_owes(self, ledger: Database) -> None:
        corrupt(
            ledger,
            "DELETE FROM ledger_transfer WHERE key = 'gift'",
            "UPDATE ledger_transfer SET amount = 800 WHERE purpose = 'withdrawal'",
        )

        found = lines(ledger)
        assert found["ledger.nobody_owes"] == ["ledger_account creator 1 cash: the balance is -100, below 0"]
        assert found["payout.withdrawals_are_booked"] == [
            "withdrawal TX20220815-0001: withdrawal:TX20220815-0001:paid is 800 fen in the ledger, 600 in the row"
        ]

    def test_name_a_settlement_of_nothing(self, ledger: Database) -> None:
        corrupt(
            ledger,
            "DELETE FROM ledger_transfer WHERE key = 'settled'",
        )

        found = lines(ledger)
        assert found["ledger.settlements_match"] == [
            "ledger_transfer settle:settled: settles 700 of settled, which was never posted"
        ]

    def test_name_a_reward_without_rules(self, ledger: Database, now: datetime) -> None:
        with ledger.writing() as session:
            service.post_transfers(
                session,
                [
                    incentive("too early", to=1, fen=5, program="star", day=date(2022, 7, 28)),
                    incentive("unknown", to=1, fen=5, program="nothing"),
                ],
                now=now,
            )

        assert lines(ledger) == {
            "ledger.incentives_have_rules": [
                "ledger_transfer too early: no rules of programme 'star' are in force on 2022-07-28",
                "ledger_transfer unknown: no rules of programme 'nothing' are in force on 2022-08-07",
            ]
        }
