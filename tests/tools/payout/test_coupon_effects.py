from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.couponing import DAY, a_coupon, summary, use
from tests.tools.payout.rewarding import a_work, an_account, at, plays_of
from tools.kernel.db import Database
from tools.payout import coupon_service
from tools.payout.coupons import Delivery, effect_of


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
