import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.calls import a_creator, an_open_conversation
from tools.kernel.agent_tool import Line, Speaker
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.support import cases, service

SAID = (Line(Speaker.CREATOR, "钱没到账"), Line(Speaker.ASSISTANT, "我查一下"))


def conversation(database: Database, handle: str, now: datetime) -> tuple[int, int]:
    with database.writing() as session:
        creator = a_creator(session, handle)
        return creator, an_open_conversation(session, creator=creator, now=now)


def opened(database: Database, creator: int, conversation: int, now: datetime) -> cases.CaseView:
    with database.writing() as session:
        return cases.open_case(
            session,
            creator_id=creator,
            conversation_id=conversation,
            reason="收益不对",
            transcript=SAID,
            now=now,
        )


class TestOpenCase:
    def test_takes_the_transcript_along(self, database: Database, now: datetime) -> None:
        case = opened(database, *conversation(database, "laotie", now), now)

        with database.reading() as session:
            stored = cases.case(session, number=case.number)
        assert (stored.number, stored.state, stored.transcript) == ("C000001", cases.CaseState.QUEUED, SAID)

    def test_opens_one_for_a_conversation_even_when_asked_by_many_at_once(
        self, database: Database, now: datetime
    ) -> None:
        creator, talk = conversation(database, "laotie", now)
        barrier = threading.Barrier(4)
        numbers: list[str] = []

        def ask() -> None:
            barrier.wait()
            numbers.append(opened(database, creator, talk, now).number)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert numbers == ["C000001"] * 4

    def test_queues_in_the_order_of_asking(self, database: Database, now: datetime) -> None:
        numbers = [
            opened(database, *conversation(database, f"c{place}", now), now + timedelta(seconds=place)).number
            for place in range(3)
        ]

        with database.reading() as session:
            assert [cases.waiting_in_front(session, number=number) for number in numbers] == [0, 1, 2]
            assert [case.number for case in cases.open_cases(session)] == numbers


class TestSay:
    def test_reaches_the_creator_and_silences_the_assistant(self, database: Database, now: datetime) -> None:
        creator, talk = conversation(database, "laotie", now)
        case = opened(database, creator, talk, now)

        with database.writing() as session:
            cases.say(session, number=case.number, agent="小林", text="我来看看", now=now)
            held = cases.is_held(session, conversation_id=talk)
            (message,) = service.undelivered(session, channel="terminal")
        assert held
        assert message.body["text"] == "【1V1 客服 小林】我来看看"

    def test_is_refused_to_a_second_agent(self, database: Database, now: datetime) -> None:
        case = opened(database, *conversation(database, "laotie", now), now)
        with database.writing() as session:
            cases.say(session, number=case.number, agent="小林", text="我来看看", now=now)

        with database.writing() as session, pytest.raises(OperatorError, match="held by 小林"):
            cases.say(session, number=case.number, agent="小王", text="我来", now=now)

    @pytest.mark.parametrize("number", ["", "C", "C000009", "1; DROP TABLE", "C" + "9" * 100, "Ｃ１"])
    def test_names_a_number_that_is_no_case(self, database: Database, now: datetime, number: str) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match="no case has the number"):
            cases.say(session, number=number, agent="小林", text="在吗", now=now)


class TestResolve:
    def test_lets_the_assistant_speak_again_and_a_new_case_begin(
        self, database: Database, now: datetime
    ) -> None:
        creator, talk = conversation(database, "laotie", now)
        case = opened(database, creator, talk, now)
        with database.writing() as session:
            cases.say(session, number=case.number, agent="小林", text="好了", now=now)
            cases.resolve(session, number=case.number, now=now)

        with database.writing() as session:
            assert not cases.is_held(session, conversation_id=talk)
            with pytest.raises(OperatorError, match="resolved"):
                cases.resolve(session, number=case.number, now=now)
            with pytest.raises(OperatorError, match="resolved"):
                cases.say(session, number=case.number, agent="小林", text="还有", now=now)
        assert opened(database, creator, talk, now).number == "C000002"


class TestIsOpen:
    @pytest.mark.parametrize(("hour", "expected"), [(8, False), (9, True), (21, True), (22, False)])
    def test_follows_the_platforms_hours(self, hour: int, expected: bool) -> None:  # noqa: FBT001 - a table
        assert cases.is_open(datetime(2022, 8, 15, hour, tzinfo=ZoneInfo("Asia/Shanghai"))) is expected
