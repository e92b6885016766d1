from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.tools.detection.conftest import People
from tools.detection.invariants import INVARIANTS
from tools.detection.models import InfringementReport
from tools.detection.report_models import InfringementAppeal, WorkMeasure
from tools.detection.reports import case_log
from tools.detection.reports.case_log import Actor, ActorKind
from tools.detection.reports.states import Event
from tools.kernel.db import Database


def a_report(people: People, at: datetime, **changes: object) -> InfringementReport:
    values: dict[str, object] = {
        "creator_id": people.author,
        "owner_id": people.author,
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


def store(session: Session, row: InfringementReport) -> None:
    """Store a report that was just submitted, with its log."""
    session.add(row)
    session.flush()
    case_log.take(session, row, Event.SUBMIT, by=Actor(ActorKind.REPORTER), now=row.submitted_at)


def lines(database: Database) -> list[str]:
    with database.reading() as session:
        return [line for item in INVARIANTS for line in item.violations(session)]


class TestInvariants:
    def test_hold_for_a_report_of_an_own_work(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            store(session, a_report(people, now))

        assert lines(database) == []

    def test_name_a_report_of_somebody_elses_work(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            store(session, a_report(people, now, creator_id=people.impostor, owner_id=people.impostor))

        assert lines(database) == ["infringement_report 1: creator 2 does not own the work, creator 1 does"]

    def test_name_a_report_for_somebody_who_did_not_authorise_it(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            store(session, a_report(people, now, creator_id=people.impostor))

        assert lines(database) == ["infringement_report 1: creator 2 had no authorisation of creator 1"]

    def test_name_a_report_of_oneself(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            store(session, a_report(people, now, suspect_creator_id=people.author))

        assert lines(database) == ["infringement_report 1: the suspect is the reporter"]

    def test_name_a_report_without_a_log(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            session.add(a_report(people, now))

        assert lines(database) == ["infringement_report 1: state is submitted, but its log is empty"]

    def test_name_a_state_that_the_log_does_not_lead_to(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            row = a_report(people, now)
            store(session, row)
            row.state, row.accepted_at, row.decided_at = "upheld", now, now

        assert lines(database) == [
            "infringement_report 1: state is upheld, but its log ends in submitted",
            "infringement_report 1: state is upheld, but no measure is in force",
        ]

    def test_name_a_measure_without_an_upheld_report_and_on_the_wrong_account(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            row = a_report(people, now)
            store(session, row)
            session.add(
                WorkMeasure(
                    report_id=row.id, work_id=5, creator_id=people.author, measure="takedown", starts_at=now
                )
            )

        assert lines(database) == [
            "infringement_measure 1: in force, but infringement_report 1 is submitted",
            "infringement_measure 1: is on creator 1, the work is creator 2's",
        ]

    def test_name_an_appeal_that_the_state_knows_nothing_of(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            row = a_report(people, now)
            store(session, row)
            session.add(
                InfringementAppeal(
                    report_id=row.id, side="accused", creator_id=people.impostor, reason="是我拍的",
                    evidence="licence", submitted_at=now,
                )
            )  # fmt: skip

        assert lines(database) == [
            "infringement_report 1: state is submitted, but the appeal of the accused says otherwise"
        ]


class TestStore:
    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "lost"},
            {"kind": "rumour"},
            {"work_id": None},
            {"malicious": True},
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
