import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.tools.payout.couponing import DAY, a_coupon, broken, impressions, summary, use
from tests.tools.payout.rewarding import a_traffic_grant, a_work, an_account, at
from tests.tools.payout.test_invariants import corrupt
from tools.creators.models import Violation
from tools.kernel.db import Database
from tools.payout import coupon_service, reward_jobs
from tools.payout.coupon_service import CouponNotUsable, CouponUnknown, NoCoupon, WorkNotBoostable
from tools.payout.coupons import Delivery, valid_until
from tools.payout.models import CouponWatermark, LedgerTransfer, TrafficCoupon


class TestValidUntil:
    @pytest.mark.parametrize(
        ("granted_on", "program", "end"),
        [
            (date(2022, 8, 15), "guanghe", date(2022, 8, 23)),
            (date(2022, 9, 30), "guanghe", date(2022, 10, 8)),
            (date(2022, 10, 1), "guanghe", date(2022, 10, 16)),
            (date(2022, 9, 20), "qingyun", date(2022, 9, 28)),
            (date(2022, 9, 29), "qingyun", date(2022, 10, 1)),
        ],
    )
    def test_holds_the_days_of_the_rule_in_force(self, granted_on: date, program: str, end: date) -> None:
        assert valid_until(granted_on, program=program) == at(end, 0)


class TestIssue:
    def test_makes_one_coupon_of_each_granted_impression_however_often(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_traffic_grant(session, creator, 500, DAY, key="one")
            a_traffic_grant(session, creator, 700, DAY, key="two")

            found = [coupon_service.issue(session), coupon_service.issue(session)]

            assert found == [2, 0]
            rows = coupon_service.held(session, creator_id=creator)
            assert sorted(row.impressions for row in rows) == [500, 700]
            assert impressions(session, creator) == 1_200


class TestIssueNew:
    def test_reads_nothing_again_that_is_older_than_an_hour(self, database: Database) -> None:
        noon = at(DAY)
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_traffic_grant(session, creator, 500, DAY, key="old")

            found = [
                coupon_service.issue_new(session, now=noon + timedelta(hours=hours)) for hours in (0, 2, 2)
            ]

            assert found == [1, 0, 0]
            last = session.scalar(select(func.max(LedgerTransfer.id)))
            assert session.get_one(CouponWatermark, 1).transfer_id == last

    def test_finds_what_appears_late_below_a_higher_number(self, database: Database) -> None:
        """PostgreSQL gives numbers before it shows rows: a transaction may commit after one that began later."""
        noon = at(DAY)
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_traffic_grant(session, creator, 500, DAY, key="slow")
            a_traffic_grant(session, creator, 700, DAY, key="quick")
        corrupt(database, "UPDATE ledger_transfer SET state = 'pending' WHERE key = 'slow'")
        with database.writing() as session:
            assert coupon_service.issue_new(session, now=noon + timedelta(minutes=59)) == 1
        corrupt(database, "UPDATE ledger_transfer SET state = 'posted' WHERE key = 'slow'")

        with database.writing() as session:
            assert coupon_service.issue_new(session, now=noon + timedelta(minutes=59)) == 1

    def test_leaves_the_rest_to_the_daily_check(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_traffic_grant(session, creator, 500, DAY, key="missed")
            session.add(CouponWatermark(id=1, transfer_id=1_000))
        reward_jobs.turn_coupons(database, at(DAY))
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(TrafficCoupon)) == 0

        reward_jobs.check_coupons(database, at(DAY))

        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(TrafficCoupon)) == 1
            assert broken(session) == []


