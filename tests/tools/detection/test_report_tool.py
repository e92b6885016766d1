import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.reports.cases import COPY_URL, saying
from tools.creators.models import Creator
from tools.creators.service import WorkUnknown
from tools.detection import service
from tools.detection.invariants import INVARIANTS
from tools.detection.models import InfringementReport
from tools.detection.report_tool import TOOL, committing, infringement_report
from tools.detection.reports import review
from tools.detection.reports.verdicts import MachineVerdict, Result
from tools.detection.service import AlreadyReported, SuspectIsYou, WorkNotOriginal
from tools.detection.suspects import AuthorInvalid, UrlInvalid
from tools.kernel import proposals
from tools.kernel.agent_tool import Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.errors import Refusal

URL = "https://v.example.com/s/8821"
TOOLS = {TOOL.name: TOOL}


def proposed(
    database: Database,
    call_of: CallOf,
    creator: int,
    *,
    turn: str = "turn-1",
    **arguments: Any,  # noqa: ANN401 - as a model calls it, with any text
) -> str:
    """Propose a report as the toolbox does; return the proposal's id."""
    with database.writing() as session:
        call = call_of(session, creator, turn=turn)
        answer = infringement_report(call, **arguments)
        assert isinstance(answer, Proposal)
        stored = proposals.propose(call, TOOL, answer)
        assert stored is not None
        return stored.id


def confirmed(database: Database, call_of: CallOf, creator: int, proposal: str) -> Reply:
    with database.writing() as session:
        return proposals.confirm(call_of(session, creator), proposal, tools=TOOLS)


def stored(database: Database) -> list[InfringementReport]:
    with database.reading() as session:
        assert [line for item in INVARIANTS for line in item.violations(session)] == []
        return list(session.scalars(select(InfringementReport).order_by(InfringementReport.id)))


