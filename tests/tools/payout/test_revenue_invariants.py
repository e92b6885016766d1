from datetime import date, datetime
from pathlib import Path

import pytest

from tests.tools.payout.fake_bank import FakeBank
from tests.tools.payout.test_drama_service import a_drama, at, load
from tests.tools.payout.test_invariants import corrupt, lines
from tests.tools.payout.test_payout_runs import ask, verified
from tests.tools.payout.test_star_service import a_star, signed
from tools.kernel.db import Database
from tools.payout import star_guarantees
from tools.payout.payout_runs import pay_out
from tools.payout.revenue_jobs import grant_drama_shares

NUMBER = "TX20220815-0001"


@pytest.fixture
def store(database: Database, tmp_path: Path, now: datetime) -> Database:
    """Return a store with a withdrawal that was paid, a drama share, and a settled month of a contract."""
    with database.writing() as session:
        ask(session, verified(session, "one", fen=5_000_00, now=now), "3000", now=now)
        a_drama(session, "duanju")
        signed(session, a_star(session, "star"), now)
        star_guarantees.move_on(session, now=at(date(2022, 9, 1)))
        star_guarantees.grant_guarantees(session, now=at(date(2022, 10, 2)))
    bank = FakeBank()
    pay_out(database, now, open_bank=lambda _: bank)
    load(database, tmp_path, "duanju5,2022-08-06,1000,0")
    grant_drama_shares(database, at(date(2022, 8, 8)))
    assert lines(database) == {}
    return database


class TestInvariants:
    @pytest.mark.parametrize(
        ("statement", "name", "line"),
        [
            (
                "UPDATE withdrawal SET amount_fen = 300001",
                "payout.withdrawals_are_booked",
                f"withdrawal {NUMBER}: withdrawal:{NUMBER}:paid is 256000 fen in the ledger, 256001 in the row",
            ),
            (
                "DELETE FROM withdrawal",
                "payout.withdrawals_are_booked",
                f"ledger_transfer withdrawal:{NUMBER}:paid: pays or taxes a withdrawal that does not exist",
            ),
            (
                "UPDATE withdrawal SET state = 'sent', paid_at = NULL",
                "payout.withdrawals_are_booked",
                f"withdrawal {NUMBER}: withdrawal:{NUMBER}:paid is posted in the ledger, the row is sent",
            ),
            (
                "UPDATE withdrawal SET creator_id = 2",
                "payout.withdrawals_are_booked",
                f"withdrawal {NUMBER}: withdrawal:{NUMBER}:paid is paid by creator 1, not by creator 2",
            ),
            (
                "DELETE FROM bank_answer",
                "payout.payouts_equal_the_banks_answers",
                f"withdrawal {NUMBER}: is paid, the bank's answer is missing",
            ),
            (
                "UPDATE bank_answer SET amount_fen = 1",
                "payout.payouts_equal_the_banks_answers",
                f"withdrawal {NUMBER}: 256000 fen were sent, the bank answered 1",
            ),
            (
                "UPDATE drama_share SET amount_fen = 499",
                "drama.shares_are_booked",
                "drama_share drama:1:2:1: is 500 fen in the ledger, 499 in the row",
            ),
            (
                "UPDATE drama_share SET taken_back = true",
                "drama.shares_are_booked",
                "drama_share drama:1:2:1: taken back is True in the row, False in the ledger",
            ),
            (
                "DELETE FROM drama_share",
                "drama.shares_are_booked",
                "ledger_transfer drama:1:2:1: pays a drama share that does not exist",
            ),
        ],
    )
    def test_name_the_corrupted_row(self, store: Database, statement: str, name: str, line: str) -> None:
        corrupt(store, statement)

        assert line in lines(store)[name]
