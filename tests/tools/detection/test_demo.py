from datetime import date, datetime

from tools.creators import demo as demo_of_creators
from tools.creators import service as creators
from tools.detection import demo, service
from tools.detection.invariants import INVARIANTS
from tools.detection.reports import appeals
from tools.detection.reports.states import State
from tools.kernel.db import Database
from tools.notices import service as notices


class TestLoad:
    def test_leaves_a_report_at_every_stage_and_something_to_appeal(
        self, database: Database, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            demo_of_creators.load(session, on=on)
        for _ in range(2):
            with database.writing() as session:
                demo.load(session, on=on)

        with database.reading() as session:
            author = creators.find_account(session, handle="yuanchuang")
            impostor = creators.find_account(session, handle="fangmao")
            assert author is not None
            assert impostor is not None
            reports = service.reports(session, creator_id=author.id)
            assert [(report.number, report.state) for report in reports] == [
                ("QQ20220814-0007", State.SUBMITTED),
                ("QQ20220812-0002", State.REVIEWING),
                ("QQ20220810-0006", State.NEEDS_EVIDENCE),
                ("QQ20220806-0003", State.UPHELD),
                ("QQ20220802-0005", State.REJECTED),
                ("QQ20220730-0004", State.APPEALED),
                ("QQ20220728-0001", State.UPHELD),
            ]
            against = appeals.judgements(session, creator_id=impostor.id)
            assert [item.number for item in against if item.may_be_appealed(now)] == ["QQ20220806-0003"]
            assert [item.title for item in against if item.appeal] != []
            assert notices.newest(session, creator_id=author.id) != []
            assert notices.unsent(session) == []
            assert [line for item in INVARIANTS for line in item.violations(session)] == []

    def test_needs_no_account_that_is_not_there(self, database: Database, on: date) -> None:
        with database.writing() as session:
            demo.load(session, on=on)

            assert creators.find_account(session, handle="yuanchuang") is None
