from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import a_day, an_account, at
from tools.creators.days import CreatorDays, DayFigures, Published
from tools.creators.figures import Penalty
from tools.creators.models import Violation
from tools.kernel.db import Database
from tools.kernel.period import Period, month
from tools.payout import live, reward_jobs, service, tasks_service
from tools.payout.live_service import standing
from tools.payout.models import TaskClaim, TrafficCoupon
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program, tasks

AUGUST = month(2022, 8)
MONTH_TASK = (live.PROGRAM, live.MONTH_TASK)
HOUR = 3_600


def a_host(
    session: Session, handle: str, *, hours: int, first: date = date(2022, 8, 1), days: int = 10
) -> int:
    creator = an_account(session, handle)
    for number in range(days):
        a_day(session, creator, first + timedelta(days=number), live_seconds=hours * HOUR // days)
    return creator


def join(session: Session, creator: int, *, on: date = date(2022, 8, 15)) -> None:
    tasks_service.claim(session, creator_id=creator, wanted=[MONTH_TASK], on=on, now=at(on))


def claim_of(session: Session, creator: int) -> TaskClaim:
    return session.scalars(select(TaskClaim).where(TaskClaim.creator_id == creator)).one()


def session_on(day: date, seconds: int, hour: int = 20) -> Published:
    return Published(at(day, hour), "live", original=True, seconds=seconds)


class TestLiveTime:
    @pytest.mark.parametrize(
        ("day", "minutes", "counts"),
        [
            (date(2022, 8, 2), 29, False),
            (date(2022, 8, 2), 30, True),
            (date(2022, 9, 30), 29, False),
            (date(2022, 10, 1), 25, True),
            (date(2022, 10, 1), 24, False),
        ],
    )
    def test_leaves_out_sessions_below_the_days_rule(self, day: date, minutes: int, *, counts: bool) -> None:
        found = CreatorDays({day: DayFigures(live_seconds=minutes * 60)}, (session_on(day, minutes * 60),))

        time = live.live_time(found, Period(day, day + timedelta(days=1), ""))

        assert time.seconds == (minutes * 60 if counts else 0)
        assert (time.days, time.short_sessions) == ((1, 0) if counts else (0, 1))

    def test_leaves_out_short_sessions_of_a_long_day(self) -> None:
        day = date(2022, 8, 2)
        found = CreatorDays(
            {day: DayFigures(live_seconds=2_400 + 7_200)},
            (session_on(day, 1_200, 9), session_on(day, 1_200, 12), session_on(day, 7_200)),
        )

        assert live.live_time(found, AUGUST) == live.LiveTime(7_200, 1, 2)

    def test_takes_a_day_without_known_sessions_for_one(self) -> None:
        first, second = date(2022, 8, 2), date(2022, 8, 3)
        found = CreatorDays({first: DayFigures(live_seconds=1_799), second: DayFigures(live_seconds=1_800)})

        assert live.live_time(found, AUGUST) == live.LiveTime(1_800, 1, 1)


class TestReached:
    @given(st.integers(0, 200 * HOUR), st.sampled_from([date(2022, 8, 1), date(2022, 10, 1)]))
    def test_lies_between_its_tier_and_the_next(self, seconds: int, day: date) -> None:
        tiers = tasks(find_program(packaged_programs(), "live"), day)

        reached, following = live.reached(tiers, seconds)

        assert reached is None or reached.goal <= seconds
        assert following is None or seconds < following.goal
        assert reached is not None or seconds < 20 * HOUR

    def test_has_a_fourth_tier_from_october_on(self) -> None:
        program = find_program(packaged_programs(), "live")

        assert [len(tasks(program, day)) for day in (date(2022, 9, 30), date(2022, 10, 1))] == [3, 4]


class TestClosedBy:
    @pytest.mark.parametrize(
        ("banned", "asked", "closed"),
        [
            ([date(2022, 8, 5)], month(2022, 8), True),
            ([date(2022, 8, 5)], month(2022, 9), False),
            ([date(2022, 7, 1), date(2022, 8, 5)], month(2022, 9), False),
            ([date(2022, 10, 5), date(2022, 12, 5)], month(2023, 1), True),
            ([date(2022, 10, 5), date(2022, 12, 5)], month(2023, 2), True),
            ([date(2022, 10, 5), date(2022, 12, 5)], month(2023, 3), False),
            ([date(2022, 8, 1), date(2022, 12, 5)], month(2023, 1), False),
        ],
    )
    def test_follows_the_version_of_the_month(
        self, banned: list[date], asked: Period, *, closed: bool
    ) -> None:
        assert (live.closed_by(banned, asked) is not None) is closed

    def test_counts_only_serious_penalties_of_live_rules(self) -> None:
        day = date(2022, 8, 5)
        found = [
            Penalty(day, "serious", "live-rules", "1.1", ""),
            Penalty(day, "general", "live-rules", "1.1", ""),
            Penalty(day, "serious", "fake-engagement", "1.1", ""),
        ]

        assert live.bans(found) == [day]


class TestStanding:
    def test_says_where_a_host_stands_and_what_is_missing(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=25)
            a_host(session, "better", hours=50)
            a_host(session, "worse", hours=10)
            big = a_host(session, "big", hours=90)
            found = standing(session, creator_id=creator, period=AUGUST, is_month=True)

        assert (found.time.seconds, found.time.days) == (25 * HOUR, 10)
        assert (found.place, found.among) == (3, 4)
        assert found.reached is not None
        assert found.reached.id == "live-20h"
        assert found.next is not None
        assert found.next.goal - found.time.seconds == 15 * HOUR
        assert big

    def test_ranks_only_accounts_of_the_same_tier(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=25)
            small = an_account(session, "small", followers=9_999)
            a_day(session, small, date(2022, 8, 1), live_seconds=80_000)
            silent = an_account(session, "silent")
            a_day(session, silent, date(2022, 8, 1), live_seconds=1_799)

            found = standing(session, creator_id=creator, period=AUGUST, is_month=True)
            nothing = standing(session, creator_id=silent, period=AUGUST, is_month=True)

        assert (found.place, found.among) == (1, 1)
        assert (nothing.place, nothing.among) == (0, 0)


class TestSettleMonths:
    def test_pays_the_highest_tier_once_on_the_fifteenth(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=45)
            join(session, creator)

        for moment in (at(date(2022, 9, 1), 9), at(date(2022, 9, 1), 11), at(date(2022, 9, 2), 11)):
            reward_jobs.settle_live_months(database, moment)

        with database.reading() as session:
            assert claim_of(session, creator).state == "granted"
            [line] = service.income(session, creator_id=creator, period=AUGUST)
            assert (line.amount_fen, line.unsettled_fen) == (50_000, 50_000)
            assert service.balance(session, creator_id=creator).unsettled[0].first_on == date(2022, 9, 15)
            assert [row.impressions for row in session.scalars(select(TrafficCoupon))] == [50_000]

    @pytest.mark.parametrize("moment", [at(date(2022, 8, 31), 23), at(date(2022, 9, 1), 9, 59)])
    def test_waits_until_the_last_days_figures_are_there(self, database: Database, moment: datetime) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=45)
            join(session, creator)

        reward_jobs.settle_live_months(database, moment)

        with database.reading() as session:
            assert claim_of(session, creator).state == "active"

    def test_pays_nobody_who_did_not_claim_or_reach(self, database: Database) -> None:
        with database.writing() as session:
            idle = a_host(session, "idle", hours=45)
            lazy = a_host(session, "lazy", hours=19)
            join(session, lazy)

        reward_jobs.settle_live_months(database, at(date(2022, 9, 2)))

        with database.reading() as session:
            assert claim_of(session, lazy).state == "expired"
            for creator in (idle, lazy):
                assert service.income(session, creator_id=creator, period=AUGUST) == []

    def test_pays_nobody_who_was_banned_in_the_month(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=45)
            join(session, creator)
            session.add(
                Violation(
                    creator_id=creator, day=date(2022, 8, 20), severity="serious", policy="live-rules",
                    clause="1.1", note="",
                )
            )  # fmt: skip

        reward_jobs.settle_live_months(database, at(date(2022, 9, 2)))

        with database.reading() as session:
            assert claim_of(session, creator).state == "expired"

    def test_is_never_paid_by_the_tasks_job_or_twice_a_month(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=25)
            join(session, creator)
        reward_jobs.grant_finished_tasks(database, at(date(2022, 8, 20)))
        reward_jobs.settle_live_months(database, at(date(2022, 9, 2)))
        with database.writing() as session, pytest.raises(tasks_service.AlreadyClaimed):
            join(session, creator, on=date(2022, 8, 31))

        with database.reading() as session:
            [line] = service.income(session, creator_id=creator, period=AUGUST)
            assert line.amount_fen == 20_000

    def test_starts_with_the_programme_in_its_first_month(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_host(session, "zhubo", hours=200, first=date(2022, 7, 1), days=28)
            join(session, creator, on=date(2022, 7, 30))
            for day in (29, 30, 31):
                a_day(session, creator, date(2022, 7, day), live_seconds=7 * HOUR)

        reward_jobs.settle_live_months(database, at(date(2022, 8, 2)))

        with database.reading() as session:
            assert service.income(session, creator_id=creator, period=month(2022, 7))[0].amount_fen == 20_000
