import itertools
import threading
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.tools.payout.rewarding import a_day, a_work, an_account, at, plays_of
from tools.creators.models import AccountDay
from tools.kernel.db import Database
from tools.payout import reward_jobs, service, tasks_service
from tools.payout.invariants import INVARIANTS
from tools.payout.models import LedgerTransfer, TaskClaim, TrafficCoupon
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Stage, find_program
from tools.payout.rewards import grant_reward
from tools.payout.tasks_service import AlreadyClaimed

MONDAY = date(2022, 8, 15)
NUMBERS = itertools.count()
LIVE_2H = ("lifecycle", "mature-live-2h")
WORKS_5 = ("lifecycle", "works-5")


def take(
    session: Session, creator: int, *wanted: tuple[str, str], day: date = MONDAY, hour: int = 12
) -> None:
    tasks_service.claim(session, creator_id=creator, wanted=wanted, on=day, now=at(day, hour))


def states(session: Session, creator: int) -> dict[str, str]:
    rows = session.scalars(select(TaskClaim).where(TaskClaim.creator_id == creator))
    return {row.task: row.state for row in rows}


def rewards(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(
        select(LedgerTransfer.asset, LedgerTransfer.amount)
        .where(LedgerTransfer.purpose == "incentive")
        .order_by(LedgerTransfer.asset, LedgerTransfer.id)
    )
    return [(row[0], row[1]) for row in rows]


def broken(session: Session) -> list[str]:
    return [line for item in INVARIANTS for line in item.violations(session)]


class TestBoard:
    @pytest.mark.parametrize(
        ("followers", "stage", "tasks"),
        [
            (99, Stage.NEWCOMER, {"first-work", "newcomer-days-3", "newcomer-plays-500"}),
            (100, Stage.COLD_START, {"works-3", "live-1h", "followers-20", "plays-3000"}),
            (1_000, Stage.GROWTH, {"works-4", "live-2h", "followers-100", "interactions-500", "live-month"}),
            (
                10_000,
                Stage.MATURE,
                {
                    "works-5", "posting-days-5", "mature-live-2h", "live-5h", "followers-300", "plays-100k",
                    "live-month",
                },
            ),
        ],
    )  # fmt: skip
    def test_offers_the_tasks_of_the_stage(
        self, database: Database, now: datetime, followers: int, stage: Stage, tasks: set[str]
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie", followers=followers)

            found = tasks_service.board(session, creator_id=creator, on=MONDAY, now=now)

        assert found.stage is stage
        assert {offer.task.id for offer in found.offers} == tasks

    def test_puts_first_what_the_creator_lacks_most(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie", verified=False)
            for back in range(1, 5):
                a_work(session, creator, at(MONDAY - timedelta(days=back)))
            a_day(session, creator, date(2022, 8, 10), live_seconds=3_600, new_followers=200)

            found = tasks_service.board(session, creator_id=creator, on=MONDAY, now=now)

        assert [offer.task.id for offer in found.offers] == [
            "plays-100k", "live-5h", "mature-live-2h", "followers-300", "works-5", "posting-days-5",
        ]  # fmt: skip
        assert found.offers[1].recent == 3_600

    def test_offers_nothing_before_the_programme_began(self, database: Database) -> None:
        day = date(2022, 7, 28)
        with database.writing() as session:
            creator = an_account(session, "laotie")

            assert tasks_service.board(session, creator_id=creator, on=day, now=at(day)).offers == ()

    def test_offers_live_incentive_only_to_whom_its_rule_lets_in(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie", verified=False)

            found = tasks_service.board(session, creator_id=creator, on=MONDAY, now=now)

        assert "live" not in {offer.program.id for offer in found.offers}


class TestClaim:
    def test_counts_from_the_claim_on(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            a_work(session, creator, at(MONDAY, 9))
            take(session, creator, WORKS_5, hour=12)
            a_work(session, creator, at(MONDAY, 18))
            a_work(session, creator, at(MONDAY, 19), original=False)
            a_work(session, creator, at(MONDAY, 20), kind="live")

            [each] = tasks_service.board(session, creator_id=creator, on=MONDAY, now=at(MONDAY, 21)).claims

        assert (each.have, each.left) == (1, 4)
        assert each.last_day == date(2022, 8, 21)

    def test_keeps_one_running_claim_however_often_it_is_pressed(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)

            with pytest.raises(AlreadyClaimed):
                take(session, creator, LIVE_2H)
            assert session.scalar(select(func.count()).select_from(TaskClaim)) == 1

    def test_keeps_one_running_claim_when_two_press_at_once(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
        refused: list[str] = []

        def press() -> None:
            try:
                with database.writing() as session:
                    take(session, creator, LIVE_2H)
            except AlreadyClaimed as refusal:
                refused.append(str(refusal))

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(TaskClaim)) == 1
        assert len(refused) == 3

    @pytest.mark.parametrize(
        "wanted",
        [("lifecycle", "works-4"), ("lifecycle", "nothing"), ("star", "works-5"), ("live", "live-60h")],
    )
    def test_refuses_what_is_not_open_to_the_creator(
        self, database: Database, wanted: tuple[str, str]
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")

            with pytest.raises(AlreadyClaimed):
                take(session, creator, wanted)
            assert states(session, creator) == {}

    def test_opens_a_rewarded_task_again_on_the_next_monday(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
            a_day(session, creator, MONDAY, live_seconds=7_200)
            tuesday, sunday, monday = (MONDAY + timedelta(days=days) for days in (1, 6, 7))

            def offered(day: date) -> bool:
                found = tasks_service.board(session, creator_id=creator, on=day, now=at(day))
                return "mature-live-2h" in {offer.task.id for offer in found.offers}

            assert [offered(day) for day in (tuesday, sunday, monday)] == [False, False, True]

    def test_gives_the_first_tasks_of_an_account_once(self, database: Database) -> None:
        later = MONDAY + timedelta(days=21)
        with database.writing() as session:
            creator = an_account(session, "baby", followers=10)
            take(session, creator, ("lifecycle", "first-work"))
            a_work(session, creator, at(MONDAY, 20))
            tasks_service.board(session, creator_id=creator, on=MONDAY, now=at(MONDAY, 21))

            found = tasks_service.board(session, creator_id=creator, on=later, now=at(later))

        assert "first-work" not in {offer.task.id for offer in found.offers}


class TestGrantFinished:
    def test_gives_cash_and_impressions_together_once(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
            a_day(session, creator, MONDAY, live_seconds=7_200)
        moments = [at(MONDAY + timedelta(days=1)), at(MONDAY + timedelta(days=1)), at(date(2022, 9, 20))]

        for moment in moments:
            reward_jobs.grant_finished_tasks(database, moment)

        with database.reading() as session:
            assert rewards(session) == [("cash", 800), ("traffic", 2_000)]
            assert states(session, creator) == {"mature-live-2h": "granted"}
            balance = service.balance(session, creator_id=creator)
            assert balance.unsettled_fen == 800
            assert balance.unsettled[0].first_on == date(2022, 9, 15)
            [coupon] = session.scalars(select(TrafficCoupon))
            assert coupon.impressions == 2_000
            assert broken(session) == []

    def test_gives_it_when_the_creator_asks_before_the_job_runs(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
            a_day(session, creator, MONDAY, live_seconds=9_000)

            [first] = tasks_service.board(session, creator_id=creator, on=MONDAY, now=at(MONDAY, 23)).claims
            [again] = tasks_service.board(session, creator_id=creator, on=MONDAY, now=at(MONDAY, 23)).claims

            assert (first.granted_now, again.granted_now) == (True, False)
            assert rewards(session) == [("cash", 800), ("traffic", 2_000)]

    def test_keeps_what_was_done_in_august_in_august(self, database: Database) -> None:
        claimed, verified = date(2022, 8, 25), date(2022, 9, 1)
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H, day=claimed)
            a_day(session, creator, date(2022, 8, 31), live_seconds=7_200)

        reward_jobs.grant_finished_tasks(database, at(verified, 0, 20))

        with database.reading() as session:
            assert service.balance(session, creator_id=creator).unsettled[0].first_on == date(2022, 9, 15)

    def test_expires_a_day_after_the_last_and_not_before(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
        found: list[dict[str, str]] = []
        for moment in (at(date(2022, 8, 22), 23, 59), at(date(2022, 8, 23), 0)):
            reward_jobs.grant_finished_tasks(database, moment)
            with database.reading() as session:
                found.append(states(session, creator))

        assert found == [{"mature-live-2h": "active"}, {"mature-live-2h": "expired"}]

    def test_pays_nothing_for_what_came_after_the_last_day(self, database: Database) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
            a_day(session, creator, date(2022, 8, 22), live_seconds=20_000)

        reward_jobs.grant_finished_tasks(database, at(date(2022, 8, 24)))

        with database.reading() as session:
            assert states(session, creator) == {"mature-live-2h": "expired"}
            assert rewards(session) == []

    def test_keeps_a_finished_claim_that_the_cap_leaves_no_room_for_until_its_time_has_passed(
        self, database: Database
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, "laotie")
            take(session, creator, LIVE_2H)
            a_day(session, creator, MONDAY, live_seconds=7_200)
            grant_reward(
                session, creator_id=creator, program=find_program(packaged_programs(), "lifecycle"),
                task="任务", cash_fen=50_000, impressions=0, key="most", now=at(MONDAY),
            )  # fmt: skip

            tasks_service.grant_finished(session, now=at(MONDAY + timedelta(days=1)))
            board = tasks_service.board(
                session, creator_id=creator, on=MONDAY + timedelta(days=1), now=at(MONDAY + timedelta(days=1))
            )

            assert [each.refused is not None for each in board.claims] == [True]
            assert rewards(session) == [("cash", 50_000)]
            tasks_service.grant_finished(session, now=at(MONDAY + timedelta(days=9)))
            assert states(session, creator) == {"mature-live-2h": "expired"}
            assert broken(session) == []

    def test_goes_through_more_claims_than_one_batch(self, database: Database) -> None:
        with database.writing() as session:
            for number in range(5):
                creator = an_account(session, f"c{number}")
                take(session, creator, LIVE_2H)
                a_day(session, creator, MONDAY, live_seconds=7_200)

        last: int | None = 0
        while last is not None:
            with database.writing() as session:
                last = tasks_service.grant_finished(session, now=at(MONDAY, 23), after=last, limit=2)

        with database.reading() as session:
            assert len(rewards(session)) == 10
            assert broken(session) == []

    @given(
        events=st.lists(
            st.sampled_from(["job", "ask", "claim", "live", "plays", "post"]), min_size=1, max_size=14
        ),
        hours=st.lists(st.integers(1, 30), min_size=14, max_size=14),
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_rewards_each_claim_once_in_any_order_of_events(
        self, database: Database, events: list[str], hours: list[int]
    ) -> None:
        with database.writing() as session:
            creator = an_account(session, f"e{next(NUMBERS)}")
        now = at(MONDAY, 1)
        for event, step in zip(events, hours, strict=False):
            now += timedelta(hours=step)
            self._happen(database, event, creator, now)
        reward_jobs.grant_finished_tasks(database, now)

        with database.reading() as session:
            granted = [
                row
                for row in session.scalars(select(TaskClaim).where(TaskClaim.creator_id == creator))
                if row.state == "granted"
            ]
            balance = service.balance(session, creator_id=creator)
            assert balance.unsettled_fen == sum(row.cash_fen for row in granted)
            assert balance.impressions == sum(row.impressions for row in granted)
            assert broken(session) == []

    def _happen(self, database: Database, event: str, creator: int, now: datetime) -> None:
        day = now.date()
        with database.writing() as session:
            match event:
                case "ask":
                    tasks_service.board(session, creator_id=creator, on=day, now=now)
                case "claim":
                    try:
                        tasks_service.claim(
                            session,
                            creator_id=creator,
                            wanted=(LIVE_2H, ("lifecycle", "plays-100k"), WORKS_5),
                            on=day,
                            now=now,
                        )
                    except AlreadyClaimed:
                        return
                case "live":
                    if not _has_day(session, creator, day):
                        a_day(session, creator, day, live_seconds=4_000)
                case "plays":
                    work = a_work(session, creator, now)
                    plays_of(session, work, day, 60_000)
                case "post":
                    for _ in range(3):
                        a_work(session, creator, now)
                case _:
                    pass
        if event == "job":
            reward_jobs.grant_finished_tasks(database, now)


def _has_day(session: Session, creator: int, day: date) -> bool:
    return session.get(AccountDay, (creator, day)) is not None