class TestInfringementReport:
    def test_proposes_with_the_work_the_suspect_and_what_follows(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        with database.reading() as session:
            answer = infringement_report(
                call_of(session, people.author), work_ref="title:旧门", url=URL, reason=" 一模 一样\n"
            )

        assert isinstance(answer, Proposal)
        assert answer.summary == (
            "提交侵权举报：\n你的作品：《三百块的旧门》（3xaaa2）\n举报对象：https://v.example.com/s/8821\n说明：一模 一样\n"
            "确认后提交：48 小时内初审，受理后 5 个工作日内出结果；成立的话，对方作品下架。"
        )
        assert answer.payload == {
            "kind": "copy",
            "work": "3xaaa2",
            "url": URL,
            "target_author": None,
            "reason": "一模 一样",
        }
        assert [(item.policy, item.clause) for item in answer.citations] == [
            ("infringement-report-rules", "2.1"),
            ("infringement-report-rules", "2.2"),
        ]
        assert stored(database) == []

    @pytest.mark.parametrize("work_ref", [None, "", "  "])
    def test_asks_which_work_and_offers_the_originals(
        self, database: Database, call_of: CallOf, people: People, work_ref: str | None
    ) -> None:
        with database.reading() as session:
            answer = infringement_report(call_of(session, people.author), work_ref=work_ref, url=URL)

        assert isinstance(answer, Reply)
        assert [button.label for button in answer.buttons] == [
            "《一块木头的一生》",
            "《三百块的旧门》",
            "《爷爷留下的刨子》",
        ]
        assert all(URL in button.send for button in answer.buttons)
        assert answer.facts["missing"] == ["work_ref"]

    def test_asks_who_copied(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.reading() as session:
            answer = infringement_report(call_of(session, people.author), work_ref="latest")

        assert isinstance(answer, Reply)
        assert answer.text.startswith("《一块木头的一生》是被谁搬运的？")
        assert answer.facts["missing"] == ["suspect"]
        assert answer.buttons

    def test_asks_for_both(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.reading() as session:
            answer = infringement_report(call_of(session, people.author))

        assert isinstance(answer, Reply)
        assert answer.facts["missing"] == ["work_ref", "suspect"]
        assert "对方的视频链接或账号" in answer.text

    @pytest.mark.parametrize(
        ("arguments", "refusal"),
        [
            ({"work_ref": "id:3xaaa3", "url": URL}, WorkNotOriginal),
            ({"work_ref": "latest", "url": "https://www.kuaishou.com/short-video/3xaaa1"}, SuspectIsYou),
            ({"work_ref": "latest", "url": "https://www.kuaishou.com/short-video/3XAAA4/?a=1"}, SuspectIsYou),
            ({"work_ref": "latest", "target_author": "@yuanchuang"}, SuspectIsYou),
            ({"work_ref": "latest", "url": "file:///etc/passwd"}, UrlInvalid),
            ({"work_ref": "latest", "target_author": "字" * 41}, AuthorInvalid),
            ({"work_ref": "ord:99", "url": URL}, WorkUnknown),
        ],
    )
    def test_refuses_what_cannot_be_reported(
        self,
        database: Database,
        call_of: CallOf,
        people: People,
        arguments: dict[str, Any],
        refusal: type[Refusal],
    ) -> None:
        with database.reading() as session, pytest.raises(refusal):
            infringement_report(call_of(session, people.author), **arguments)

    def test_shows_no_work_of_another_creator_whatever_is_asked(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        said: list[str] = []
        for work_ref in ("id:3xaaa1", "title:三百块的旧门", "id:3xzzz9"):
            with database.reading() as session, pytest.raises(WorkUnknown) as refused:
                infringement_report(call_of(session, people.impostor), work_ref=work_ref, url=URL)
            said.append(str(refused.value))

        assert said[0].replace("3xaaa1", "3xzzz9") == said[2]

    def test_means_the_other_account_of_the_same_name(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        with database.writing() as session:
            session.get_one(Creator, people.impostor).nickname = "yuanchuang"

        proposal = proposed(database, call_of, people.author, work_ref="latest", target_author="yuanchuang")
        confirmed(database, call_of, people.author, proposal)

        assert [row.suspect_creator_id for row in stored(database)] == [people.impostor]


class TestCommitReport:
    def test_stores_the_report_once_however_often_it_is_confirmed(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        proposal = proposed(database, call_of, people.author, work_ref="latest", url=URL)

        replies = [confirmed(database, call_of, people.author, proposal) for _ in range(3)]

        assert replies[0].text == (
            "举报已提交，编号 QQ20220815-0001。8月17日 12:00 前会有首次答复，受理后 5 个工作日内出结果。"
        )
        assert replies == [replies[0]] * 3
        [row] = stored(database)
        assert (row.state, row.work_public_id, row.suspect_url) == ("submitted", "3xaaa4", URL)

    def test_refuses_the_same_report_while_one_is_open(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        first = proposed(database, call_of, people.author, work_ref="latest", url=URL)
        second = proposed(
            database,
            call_of,
            people.author,
            turn="turn-2",
            work_ref="latest",
            url="HTTP://V.example.com/s/8821/",
        )
        confirmed(database, call_of, people.author, first)

        with pytest.raises(AlreadyReported, match="编号 QQ20220815-0001"):
            confirmed(database, call_of, people.author, second)
        with pytest.raises(AlreadyReported, match="编号 QQ20220815-0001"):
            proposed(database, call_of, people.author, turn="turn-3", work_ref="latest", url=URL)
        assert len(stored(database)) == 1

    def test_takes_another_suspect_another_work_and_a_decided_case_again(
        self, database: Database, call_of: CallOf, people: People, now: datetime
    ) -> None:
        for turn, arguments in enumerate(
            (
                {"work_ref": "latest", "url": URL},
                {"work_ref": "latest", "url": f"{URL}9"},
                {"work_ref": "latest", "target_author": "fangmao"},
                {"work_ref": "ord:-1", "url": URL},
            )
        ):
            proposal = proposed(database, call_of, people.author, turn=f"t{turn}", **arguments)
            confirmed(database, call_of, people.author, proposal)
        with database.writing() as session:
            number = session.get_one(InfringementReport, 1).number
            review.reject(session, number=number, by="林澜", reason="不是同一条", now=now + timedelta(days=1))

        again = proposed(database, call_of, people.author, turn="again", work_ref="latest", url=URL)
        confirmed(database, call_of, people.author, again)

        assert len(stored(database)) == 5

    @pytest.mark.parametrize("same", [True, False])
    def test_stores_it_once_when_confirmed_twice_at_the_same_moment(
        self,
        database: Database,
        call_of: CallOf,
        people: People,
        same: bool,  # noqa: FBT001 - one proposal or two
    ) -> None:
        first = proposed(database, call_of, people.author, work_ref="latest", url=URL)
        second = (
            first
            if same
            else proposed(database, call_of, people.author, turn="turn-2", work_ref="latest", url=URL)
        )
        barrier = threading.Barrier(2)
        said: list[str] = []

        def press(proposal: str) -> None:
            barrier.wait()
            try:
                said.append(confirmed(database, call_of, people.author, proposal).text)
            except AlreadyReported as refused:
                said.append(str(refused))

        threads = [threading.Thread(target=press, args=(proposal,)) for proposal in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(stored(database)) == 1
        assert len(said) == 2
        number = stored(database)[0].number
        assert all(number in text for text in said)

    def test_is_no_door_to_another_creators_report(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        proposal = proposed(database, call_of, people.author, work_ref="latest", url=URL)

        with pytest.raises(proposals.ProposalUnknown):
            confirmed(database, call_of, people.impostor, proposal)
        assert stored(database) == []

    def test_checks_again_what_changed_since_it_was_proposed(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        proposal = proposed(database, call_of, people.author, work_ref="latest", url=URL)
        with database.writing() as session:
            from tools.creators.models import Work  # noqa: PLC0415 - only here a work changes

            work = session.scalars(select(Work).where(Work.public_id == "3xaaa4")).one()
            work.original = False

        with pytest.raises(WorkNotOriginal):
            confirmed(database, call_of, people.author, proposal)
        assert stored(database) == []

    def test_keeps_a_reason_of_any_length_short(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        proposal = proposed(
            database, call_of, people.author, work_ref="latest", url=URL, reason="抄 " * 50_000
        )
        confirmed(database, call_of, people.author, proposal)

        assert len(stored(database)[0].reason) <= service.LONGEST_REASON


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 20


class TestKinds:
    def test_ask_for_what_each_needs(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.writing() as session:
            call = call_of(session, people.author)
            impostor = infringement_report(call, kind="impersonation")
            with pytest.raises(service.RealNameNeeded, match="冒充账号要先实名认证"):
                infringement_report(call, kind="impersonation", target_author="fangmao")
            with pytest.raises(service.LinkNeeded, match="盗用声音要有对方作品的链接"):
                infringement_report(call, kind="audio", work_ref="latest", target_author="fangmao")
            session.get_one(Creator, people.author).real_name_verified = True
            named = infringement_report(call, kind="impersonation", target_author="fangmao")
            outside = infringement_report(call, work_ref="latest", url="https://v.douyin.com/abc/")

        assert isinstance(impostor, Reply)
        assert impostor.facts["missing"] == ["suspect"]
        assert isinstance(named, Proposal)
        assert named.payload["work"] is None
        assert "成立的话，对方要改名、换头像。" in named.summary
        assert isinstance(outside, Proposal)
        assert outside.payload["kind"] == "off_platform"
        assert ("infringement-kinds-rules", "1.5") in [
            (item.policy, item.clause) for item in outside.citations
        ]

    def test_store_an_impersonation_once(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.writing() as session:
            session.get_one(Creator, people.author).real_name_verified = True
        proposal = proposed(database, call_of, people.author, kind="impersonation", target_author="fangmao")
        confirmed(database, call_of, people.author, proposal)

        with database.reading() as session, pytest.raises(AlreadyReported):
            infringement_report(
                call_of(session, people.author), kind="impersonation", target_author="@fangmao"
            )
        [row] = stored(database)
        assert (row.kind, row.work_id, row.suspect_creator_id) == ("impersonation", None, people.impostor)

    def test_say_what_evidence_is_needed(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.reading() as session:
            answer = infringement_report(call_of(session, people.author), action="evidence")

        assert isinstance(answer, Reply)
        assert "不用另交证据" in answer.text
        assert [item.clause for item in answer.citations] == ["1.3", "1.1"]


class TestPolicy:
    def test_is_told_proposed_and_kept(self, database: Database, call_of: CallOf, people: People) -> None:
        with database.reading() as session:
            before = infringement_report(call_of(session, people.author), action="policy")
        proposal = proposed(database, call_of, people.author, action="policy", measure="pay")
        confirmed(database, call_of, people.author, proposal)

        with database.reading() as session:
            after = infringement_report(call_of(session, people.author), action="policy")
            filing = infringement_report(call_of(session, people.author), work_ref="latest", url=URL)
        assert isinstance(before, Reply)
        assert before.facts["choice"] == "block"
        assert isinstance(after, Reply)
        assert after.facts["choice"] == "pay"
        assert isinstance(filing, Proposal)
        assert "成立的话，按你选的处理：保留展示，收益归你。" in filing.summary


class TestEvidencePicture:
    def test_comes_back_with_the_report_that_a_machine_upheld(
        self, database: Database, call_of: CallOf, people: People
    ) -> None:
        sure = MachineVerdict(Result.COPY, 0.99, picture="evidence/1.png")
        with database.writing() as session:
            call = call_of(session, people.author)
            answer = infringement_report(call, work_ref="title:刨子", url=COPY_URL)
            assert isinstance(answer, Proposal)

            reply = committing(saying(sure))(call, answer.payload)

        assert reply.text == (
            "举报已提交，编号 QQ20220815-0001。机器比对：两条画面是同一条。举报成立，处理方式：下架。"
        )
        assert [item.path for item in reply.attachments] == ["evidence/1.png"]
        assert reply.facts["verdict"] == "copy"
        assert stored(database)[0].state == "upheld"
