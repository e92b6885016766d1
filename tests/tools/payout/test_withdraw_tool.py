import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.calls import a_call, an_open_conversation
from tests.tools.payout.conftest import CallOf
from tests.tools.payout.test_payout_runs import broken, states, verified
from tools.kernel import proposals
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.errors import Refusal
from tools.payout import withdrawal_service
from tools.payout.earnings_tool import TOOL
from tools.payout.models import Withdrawal
from tools.payout.withdrawals import AmountUnclear, EverythingHeld, OfferChanged, WithdrawnToday


@pytest.fixture
def creator(database: Database, now: datetime) -> int:
    with database.writing() as session:
        return verified(session, "laotie", fen=5_000_00, now=now)


def propose(call: Call, amount: str | None = None) -> Proposal:
    found = TOOL.run(call, action="withdraw", amount=amount)
    assert isinstance(found, Proposal)
    return found


def commit(call: Call, proposal: Proposal) -> Reply:
    assert TOOL.commit is not None
    return TOOL.commit(call, proposal.payload)


class TestWithdraw:
    def test_shows_the_tax_before_anything_moves(
        self, database: Database, creator: int, call_of: CallOf
    ) -> None:
        with database.writing() as session:
            proposal = propose(call_of(session, creator), "３０００元")

        assert proposal.summary.splitlines() == [
            "提现 3,000.00 元到建设银行 尾号 6621：",
            "代扣个人所得税 440.00 元，到手 2,560.00 元。",
            "提完账户里还剩 2,000.00 元。",
            "确认后 3 个工作日内到账，周末和节假日不算，最晚 8月18日。金额确认后不能修改。",
        ]
        assert [(item.policy, item.clause) for item in proposal.citations] == [
            ("tax-withholding", "2.2"),
            ("withdrawal-rules", "2.1"),
        ]
        assert states(database) == []

    def test_reserves_the_money_when_confirmed(
        self, database: Database, creator: int, call_of: CallOf
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            done = commit(call, propose(call, "3000"))
            balance = TOOL.run(call, action="balance")
            movements = TOOL.run(call, action="list")

        assert "TX20220815-0001" in done.text
        assert isinstance(balance, Reply)
        assert "现在可提现 2,000.00 元。" in balance.text
        assert (
            "上次提现 TX20220815-0001：8月15日申请 3,000.00 元，处理中（建设银行 尾号 6621），最晚 8月18日到账。"
            in balance.text
        )
        assert isinstance(movements, Reply)
        assert "· 8月15日 提现 -2,560.00 元（处理中）" in movements.text
        assert states(database) == [("requested", "")]
        assert broken(database) == []

    def test_says_when_the_money_is_late(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            commit(call, propose(call, "3000"))
            last_day, late = (
                TOOL.run(replace(call, on=call.on + timedelta(days=days)), action="balance")
                for days in (3, 4)
            )

        assert isinstance(last_day, Reply)
        assert isinstance(late, Reply)
        assert "处理中（建设银行 尾号 6621），最晚 8月18日到账。" in last_day.text
        assert "处理中（建设银行 尾号 6621），已经超过 3 个工作日，可以转 1V1 人工核查。" in late.text
        assert ("withdrawal-rules", "2.3") in [(item.policy, item.clause) for item in late.citations]

    def test_happens_once_though_two_proposals_are_pressed(
        self, database: Database, creator: int, now: datetime, call_of: CallOf
    ) -> None:
        with database.writing() as session:
            conversation = an_open_conversation(session, creator=creator, now=now)
            ids: list[str] = []
            for turn in ("one", "two"):
                call = replace(call_of(session, creator), turn=turn, conversation_id=conversation)
                stored = proposals.propose(call, TOOL, propose(call, "2000"))
                assert stored is not None
                ids.append(stored.id)
        outcomes: list[str] = []

        def press(proposal_id: str) -> None:
            try:
                with database.writing() as session:
                    call = a_call(creator=creator, conversation=conversation, now=now, on=now.date())
                    call = replace(call_of(session, creator), conversation_id=call.conversation_id)
                    proposals.confirm(call, proposal_id, tools={TOOL.name: TOOL})
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)

        presses = [threading.Thread(target=press, args=(each,)) for each in (*ids, *ids)]
        for each in presses:
            each.start()
        for each in presses:
            each.join()

        assert sorted(outcomes) == ["WithdrawnToday", "WithdrawnToday", "done", "done"]
        with database.reading() as session:
            assert len(session.scalars(select(Withdrawal)).all()) == 1
        assert broken(database) == []

    def test_is_refused_when_the_terms_have_changed(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            proposal = propose(call, "3000")
            withdrawal_service.set_account(session, creator_id=creator, account="other", words="招商银行")

            with pytest.raises(OfferChanged):
                commit(call, proposal)
            with pytest.raises(OfferChanged):
                commit(
                    call, replace(proposal, payload={**proposal.payload, "tax_fen": 0, "account": "other"})
                )

    def test_counts_the_day_of_the_platform(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            commit(call, propose(call, "100"))
            with pytest.raises(WithdrawnToday):
                propose(replace(call, now=now + timedelta(hours=11, minutes=59)), "100")

            assert propose(replace(call, now=now + timedelta(hours=12)), "100").facts["amount_fen"] == 100_00

    def test_names_the_reason_of_a_hold(
        self, database: Database, creator: int, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            number = withdrawal_service.hold(
                session, handle="laotie", amount_fen=None, reason="刷量核查", now=now
            )
            with pytest.raises(EverythingHeld, match="刷量核查"):
                propose(call, "100")
            balance = TOOL.run(call, action="balance")

            assert withdrawal_service.release(session, hold_id=number, now=now)
            assert propose(call, "100").facts["amount_fen"] == 100_00
        assert isinstance(balance, Reply)
        assert "5,000.00 元因“刷量核查”被冻结，现在可提现 0.00 元" in balance.text

    @pytest.mark.parametrize(
        "amount", ["-100", "0.001", "1e9", "０", "100; DROP TABLE withdrawal", "creator:2", "－5"]
    )
    def test_moves_nothing_for_an_amount_that_is_none(
        self, database: Database, creator: int, call_of: CallOf, amount: str
    ) -> None:
        with database.writing() as session, pytest.raises(AmountUnclear):
            propose(call_of(session, creator), amount)

    @pytest.mark.parametrize("amount", ["5000.01", "50000", "999999999", "9.99"])
    def test_moves_nothing_outside_of_what_is_there(
        self, database: Database, creator: int, call_of: CallOf, amount: str
    ) -> None:
        with database.writing() as session:
            verified(session, "rich", fen=90_000_00, now=call_of(session, creator).now)
            with pytest.raises(Refusal):
                propose(call_of(session, creator), amount)
