"""The operators' commands for payouts and Star contracts, in processes of their own over a demo home."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests import processes

if TYPE_CHECKING:
    from bot.settings import Settings


def guanghe(home: Path, *arguments: str) -> tuple[int, str]:
    code, out, err = processes.guanghe(*arguments, home=home).wait()
    return code, (out + err).strip()


class TestStar:
    def test_lists_and_ends_a_contract(self, demo_settings: "Settings") -> None:
        home = demo_settings.home

        assert "KS-20220729-0001  running" in guanghe(home, "star", "list")[1]
        assert guanghe(home, "star", "screen", "KS-20220729-0001") == (
            1,
            "guanghe: KS-20220729-0001: screening does not follow running; ended does",
        )
        assert guanghe(home, "star", "end", "KS-20220729-0001", "双方协商解约") == (
            0,
            "KS-20220729-0001 is ended",
        )
        assert guanghe(home, "star", "list") == (0, "")


class TestReconcile:
    def test_fails_where_the_bank_says_another_thing(self, demo_settings: "Settings", tmp_path: Path) -> None:
        path = tmp_path / "bank.csv"
        path.write_text(
            "reference,day,amount,status,reason\nTX20220815-9999,2022-08-15,1.00,paid,\n", "utf-8"
        )

        code, said = guanghe(demo_settings.home, "payout", "reconcile", str(path))

        assert code == 1
        assert (
            "bank.csv row 2, TX20220815-9999: the bank says paid 1.00 yuan, we have no such withdrawal"
            in said
        )


class TestDrama:
    def test_names_the_row_that_is_wrong(self, demo_settings: "Settings", tmp_path: Path) -> None:
        path = tmp_path / "plays.csv"
        path.write_text("work,day,effective_plays,fraud_plays\nnobody,2022-08-10,5,0\n", "utf-8")

        assert guanghe(demo_settings.home, "payout", "drama", str(path)) == (
            1,
            "guanghe: plays.csv row 2, column work: nobody is no published episode of a series",
        )


class TestWorker:
    def test_pays_out_by_a_bank_file(self, demo_settings: "Settings") -> None:
        home = demo_settings.home
        asked = guanghe(home, "ask", "--as", "laotie", "--json", "帮我提现500块")[1]
        assert '"tool": "earnings_and_payouts"' in asked
        confirm = asked.split('"confirm": {"id": "')[1].split('"')[0]
        assert "提现申请已提交" in guanghe(home, "confirm", "--as", "laotie", confirm)[1]

        assert guanghe(home, "worker", "--once", "payout.pay_out")[0] == 0

        [path] = (home / "bank" / "out").iterdir()
        assert path.read_text("utf-8").splitlines()[1].split(",")[1] == "500.00"
        assert guanghe(home, "audit")[0] == 0
