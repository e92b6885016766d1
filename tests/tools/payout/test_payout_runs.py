import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.payout.fake_bank import BankServer, FakeBank
from tests.tools.payout.postings import gift, held
from tools.kernel import case_requests
from tools.kernel.db import Database
from tools.notices import service as notices
from tools.payout import service, withdrawal_service
from tools.payout.bank import BankReply, BankState
from tools.payout.invariants import INVARIANTS
from tools.payout.late_withdrawals import ask_for_people
from tools.payout.models import BankAnswer, LedgerTransfer, Withdrawal
from tools.payout.payout_runs import PayoutRun, pay_out

ROOT = Path(__file__).parent.parent.parent.parent
WORKER = """
import sys
from datetime import datetime
sys.path.insert(0, ".")
from tests.tools.payout.fake_bank import HttpBank
from tools.kernel.db import open_database
from tools.kernel.jobs import JobRunner, state_url
from tools.payout.models import Withdrawal
from tools.payout.revenue_jobs import pay_out_job
from sqlalchemy import select
import tools.schema, time

url, bank, folder, how = sys.argv[1:]
database = open_database(url)
now = datetime.fromisoformat("2022-08-15T12:30:00+08:00")
runner = JobRunner(
    [pay_out_job(lambda day: HttpBank(bank))], database=database, clock=lambda: now,
    state_url=state_url(database_url=url, jobs_file=folder + "/jobs.sqlite"),
)
runner.start()
if how == "run":
    runner.run_now("payout.pay_out")
until = time.monotonic() + 40
while how == "recover" and time.monotonic() < until:
    with database.reading() as session:
        if set(session.scalars(select(Withdrawal.state))) == {"paid"}:
            break
    time.sleep(0.05)
runner.stop()
"""


def verified(session: Session, handle: str, *, fen: int, now: datetime) -> int:
    """Store a creator who may withdraw, with money in the wallet."""
    creator = a_creator(session, handle)
    session.execute(text("UPDATE creator SET real_name_verified = true WHERE id = :id"), {"id": creator})
    withdrawal_service.set_account(
        session, creator_id=creator, account=f"token-{handle}", words="建设银行 尾号 6621"
    )
    service.post_transfer(session, gift(f"gift {handle}", to=creator, fen=fen), now=now)
    session.expire_all()
    return creator


def ask(session: Session, creator: int, amount: str | None, *, now: datetime) -> str:
    offer = withdrawal_service.offer(session, creator_id=creator, amount=amount, now=now)
    row = withdrawal_service.request(
        session,
        creator_id=creator,
        amount_fen=offer.amount_fen,
        tax_fen=offer.tax_fen,
        account=offer.account,
        now=now,
    )
    return row.number


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