class TestUse:
    def test_takes_the_impressions_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            work = a_work(session, creator, at(DAY, 9))
            use(session, coupon, creator, work, now)

            with pytest.raises(CouponNotUsable, match="已经用过"):
                use(session, coupon, creator, work, now)
            assert impressions(session, creator) == 0
            assert broken(session) == []

    def test_is_done_once_when_two_press_at_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            work = a_work(session, creator, at(DAY, 9))
        refused: list[str] = []

        def press() -> None:
            try:
                with database.writing() as session:
                    use(session, coupon, creator, work, now)
            except CouponNotUsable as refusal:
                refused.append(str(refusal))

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(refused) == 3
        with database.reading() as session:
            used = (
                select(func.count()).select_from(LedgerTransfer).where(LedgerTransfer.purpose == "delivery")
            )
            assert session.scalar(used) == 1
            assert broken(session) == []

    def test_looks_the_same_for_anothers_coupon_and_for_none(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator, other = an_account(session, "laotie"), an_account(session, "other")
            foreign = a_coupon(session, other).id
            work = a_work(session, creator, at(DAY, 9))

            words: list[str] = []
            for number in (foreign, foreign + 1_000):
                with pytest.raises(CouponUnknown) as refused:
                    use(session, number, creator, work, now)
                words.append(str(refused.value).replace(f"{number:06d}", "N"))
            assert words[0] == words[1]
            assert impressions(session, other) == 500

    def test_is_refused_from_the_moment_it_runs_out(self, database: Database) -> None:
        end = at(date(2022, 8, 23), 0)
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            work = a_work(session, creator, at(DAY, 9))

            with pytest.raises(CouponNotUsable, match="过期"):
                use(session, coupon, creator, work, end)
            use(session, coupon, creator, work, end - timedelta(seconds=1))

    @pytest.mark.parametrize(
        ("kind", "program", "original", "why"),
        [
            ("video", "guanghe", False, "原创"),
            ("live", "guanghe", True, "短视频"),
            ("video", "live", True, "直播间"),
        ],
    )
    def test_is_refused_for_a_work_that_the_rules_leave_out(
        self, database: Database, now: datetime, kind: str, program: str, *, original: bool, why: str
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator, program=program).id
            work = a_work(session, creator, at(DAY, 9), kind=kind, original=original)

            with pytest.raises(WorkNotBoostable, match=why):
                use(session, coupon, creator, work, now)
            assert impressions(session, creator) == 500

    @pytest.mark.parametrize(
        ("severity", "refused"), [("notice", False), ("general", True), ("serious", True)]
    )
    def test_is_refused_for_a_work_under_penalty(
        self, database: Database, now: datetime, severity: str, *, refused: bool
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            work = a_work(session, creator, at(DAY, 9))
            session.add(
                Violation(
                    creator_id=creator, work_id=work, day=DAY, severity=severity, policy="vulgarity",
                    clause="1.1", note="",
                )
            )  # fmt: skip
            session.flush()

            if refused:
                with pytest.raises(WorkNotBoostable, match="违规"):
                    use(session, coupon, creator, work, now)
            else:
                use(session, coupon, creator, work, now)

    @pytest.mark.parametrize(("day", "at_once"), [(date(2022, 9, 20), 1), (date(2022, 10, 3), 2)])
    def test_puts_no_more_on_a_work_at_once_than_the_rule_says(
        self, database: Database, day: date, at_once: int
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            work = a_work(session, creator, at(day, 9))
            ids = [a_coupon(session, creator, day=day, key=f"k{number}").id for number in range(at_once + 1)]
            for number in ids[:at_once]:
                use(session, number, creator, work, at(day))

            with pytest.raises(WorkNotBoostable, match=f"最多用 {at_once} 张"):
                use(session, ids[-1], creator, work, at(day))
            coupon_service.record_delivery(session, coupon_id=ids[0], delivery=Delivery(day, 500, 30))
            use(session, ids[-1], creator, work, at(day, 13))


class TestChoose:
    def test_takes_the_one_that_runs_out_first_and_fits(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "zhubo")
            a_coupon(session, creator, key="live", program="live", day=date(2022, 8, 9))
            later = a_coupon(session, creator, key="later").id
            sooner = a_coupon(session, creator, key="sooner", day=date(2022, 8, 12)).id
            work = summary(session, creator, a_work(session, creator, at(DAY, 9)))

            def chosen(number: str | None) -> int:
                return coupon_service.choose(
                    session, creator_id=creator, number=number, work=work, now=now
                ).id

            assert chosen(None) == sooner
            assert chosen(f"LQ{later:06d}") == later

    def test_knows_a_coupon_by_its_impressions(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_coupon(session, creator, key="small")
            big = a_coupon(session, creator, key="big", impressions=5_000).id
            work = summary(session, creator, a_work(session, creator, at(DAY, 9)))

            found = coupon_service.choose(
                session, creator_id=creator, number="5,000次那张", work=work, now=now
            )

        assert found.id == big

    def test_says_when_there_is_none(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            work = summary(session, creator, a_work(session, creator, at(DAY, 9)))

            with pytest.raises(NoCoupon):
                coupon_service.choose(session, creator_id=creator, number=None, work=work, now=now)
            with pytest.raises(CouponUnknown):
                coupon_service.choose(session, creator_id=creator, number="LQ1' OR 1=1", work=work, now=now)


class TestExpire:
    def test_takes_back_only_what_has_run_out_once(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_coupon(session, creator, day=date(2022, 8, 1), key="old")
            a_coupon(session, creator, impressions=700, key="new")

        for _ in range(2):
            reward_jobs.turn_coupons(database, at(DAY))

        with database.reading() as session:
            assert impressions(session, creator) == 700
            assert sorted(row.state for row in session.scalars(select(TrafficCoupon))) == [
                "available",
                "expired",
            ]
            assert broken(session) == []

    def test_leaves_a_used_coupon_used(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            use(session, coupon, creator, a_work(session, creator, at(DAY, 9)), now)

        reward_jobs.turn_coupons(database, at(date(2022, 9, 30)))

        with database.reading() as session:
            assert session.get_one(TrafficCoupon, coupon).state == "used"
            assert broken(session) == []
