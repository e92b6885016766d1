from datetime import date, timedelta

from sqlalchemy.orm import Session

from tools.commerce.goods import demo, queries, service
from tools.commerce.goods.invariants import INVARIANTS
from tools.creators import demo as creators_demo
from tools.creators import service as creators
from tools.kernel.db import Database
from tools.kernel.period import last_days
from tools.payout import demo as payout_demo
from tools.payout import service as payout
from tools.payout.posting import Purpose


def loaded(session: Session, on: date) -> int:
    creators_demo.load(session, on=on)
    payout_demo.load(session, on=on)
    demo.load(session, on=on)
    account = creators.find_account(session, handle="laotie")
    assert account is not None
    return account.id


class TestLoad:
    def test_explains_the_income_by_goods_and_holds_what_must_hold(
        self, database: Database, on: date
    ) -> None:
        with database.writing() as session:
            creator = loaded(session, on)
            orders = len(queries.all_sales(session))
            demo.load(session, on=on)
            again = len(queries.all_sales(session))
            demo.load(session, on=on + timedelta(days=1))
            # Orders are two days older than the receipt that pays them.
            bought = last_days(60, on=on - timedelta(days=2))
            earned = sum(
                one.earned_fen for one in service.results(session, creator_id=creator, period=bought).sold
            )
            booked = [
                line.amount_fen
                for line in payout.income(session, creator_id=creator, period=last_days(60, on=on))
                if line.item.purpose is Purpose.GOODS
            ]

            assert again == orders > 500
            assert [earned] == booked
            assert [line for one in INVARIANTS for line in one.violations(session)] == []

    def test_lets_the_demo_account_ask_for_samples(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = loaded(session, on)

            assert queries.order_count(session, creator_id=creator, period=last_days(30, on=on)) >= 10
