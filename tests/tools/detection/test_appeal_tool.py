import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.calls import a_creator
from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.reports.cases import Copied, appealed, audit, reported, upheld
from tools.creators import service as creators
from tools.creators.service import WorkUnknown
from tools.detection import service
from tools.detection.appeal_tool import TOOL, infringement_appeal
from tools.detection.reports import review
from tools.detection.reports.appeals import AlreadyAppealed, AppealTooLate, CaseUnknown
from tools.detection.reports.states import State
from tools.detection.status_tool import infringement_status
from tools.kernel import proposals
from tools.kernel.agent_tool import Call, Line, Proposal, Reply, Speaker
from tools.kernel.db import Database
from tools.kernel.errors import Refusal

DAY = timedelta(days=1)
TOOLS = {TOOL.name: TOOL}
MINE = "是我自己拍的，有原片"


def proposed(
    database: Database, call_of: CallOf, creator: int, *, turn: str = "turn-1", **changes: str
) -> str:
    """Propose an appeal as the toolbox does; return the proposal's id."""
    arguments = {"reason": MINE, "evidence": "original_file"} | changes
    with database.writing() as session:
        call = call_of(session, creator, turn=turn)
        answer = infringement_appeal(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model calls it
        assert isinstance(answer, Proposal)
        stored = proposals.propose(call, TOOL, answer)
        assert stored is not None
        return stored.id


def confirmed(database: Database, call_of: CallOf, creator: int, proposal: str) -> Reply:
    with database.writing() as session:
        return proposals.confirm(call_of(session, creator), proposal, tools=TOOLS)


def replied(answer: Reply | Proposal) -> Reply:
    assert isinstance(answer, Reply)
    return answer


def saying(call: Call, text: str) -> Call:
    return replace(call, transcript=(Line(Speaker.CREATOR, text),))


class TestInfringementAppeal:
    def test_tells_what_was_decided_and_asks_why_it_is_wrong(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now - DAY)

            reply = replied(infringement_appeal(call_of(session, people.impostor)))

        assert reply.text == (
            f"{number}：判定侵权。\n你的作品《爷爷留下的刨子》，8月14日判定，处理：下架。\n处理说明：画面一致。\n"
            "可以申诉，8月21日 12:00 前有效，只有 1 次机会。\n点下面最接近的，或者自己说：你觉得哪里判错了，手里有什么证据？"
        )
        assert reply.facts["missing"] == ["reason", "evidence"]
        assert [item.clause for item in reply.citations] == ["1.1", "2.1"]

    def test_takes_the_reason_from_the_creators_own_words(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            upheld(session, people, at=now)
            call = call_of(session, people.impostor)

            asked = replied(infringement_appeal(saying(call, "这是我自己拍的，凭什么")))
            answer = infringement_appeal(saying(call, "是我自己拍的，有工程文件"), evidence="project_file")

        assert asked.facts["missing"] == ["evidence"]
        assert isinstance(answer, Proposal)
        assert "理由：是我自己拍的，有工程文件\n证据：剪辑工程文件" in answer.summary

    def test_proposes_stores_and_tells_the_other_side_nothing_private(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
        proposal = proposed(database, call_of, people.impostor)

        replies = [confirmed(database, call_of, people.impostor, proposal) for _ in range(2)]

        assert replies[0].text.startswith(f"申诉已提交，案件 {number}。5 个工作日内出结果，最晚 8月22日")
        assert replies[0] == replies[1]
        assert audit(database) == []
        with database.reading() as session:
            seen = infringement_status(call_of(session, people.author), case_id=number)
            assert isinstance(seen, Reply)
            assert "对方提出了申诉，复核期间维持原处理" in seen.text
            assert MINE not in f"{seen.text}{seen.facts}"
            assert "original_file" not in f"{seen.text}{seen.facts}"

    def test_shows_the_accused_nothing_of_the_reporter(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
            answers = [
                replied(infringement_appeal(call_of(session, people.impostor), action="status")),
                replied(infringement_appeal(call_of(session, people.impostor), case_id=number)),
            ]

        said = "".join(f"{answer.text}{answer.facts}{answer.buttons}" for answer in answers)
        assert "yuanchuang" not in said
        assert "秘密的理由" not in said

    @pytest.mark.parametrize("granted", [True, False])
    def test_tells_how_the_appeal_ended(
        self,
        database: Database,
        call_of: CallOf,
        people: People,
        now: datetime,
        granted: bool,  # noqa: FBT001
    ) -> None:
        with database.writing() as session:
            number = appealed(session, people, at=now)
            deed = review.restore if granted else review.uphold
            deed(session, number=number, by="周舟", reason="授权书的复核意见。", now=now + DAY)

            reply = replied(infringement_appeal(call_of(session, people.impostor), action="status"))
            other = infringement_status(call_of(session, people.author), case_id=number)

        assert ("申诉成立。授权书的复核意见。" in reply.text) is granted
        assert ("申诉没有成立，维持原处理，结果为最终结果。" in reply.text) is not granted
        assert isinstance(other, Reply)
        assert "授权书的复核意见" not in other.text
        assert audit(database) == []

    def test_says_when_the_answer_is_late(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            appealed(session, people, at=now)

            due = replied(
                infringement_appeal(call_of(session, people.impostor, now=now + 7 * DAY), action="status")
            )
            late = replied(
                infringement_appeal(call_of(session, people.impostor, now=now + 8 * DAY), action="status")
            )

        assert "最晚 8月22日出结果" in due.text
        assert "已经超过承诺的时间" in late.text
        assert late.facts["overdue"] is True

    def test_is_open_for_seven_days(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
            for after in (7 * DAY, 7 * DAY + timedelta(seconds=1)):
                call = call_of(session, people.impostor, now=now + after)
                if after == 7 * DAY:
                    replied(infringement_appeal(call, case_id=number))
                else:
                    with pytest.raises(AppealTooLate, match="7 天内提出"):
                        infringement_appeal(call, case_id=number)

    def test_is_possible_once(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = appealed(session, people, at=now)
        with database.reading() as session, pytest.raises(AlreadyAppealed, match="只能申诉 1 次"):
            infringement_appeal(call_of(session, people.impostor), case_id=number)

    def test_is_open_to_a_reporter_who_was_turned_down(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = reported(session, people, at=now)
            review.reject(session, number=number, by="林澜", reason="不像", now=now)

        confirmed(database, call_of, people.author, proposed(database, call_of, people.author))

        with database.reading() as session:
            [report] = service.reports(session, creator_id=people.author)
            assert report.state is State.CONTESTED
        assert audit(database) == []

    def test_is_stored_once_when_confirmed_twice_at_the_same_moment(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            upheld(session, people, at=now)
        pressed = [
            proposed(database, call_of, people.impostor, turn=turn, reason=f"{MINE}{turn}")
            for turn in ("a", "b")
        ]
        barrier = threading.Barrier(2)
        said: list[str] = []

        def press(proposal: str) -> None:
            barrier.wait()
            try:
                said.append(confirmed(database, call_of, people.impostor, proposal).text[:5])
            except AlreadyAppealed as refused:
                said.append(type(refused).__name__)

        threads = [threading.Thread(target=press, args=(proposal,)) for proposal in pressed]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(said) == ["AlreadyAppealed", "申诉已提交"]
        assert audit(database) == []

    def test_says_what_it_needs_and_that_there_is_nothing(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        with database.reading() as session:
            needed = replied(infringement_appeal(call_of(session, people.author), action="evidence"))
            nothing = replied(infringement_appeal(call_of(session, people.author)))

        assert "MP4 或 MOV" in needed.text
        assert [item.clause for item in needed.citations] == ["2.1", "2.2", "2.3"]
        assert nothing.facts == {"count": 0, "cases": []}

    def test_asks_which_of_several(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            numbers = [upheld(session, people, at=now)]
            again = reported(session, people, at=now, copied=Copied(work="3xaaa2"))
            review.uphold(session, number=again, by="林澜", reason="一致", now=now)

            reply = replied(infringement_appeal(call_of(session, people.impostor)))

        assert reply.text.startswith("你要申诉哪一个？")
        assert {button.label for button in reply.buttons} == {*numbers, again}


class TestReporter:
    def test_who_asks_about_the_other_sides_appeal_sees_the_own_report(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = appealed(session, people, at=now)

            reply = replied(infringement_appeal(call_of(session, people.author), case_id=number))

        assert reply.text.startswith(f"{number}：举报成立，对方在申诉。")
        assert "私密的申诉理由" not in f"{reply.text}{reply.facts}"


class TestStrangers:
    def test_find_another_creators_case_unknown_in_every_field(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
            stranger = a_creator(session, "luren")
        people.conversations[stranger] = people.conversations[people.author]
        said: list[str] = []
        for typed in (number, "QQ20220815-0777"):
            for action in ("apply", "status"):
                with database.reading() as session, pytest.raises(CaseUnknown) as refused:
                    infringement_appeal(call_of(session, stranger), action=action, case_id=typed)
                said.append(str(refused.value).replace(typed, ""))

        assert len(set(said)) == 1
        for work_ref in ("id:3xbbb1", "id:3xzzz9"):
            with database.reading() as session, pytest.raises(WorkUnknown):
                infringement_appeal(call_of(session, people.author), work_ref=work_ref)

    def test_learn_nothing_of_a_report_that_nobody_upheld(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            waiting = reported(session, people, at=now)
            asked = reported(session, people, at=now, copied=Copied(work="3xaaa2"))
            review.ask(session, number=asked, by="林澜", what="补材料", now=now)
            rejected = reported(session, people, at=now, copied=Copied(work="3xaaa4"))
            review.reject(session, number=rejected, by="林澜", reason="不像", now=now)

            for number in (waiting, asked, rejected):
                with pytest.raises(CaseUnknown):
                    infringement_appeal(call_of(session, people.impostor), case_id=number)
            assert infringement_appeal(call_of(session, people.impostor)).facts["count"] == 0

    def test_cannot_confirm_an_appeal_of_somebody_else_by_payload(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        with database.writing() as session:
            number = upheld(session, people, at=now)
            assert TOOL.commit is not None
            for payload in (
                {"case_id": number, "reason": MINE, "evidence": "licence"},
                {"case_id": "QQ20220815-0777", "reason": MINE, "evidence": "licence"},
            ):
                with pytest.raises(CaseUnknown):
                    TOOL.commit(call_of(session, people.author), payload)
        assert audit(database) == []

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=25) | st.text("QＱq0-215 8", max_size=18))
    def test_never_see_what_is_not_theirs(
        self, database: Database, call_of: CallOf, people: People, now: datetime, typed: str
    ) -> None:
        with database.writing() as session:
            if not service.reports(session, creator_id=people.author):
                upheld(session, people, at=now)
            stranger = creators.find_account(session, handle="luren")
            stranger_id = stranger.id if stranger else a_creator(session, "luren")
            people.conversations[stranger_id] = people.conversations[people.author]
            try:
                answer = infringement_appeal(call_of(session, stranger_id), case_id=typed)
            except Refusal as refused:
                assert isinstance(refused, CaseUnknown)  # noqa: PT017 - any other refusal would tell something
                return
        assert answer.facts["count"] == 0
        assert not typed.strip()


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
