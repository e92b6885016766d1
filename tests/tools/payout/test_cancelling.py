import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.tools.payout.conftest import CallOf
from tests.tools.payout.fake_bank import BankServer, FakeBank
from tests.tools.payout.postings import held
from tests.tools.payout.test_payout_runs import ROOT, ask, broken, states, verified
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import withdrawal_service
from tools.payout.earnings_tool import TOOL
from tools.payout.models import LedgerTransfer, Withdrawal
from tools.payout.payout_runs import PayoutRun, pay_out
from tools.payout.withdrawals import CancelTooLate, NotCancellable, NothingToCancel, WithdrawnToday
from tools.schema import metadata

CREATORS = 30
# Both wait for the same file, then run against each other until they are through.
WORKER = """
import sys, time
from datetime import datetime
from pathlib import Path
from sqlalchemy import select
sys.path.insert(0, ".")
from tests.tools.payout.fake_bank import HttpBank
from tools.kernel.db import open_database
from tools.kernel.errors import Refusal
from tools.payout import withdrawal_service
from tools.payout.models import Withdrawal
from tools.payout.payout_runs import pay_out
import tools.schema

url, bank, start, how = sys.argv[1:]
now = datetime.fromisoformat("2022-08-15T12:30:00+08:00")
database = open_database(url)
with database.reading() as session:
    rows = session.execute(select(Withdrawal.creator_id, Withdrawal.id).order_by(Withdrawal.id.desc())).all()
Path(start + "." + how).touch()
while not Path(start).exists():
    time.sleep(0.001)
if how == "pay":
    pay_out(database, now, open_bank=lambda day: HttpBank(bank))
else:
    for creator, withdrawal in rows:
        try:
            with database.writing() as session:
                withdrawal_service.cancel(session, creator_id=creator, withdrawal_id=withdrawal, now=now)
        except Refusal as refusal:
            print(withdrawal, type(refusal).__name__)
        else:
            print(withdrawal, "cancelled")
"""


@pytest.fixture
def creator(database: Database, now: datetime) -> int:
    """Return a creator who asked for 3,000 of 5,000 yuan."""
    with database.writing() as session:
        creator = verified(session, "laotie", fen=5_000_00, now=now)
        ask(session, creator, "3000", now=now)
        return creator


def propose(call: Call) -> Proposal:
    found = TOOL.run(call, action="cancel")
    assert isinstance(found, Proposal)
    return found


def commit(call: Call, proposal: Proposal) -> Reply:
    assert TOOL.commit is not None
    return TOOL.commit(call, proposal.payload)