def states(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [
            (row.state, row.reason) for row in session.scalars(select(Withdrawal).order_by(Withdrawal.id))
        ]


@pytest.fixture
def numbers(database: Database, now: datetime) -> list[str]:
    """Three creators ask for 3,000 yuan each of their 5,000."""
    with database.writing() as session:
        return [
            ask(session, verified(session, handle, fen=5_000_00, now=now), "3000", now=now)
            for handle in ("one", "two", "three")
        ]


class TestAskForPeople:
    def test_asks_once_for_each_withdrawal_that_is_later_than_promised(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        bank.late.add(numbers[2])
        # Asked on Monday: three working days end with Thursday.
        ask_for_people(database, now + timedelta(days=3))
        with database.reading() as session:
            in_time = case_requests.waiting(session, limit=10)
        pay_out(database, now + timedelta(days=3), open_bank=lambda _: bank)

        for _ in range(2):
            ask_for_people(database, now + timedelta(days=4))

        with database.reading() as session:
            late = case_requests.waiting(session, limit=10)
        assert in_time == []
        assert [(one.business, one.reference) for one in late] == [("提现", numbers[2])]
        assert late[0].reason == "3,000.00 元处理中，已超过承诺的到账时间"


class TestPayOut:
    def test_pays_once_and_books_what_the_bank_says(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        bank.fails[numbers[1]] = "户名不符"
        bank.late.add(numbers[2])

        first = pay_out(database, now, open_bank=lambda _: bank)
        bank.late.clear()
        second = pay_out(database, now, open_bank=lambda _: bank)
        third = pay_out(database, now, open_bank=lambda _: bank)

        assert (first, second) == (PayoutRun(sent=3, paid=1, returned=1, waiting=1), PayoutRun(paid=1))
        assert third == PayoutRun()
        # Of 3,000 yuan 440 are tax (tax-withholding 2.2).
        assert bank.payments == dict.fromkeys(numbers, 2_560_00)
        assert states(database) == [("paid", ""), ("returned", "户名不符"), ("paid", "")]
        with database.reading() as session:
            assert [held(session, creator)[0] for creator in (1, 2, 3)] == [2_000_00, 5_000_00, 2_000_00]
            told = {each.creator_id: each.text for each in notices.unsent(session)}
        assert [
            each in told[number]
            for number, each in ((1, "打款成功"), (2, "没有打成：户名不符"), (3, "打款成功"))
        ] == [True] * 3
        assert len(told) == len(numbers)
        assert broken(database) == []

    def test_asks_again_when_the_bank_s_answer_was_lost(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        bank.loses_answers = True
        pay_out(database, now, open_bank=lambda _: bank)

        pay_out(database, now, open_bank=lambda _: bank)

        assert set(bank.submissions.values()) == {1}
        assert {state for state, _ in states(database)} == {"paid"}

    def test_waits_while_the_bank_is_down(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        bank.down = True

        run = pay_out(database, now, open_bank=lambda _: bank)

        assert run == PayoutRun(unreachable=3)
        assert {state for state, _ in states(database)} == {"sent"}
        assert broken(database) == []
        bank.down = False
        pay_out(database, now, open_bank=lambda _: bank)
        pay_out(database, now, open_bank=lambda _: bank)
        assert bank.payments == dict.fromkeys(numbers, 2_560_00)
        assert {state for state, _ in states(database)} == {"paid"}

    def test_books_no_amount_that_is_not_ours(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        pay_out(database, now, open_bank=lambda _: _Lying(bank))

        assert {state for state, _ in states(database)} == {"sent"}
        assert broken(database) == []

    def test_is_exact_with_two_workers_at_once(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        bank = FakeBank()
        workers = [
            threading.Thread(target=lambda: pay_out(database, now, open_bank=lambda _: bank))
            for _ in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        pay_out(database, now, open_bank=lambda _: bank)

        assert {state for state, _ in states(database)} == {"paid"}
        assert broken(database) == []
        with database.reading() as session:
            assert len(session.scalars(select(BankAnswer)).all()) == 3


class _Lying:
    """A bank that answers with a fen more than it was given."""

    def __init__(self, bank: FakeBank) -> None:
        self._bank = bank

    def submit(self, reference: str, *, amount_fen: int, account: str) -> None:
        self._bank.submit(reference, amount_fen=amount_fen, account=account)

    def query(self, reference: str) -> BankReply:
        found = self._bank.query(reference)
        return BankReply(found.state, found.amount_fen + 1, found.day)


class TestKilledBetweenSentAndRecorded:
    @pytest.fixture
    def server(self) -> Iterator[BankServer]:
        server = BankServer(FakeBank())
        yield server
        server.close()

    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'guanghe.sqlite'}"
        create_database = request.getfixturevalue("create_database")
        made: str = create_database("payouts")
        return made

    def test_is_paid_exactly_once(self, url: str, server: BankServer, tmp_path: Path, now: datetime) -> None:
        from tools.kernel.db import open_database  # noqa: PLC0415 - this test's own database
        from tools.schema import metadata  # noqa: PLC0415

        database = open_database(url)
        metadata.create_all(database.engine)
        with database.writing() as session:
            number = ask(session, verified(session, "one", fen=5_000_00, now=now), "3000", now=now)
        workers: list[subprocess.Popen[bytes]] = []
        killed = threading.Event()

        def kill() -> None:
            if not killed.is_set():
                killed.set()
                workers[0].kill()

        server.on_submit = kill
        arguments = [sys.executable, "-W", "ignore", "-c", WORKER, url, server.url, str(tmp_path)]
        workers.append(subprocess.Popen([*arguments, "run"], cwd=ROOT))
        assert workers[0].wait(timeout=60) == -9
        assert states(database) == [("sent", "")]

        recovered = subprocess.run([*arguments, "recover"], cwd=ROOT, timeout=60, check=False)

        assert recovered.returncode == 0
        assert states(database) == [("paid", "")]
        assert server.bank.payments == {number: 2_560_00}
        assert server.bank.submissions == {number: 1}
        with database.reading() as session:
            legs = session.scalars(select(LedgerTransfer).where(LedgerTransfer.source == number)).all()
            assert sorted((leg.amount, leg.state) for leg in legs) == [
                (440_00, "posted"),
                (2_560_00, "posted"),
            ]
            assert held(session, 1)[0] == 2_000_00
        assert broken(database) == []
        database.close()


class TestRequest:
    def test_lets_a_returned_withdrawal_be_made_again_on_the_same_day(
        self, database: Database, numbers: list[str], now: datetime
    ) -> None:
        reply = BankReply(BankState.FAILED, 2_560_00, date(2022, 8, 15), "卡号有误")
        with database.writing() as session:
            withdrawal_service.begin_sending(session, withdrawal_id=1, now=now)
            assert withdrawal_service.record(session, withdrawal_id=1, reply=reply, now=now)
            assert not withdrawal_service.record(session, withdrawal_id=1, reply=reply, now=now)

            number = ask(session, 1, None, now=now + timedelta(hours=1))

        assert number == "TX20220815-0004"
        assert broken(database) == []
