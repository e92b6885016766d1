from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.reports.cases import COPY_URL, Copied, audit, upheld
from tests.tools.detection.reports.cases import reported as on_case
from tools.creators import service as creators
from tools.detection import service
from tools.detection.models import InfringementReport
from tools.detection.reports import review
from tools.detection.service import ReportUnknown
from tools.detection.status_tool import TOOL, infringement_status
from tools.detection.suspects import Suspect
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.period import UnknownPeriod


def reported(
    session: Session,
    creator: int,
    *,
    at: datetime,
    state: str = "submitted",
    accepted: timedelta | None = None,
    decided: timedelta | None = None,
) -> str:
    """Store a report of that moment in that state, and return its number."""
    today = date(2022, 8, 15)
    work = creators.resolve_work(session, creator_id=creator, work_ref="id:3xaaa1", on=today)
    suspect = Suspect(f"https://v.example.com/{creator}/{at:%d%H%M}", None)
    filing = service.prepare(session, creator_id=creator, work=work, suspect=suspect, reason="", on=today)
    number = service.submit(session, creator_id=creator, filing=filing, now=at).number
    row = session.get_one(InfringementReport, int(number.rpartition("-")[2]))
    row.state = state
    row.accepted_at = None if accepted is None else at + accepted
    row.decided_at = None if decided is None else at + decided
    session.flush()
    return number


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """A report of an age and state, and what its reporter is told."""

    state: str
    age: timedelta
    words: str
    clause: str
    overdue: bool = False
    accepted: timedelta | None = None
    decided: timedelta | None = None


STANDINGS = (
    Standing("submitted", HOUR, "首次答复最晚在 8月17日 11:00 前给你。", "2.1"),
    Standing("submitted", 49 * HOUR, "已经超过承诺的时间", "2.4", overdue=True),
    Standing("reviewing", 3 * HOUR, "8月15日已受理，从受理起 5 个工作日内出结果。", "2.2", accepted=HOUR),
    Standing("reviewing", 30 * DAY, "已经超过承诺的时间", "2.4", overdue=True, accepted=HOUR),
    Standing("upheld", 3 * DAY, "8月13日判定侵权成立，处理方式：", "3.1", accepted=HOUR, decided=DAY),
    Standing("rejected", 3 * DAY, "收到结果后 7 天内可以申诉", "1.1", accepted=HOUR, decided=DAY),
)


def told(call: Call, *, case_id: str | None = None, period: str | None = None) -> Reply:
    """Return what the tool answers to a question."""
    answer = infringement_status(call, case_id=case_id, period=period)
    assert isinstance(answer, Reply)
    return answer