class TestCancel:
    def test_says_what_comes_back_before_anything_moves(
        self, database: Database, creator: int, call_of: CallOf
    ) -> None:
        with database.writing() as session:
            proposal = propose(call_of(session, creator))

        assert proposal.summary.splitlines() == [
            "撤销提现 TX20220815-0001（8月15日申请，3,000.00 元，建设银行 尾号 6621）：",
            "确认后 3,000.00 元马上回到可提现余额，代扣的税 440.00 元也不扣了。",
            "撤销也算用掉今天的 1 次，明天 0:00 以后可以重新提。",
            "每笔只能撤销 1 次；确认之前银行先处理了，就撤不了了。",
        ]
        assert [(item.policy, item.clause) for item in proposal.citations] == [
            ("withdrawal-rules", "2.2"),
            ("withdrawal-rules", "1.2"),
        ]
        assert states(database) == [("requested", "")]

    def test_gives_back_all_of_it_and_the_bank_never_hears_of_it(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            done = commit(call, propose(call))
            balance = TOOL.run(call, action="balance")
            assert held(session, creator)[0] == 5_000_00
            legs = session.scalars(select(LedgerTransfer).where(LedgerTransfer.source.startswith("TX"))).all()
            assert sorted((leg.amount, leg.state) for leg in legs) == [
                (440_00, "voided"),
                (2_560_00, "voided"),
            ]
        bank = FakeBank()

        run = pay_out(database, now, open_bank=lambda _: bank)

        assert done.text == "提现 TX20220815-0001 已撤销，3,000.00 元已经回到可提现余额，没有扣税。"
        assert isinstance(balance, Reply)
        assert "已撤销，钱已经回到可提现余额。" in balance.text
        assert (run, bank.payments) == (PayoutRun(), {})
        assert states(database) == [("cancelled", "")]
        assert broken(database) == []

    def test_is_refused_once_the_payout_run_took_it(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            proposal = propose(call)
            withdrawal_service.begin_sending(session, withdrawal_id=1, now=now)

            with pytest.raises(CancelTooLate, match=r"TX20220815-0001（3,000\.00 元）已经交给银行处理"):
                propose(call)
            with pytest.raises(CancelTooLate):
                commit(call, proposal)

    def test_happens_once(self, database: Database, creator: int, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            proposal = propose(call)
            commit(call, proposal)

            with pytest.raises(NothingToCancel):
                commit(call, proposal)
            with pytest.raises(NothingToCancel):
                propose(call)
        assert broken(database) == []

    def test_uses_up_the_day_s_withdrawal(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            commit(call, propose(call))

            with pytest.raises(WithdrawnToday):
                TOOL.run(call, action="withdraw", amount="100")
            tomorrow = replace(call, now=now + timedelta(days=1), on=call.on + timedelta(days=1))
            assert isinstance(TOOL.run(tomorrow, action="withdraw", amount="100"), Proposal)

    def test_never_touches_another_creator_s(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            other = verified(session, "xinren", fen=1_000_00, now=now)

            with pytest.raises(NothingToCancel):
                propose(call_of(session, other))
            with pytest.raises(NothingToCancel):
                withdrawal_service.cancel(session, creator_id=other, withdrawal_id=1, now=now)
        assert states(database) == [("requested", "")]

    def test_is_not_known_to_the_rules_before_july_2022(self, database: Database, call_of: CallOf) -> None:
        june = datetime(2022, 6, 20, 12, tzinfo=PLATFORM_ZONE)
        with database.writing() as session:
            creator = verified(session, "laotie", fen=5_000_00, now=june)
            ask(session, creator, "3000", now=june)
            call = replace(call_of(session, creator, on=june.date()), now=june)

            with pytest.raises(NotCancellable):
                propose(call)

    def test_can_t_be_told_of_one_that_was_sent(self, database: Database, creator: int) -> None:
        """A row that says both is refused by the database itself."""
        with pytest.raises(Exception, match="cancelled_unsent"), database.writing() as session:
            session.execute(
                text(
                    "UPDATE withdrawal SET state = 'cancelled', cancelled_at = requested_at, sent_at = requested_at"
                )
            )


class TestCancelBesideThePayoutRun:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'guanghe.sqlite'}"
        create_database: Callable[[str], str] = request.getfixturevalue("create_database")
        return create_database("cancelling")

    @pytest.fixture
    def server(self) -> Iterator[BankServer]:
        server = BankServer(FakeBank())
        yield server
        server.close()

    def test_pays_or_gives_back_and_never_both(
        self, url: str, server: BankServer, tmp_path: Path, now: datetime
    ) -> None:
        database = open_database(url)
        metadata.create_all(database.engine)
        with database.writing() as session:
            for number in range(CREATORS):
                ask(session, verified(session, f"c{number}", fen=5_000_00, now=now), "3000", now=now)
        start = tmp_path / "start"
        arguments = [sys.executable, "-W", "ignore", "-c", WORKER, url, server.url, str(start)]
        workers = [
            subprocess.Popen([*arguments, how], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for how in ("pay", "cancel")
        ]
        while not all(Path(f"{start}.{how}").exists() for how in ("pay", "cancel")):
            assert all(worker.poll() is None for worker in workers)
        start.touch()
        told = [worker.communicate(timeout=60)[0] for worker in workers][1]

        assert [worker.returncode for worker in workers] == [0, 0]
        outcomes = dict(line.split() for line in told.splitlines())
        with database.reading() as session:
            rows = session.scalars(select(Withdrawal).order_by(Withdrawal.id)).all()
            paid = {row.number for row in rows if row.state == "paid"}
            cancelled = {str(row.id) for row in rows if row.state == "cancelled"}
            assert len(paid) + len(cancelled) == len(rows) == CREATORS
            assert server.bank.payments == dict.fromkeys(paid, 2_560_00)
            assert {each for each, outcome in outcomes.items() if outcome == "cancelled"} == cancelled
            for row in rows:
                left = 2_000_00 if row.state == "paid" else 5_000_00
                assert held(session, row.creator_id)[0] == left
        assert broken(database) == []
        database.close()
