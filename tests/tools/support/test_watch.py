from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.desk import a_case, a_talk, an_agent
from tools.creators.models import Creator
from tools.kernel import case_requests
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE
from tools.support import agents, alerts, cases, desk, service, views, watch
from tools.support.agents import Agent, Role
from tools.support.alerts import AlertKind
from tools.support.escalation import Reason
from tools.support.states import CaseState
from tools.support.views import CaseView

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lin(database: Database, now: datetime) -> Agent:
    with database.writing() as session:
        return an_agent(session, "lin", now=now)


@pytest.fixture
def lead(database: Database, now: datetime) -> Agent:
    """Return a lead who works at no hour: nothing is offered to them."""
    with database.writing() as session:
        return an_agent(session, "zhao", now=now, roles=[Role.LEAD], works=False)


def alerted(database: Database, agent: Agent) -> list[AlertKind]:
    with database.reading() as session:
        return [alert.kind for alert in alerts.alerts(session, agent=agent)][::-1]


def told(database: Database, case: CaseView) -> list[str]:
    with database.reading() as session:
        said = service.messages(session, conversation_id=case.conversation_id)
        return [message.text for message in said]


class TestWatchClocks:
    def test_warns_who_was_offered_it_and_calls_the_leads_when_it_is_broken_once(
        self, database: Database, lin: Agent, lead: Agent, now: datetime, on: date
    ) -> None:
        a_case(database, "laotie", now=now, on=on)

        seen: list[tuple[list[AlertKind], list[AlertKind]]] = []
        for minutes in (7, 8, 8, 10, 11, 12):
            watch.watch_clocks(database, now + minutes * MINUTE)
            seen.append((alerted(database, lin), alerted(database, lead)))

        warned, broken = [AlertKind.WARNING], [AlertKind.WARNING, AlertKind.BREACH]
        assert seen == [
            ([], []),
            (warned, []),
            (warned, []),
            (warned, []),
            (broken, [AlertKind.BREACH]),
            (broken, [AlertKind.BREACH]),
        ]

    def test_lets_the_night_pass(self, database: Database, lin: Agent, lead: Agent, on: date) -> None:
        evening = datetime(2022, 8, 15, 21, 55, tzinfo=PLATFORM_ZONE)
        a_case(database, "laotie", now=evening, on=on)

        watch.watch_clocks(database, evening + timedelta(hours=8))
        night = alerted(database, lead)
        watch.watch_clocks(database, evening + timedelta(hours=11, minutes=11))

        assert night == []
        assert alerted(database, lead) == [AlertKind.BREACH]

    def test_are_seen_by_whom_they_are_for(
        self, database: Database, lin: Agent, lead: Agent, now: datetime, on: date
    ) -> None:
        a_case(database, "laotie", now=now, on=on)
        watch.watch_clocks(database, now + 11 * MINUTE)
        with database.writing() as session:
            for_leads = alerts.alerts(session, agent=lead)[0].id
            alerts.see_alert(session, agent=lin, alert=for_leads, now=now)
            alerts.see_alert(session, agent=lin, alert=999, now=now)
            still = len(alerts.alerts(session, agent=lead))
            alerts.see_alert(session, agent=lead, alert=for_leads, now=now)

            assert (still, alerts.alerts(session, agent=lead)) == (1, [])


