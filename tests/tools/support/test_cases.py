import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.calls import a_creator
from tests.desk import a_case, a_talk, an_agent
from tools.kernel.agent_tool import Speaker
from tools.kernel.db import Database
from tools.support import cases, desk, service, views
from tools.support.cases import NotRatable, RatedAlready, ReopenedAlready, ReopenTooLate
from tools.support.escalation import Reason
from tools.support.numbers import CaseUnknown
from tools.support.states import CaseState, Ending
from tools.support.steps import WrongStep
from tools.support.tiers import ServiceTier
from tools.support.views import CaseView


def in_time(now: datetime, minutes: int) -> datetime:
    return now + timedelta(minutes=minutes)


def solved(database: Database, case: CaseView, now: datetime) -> CaseView:
    with database.writing() as session:
        lin = an_agent(session, "lin", now=now)
        desk.say(session, agent=lin, number=case.number, text="好了", key="1", now=now)
        return desk.resolve(session, agent=lin, number=case.number, now=now)


class TestOpenCase:
    def test_waits_with_all_that_routing_needs(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on, reason="提现没到账")

        assert (case.number, case.state, case.reason, case.tier) == (
            "C000001",
            CaseState.QUEUED,
            Reason.ASKED,
            ServiceTier.STANDARD,
        )
        assert (case.skill.value, case.team, case.queued_at) == ("payout", "客服组", now)

    def test_opens_one_for_a_conversation_even_when_asked_by_many_at_once(
        self, database: Database, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            creator, talk = a_talk(session, "laotie", now=now)

        def ask() -> str:
            with database.writing() as session:
                return cases.open_case(
                    session, creator_id=creator, conversation_id=talk, reason="急", on=on, now=now
                ).number

        assert together(ask, 4) == ["C000001"] * 4

    def test_queues_in_the_order_of_asking_with_danger_first(
        self, database: Database, now: datetime, on: date
    ) -> None:
        numbers = [
            a_case(
                database,
                f"c{place}",
                now=now + timedelta(seconds=place),
                on=on,
                kind=Reason.SAFETY if place == 2 else Reason.ASKED,
            ).number
            for place in range(3)
        ]

        with database.reading() as session:
            assert [views.place_in_queue(session, number=number) for number in numbers] == [1, 2, 0]
            assert [case.number for case in views.open_cases(session)] == numbers

    @pytest.mark.parametrize("number", ["", "C", "C000009", "1; DROP TABLE", "C" + "9" * 100, "Ｃ１", "C\0"])
    def test_finds_no_case_behind_other_words(self, database: Database, number: str) -> None:
        with database.reading() as session, pytest.raises(CaseUnknown):
            views.case(session, number=number)


class TestEscalate:
    def escalated(
        self, database: Database, case: CaseView, kind: Reason, now: datetime, on: date
    ) -> CaseView | None:
        with database.writing() as session:
            return cases.escalate(
                session,
                creator_id=case.creator_id,
                conversation_id=case.conversation_id,
                kind=kind,
                reason="气死我了",
                on=on,
                now=now,
            )

    def test_hands_over_once_and_not_again_for_a_day_after_its_end(
        self, database: Database, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            creator, talk = a_talk(session, "laotie", now=now)
        with database.writing() as session:
            first = cases.escalate(
                session,
                creator_id=creator,
                conversation_id=talk,
                kind=Reason.ANGER,
                reason="气死我了",
                on=on,
                now=now,
            )
        assert first is not None

        while_open = self.escalated(database, first, Reason.ANGER, now, on)
        with database.writing() as session:
            cases.cancel(session, creator_id=creator, number=first.number, now=now)
        soon = self.escalated(database, first, Reason.ANGER, in_time(now, 60), on)
        of_another_kind = self.escalated(database, first, Reason.MONEY, in_time(now, 60), on)
        assert of_another_kind is not None
        with database.writing() as session:
            cases.cancel(session, creator_id=creator, number=of_another_kind.number, now=in_time(now, 61))
        next_day = self.escalated(database, first, Reason.ANGER, in_time(now, 24 * 60 + 1), on)

        assert (while_open, soon) == (None, None)
        assert next_day is not None
        assert next_day.reason is Reason.ANGER


class TestCreatorSpoke:
    def test_wakes_who_waited_for_it(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            lin = an_agent(session, "lin", now=now)
            desk.say(session, agent=lin, number=case.number, text="请发截图", key="1", now=now)
            desk.wait_for_creator(session, agent=lin, number=case.number, now=now)

        with database.writing() as session:
            cases.creator_spoke(session, conversation_id=case.conversation_id, now=in_time(now, 5))
            after = views.case(session, number=case.number)

        assert (after.state, after.waiting_since) == (CaseState.ASSIGNED, in_time(now, 5))

    def test_means_nothing_where_no_case_is_open(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            _, talk = a_talk(session, "laotie", now=now)
            cases.creator_spoke(session, conversation_id=talk, now=now)

            assert views.state_of(session, conversation_id=talk) is CaseState.BOT


class TestCancel:
    def test_gives_the_word_back_to_the_assistant_with_a_fresh_context(
        self, database: Database, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            desk.take(session, agent=an_agent(session, "lin", now=now), number=case.number, now=now)
            cancelled = cases.cancel(session, creator_id=case.creator_id, number=case.number, now=now)

            assert (cancelled.state, cancelled.ending) == (CaseState.RESOLVED, Ending.CANCELLED)
            assert not cases.is_held(session, conversation_id=case.conversation_id)
            talk = service.conversation(
                session,
                channel="terminal",
                address="laotie",
                thread="",
                creator=case.creator_id,
                now=now,
            )
            assert (talk.epoch, talk.checkpoint) == (1, None)
            with pytest.raises(WrongStep):
                cases.cancel(session, creator_id=case.creator_id, number=case.number, now=now)

    def test_is_for_ones_own_case_only(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            stranger = a_creator(session, "stranger")
            for deed in (
                lambda: cases.cancel(session, creator_id=stranger, number=case.number, now=now),
                lambda: cases.rate(session, creator_id=stranger, number=case.number, stars=1, now=now),
                lambda: cases.reopen_by_creator(session, creator_id=stranger, number=case.number, now=now),
                lambda: views.case_of_creator(session, creator_id=stranger, number=case.number),
            ):
                with pytest.raises(CaseUnknown):
                    deed()


class TestRate:
    def test_counts_once_after_a_person_has_ended_the_case(
        self, database: Database, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session, pytest.raises(NotRatable):
            cases.rate(session, creator_id=case.creator_id, number=case.number, stars=5, now=now)
        solved(database, case, now)

        with database.writing() as session:
            with pytest.raises(NotRatable):
                cases.rate(session, creator_id=case.creator_id, number=case.number, stars=6, now=now)
            rated = cases.rate(session, creator_id=case.creator_id, number=case.number, stars=4, now=now)
            with pytest.raises(RatedAlready):
                cases.rate(session, creator_id=case.creator_id, number=case.number, stars=1, now=now)

        assert rated.rating == 4

    def test_is_asked_for_with_five_buttons(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        solved(database, case, now)

        with database.reading() as session:
            last = service.messages(session, conversation_id=case.conversation_id)[-1]
        assert last.speaker is Speaker.ASSISTANT
        assert [button["send"] for button in last.body["buttons"]] == [
            f"评分 {case.number} {stars}" for stars in (5, 4, 3, 2, 1)
        ]


class TestReopenByCreator:
    def test_happens_once_within_seven_days_for_another_person(
        self, database: Database, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        solved(database, case, now)
        with database.writing() as session:
            wang = an_agent(session, "wang", now=now)
            with pytest.raises(ReopenTooLate):
                cases.reopen_by_creator(
                    session,
                    creator_id=case.creator_id,
                    number=case.number,
                    now=now + timedelta(days=7, seconds=1),
                )
            again = cases.reopen_by_creator(
                session, creator_id=case.creator_id, number=case.number, now=now + timedelta(days=7)
            )
            desk.take(session, agent=wang, number=case.number, now=now)
            desk.resolve(session, agent=wang, number=case.number, now=now)
            with pytest.raises(ReopenedAlready):
                cases.reopen_by_creator(session, creator_id=case.creator_id, number=case.number, now=now)

        assert (again.state, again.reopened) == (CaseState.QUEUED, 1)
        assert again.routed_to is not None
        assert again.routed_to.login == "wang"

    def test_waits_for_the_end_of_a_newer_case(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        solved(database, case, now)
        with database.writing() as session:
            cases.open_case(
                session,
                creator_id=case.creator_id,
                conversation_id=case.conversation_id,
                reason="新的事",
                on=on,
                now=now,
            )

            with pytest.raises(WrongStep, match="C000002"):
                cases.reopen_by_creator(session, creator_id=case.creator_id, number=case.number, now=now)


def together(deed: Callable[[], str], count: int) -> list[str]:
    """Return what threads that began at once got."""
    barrier, results = threading.Barrier(count), list[str]()

    def run() -> None:
        barrier.wait()
        results.append(deed())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
