from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import a_creator
from tests.tools.payout.conftest import CallOf
from tests.tools.payout.postings import gift, incentive, payment
from tools.kernel.agent_tool import Call, Reply
from tools.kernel.db import Database
from tools.kernel.errors import Refusal
from tools.kernel.money import parse_yuan, yuan
from tools.kernel.period import UnknownPeriod
from tools.payout import service
from tools.payout.earnings_tool import TOOL
from tools.payout.models import Withdrawal
from tools.payout.posting import Asset
from tools.payout.statement import SourceUnknown


@pytest.fixture
def call(database: Database, call_of: CallOf, now: datetime) -> Call:
    """Return a call of laotie: July and August of his own, beside a neighbour's 7,777,777.77 yuan."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        neighbour = a_creator(session, "neighbour")
        items = [
            gift("june", to=creator, fen=40_000, day=date(2022, 6, 20), settles_on=date(2022, 6, 21)),
            gift("july", to=creator, fen=30_000, day=date(2022, 7, 9), settles_on=date(2022, 7, 10)),
            incentive("july task", to=creator, fen=12_345, day=date(2022, 7, 17)),
            incentive("august task", to=creator, fen=5_001, day=date(2022, 8, 7)),
            gift("august", to=creator, fen=999, day=date(2022, 8, 14), settles_on=date(2022, 8, 16)),
            replace(gift("traffic", to=creator, fen=5_000), asset=Asset.TRAFFIC),
            gift("theirs", to=neighbour, fen=777_777_777, day=date(2022, 7, 9)),
        ]
        service.post_transfers(session, items, now=now)
        service.settle_due(session, now=now)
        service.post_transfer(session, payment("p", by=creator, fen=20_000, day=date(2022, 7, 20)), now=now)
        session.add(
            Withdrawal(
                creator_id=creator, amount_fen=20_000, tax_fen=0, destination="建设银行 尾号 6621",
                state="paid", requested_at=now - timedelta(days=26), paid_at=now - timedelta(days=25),
            )
        )  # fmt: skip
        session.flush()
        return call_of(session, creator)


def ask(database: Database, call_of: CallOf, call: Call, **arguments: str) -> Reply:
    with database.reading() as session:
        return TOOL.run(call_of(session, call.creator_id), **arguments)  # pyright: ignore[reportReturnType] - it proposes nothing


class TestSummary:
    def test_tells_this_month_by_source(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call)

        assert reply.text == (
            "2022年8月（到8月15日）收入 60.00 元：\n· 光合计划 50.01 元\n· 直播打赏 9.99 元\n"
            "其中 60.00 元待结算。\n现在可提现 623.45 元。"
        )
        assert reply.facts["income_fen"] == 6_000

    def test_tells_a_month_that_is_over(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call, period="month:7")

        assert reply.text.startswith(
            "2022年7月收入 423.45 元：\n· 直播打赏 300.00 元\n· 光合计划 123.45 元\n"
        )
        assert "待结算" not in reply.text

    def test_draws_the_income_of_each_day_by_source(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        (chart,) = ask(database, call_of, call).charts

        by_name = {
            series.name: dict(zip(chart.labels, series.values, strict=True)) for series in chart.series
        }
        assert (chart.labels[0], chart.labels[-1]) == ("8月1日", "8月15日")
        assert by_name["光合计划"]["8月7日"] == 50.01
        assert by_name["直播打赏"]["8月14日"] == 9.99
        assert sum(value or 0 for series in chart.series for value in series.values) == 60

    def test_draws_the_income_of_each_month_of_a_long_time(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        (chart,) = ask(database, call_of, call, period="this_year", source="直播打赏").charts

        assert chart.labels == tuple(f"{month}月" for month in range(1, 9))
        assert [series.values for series in chart.series] == [(0, 0, 0, 0, 0, 400, 300, 9.99)]

    def test_draws_nothing_where_there_is_nothing(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        assert ask(database, call_of, call, period="month:3").charts == ()
        assert ask(database, call_of, call, period="yesterday").charts == ()

    def test_sets_it_beside_the_month_before(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call, period="last_month", compare="previous")

        assert reply.text.splitlines()[1:4] == [
            "· 直播打赏 300.00 元，2022年6月 400.00 元，少 100.00 元",
            "· 光合计划 123.45 元，2022年6月 0.00 元，多 123.45 元",
            "2022年6月合计 400.00 元，现在多 23.45 元（5.9%）。",
        ]

    def test_names_what_fell_most(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call, compare="previous")

        assert "2022年7月同期（前 15 天）合计 300.00 元，现在少 240.00 元（80.0%）。" in reply.text
        assert "少得最多的是直播打赏，少 290.01 元。" in reply.text

    @pytest.mark.parametrize(("source", "fen"), [("直播", 30_000), ("光合计划", 12_345), ("带货", 0)])
    def test_limits_to_one_source(
        self, database: Database, call_of: CallOf, call: Call, source: str, fen: int
    ) -> None:
        reply = ask(database, call_of, call, period="month:7", source=source)

        assert reply.facts["income_fen"] == fen
        assert reply.text.startswith(f"2022年7月{source}收入 {yuan(fen)} 元")

    def test_says_plainly_that_nothing_came(self, database: Database, call_of: CallOf, call: Call) -> None:
        assert "这段时间没有进账" in ask(database, call_of, call, period="month:3").text
        assert ask(database, call_of, call, period="next_week").text.startswith("下周还没开始")


class TestBalance:
    def test_tells_what_can_be_withdrawn_and_what_settles_when(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, action="balance")

        assert reply.text.splitlines() == [
            "现在可提现 623.45 元。",
            "待结算 60.00 元：",
            "· 直播打赏 9.99 元，8月16日可提现",
            "· 光合计划 50.01 元，9月15日可提现",
            "另有流量奖励 5,000 次曝光，流量不能提现。",
            "上次提现 TX20220720-0001：7月20日申请 200.00 元，代扣税 0.00 元，到账 200.00 元（建设银行 尾号 6621）。",
        ]
        assert [(item.policy, item.clause) for item in reply.citations] == [
            ("earnings-settlement", "1.5"),
            ("earnings-settlement", "1.1"),
            ("withdrawal-rules", "1.1"),
            ("withdrawal-rules", "3.3"),
        ]

    def test_is_nothing_for_an_account_without_income(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            creator = a_creator(session, "fresh")
            reply = TOOL.run(call_of(session, creator), action="balance")

        assert isinstance(reply, Reply)
        assert reply.text == "现在可提现 0.00 元。\n没有待结算的收入。"


class TestList:
    def test_tells_each_movement_newest_first(self, database: Database, call_of: CallOf, call: Call) -> None:
        reply = ask(database, call_of, call, action="list", period="month:7")

        assert reply.text.splitlines() == [
            "2022年7月明细，共 3 笔：",
            "· 7月20日 提现 -200.00 元",
            "· 7月17日 光合计划 +123.45 元",
            "· 7月9日 直播打赏 +300.00 元",
        ]

    def test_shows_no_payout_among_the_movements_of_one_source(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, action="list", period="month:7", source="直播")

        assert reply.facts["count"] == 1

    def test_stays_readable_when_there_is_much(
        self, database: Database, call_of: CallOf, call: Call, now: datetime
    ) -> None:
        with database.writing() as session:
            items = [gift(f"many {n}", to=call.creator_id, fen=100 + n) for n in range(500)]
            service.post_transfers(session, items, now=now)

        reply = ask(database, call_of, call, action="list")

        assert len(reply.text.splitlines()) == 17
        assert "还有 487 笔没列出来" in reply.text


class TestEarningsAndPayouts:
    @pytest.mark.parametrize("action", ["summary", "balance", "list"])
    @pytest.mark.parametrize(
        "arguments",
        [
            {"source": "neighbour"},
            {"source": "2"},
            {"source": "所有人"},
            {"source": "直播 OR owner='2'"},
            {"period": "creator:2"},
            {"period": "month:7' OR 1=1 --"},
            {"period": "all"},
            {"period": "range:2022-01-01..2030-12-31"},
            {"period": "x" * 100_000},
        ],
        ids=str,
    )
    def test_tells_nothing_of_another_creator_whatever_is_asked(
        self, database: Database, call_of: CallOf, call: Call, action: str, arguments: dict[str, str]
    ) -> None:
        try:
            reply = ask(database, call_of, call, action=action, **arguments)
            said = reply.text + str(reply.facts)
        except (SourceUnknown, UnknownPeriod) as refused:
            said = str(refused)

        assert "7,777,777" not in said
        assert "777777777" not in said
        assert len(said) < 3_000

    @given(st.text(max_size=30))
    def test_refuses_in_words_whatever_the_source_is_called(self, text: str) -> None:
        from tools.payout.program_files import packaged_programs  # noqa: PLC0415 - one test needs it
        from tools.payout.statement import source_filter  # noqa: PLC0415

        try:
            source_filter(text, packaged_programs())
        except Refusal as refused:
            assert isinstance(refused, SourceUnknown)  # noqa: PT017 - either outcome is right

    def test_writes_money_that_reads_back_exactly(
        self, database: Database, call_of: CallOf, call: Call
    ) -> None:
        reply = ask(database, call_of, call, period="month:7")

        amounts = [parse_yuan(line.split(" ")[2]) for line in reply.text.splitlines() if line.startswith("·")]
        assert sum(amounts) == reply.facts["income_fen"]

    def test_has_many_different_asks(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 20
