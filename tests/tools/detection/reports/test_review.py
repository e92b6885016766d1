import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.reports.cases import COPY_URL, Copied, appealed, audit, reported, saying, upheld
from tools.creators.models import Creator
from tools.detection import service
from tools.detection.report_models import ReportStep, WorkMeasure
from tools.detection.report_tool import infringement_report
from tools.detection.reports import appeals, desk, queries, review
from tools.detection.reports.appeals import Evidence
from tools.detection.reports.kinds import Choice, Kind
from tools.detection.reports.states import Event, State, replay
from tools.detection.reports.verdicts import (
    Comparison,
    MachineVerdict,
    Result,
    Segment,
    body_of,
    verdict_from,
)
from tools.detection.suspects import Suspect
from tools.kernel.agent_tool import Reply
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.period import Period
from tools.notices import service as outbox

DAY = timedelta(days=1)
SURE = MachineVerdict(
    Result.COPY, 0.998, (Segment((0.0, 12.5), (3.0, 15.5)),), mirrored=True, speed=1.1, picture="evidence.png"
)


def notices(session: Session) -> list[tuple[int, str]]:
    return [(item.creator_id, item.text) for item in outbox.unsent(session)]


def measure(session: Session, number: str) -> WorkMeasure | None:
    return queries.measure_of(session, report_id=int(number.rpartition("-")[2]))


