from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.tools.detection.conftest import People
from tools.detection.invariants import INVARIANTS
from tools.detection.models import InfringementReport
from tools.kernel.db import Database


def a_report(people: People, at: datetime, **changes: object) -> InfringementReport:
    values: dict[str, object] = {
        "creator_id": people.author,
        "work_id": 1,
        "work_public_id": "3xaaa1",
        "work_title": "爷爷留下的刨子",
        "suspect_key": "url:v.example.com/1",
        "suspect_url": "https://v.example.com/1",
        "reason": "",
        "state": "submitted",
        "submitted_at": at,
    }
    return InfringementReport(**(values | changes))


def lines(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


class TestInvariants:
    def test_hold_for_a_report_of_an_own_work(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            session.add(a_report(people, now))

        assert lines(database) == []

    def test_name_a_report_of_somebody_elses_work(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            session.add(a_report(people, now, creator_id=people.impostor))

        assert lines(database) == ["infringement_report 1: reporter 2 does not own the work, creator 1 does"]

    def test_name_a_report_of_oneself(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            session.add(a_report(people, now, suspect_creator_id=people.author))

        assert lines(database) == ["infringement_report 1: the suspect is the reporter"]


class TestStore:
    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "lost"},
            {"suspect_url": None},
            {"state": "reviewing"},
            {"state": "upheld", "accepted_at": timedelta(hours=1)},
            {"decided_at": timedelta(hours=1)},
            {"state": "reviewing", "accepted_at": timedelta(hours=-1)},
            {"state": "upheld", "accepted_at": timedelta(hours=2), "decided_at": timedelta(hours=1)},
        ],
        ids=str,
    )
    def test_refuses_a_report_that_contradicts_itself(
        self, database: Database, people: People, now: datetime, changes: dict[str, object]
    ) -> None:
        times = {
            name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()
        }

        with pytest.raises(IntegrityError), database.writing() as session:
            session.add(a_report(people, now, **times))

    def test_refuses_a_second_open_report_of_the_same(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with pytest.raises(IntegrityError), database.writing() as session:
            session.add_all([a_report(people, now), a_report(people, now)])
