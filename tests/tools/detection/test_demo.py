from datetime import date, datetime

from tests.tools.detection.conftest import People
from tools.creators import service as creators
from tools.detection import demo, service
from tools.detection.invariants import INVARIANTS
from tools.detection.service import State
from tools.kernel.db import Database


class TestLoad:
    def test_leaves_two_reports_against_the_impostor(
        self, database: Database, people: People, now: datetime
    ) -> None:
        # Nineteen days on, so that the works of the tests were there when the older report was made.
        later = date.fromordinal(now.toordinal() + 15)
        for _ in range(2):
            with database.writing() as session:
                demo.load(session, on=later)

        with database.reading() as session:
            reports = service.reports(session, creator_id=people.author)
            assert [report.state for report in reports] == [State.REVIEWING, State.UPHELD]
            assert {report.suspect.author for report in reports} == {"fangmao"}
            assert len({report.work_public_id for report in reports}) == 2
            assert [line for item in INVARIANTS for line in item.violations(session)] == []

    def test_needs_no_account_that_is_not_there(self, database: Database, on: date) -> None:
        with database.writing() as session:
            demo.load(session, on=on)

            assert creators.find_account(session, handle="yuanchuang") is None