class TestUphold:
    def test_takes_the_copy_down_and_tells_both_sides(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)

        with database.reading() as session:
            done = measure(session, number)
            assert done is not None
            assert (done.measure, done.creator_id, done.ends_at) == ("takedown", people.impostor, None)
            told = notices(session)
        assert told == [
            (people.author, f"举报 {number}：举报成立，处理方式：下架。"),
            (
                people.impostor,
                f"你的作品《爷爷留下的刨子》被判侵权（案件 {number}），处理：下架。画面一致。不认可可以在 8月22日前申诉。",
            ),
        ]
        assert "秘密的理由" not in str(told)
        assert audit(database) == []

    @pytest.mark.parametrize(
        ("choice", "done"),
        [(Choice.BLOCK, "takedown"), (Choice.LIMIT, "limit"), (Choice.PAY, "pay"), (Choice.TRACK, "track")],
    )
    def test_does_what_the_owner_chose(
        self, database: Database, people: People, now: datetime, choice: Choice, done: str
    ) -> None:
        with database.writing() as session:
            service.choose(session, creator_id=people.author, choice=choice, now=now)
            number = upheld(session, people, at=now)

            found = measure(session, number)
        assert found is not None
        assert found.measure == done

    def test_asks_for_the_copy_where_the_report_names_none_of_this_platform(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now, copied=Copied(url="https://v.example.com/s/1"))
        with database.writing() as session, pytest.raises(OperatorError, match="give --copy WORK_ID"):
            review.uphold(session, number=number, by="林澜", reason="一致", now=now)
        with database.writing() as session, pytest.raises(OperatorError, match="would be the reporter"):
            review.uphold(session, number=number, by="林澜", reason="一致", copy="3xaaa2", now=now)

        with database.writing() as session:
            state = review.uphold(session, number=number, by="林澜", reason="一致", copy="3xbbb1", now=now)

        assert state is State.UPHELD
        assert audit(database) == []

    @pytest.mark.parametrize(
        ("kind", "url", "done"),
        [
            (Kind.AUDIO, COPY_URL, "mute"),
            (Kind.PICTURE, COPY_URL, "takedown"),
            (Kind.OFF_PLATFORM, "https://www.bilibili.com/video/BV1", "letter"),
        ],
    )
    def test_ends_each_kind_its_own_way(
        self, database: Database, people: People, now: datetime, kind: Kind, url: str, done: str
    ) -> None:
        with database.writing() as session:
            session.get_one(Creator, people.author).real_name_verified = True
            number = reported(session, people, at=now, copied=Copied(url=url, kind=kind))
            review.uphold(session, number=number, by="林澜", reason="一致", now=now)

            found = measure(session, number)
            assert found is not None
            assert found.measure == done
            assert (found.work_id is None) is (kind is Kind.OFF_PLATFORM)
        assert audit(database) == []

    def test_makes_an_impostor_change_the_account_and_needs_no_work(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            session.get_one(Creator, people.author).real_name_verified = True
            filing = service.prepare(
                session, creator_id=people.author, work=None, suspect=Suspect(None, "fangmao"), reason="",
                kind=Kind.IMPERSONATION, on=now.date(),
            )  # fmt: skip
            number = service.submit(session, creator_id=people.author, filing=filing, now=now).number
            review.uphold(session, number=number, by="林澜", reason="仿冒", now=now)

            found = measure(session, number)
            assert found is not None
            assert (found.measure, found.creator_id, found.work_id) == ("rename", people.impostor, None)
        assert audit(database) == []


class TestDecisions:
    @pytest.mark.parametrize("second", ["uphold", "reject"])
    def test_of_two_reviewers_at_the_same_moment_count_once(
        self, database: Database, people: People, now: datetime, second: str
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now)
        barrier = threading.Barrier(2)
        said: list[str] = []

        def decide(deed: Callable[..., State], name: str) -> None:
            barrier.wait()
            try:
                with database.writing() as session:
                    said.append(deed(session, number=number, by=name, reason="看过了", now=now))
            except OperatorError as error:
                said.append(str(error))

        other = review.uphold if second == "uphold" else review.reject
        threads = [
            threading.Thread(target=decide, args=(deed, name))
            for deed, name in ((review.uphold, "林澜"), (other, "周舟"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        won = [text for text in said if text in {"upheld", "rejected"}]
        assert len(won) == 1
        [lost] = [text for text in said if text not in won]
        assert lost.startswith(f"{number} is {won[0]} since 2022-08-15 12:00 by ")
        assert audit(database) == []

    def test_on_appeal_are_somebody_elses(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            number = appealed(session, people, at=now)
        for deed in (review.uphold, review.restore):
            with database.writing() as session, pytest.raises(OperatorError, match="somebody else decides"):
                deed(session, number=number, by="林澜", reason="一样", now=now)

        with database.writing() as session:
            assert review.uphold(session, number=number, by="周舟", reason="一样", now=now) is State.CONFIRMED
        assert audit(database) == []

    def test_are_refused_without_a_reason_a_name_or_a_case(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now)
        for named, by, reason in (
            (number, "林澜", " "),
            (number, " ", "看过了"),
            ("QQ20220815-0099", "林澜", "看过了"),
            ("QQ20220814-0001", "林澜", "看过了"),
        ):
            with database.writing() as session, pytest.raises(OperatorError):
                review.uphold(session, number=named, by=by, reason=reason, now=now)

    def test_turn_a_rejection_over_on_the_reporters_appeal_and_hear_the_accused_then(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now)
            review.reject(session, number=number, by="林澜", reason="不像", malicious=True, now=now)
            evidence = Evidence.ORIGINAL_FILE
            appeals.submit(
                session, creator_id=people.author, number=number, reason="看原片", evidence=evidence, now=now
            )
            assert review.uphold(session, number=number, by="周舟", reason="一致", now=now) is State.UPHELD
            made = appeals.submit(
                session,
                creator_id=people.impostor,
                number=number,
                reason="有授权",
                evidence=evidence,
                now=now,
            )
            assert made.state is State.APPEALED
            assert (
                review.restore(session, number=number, by="赵宁", reason="授权有效", now=now)
                is State.RESTORED
            )

            found = measure(session, number)
            assert found is not None
            assert found.ends_at is not None
        assert audit(database) == []


class TestMalicious:
    def test_reports_pause_reporting_and_the_clause_is_cited(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            for days, work in ((30, "3xaaa1"), (20, "3xaaa2"), (10, "3xaaa4")):
                at = now - days * DAY
                number = reported(session, people, at=at, copied=Copied(work=work))
                review.reject(session, number=number, by="林澜", reason="伪造", malicious=True, now=at)

        with database.reading() as session:
            answer = infringement_report(
                call_of(session, people.author), work_ref="latest", url="https://v.example.com/9"
            )
            with pytest.raises(service.ReportingPaused, match="11月3日前"):
                reported(session, people, at=now, copied=Copied(url="https://v.example.com/9"))
        assert isinstance(answer, Reply)
        assert answer.facts["paused_until"] == "2022-11-03"
        assert [item.clause for item in answer.citations] == ["3.3"]


class TestMachine:
    def test_upholds_at_once_what_it_is_sure_of(
        self, database: Database, people: People, now: datetime
    ) -> None:
        asked: list[Comparison] = []

        def examiner(_session: Session, comparison: Comparison) -> MachineVerdict:
            asked.append(comparison)
            return SURE

        with database.writing() as session:
            number = reported(session, people, at=now, examiner=examiner)

        with database.reading() as session:
            [report] = service.reports(session, creator_id=people.author)
            events = [step.event for step in queries.steps(session, report_id=1)]
        assert asked == [Comparison("3xaaa1", "3xbbb1", COPY_URL)]
        assert (report.number, report.state, report.verdict) == (number, State.UPHELD, SURE)
        assert events == ["submit", "examine", "uphold"]
        assert audit(database) == []

    @pytest.mark.parametrize(
        "verdict",
        [
            MachineVerdict(Result.COPY, 0.9),
            MachineVerdict(Result.REVIEW, 0.99),
            MachineVerdict(Result.CLEAR, 0.0),
        ],
    )
    def test_leaves_everything_else_to_a_person(
        self, database: Database, people: People, now: datetime, verdict: MachineVerdict
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now, examiner=saying(verdict))

        with database.reading() as session:
            [case] = desk.queue(session, on=now.date(), limit=5)
        assert (case.number, case.verdict, case.state) == (number, verdict.result, State.SUBMITTED)

    def test_leaves_a_link_that_leads_nowhere_known_to_a_person(
        self, database: Database, people: People, now: datetime
    ) -> None:
        copied = Copied(url="https://v.example.com/s/1")
        with database.writing() as session:
            reported(session, people, at=now, copied=copied, examiner=saying(SURE))

        with database.reading() as session:
            [report] = service.reports(session, creator_id=people.author)
        assert report.state is State.SUBMITTED

    def test_changes_nothing_that_is_decided(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
            review.note_verdict(session, number=number, verdict=MachineVerdict(Result.CLEAR, 0.0), now=now)

        assert audit(database) == []

    def test_verdicts_come_back_from_the_store_as_they_were(self) -> None:
        assert verdict_from(body_of(SURE)) == SURE


class TestEvidence:
    def test_that_is_missing_is_asked_for_handed_in_or_closes_the_case(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            kept = reported(session, people, at=now)
            lost = reported(session, people, at=now, copied=Copied(work="3xaaa2"))
            for number in (kept, lost):
                review.ask(session, number=number, by="林澜", what="补首发记录", now=now)
            service.supply(session, creator_id=people.author, number=kept, text="截图", now=now + DAY)
            assert review.close_unsupplied(session, now=now + 7 * DAY) == 0
            assert review.close_unsupplied(session, now=now + 7 * DAY + timedelta(seconds=1)) == 1

        with database.reading() as session:
            states = {item.number: item.state for item in service.reports(session, creator_id=people.author)}
        assert states == {kept: State.REVIEWING, lost: State.CLOSED}
        assert audit(database) == []


class TestAuthorise:
    def test_lets_an_agent_report_in_the_period_and_nobody_else(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        today = now.date()
        url = "https://v.example.com/s/7"

        def tried(session: Session) -> str:
            call = call_of(session, people.impostor)
            try:
                return type(infringement_report(call, work_ref="id:3xaaa1", url=url)).__name__
            except Refusal as refused:
                return type(refused).__name__

        with database.writing() as session:
            assert tried(session) == "WorkUnknown"
            past = Period(today - 9 * DAY, today, "")
            review.authorise(
                session, owner=people.author, agent=people.impostor, period=past, document="委托书 1"
            )
            assert tried(session) == "WorkUnknown"
            period = Period(today, today + DAY, "")
            review.authorise(
                session, owner=people.author, agent=people.impostor, period=period, document="委托书 2"
            )
            assert tried(session) == "Proposal"


class TestLog:
    def test_is_never_changed(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            reported(session, people, at=now)
        with pytest.raises(AssertionError, match="stays as it is"), database.writing() as session:
            session.get_one(ReportStep, 1).note = "anders"
        with pytest.raises(AssertionError, match="stays as it is"), database.writing() as session:
            session.delete(session.get_one(ReportStep, 1))

    def test_that_was_changed_behind_its_back_is_found(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            upheld(session, people, at=now)
            session.execute(update(ReportStep).where(ReportStep.sequence == 2).values(sequence=3))
        assert audit(database) == ["infringement_report 1: state is upheld, but step 2 of its log is missing"]
        with database.writing() as session:
            session.execute(delete(ReportStep))

        assert audit(database) == ["infringement_report 1: state is upheld, but its log is empty"]

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(deeds=st.lists(st.integers(0, 10), min_size=1, max_size=14))
    def test_replays_to_the_state_after_any_deeds_in_any_order(
        self, database: Database, people: People, now: datetime, deeds: list[int]
    ) -> None:
        with database.writing() as session:
            before = len(service.reports(session, creator_id=people.author))
            # False reports count for a year against who made them.
            began = now + before * timedelta(days=400)
            url = f"https://www.kuaishou.com/short-video/3xbbb1?n={before}"
            number = reported(session, people, at=began, copied=Copied(url=url))
        for place, deed in enumerate(deeds):
            at, by = began + place * timedelta(minutes=1), f"审核员{place}"
            try:
                with database.writing() as session:
                    attempt(session, people, number, deed=deed, by=by, at=at)
            except (OperatorError, Refusal):
                continue

        with database.reading() as session:
            report_id = int(number.rpartition("-")[2])
            row = queries.report(session, report_id=report_id)
            assert row is not None
            events = [Event(step.event) for step in queries.steps(session, report_id=report_id)]
            assert replay(events) == row.state
        assert audit(database) == []


def attempt(session: Session, people: People, number: str, *, deed: int, by: str, at: datetime) -> None:
    """Do with the case one of the things that anybody may try, as hypothesis drew it."""
    match deed:
        case 0:
            review.accept(session, number=number, by=by, now=at)
        case 1:
            review.ask(session, number=number, by=by, what="补材料", now=at)
        case 2:
            review.uphold(session, number=number, by=by, reason="一致", now=at)
        case 3 | 4:
            review.reject(session, number=number, by=by, reason="不像", malicious=deed == 4, now=at)
        case 5:
            review.restore(session, number=number, by=by, reason="误判", now=at)
        case 6:
            service.supply(session, creator_id=people.author, number=number, text="材料", now=at)
        case 7:
            service.withdraw(session, creator_id=people.author, number=number, now=at)
        case 8 | 9:
            side = people.impostor if deed == 8 else people.author
            evidence = Evidence.LICENCE
            appeals.submit(
                session, creator_id=side, number=number, reason="是我的", evidence=evidence, now=at
            )
        case _:
            review.note_verdict(session, number=number, verdict=SURE, now=at)


class TestStore:
    def test_refuses_a_second_measure_of_a_report(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            upheld(session, people, at=now)
        second = WorkMeasure(
            report_id=1, work_id=5, creator_id=people.impostor, measure="limit", starts_at=now
        )

        with pytest.raises(IntegrityError), database.writing() as session:
            session.add(second)


class TestQueue:
    def test_has_what_is_due_first_at_the_top_and_says_what_is_late(
        self, database: Database, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            late = reported(session, people, at=now - 10 * DAY)
            review.accept(session, number=late, by="林澜", now=now - 9 * DAY)
            fresh = reported(session, people, at=now, copied=Copied(work="3xaaa2"))
            waiting = reported(session, people, at=now - DAY, copied=Copied(work="3xaaa4"))
            review.ask(session, number=waiting, by="林澜", what="补材料", now=now)

            cases = desk.queue(session, on=now.date(), limit=9)

        assert [(case.number, case.overdue) for case in cases] == [(late, True), (fresh, False)]
        assert cases[0].due_on.isoformat() == "2022-08-12"


class TestNotices:
    def test_are_sent_once(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            upheld(session, people, at=now)
            [first, *_] = outbox.unsent(session)
            assert outbox.claim(session, notice=first.id, now=now)

            assert [creator for creator, _ in notices(session)] == [people.impostor]
