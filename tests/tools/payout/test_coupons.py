import threading
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import a_day, a_traffic_grant, a_work, an_account, at, plays_of
from tools.creators import service as creators
from tools.creators.days import CreatorDays, DayFigures, Published
from tools.creators.models import Violation
from tools.creators.service import WorkSummary
from tools.kernel.db import Database
from tools.payout import coupon_service, qingyun, reward_jobs, service
from tools.payout.coupon_service import CouponNotUsable, CouponUnknown, NoCoupon, WorkNotBoostable
from tools.payout.coupons import Delivery, effect_of, valid_until
from tools.payout.models import LedgerTransfer, TrafficCoupon
from tools.payout.reward_invariants import INVARIANTS

DAY = date(2022, 8, 15)


def a_coupon(
    session: Session,
    creator: int,
    *,
    impressions: int = 500,
    day: date = DAY,
    key: str = "grant",
    program: str = "guanghe",
) -> TrafficCoupon:
    a_traffic_grant(session, creator, impressions, day, key=key, program=program)
    coupon_service.issue(session)
    return session.scalars(select(TrafficCoupon).where(TrafficCoupon.source == key)).one()


def summary(session: Session, creator: int, work: int, on: date = DAY) -> WorkSummary:
    return next(each for each in creators.works(session, creator_id=creator, on=on) if each.id == work)


def use(session: Session, coupon: int, creator: int, work: int, now: datetime) -> TrafficCoupon:
    shown = summary(session, creator, work, on=now.date())
    return coupon_service.use(session, coupon_id=coupon, creator_id=creator, work=shown, now=now)


def impressions(session: Session, creator: int) -> int:
    return service.balance(session, creator_id=creator).impressions


def broken(session: Session) -> list[str]:
    return [line for item in INVARIANTS for line in item.violations(session)]


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


class TestEffectOf:
    def test_parts_boosted_from_organic_plays(self) -> None:
        first = date(2022, 8, 10)
        plays = {first - timedelta(days=back): 100 for back in range(1, 4)} | {
            first: 300, first + timedelta(days=1): 200
        }  # fmt: skip
        boosted = {first: 150, first + timedelta(days=1): 50, first - timedelta(days=2): 40}

        found = effect_of(
            [Delivery(first, 1_000, 150), Delivery(first + timedelta(days=1), 500, 50)],
            plays=plays,
            boosted=boosted,
        )

        assert found is not None
        assert (found.impressions, found.boosted, found.days) == (1_500, 200, 2)
        assert (found.organic, found.plays) == (300, 500)
        assert (found.days_before, found.organic_before) == (3, 260)

    @given(
        st.dictionaries(st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)), st.integers(0, 10**6)),
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 10**4)), max_size=4, unique_by=lambda each: each[0]
        ),
    )
    def test_never_counts_more_than_was_played(
        self, plays: dict[date, int], days: list[tuple[int, int]]
    ) -> None:
        deliveries = [Delivery(DAY + timedelta(days=n), 10**4, count) for n, count in sorted(days)]
        boosted = {each.day: each.plays for each in deliveries}

        found = effect_of(deliveries, plays=plays, boosted=boosted)

        if found is not None:
            assert 0 <= found.organic <= sum(plays[each.day] for each in deliveries)
            assert found.days_before <= 7

    def test_says_nothing_before_the_days_have_figures(self) -> None:
        assert effect_of([Delivery(DAY, 500, 30)], plays={}, boosted={}) is None
        assert effect_of([], plays={DAY: 5}, boosted={}) is None


