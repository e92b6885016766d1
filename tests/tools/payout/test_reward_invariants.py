from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from tests.tools.payout.rewarding import a_day, a_traffic_grant, a_work, an_account, at
from tools.creators import service as creators
from tools.kernel.db import Database
from tools.payout import coupon_service, reward_jobs, tasks_service
from tools.payout.coupons import Delivery
from tools.payout.models import CouponDay, TaskClaim, TrafficCoupon
from tools.payout.reward_invariants import INVARIANTS

DAY = date(2022, 8, 15)


@pytest.fixture
def rewarded(database: Database) -> Database:
    """Return a database with a rewarded claim, and a used, an expired and an available coupon."""
    with database.writing() as session:
        creator = an_account(session, "laotie")
        tasks_service.claim(
            session, creator_id=creator, wanted=[("lifecycle", "mature-live-2h")], on=DAY, now=at(DAY)
        )
        a_day(session, creator, DAY, live_seconds=7_200)
        a_traffic_grant(session, creator, 500, date(2022, 8, 1), key="old")
        a_traffic_grant(session, creator, 700, DAY, key="used")
        coupon_service.issue(session)
        a_work(session, creator, at(DAY, 9))
        [work] = creators.works(session, creator_id=creator, on=DAY)
        row = session.scalars(select(TrafficCoupon).where(TrafficCoupon.source == "used")).one()
        coupon_service.use(session, coupon_id=row.id, creator_id=creator, work=work, now=at(DAY))
        coupon_service.record_delivery(session, coupon_id=row.id, delivery=Delivery(DAY, 700, 50))
    reward_jobs.grant_finished_tasks(database, at(DAY, 22))
    return database


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


class TestInvariants:
    def test_hold_for_what_the_services_do(self, rewarded: Database) -> None:
        assert broken(rewarded) == []

    def test_name_a_claim_whose_reward_is_not_in_the_ledger(self, rewarded: Database) -> None:
        with rewarded.writing() as session:
            session.execute(update(TaskClaim).values(starts_on=date(2022, 8, 14)))

        [line] = broken(rewarded)
        assert line.startswith("task_claim 1: granted, but task:lifecycle:mature-live-2h:1:2022-08-14 is not")

    def test_name_a_coupon_that_holds_more_than_was_granted(self, rewarded: Database) -> None:
        with rewarded.writing() as session:
            session.execute(
                update(TrafficCoupon).where(TrafficCoupon.state == "available").values(impressions=9_999)
            )

        [line] = broken(rewarded)
        assert line.endswith(":traffic is 2000 impressions in the ledger")

    def test_name_a_used_coupon_that_was_made_available_again(self, rewarded: Database) -> None:
        with rewarded.writing() as session:
            session.execute(
                update(TrafficCoupon)
                .where(TrafficCoupon.source == "old")
                .values(state="used", work_id=1, used_at=at(DAY))
            )

        assert broken(rewarded) == ["traffic_coupon 1: used, but old:delivery is not in the ledger"]

    def test_name_a_coupon_of_which_too_much_was_delivered(self, rewarded: Database) -> None:
        with rewarded.writing() as session:
            session.execute(update(CouponDay).values(impressions=701))

        [line] = broken(rewarded)
        assert line.endswith("701 impressions delivered of 700")

    def test_find_two_running_claims_of_one_task_impossible(self, rewarded: Database) -> None:
        copied = (
            "INSERT INTO task_claim (creator_id, program, task, name, metric, goal, cash_fen, impressions, claimed_at,"
            " starts_on, ends_on, state) SELECT creator_id, program, 'works-5', name, metric, goal, cash_fen,"
            " impressions, claimed_at, '2022-08-{day}', '2022-09-01', 'active' FROM task_claim WHERE id = 1"
        )
        with rewarded.writing() as session:
            session.execute(text(copied.format(day=16)))

        with pytest.raises(IntegrityError), rewarded.writing() as session:
            session.execute(text(copied.format(day=17)))