class TestInfringementStatus:
    @pytest.mark.parametrize("standing", STANDINGS)
    def test_says_where_a_report_stands_and_what_comes_next(
        self, database: Database, call_of: CallOf, people: People, now: datetime, standing: Standing
    ) -> None:
        with database.writing() as session:
            number = reported(
                session,
                people.author,
                at=now - standing.age,
                state=standing.state,
                accepted=standing.accepted,
                decided=standing.decided,
            )

            reply = told(call_of(session, people.author), case_id=number)

        assert reply.text.startswith(f"{number}：")
        assert standing.words in reply.text
        assert [item.clause for item in reply.citations] == [standing.clause]
        assert reply.facts["overdue"] is standing.overdue
        assert ("转 1V1 催办" in [button.label for button in reply.buttons]) is standing.overdue

    def test_lists_all_newest_first(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            numbers = [reported(session, people.author, at=now - hours * HOUR) for hours in range(1, 8)]

            reply = told(call_of(session, people.author))

        lines = reply.text.splitlines()
        assert lines[0] == "你有 7 个侵权举报："
        assert lines[1].startswith(f"· {numbers[0]} 《爷爷留下的刨子》，已提交")
        assert lines[-1].startswith("还有 2 个更早的")
        assert len(lines) == 7

    def test_shows_the_only_one_at_once(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people.author, at=now - HOUR)

            reply = told(call_of(session, people.author))

        assert reply.text.startswith(f"{number}：已提交")

    @pytest.mark.parametrize(("period", "count"), [("today", 1), ("yesterday", 2), ("last_month", 0)])
    def test_limits_to_the_period_of_submission(
        self, database: Database, call_of: CallOf, people: People, now: datetime, period: str, count: int
    ) -> None:
        with database.writing() as session:
            for hours in (1, 20, 30):
                reported(session, people.author, at=now - hours * HOUR)

            reply = told(call_of(session, people.author), period=period)

        assert reply.facts.get("count", 1) == count

    def test_says_plainly_that_there_is_none(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        with database.reading() as session:
            reply = told(call_of(session, people.author))

        assert reply.text == "你还没有提交过侵权举报。"
        assert reply.buttons

    @pytest.mark.parametrize(
        "typed", ["QQ20220815-0001", "qq20220815-0001", " QQ20220815 - 0001 ", "ＱＱ20220815-0001", "QQ202208150001", "QQ0815", "0001"]
    )  # fmt: skip
    def test_knows_a_number_however_it_is_typed(
        self, database: Database, call_of: CallOf, people: People, now: datetime, typed: str
    ) -> None:
        with database.writing() as session:
            reported(session, people.author, at=now - HOUR)

            reply = told(call_of(session, people.author), case_id=typed)

        assert reply.facts["case_id"] == "QQ20220815-0001"

    def test_shows_those_that_fit_when_several_do(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            for hours in (1, 2):
                reported(session, people.author, at=now - hours * HOUR)

            reply = told(call_of(session, people.author), case_id="QQ0815")

        assert reply.facts["count"] == 2

    def test_makes_another_creators_report_look_like_an_unknown_one(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people.author, at=now - HOUR)
        said: list[str] = []
        for typed in (number, "QQ20220815-0777"):
            with database.reading() as session, pytest.raises(ReportUnknown) as refused:
                told(call_of(session, people.impostor), case_id=typed)
            said.append(str(refused.value).replace(typed, ""))

        assert said[0] == said[1]
        with database.reading() as session:
            for period in (None, "this_year", "today"):
                assert told(call_of(session, people.impostor), period=period).facts["count"] == 0

    @pytest.mark.parametrize(
        "typed",
        ["QQ", "1", "QQ20220815-999999999999", "QQ20220815-9999999999999999999", "' OR 1=1 --", "%", "QQ20220814-0001", "x" * 100_000, "²³⁴"],
    )  # fmt: skip
    def test_knows_no_other_number(
        self, database: Database, call_of: CallOf, people: People, now: datetime, typed: str
    ) -> None:
        with database.writing() as session:
            reported(session, people.author, at=now - HOUR)

        with database.reading() as session, pytest.raises(ReportUnknown) as refused:
            told(call_of(session, people.author), case_id=typed)
        assert len(str(refused.value)) < 100

    def test_refuses_a_period_that_is_none(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.reading() as session, pytest.raises(UnknownPeriod):
            told(call_of(session, people.author), period="creator:2")

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=25) | st.text("QＱq0-215 8", max_size=18))
    def test_never_shows_what_is_not_the_askers(
        self, database: Database, call_of: CallOf, people: People, now: datetime, typed: str
    ) -> None:
        with database.writing() as session:
            if not service.reports(session, creator_id=people.author):
                reported(session, people.author, at=now - HOUR)

            try:
                reply = told(call_of(session, people.impostor), case_id=typed)
            except ReportUnknown:
                return
        assert reply.facts["count"] == 0
        assert not typed.strip()


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 20


class TestStatistics:
    def test_tell_what_is_protected_handled_and_how_many_hold(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            upheld(session, people, at=now - HOUR)
            for work, url in (("3xaaa2", COPY_URL), ("3xaaa4", "https://v.example.com/s/9")):
                number = on_case(session, people, at=now, copied=Copied(work=work, url=url))
                if work == "3xaaa2":
                    review.reject(session, number=number, by="林澜", reason="不像", now=now)

            reply = infringement_status(call_of(session, people.author), action="statistics")
            before = infringement_status(
                call_of(session, people.author), action="statistics", period="last_month"
            )

        assert reply.facts == {
            "originals": 3, "reports": 3, "waiting": 1, "decided": 2, "holding": 1, "restored": 0, "handled": 1,
            "success_bp": 5000,
        }  # fmt: skip
        assert isinstance(reply, Reply)
        assert "· 举报成立率 50%（成立 1 / 已判定 2）" in reply.text
        assert (before.facts["reports"], before.facts["success_bp"]) == (0, None)


class TestChanges:
    def test_are_proposed_and_done_once_confirmed(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            asked = on_case(session, people, at=now)
            review.ask(session, number=asked, by="林澜", what="补首发记录", now=now)
            call = call_of(session, people.author)
            supply = infringement_status(call, action="supply", case_id=asked, reason="首发截图")
            assert isinstance(supply, Proposal)
            assert "要求：补首发记录\n你的说明：首发截图" in supply.summary
            assert TOOL.commit is not None

            supplied = TOOL.commit(call, supply.payload)
            cancel = infringement_status(call, action="cancel")
            assert isinstance(cancel, Proposal)
            cancelled = TOOL.commit(call, cancel.payload)

            assert supplied.facts["state"] == "reviewing"
            assert cancelled.facts["state"] == "closed"
            with pytest.raises(service.ReportNotWaiting, match="不能撤回"):
                TOOL.commit(call, cancel.payload)
            with pytest.raises(ReportUnknown):
                TOOL.commit(call_of(session, people.impostor), supply.payload)
        assert audit(database) == []

    @pytest.mark.parametrize("action", ["supply", "cancel"])
    def test_find_another_creators_report_unknown(
        self, database: Database, call_of: CallOf, people: People, now: datetime, action: str
    ) -> None:
        with database.writing() as session:
            number = on_case(session, people, at=now)
        said: list[str] = []
        for typed in (number, "QQ20220815-0777"):
            with database.reading() as session, pytest.raises(ReportUnknown) as refused:
                infringement_status(
                    call_of(session, people.impostor),
                    action="cancel" if action == "cancel" else "supply",
                    case_id=typed,
                )
            said.append(str(refused.value).replace(typed, ""))

        assert said[0] == said[1]