class TestEffects:
    def test_measures_what_was_recorded(self, database: Database) -> None:
        used_on, on = date(2022, 8, 10), date(2022, 8, 15)
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator, day=date(2022, 8, 9)).id
            work = a_work(session, creator, at(date(2022, 8, 8)))
            for day, plays in ((8, 900), (9, 400), (10, 340), (11, 210)):
                plays_of(session, work, date(2022, 8, day), plays)
            use(session, coupon, creator, work, at(used_on, 19))
            for day, shown, plays in ((10, 200, 16), (11, 250, 24)):
                coupon_service.record_delivery(
                    session, coupon_id=coupon, delivery=Delivery(date(2022, 8, day), shown, plays)
                )

            [found] = coupon_service.effects(session, creator_id=creator, on=on, now=at(on))

        assert found.effect is not None
        assert (found.effect.boosted, found.effect.organic) == (40, 510)
        assert (found.effect.days_before, found.effect.organic_before) == (2, 1_300)
        assert (found.delivered, found.delivering) == (450, False)

    def test_shows_nothing_of_another_creator(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator, other = an_account(session, "laotie"), an_account(session, "other")
            coupon = a_coupon(session, other).id
            work = a_work(session, other, at(DAY, 9))
            use(session, coupon, other, work, now)
            foreign = summary(session, other, work)

            assert coupon_service.effects(session, creator_id=creator, on=DAY, now=now) == []
            assert coupon_service.effects(session, creator_id=creator, on=DAY, now=now, work=foreign) == []


class TestRecordDelivery:
    def test_replaces_an_earlier_report_and_never_passes_the_coupon(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            coupon = a_coupon(session, creator).id
            use(session, coupon, creator, a_work(session, creator, at(DAY, 9)), now)
            for shown in (100, 300):
                coupon_service.record_delivery(session, coupon_id=coupon, delivery=Delivery(DAY, shown, 20))

            with pytest.raises(AssertionError, match="holds 500"):
                coupon_service.record_delivery(
                    session, coupon_id=coupon, delivery=Delivery(DAY + timedelta(days=1), 201, 0)
                )
            [found] = coupon_service.effects(session, creator_id=creator, on=DAY + timedelta(days=2), now=now)
            assert found.delivered == 300


class TestShares:
    def test_are_one_for_publishing_and_one_for_being_live(self) -> None:
        works = (
            Published(at(DAY, 9), "video", original=True, seconds=30),
            Published(at(DAY, 10), "video", original=True, seconds=30),
            Published(at(DAY, 20), "live", original=True, seconds=1_800),
        )
        found = CreatorDays({DAY: DayFigures(live_seconds=1_800)}, works)

        assert qingyun.shares(found, DAY) == 2
        assert qingyun.shares(found, DAY + timedelta(days=1)) == 0

    @given(st.integers(0, 10**9), st.integers(0, 10**6))
    def test_never_give_more_than_the_pool(self, pool: int, count: int) -> None:
        size = qingyun.share_size(pool, count)

        assert 0 <= size <= qingyun.LARGEST_SHARE
        assert size * count <= pool


class TestShareDay:
    def shop(self, session: Session, handle: str, *, opened: date = date(2022, 7, 1)) -> int:
        creator = an_account(session, handle, shop_opened_on=opened)
        a_work(session, creator, at(DAY, 9))
        return creator

    def test_gives_eligible_shops_that_did_something_their_shares_once(self, database: Database) -> None:
        with database.writing() as session:
            first, both = self.shop(session, "first"), self.shop(session, "both")
            a_day(session, both, DAY, live_seconds=3_600)
            old, idle = (
                self.shop(session, "old", opened=date(2022, 1, 1)),
                an_account(session, "idle", shop_opened_on=date(2022, 7, 1)),
            )

        for _ in range(2):
            reward_jobs.share_qingyun(database, at(DAY + timedelta(days=1), 11, 30))

        with database.reading() as session:
            found = [impressions(session, creator) for creator in (first, both, old, idle)]
            assert found == [20_000, 40_000, 0, 0]
            assert broken(session) == []

    def test_gives_a_latecomer_as_much_as_the_others(self, database: Database) -> None:
        now = at(DAY + timedelta(days=1))
        with database.writing() as session:
            self.shop(session, "first")
            qingyun.share_day(session, day=DAY, now=now)
            late = self.shop(session, "late")

            assert qingyun.share_day(session, day=DAY, now=now) == 1
            assert impressions(session, late) == 20_000

    @pytest.mark.parametrize(
        ("day", "now"),
        [
            (date(2022, 5, 31), at(date(2022, 6, 1))),
            (date(2022, 9, 30), at(date(2022, 10, 1), 0)),
            (date(2022, 10, 1), at(date(2022, 10, 2))),
        ],
    )
    def test_gives_nothing_outside_its_days(self, database: Database, day: date, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "shop", shop_opened_on=day - timedelta(days=20))
            a_work(session, creator, at(day, 9))

            assert qingyun.share_day(session, day=day, now=now) == 0
