from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import an_account, at
from tools.kernel.db import Database
from tools.payout import service
from tools.payout.models import LedgerTransfer
from tools.payout.posting import KeyReusedError
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.rewards import BudgetExhausted, grant_reward

DAY = date(2022, 8, 15)
LIVE_CASH_FEN = 50_000_000_000


def grant(
    session: Session, creator: int, key: str, *, cash_fen: int, impressions: int, program: str = "live"
) -> bool:
    return grant_reward(
        session,
        creator_id=creator,
        program=find_program(packaged_programs(), program),
        task="任务",
        cash_fen=cash_fen,
        impressions=impressions,
        key=key,
        now=at(DAY),
    )


class TestGrantReward:
    def test_gives_both_assets_once(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "zhubo")

            found = [grant(session, creator, "one", cash_fen=500, impressions=70) for _ in range(3)]

            balance = service.balance(session, creator_id=creator)
            assert found == [True, False, False]
            assert (balance.unsettled_fen, balance.impressions) == (500, 70)

    def test_gives_nothing_of_a_reward_that_one_pool_can_not_pay(self, database: Database) -> None:
        with database.writing() as session:
            rich, late = an_account(session, "rich"), an_account(session, "late")
            grant(session, rich, "most", cash_fen=LIVE_CASH_FEN - 100, impressions=0)

            with pytest.raises(BudgetExhausted, match="直播激励的奖励池暂时不够"):
                grant(session, late, "late", cash_fen=101, impressions=70)
            grant(session, late, "last", cash_fen=100, impressions=70)

            balance = service.balance(session, creator_id=late)
            assert (balance.unsettled_fen, balance.impressions) == (100, 70)

    def test_refuses_another_reward_under_the_same_key(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "zhubo")
            grant(session, creator, "one", cash_fen=500, impressions=70)

            with pytest.raises(KeyReusedError):
                grant(session, creator, "one", cash_fen=501, impressions=70)

    def test_books_nothing_for_an_empty_reward(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "zhubo")

            assert not grant(session, creator, "none", cash_fen=0, impressions=0, program="lifecycle")
            assert session.scalar(select(func.count()).select_from(LedgerTransfer)) == 0
