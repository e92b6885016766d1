"""The history of checks: the same draft is judged once by the same rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.tools.precheck.conftest import Author
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.kernel.task_requests import begin as begin_task
from tools.kernel.task_requests import finish as finish_task
from tools.kernel.task_requests import not_handed
from tools.precheck import service
from tools.precheck.drafts import Draft, DraftFile
from tools.precheck.service import CheckState
from tools.precheck.text.findings import Severity
from tools.precheck.text.rulebook import RuleBook
from tools.precheck.verdict import Finding, Part, Verdict

DRAFT = Draft(title="全网最低价，手慢无")
FILE = DraftFile(Path("clip.mp4"), "clip.mp4", "0" * 64)
CODE = Finding(
    rule="media.code",
    severity=Severity.WARN,
    part=Part.VIDEO,
    policy="private-diversion",
    clause="1.1",
    why="有二维码",
    advice="打码",
    at_s=3.0,
    picture="video-0.png",
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return service.rulebook_of(tmp_path_factory.mktemp("home"))


class TestBegin:
    def test_judges_words_at_once(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        with database.writing() as session:
            done = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=rules, now=now)

        assert (done.state, done.verdict, done.known) == (CheckState.DONE, Verdict.WARN, False)
        assert done.rules_version == rules.version
        assert [(one.part, one.said, one.span) for one in done.findings] == [
            (Part.TITLE, "全网最低价", (0, 5))
        ]

    def test_gives_the_stored_judgement_of_the_same_draft(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        with database.writing() as session:
            first = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=rules, now=now)

        with database.writing() as session:
            later = now + timedelta(days=3)
            again = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=rules, now=later)

        assert again == replace(first, known=True)
        assert again.judged_at == now

    def test_judges_anew_when_the_rules_changed(
        self, database: Database, author: Author, rules: RuleBook, now: datetime, tmp_path: Path
    ) -> None:
        own = tmp_path / "own.csv"
        own.write_text("word,severity\n手慢无,block\n", encoding="utf-8")
        stricter = service.rulebook_of(tmp_path / "none", lists=[own])

        with database.writing() as session:
            first = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=rules, now=now)
            second = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=stricter, now=now)

        assert (first.verdict, second.verdict) == (Verdict.WARN, Verdict.BLOCK)
        assert second.rules_version != first.rules_version
        assert not second.known

    def test_waits_for_the_files(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        with database.writing() as session:
            draft = replace(DRAFT, video=FILE)
            waiting = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now)
            service.request_look(session, check_id=waiting.id, now=now)
            service.request_look(session, check_id=waiting.id, now=now)
            requested = not_handed(session, limit=9)

        assert (waiting.state, waiting.verdict, len(waiting.findings)) == (CheckState.WAITING, None, 1)
        assert len(requested) == 1

    def test_keeps_words_that_no_database_takes(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        hostile = Draft(title="加V\x00领福利\ud800", text="\u202e全网最低价\u202c")

        with database.writing() as session:
            done = service.begin(session, creator_id=author.creator, draft=hostile, rules=rules, now=now)

        assert done.verdict is Verdict.BLOCK

    def test_keeps_creators_apart(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        with database.writing() as session:
            mine = service.begin(session, creator_id=author.creator, draft=DRAFT, rules=rules, now=now)
            nobodys = service.begin(session, creator_id=None, draft=DRAFT, rules=rules, now=now)

            assert [one.id for one in service.history(session, creator_id=author.creator)] == [mine.id]
        assert nobodys.id != mine.id


class TestFinish:
    def test_joins_words_and_files(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        with database.writing() as session:
            draft = Draft(title="今天教你做红烧肉", video=FILE)
            check = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now).id
            service.report_progress(session, check_id=check, share=0.5)
            halfway = service.find(session, check_id=check)
            done = service.finish(session, check_id=check, media=[CODE], problems=[], now=now)
            second = service.finish(session, check_id=check, media=[], problems=[], now=now)

        assert halfway is not None
        assert (halfway.state, halfway.progress) == (CheckState.RUNNING, 50)
        assert (done.verdict, done.findings, done.progress) == (Verdict.WARN, (CODE,), 100)
        assert second.findings == (CODE,)

    def test_never_passes_what_could_not_be_read_and_lets_it_be_tried_again(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        draft = Draft(video=FILE)
        with database.writing() as session:
            check = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now).id
            broken = service.finish(session, check_id=check, media=[], problems=["视频没法检测"], now=now)

            again = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now)

        assert (broken.verdict, broken.problems) == (Verdict.WARN, ("视频没法检测",))
        assert (again.id, again.state, again.attempt) == (check, CheckState.WAITING, 2)

    def test_is_begun_anew_when_the_workers_gave_up(
        self, database: Database, author: Author, rules: RuleBook, now: datetime
    ) -> None:
        draft = Draft(video=FILE)
        with database.writing() as session:
            check = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now).id
            service.request_look(session, check_id=check, now=now)
            (request, _), *_ = not_handed(session, limit=1)
            begin_task(session, request)
            finish_task(session, request, failed="it crashed", now=now)

            again = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now)
            service.request_look(session, check_id=check, now=now)

            assert (again.id, again.attempt) == (check, 2)
            assert len(not_handed(session, limit=9)) == 2


class TestRulebookOf:
    def test_reads_the_lists_of_the_home_and_reads_them_again_when_they_change(self, tmp_path: Path) -> None:
        folder = tmp_path / service.WORD_LISTS
        folder.mkdir()
        before = service.rulebook_of(tmp_path)
        (folder / "own.csv").write_text("word,severity\n手慢无,block\n", encoding="utf-8")

        after = service.rulebook_of(tmp_path)

        assert before.check("手慢无") == ()
        assert [one.matched for one in after.check("手慢无")] == ["手慢无"]

    def test_tells_a_list_that_is_wrong(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError):
            service.rulebook_of(tmp_path, lists=[tmp_path / "none.csv"])
