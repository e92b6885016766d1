"""Reports with evidence: what the machine says, the picture that the reporter gets, and what a sent video shows."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.tools.detection.conftest import CallOf, People
from tests.tools.detection.reports.cases import COPY_URL, Copied, audit, reported
from tests.tools.detection.videos.cases import sent
from tools.detection import report_tool
from tools.detection.models import InfringementReport
from tools.detection.report_tool import infringement_report
from tools.detection.reports import review
from tools.detection.videos import examining, service
from tools.detection.videos.checking import Checker
from tools.kernel import proposals, task_requests
from tools.kernel.agent_tool import Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.task_requests import TaskState
from tools.notices import service as notices
from tools.notices.service import LeftNotice

TOOLS = {report_tool.TOOL.name: report_tool.TOOL}


def told(database: Database, creator: int) -> list[LeftNotice]:
    with database.reading() as session:
        return [notice for notice in notices.unsent(session) if notice.creator_id == creator]


def state(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(InfringementReport.state)).one()


def report_of_the_copy(database: Database, people: People, path: Path | None, *, now: datetime) -> None:
    with database.writing() as session:
        if path is not None:
            service.receive(session, files={"3xbbb1": path}, now=now)
        reported(session, people, at=now)


class TestExamine:
    def test_upholds_a_copy_and_sends_the_picture(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        report_of_the_copy(database, people, clips / "copy.mp4", now=now)
        with database.reading() as session:
            asked = task_requests.state_of(session, key="detection.examine_report:1")

        for _ in range(2):
            examining.examine(database, checker, report_id=1, upload=None, now=now)

        assert asked is TaskState.WAITING
        assert state(database) == "upheld"
        [notice] = told(database, people.author)
        assert notice.text == "举报 QQ20220815-0001：举报成立，处理方式：下架。"
        assert Path(notice.attachments[0].path).read_bytes().startswith(b"\x89PNG")
        assert audit(database) == []

    def test_leaves_another_film_to_the_reviewer_and_says_so(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        report_of_the_copy(database, people, clips / "other.mp4", now=now)

        for _ in range(2):
            examining.examine(database, checker, report_id=1, upload=None, now=now)

        assert state(database) == "submitted"
        [notice] = told(database, people.author)
        assert notice.text == "举报 QQ20220815-0001 的比对结果：没有找到相同的画面，交给审核员看。"
        assert audit(database) == []

    def test_leaves_a_licensed_account_to_the_reviewer(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            service.permit(
                session, owner="yuanchuang", licensee="fangmao", starts_on=date(2022, 8, 1), ends_on=None,
                document="HT-1", now=now,
            )  # fmt: skip
        report_of_the_copy(database, people, clips / "copy.mp4", now=now)

        examining.examine(database, checker, report_id=1, upload=None, now=now)

        assert state(database) == "submitted"
        [notice] = told(database, people.author)
        assert notice.text.endswith("对方登记过这条作品的授权，由审核员判定。")
        assert len(notice.attachments) == 1

    def test_leaves_a_report_that_is_decided_meanwhile(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        report_of_the_copy(database, people, clips / "copy.mp4", now=now)
        with database.writing() as session:
            review.reject(session, number="QQ20220815-0001", by="林澜", reason="不是一条。", now=now)

        examining.examine(database, checker, report_id=1, upload=None, now=now)

        assert state(database) == "rejected"

    def test_does_nothing_where_no_file_is_known(
        self, database: Database, people: People, checker: Checker, now: datetime
    ) -> None:
        report_of_the_copy(database, people, None, now=now)

        examining.examine(database, checker, report_id=1, upload=None, now=now)

        assert state(database) == "submitted"
        assert told(database, people.author) == []

    def test_takes_a_sent_video_for_a_hint_and_never_for_a_proof(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.author, now=now)
            reported(session, people, at=now)

        examining.examine(database, checker, report_id=1, upload=upload.id, now=now)

        assert state(database) == "submitted"
        [notice] = told(database, people.author)
        assert "画面是同一条" in notice.text
        assert "左右翻转过" in notice.text
        assert "审核员会再核对对方的作品" in notice.text
        assert len(notice.attachments) == 1

    def test_tells_who_sent_a_video_that_its_original_is_not_registered(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.author, now=now)
            reported(session, people, at=now, copied=Copied(work="3xaaa4"))

        examining.examine(database, checker, report_id=1, upload=upload.id, now=now)

        [notice] = told(database, people.author)
        assert "还没有登记原视频" in notice.text


class TestCheckUpload:
    def test_shows_the_own_original_beside_the_sent_video(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.author, now=now)

        for _ in range(2):
            examining.check_upload(database, checker, creator_id=people.author, upload=upload.id, now=now)

        [notice] = told(database, people.author)
        assert "《爷爷留下的刨子》：画面是同一条" in notice.text
        assert len(notice.attachments) == 1
        assert notice.buttons[0].send == "我要举报有人搬运我的《爷爷留下的刨子》"

    def test_tells_nobody_of_other_peoples_originals(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.impostor, now=now)

        examining.check_upload(database, checker, creator_id=people.impostor, upload=upload.id, now=now)

        [notice] = told(database, people.impostor)
        assert "还没有登记过原创视频" in notice.text
        assert "刨子" not in notice.text
        assert notice.attachments == ()

    def test_says_why_a_file_cannot_be_compared(
        self, database: Database, people: People, checker: Checker, now: datetime, tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.mp4"
        broken.write_bytes(b"no film at all")
        with database.writing() as session:
            upload = sent(session, people, broken, creator=people.author, now=now)

        examining.check_upload(database, checker, creator_id=people.author, upload=upload.id, now=now)

        [notice] = told(database, people.author)
        assert notice.text.startswith("你发来的视频没法比对：不是能识别的视频格式。")

    def test_looks_at_no_file_of_another_creator(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.impostor, now=now)

        examining.check_upload(database, checker, creator_id=people.author, upload=upload.id, now=now)

        assert told(database, people.author) == []


class TestInfringementReport:
    def test_compares_a_sent_video_at_once_and_asks_for_the_link(
        self, database: Database, people: People, call_of: CallOf, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.author, now=now)
            call = replace(call_of(session, people.author), uploads=(upload,))

            first = infringement_report(call)
            second = infringement_report(call)

            asked = task_requests.state_of(session, key=f"detection.check_upload:{upload.id}")
        assert isinstance(first, Reply)
        assert first.text.startswith("视频收到了，正在和你登记的原创比对")
        assert isinstance(second, Reply)
        assert second.text.startswith("是你的哪条作品被搬运了")
        assert asked is TaskState.WAITING

    def test_takes_the_sent_video_into_the_report_as_evidence(
        self, database: Database, people: People, call_of: CallOf, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            upload = sent(session, people, clips / "copy.mp4", creator=people.author, now=now)
            call = replace(call_of(session, people.author), uploads=(upload,))
            answer = infringement_report(call, work_ref="id:3xaaa1", url="https://v.example.com/s/1")
            assert isinstance(answer, Proposal)
            stored = proposals.propose(call, report_tool.TOOL, answer)
            assert stored is not None

            done = proposals.confirm(call_of(session, people.author), stored.id, tools=TOOLS)

            asked = task_requests.state_of(session, key="detection.examine_report:1")
        assert "证据：你刚发来的视频" in answer.summary
        assert "结果和对比图稍后发给你" in done.text
        assert asked is TaskState.WAITING

    @pytest.mark.parametrize("forged", ["7", 99, None])
    def test_ignores_evidence_that_is_not_the_creators(
        self, database: Database, people: People, call_of: CallOf, now: datetime, forged: object
    ) -> None:
        payload = {"kind": "copy", "work": "3xaaa1", "url": COPY_URL, "upload": forged}
        with database.writing() as session:
            assert report_tool.TOOL.commit is not None

            done = report_tool.TOOL.commit(call_of(session, people.author), payload)

        assert "对比图" not in done.text


class TestPermit:
    def test_ends_before_the_day_asked(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            number = service.permit(
                session, owner="yuanchuang", licensee="fangmao", starts_on=date(2022, 8, 1), ends_on=None,
                document="HT-1", now=now,
            )  # fmt: skip
            before = service.permitted_owners(session, handle="fangmao", on=now.date())
            service.end_permission(session, number=number, on=now.date())
            after = service.permitted_owners(session, handle="fangmao", on=now.date())

        assert before == {"yuanchuang"}
        assert after == frozenset()
