from datetime import date, datetime, timedelta

from sqlalchemy import text

from tests.calls import a_creator
from tools.kernel.db import Database
from tools.kernel.period import last_days
from tools.payout import income_days, service
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose


def earned(creator: int, key: str, *, amount: int, day: date, settles_on: date) -> Posting:
    return Posting(
        key=key,
        debit=Owner(OwnerKind.EXTERNAL, Purpose.GOODS.value),
        credit=Owner(OwnerKind.UNSETTLED, str(creator)),
        asset=Asset.CASH,
        amount=amount,
        purpose=Purpose.GOODS,
        day=day,
        settles_on=settles_on,
        source="test",
    )


class TestPublish:
    def test_hands_over_each_creators_income_by_day(
        self, database: Database, on: date, now: datetime
    ) -> None:
        yesterday, later = on - timedelta(days=1), on + timedelta(days=9)
        with database.writing() as session:
            one, other = a_creator(session, "one"), a_creator(session, "other")
            service.post_transfers(
                session,
                [
                    earned(one, "a", amount=500, day=yesterday, settles_on=later),
                    earned(one, "b", amount=300, day=yesterday, settles_on=later),
                    earned(other, "c", amount=70, day=on - timedelta(days=3), settles_on=later),
                    earned(other, "old", amount=9_999, day=on - timedelta(days=50), settles_on=later),
                ],
                now=now,
            )

            stored = income_days.publish(session, period=last_days(35, on=on))
            again = income_days.publish(session, period=last_days(35, on=on))
            rows = session.execute(
                text("SELECT creator_id, income_fen FROM creator_income_day ORDER BY creator_id")
            ).all()

        assert stored == again == 2
        assert [(row.creator_id, row.income_fen) for row in rows] == [(one, 800), (other, 70)]

    def test_catches_up_every_night(self, database: Database, on: date, now: datetime) -> None:
        with database.writing() as session:
            one = a_creator(session, "one")
            posting = earned(one, "a", amount=500, day=on - timedelta(days=20), settles_on=on)
            service.post_transfers(session, [posting], now=now)

        income_days.publish_daily(database, now)

        with database.reading() as session:
            assert session.scalar(text("SELECT sum(income_fen) FROM creator_income_day")) == 500
