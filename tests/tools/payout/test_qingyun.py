from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.tools.payout.couponing import DAY, broken, impressions
from tests.tools.payout.rewarding import a_day, a_work, an_account, at
from tools.creators.days import CreatorDays, DayFigures, Published
from tools.kernel.db import Database
from tools.payout import qingyun, reward_jobs


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