class TestWatchQueue:
    def test_offers_it_to_somebody_else_when_it_is_not_taken(
        self, database: Database, lin: Agent, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            wang = an_agent(session, "wang", now=now)
        offers = [case.routed_to]

        for minutes in (4, 6):
            watch.watch_queue(database, now + minutes * MINUTE)
            with database.reading() as session:
                offers.append(views.case(session, number=case.number).routed_to)

        assert offers == [lin, lin, wang]

    def test_offers_what_waits_when_somebody_comes(self, database: Database, now: datetime, on: date) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            lin = an_agent(session, "lin", now=now)
            agents.set_away(session, agent=lin, away=True, now=now)
        watch.watch_queue(database, now)
        with database.writing() as session:
            away = views.case(session, number=case.number)
            agents.set_away(session, agent=lin, away=False, now=now)
        watch.watch_queue(database, now + MINUTE)

        with database.reading() as session:
            assert (away.routed_to, away.routed_why) == (None, "现在没有客服在班")
            assert views.case(session, number=case.number).routed_to == lin

    def test_tells_the_creator_once_that_nobody_came_and_leaves_the_word_to_the_assistant(
        self, database: Database, lead: Agent, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)

        for minutes in (10, 11, 30):
            watch.watch_queue(database, now + minutes * MINUTE)

        (line,) = told(database, case)
        assert "客服现在都在忙" in line
        assert "你排在第 1 位" in line
        assert alerted(database, lead) == [AlertKind.UNCLAIMED]
        with database.reading() as session:
            assert not cases.is_held(session, conversation_id=case.conversation_id)

    def test_says_when_the_next_shift_begins_at_the_end_of_the_day(
        self, database: Database, on: date
    ) -> None:
        evening = datetime(2022, 8, 15, 21, 55, tzinfo=PLATFORM_ZONE)
        case = a_case(database, "laotie", now=evening, on=on)
        by_night = a_case(database, "xinren", now=evening + timedelta(minutes=10), on=on)

        watch.watch_queue(database, evening + timedelta(minutes=6))
        watch.watch_queue(database, evening + timedelta(minutes=20))

        (line,) = told(database, case)
        assert "今天的人工服务结束了" in line
        assert "明天 09:00 开始" in line
        # Who asked at night was told the hours when they asked.
        assert told(database, by_night) == []


class TestWatchHolders:
    def held(self, database: Database, lin: Agent, now: datetime, on: date) -> CaseView:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            desk.say(session, agent=lin, number=case.number, text="在", key="1", now=now)
        return case

    def test_take_a_case_back_whose_holder_left_while_the_creator_waits(
        self, database: Database, lin: Agent, lead: Agent, now: datetime, on: date
    ) -> None:
        case = self.held(database, lin, now, on)
        with database.writing() as session:
            agents.set_away(session, agent=lin, away=True, now=now)
        watch.watch_holders(database, now + 60 * MINUTE)
        with database.writing() as session:
            nobody_waits = views.case(session, number=case.number).state
            cases.creator_spoke(session, conversation_id=case.conversation_id, now=now + 60 * MINUTE)
        watch.watch_holders(database, now + 74 * MINUTE)
        with database.reading() as session:
            in_time = views.case(session, number=case.number).state
        watch.watch_holders(database, now + 76 * MINUTE)

        with database.reading() as session:
            late = views.case(session, number=case.number)
        assert (nobody_waits, in_time, late.state) == (
            CaseState.ASSIGNED,
            CaseState.ASSIGNED,
            CaseState.QUEUED,
        )
        assert told(database, case)[-1].startswith("原来的客服暂时离开了")
        assert alerted(database, lead) == alerted(database, lin) == [AlertKind.REQUEUED]

    def test_take_everything_back_from_a_disabled_account_at_once(
        self, database: Database, lin: Agent, now: datetime, on: date
    ) -> None:
        case = self.held(database, lin, now, on)
        with database.writing() as session:
            agents.disable(session, login="lin", now=now)

        watch.watch_holders(database, now)

        with database.reading() as session:
            assert views.case(session, number=case.number).state is CaseState.QUEUED


class TestOpenRequestedCases:
    def requested(self, session: Session, creator: int, now: datetime, *, key: str = "k") -> bool:
        return case_requests.request_case(
            session,
            creator_id=creator,
            business="商单争议",
            reference="SD-20220815-0001",
            reason="品牌不给验收",
            key=key,
            now=now,
        )

    def test_opens_one_where_the_creator_was_last_and_tells_them(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator, _ = a_talk(session, "laotie", now=now)
            last = service.conversation(
                session, channel="telegram", address="7", thread="", creator=creator, now=now
            )
            service.log_question(session, conversation_id=last.id, key="q", text="在", now=now)
            new = [self.requested(session, creator, now) for _ in range(2)]

        for _ in range(2):
            watch.open_requested_cases(database, now)

        with database.reading() as session:
            (case,) = views.cases_of_creator(session, creator_id=creator)
        assert new == [True, False]
        assert (case.reason, case.conversation_id) == (Reason.DISPUTE, last.id)
        assert case.reason_text == "商单争议 SD-20220815-0001：品牌不给验收"
        assert told(database, case)[-1].startswith("商单争议 SD-20220815-0001：这件事需要人来处理")

    def test_adds_to_the_case_that_is_open(
        self, database: Database, lin: Agent, now: datetime, on: date
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            desk.take(session, agent=lin, number=case.number, now=now)
            self.requested(session, case.creator_id, now)

        watch.open_requested_cases(database, now)

        with database.reading() as session:
            assert len(views.cases_of_creator(session, creator_id=case.creator_id)) == 1
        assert alerted(database, lin) == [AlertKind.REQUEST]

    def test_waits_at_the_desk_for_a_creator_who_never_wrote(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            self.requested(session, creator, now)

        watch.open_requested_cases(database, now)

        with database.reading() as session:
            (case,) = views.cases_of_creator(session, creator_id=creator)
            assert session.get_one(Creator, creator).handle == "laotie"
        assert case.state is CaseState.QUEUED
