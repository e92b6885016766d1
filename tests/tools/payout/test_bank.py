import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.tools.payout.test_payout_runs import ask, broken, states, verified
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.payout.bank import BankReply, BankState, FileBank, answers
from tools.payout.payout_runs import pay_out
from tools.payout.reconciliation import reconcile

DAY = date(2022, 8, 15)
HEAD = "reference,day,amount,status,reason\n"


def answer(folder: Path, *lines: str) -> Path:
    (folder / "in").mkdir(parents=True, exist_ok=True)
    path = folder / "in" / "answers-0816.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


class TestFileBank:
    def test_writes_a_reference_once(self, tmp_path: Path) -> None:
        for _ in range(2):
            FileBank(tmp_path, day=DAY).submit("TX1", amount_fen=1_234_56, account="token")
        FileBank(tmp_path, day=date(2022, 8, 16)).submit("TX1", amount_fen=1_234_56, account="token")

        assert (tmp_path / "out" / "payments-2022-08-15.csv").read_text("utf-8") == (
            "reference,amount,account\nTX1,1234.56,token\n"
        )
        assert len(list((tmp_path / "out").iterdir())) == 1

    def test_drops_a_line_that_a_crash_cut(self, tmp_path: Path) -> None:
        FileBank(tmp_path, day=DAY).submit("TX1", amount_fen=100, account="token")
        path = tmp_path / "out" / "payments-2022-08-15.csv"
        path.write_bytes(path.read_bytes() + b"TX2,5.0")

        assert FileBank(tmp_path, day=DAY).query("TX2").state is BankState.UNKNOWN
        FileBank(tmp_path, day=DAY).submit("TX2", amount_fen=500, account="token")

        assert path.read_text("utf-8").splitlines()[1:] == ["TX1,1.00,token", "TX2,5.00,token"]

    def test_writes_each_reference_once_with_many_workers(self, tmp_path: Path) -> None:
        def work() -> None:
            bank = FileBank(tmp_path, day=DAY)
            for number in range(30):
                bank.submit(f"TX{number}", amount_fen=100, account="token")

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        lines = (tmp_path / "out" / "payments-2022-08-15.csv").read_text("utf-8").splitlines()
        assert sorted(lines[1:]) == sorted(f"TX{number},1.00,token" for number in range(30))

    def test_reads_the_bank_s_answer(self, tmp_path: Path) -> None:
        bank = FileBank(tmp_path, day=DAY)
        bank.submit("TX1", amount_fen=100, account="token")
        assert bank.query("TX1").state is BankState.PENDING

        answer(tmp_path, "TX1,2022-08-16,1.00,failed,户名不符")

        found = FileBank(tmp_path, day=DAY).query("TX1")
        assert found == BankReply(BankState.FAILED, 100, date(2022, 8, 16), "户名不符")

    def test_pays_withdrawals_out_by_files(self, database: Database, tmp_path: Path, now: datetime) -> None:
        with database.writing() as session:
            number = ask(session, verified(session, "one", fen=5_000_00, now=now), "3000", now=now)
        pay_out(database, now, open_bank=lambda day: FileBank(tmp_path, day=day))
        assert states(database) == [("sent", "")]
        answer(tmp_path, f"{number},2022-08-16,2560.00,paid,")

        pay_out(database, now, open_bank=lambda day: FileBank(tmp_path, day=day))

        assert states(database) == [("paid", "")]
        assert broken(database) == []


class TestAnswers:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "empty, without even column names"),
            ("a,b\n", "row 1: the columns are a, b; expected reference, day, amount, status, reason"),
            (HEAD + "TX1,2022-08-16,1.001,paid,\n", "row 2, column amount: not an amount of yuan"),
            (HEAD + "TX1,2022-08-16,-1.00,paid,\n", "row 2, column amount: is not above 0"),
            (
                HEAD + "TX1,2022-08-16,1.00,perhaps,\n",
                "row 2, column status: 'perhaps'; the bank answers paid or failed",
            ),
            (HEAD + "TX1,16.8.2022,1.00,paid,\n", "row 2, column day: not a day as YYYY-MM-DD: '16.8.2022'"),
            (HEAD + "TX1,2022-08-16\n", "row 2: 2 cells where there are 5 columns"),
            (HEAD + ",2022-08-16,1.00,paid,\n", "row 2, column reference: is empty"),
        ],
    )
    def test_name_what_is_wrong(self, tmp_path: Path, text: str, problem: str) -> None:
        path = tmp_path / "answers.csv"
        path.write_text(text, "utf-8")

        with pytest.raises(OperatorError) as raised:
            answers(path)

        assert problem in str(raised.value)


class TestReconcile:
    @pytest.fixture
    def paid(self, database: Database, tmp_path: Path, now: datetime) -> list[str]:
        """Three withdrawals; the bank has paid two of them, as its answers say."""
        with database.writing() as session:
            numbers = [
                ask(session, verified(session, handle, fen=5_000_00, now=now), "3000", now=now)
                for handle in ("one", "two", "three")
            ]
        pay_out(database, now, open_bank=lambda day: FileBank(tmp_path, day=day))
        answer(tmp_path, *(f"{number},2022-08-16,2560.00,paid," for number in numbers[:2]))
        pay_out(database, now, open_bank=lambda day: FileBank(tmp_path, day=day))
        return numbers

    def test_finds_nothing_where_both_say_the_same(
        self, database: Database, tmp_path: Path, paid: list[str]
    ) -> None:
        with database.reading() as session:
            found = reconcile(session, path=tmp_path / "in" / "answers-0816.csv")

        assert (found.lines, found.paid_fen, found.differences) == (2, 5_120_00, ())

    def test_names_every_difference(self, database: Database, tmp_path: Path, paid: list[str]) -> None:
        path = answer(
            tmp_path,
            f"{paid[0]},2022-08-16,2560.01,paid,",
            f"{paid[2]},2022-08-16,2560.00,failed,户名不符",
            "TX20220815-9999,2022-08-16,5.00,paid,",
            "TX1999-1,2022-08-16,5.00,paid,",
            f"{paid[2]},2022-08-16,2560.00,paid,",
        )

        with database.reading() as session:
            found = reconcile(session, path=path)

        assert found.differences == (
            f"answers-0816.csv row 6, {paid[2]}: says another thing than row 3",
            f"answers-0816.csv row 2, {paid[0]}: the bank says paid 2,560.01 yuan, we sent 2,560.00 yuan",
            f"answers-0816.csv row 3, {paid[2]}: the bank says failed 2,560.00 yuan, our books have no answer yet (sent)",
            "answers-0816.csv row 4, TX20220815-9999: the bank says paid 5.00 yuan, we have no such withdrawal",
            "answers-0816.csv row 5, TX1999-1: the bank says paid 5.00 yuan, we have no such withdrawal",
            f"{paid[1]}: our books say paid 2,560.00 yuan on 2022-08-16, the bank's file does not have it",
        )
