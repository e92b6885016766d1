"""The long part of a check on real files: read, judged, told to the creator; once, whatever happens beside it."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.drafts import save, scenery, shaken, tone, with_code, write_draft, written
from tests.tools.precheck.conftest import Author, Sending
from tools.detection.matching.detector import Detector
from tools.detection.matching.originals import Originals
from tools.kernel.db import Database
from tools.kernel.media.pool import MediaPool
from tools.kernel.uploads import Upload
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.precheck import service
from tools.precheck.drafts import Draft, DraftFile
from tools.precheck.jobs import TASKS
from tools.precheck.looking import look_at_files, look_requested
from tools.precheck.media.copies import Author as Publisher
from tools.precheck.media.copies import copy_findings
from tools.precheck.service import CheckState, Judgement
from tools.precheck.text.rulebook import RuleBook
from tools.precheck.verdict import Part, Verdict


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return service.rulebook_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return six seconds of a still camera: a watermark throughout, words from the second second, a code from the fourth."""
    shown = written(scenery(11), "抖音号：laotie8888", at=(0.02, 0.05), size=34)
    sold = written(shown, "今天全网最低价", at=(0.3, 0.8))
    frames = [*[shown] * 10, *[sold] * 10, *[with_code(sold, "https://u.wechat.com/abc")] * 10]
    return write_draft(tmp_path_factory.mktemp("clips") / "clip.mp4", frames, sound=tone(6))


def waiting(database: Database, author: Author, rules: RuleBook, now: datetime, upload: Upload) -> Judgement:
    file = DraftFile(upload.path, upload.name, upload.sha256, upload.id)
    draft = Draft(video=file) if upload.kind.value == "video" else Draft(cover=file)
    with database.writing() as session:
        check = service.begin(session, creator_id=author.creator, draft=draft, rules=rules, now=now)
        service.request_look(session, check_id=check.id, now=now)
        return check


class TestLookRequested:
    def test_tells_the_creator_what_the_video_shows(
        self, database: Database, author: Author, send: Sending, rules: RuleBook, now: datetime, clip: Path
    ) -> None:
        with database.writing() as session:
            upload = send(session, clip)
        check = waiting(database, author, rules, now, upload)

        look_requested(database, now, {"check": check.id})
        look_requested(database, now, {"check": check.id})

        with database.reading() as session:
            done = service.find(session, check_id=check.id)
            told = notices.newest(session, creator_id=author.creator)
        assert done is not None
        assert (done.state, done.verdict) == (CheckState.DONE, Verdict.BLOCK)
        seen = {one.rule: one for one in done.findings}
        assert seen["media.watermark_account"].said == "抖音号：laotie8888"
        assert seen["media.contact_code"].at_s == pytest.approx(4, abs=0.6)
        words = next(one for one in done.findings if one.said == "全网最低价")
        assert words.at_s == pytest.approx(2, abs=0.6)
        assert words.rewrite
        assert [notice.topic for notice in told] == [Topic.CHECK]
        assert told[0].text.startswith("“clip.mp4”的发布前诊断好了。预测结果：不建议发布。")
        pictures = [Path(item.path) for item in told[0].attachments]
        assert len(pictures) == 3
        assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)

    def test_tells_in_one_line_what_cannot_be_read(
        self,
        database: Database,
        author: Author,
        send: Sending,
        rules: RuleBook,
        now: datetime,
        tmp_path: Path,
    ) -> None:
        whole = save(tmp_path / "cover.png", scenery(12, width=300, height=300))
        whole.write_bytes(whole.read_bytes()[:900])
        with database.writing() as session:
            upload = send(session, whole)
        check = waiting(database, author, rules, now, upload)

        look_requested(database, now, {"check": check.id})

        with database.reading() as session:
            (notice,) = notices.newest(session, creator_id=author.creator)
        assert "封面没法检测：图片损坏或没有传完整，请重新导出成 JPG 再发。" in notice.text
        assert notice.facts["verdict"] == "warn"

    def test_is_what_the_workers_run(self) -> None:
        assert [task.name for task in TASKS] == [service.LOOK_TASK]


class TestLookAtFiles:
    def test_reads_a_cover_and_counts_its_progress(self, rules: RuleBook, tmp_path: Path) -> None:
        cover = save(tmp_path / "cover.jpg", written(scenery(14), "加微信领福利", at=(0.3, 0.4)))
        shares: list[float] = []

        looked = look_at_files(
            {Part.COVER: cover},
            rules=rules,
            originals=Originals(tmp_path / "originals"),
            evidence=tmp_path / "evidence",
            author=Publisher(),
            progress=shares.append,
        )

        assert [(one.part, one.policy, one.at_s) for one in looked.findings] == [
            (Part.COVER, "private-diversion", None)
        ]
        assert shares == sorted(shares)
        assert shares[-1] == 1


class TestCopyFindings:
    def test_tell_another_ones_original_and_ones_own(self, tmp_path: Path) -> None:
        original = write_draft(tmp_path / "mine.mp4", shaken(scenery(13, width=640, height=360), 40))
        evidence = tmp_path / "evidence"
        with MediaPool(size=1) as pool:
            list(Detector(Originals(tmp_path / "originals"), pool=pool).add([original], owner="yuanchuang"))

            def rules_of(author: Publisher) -> list[str]:
                found = copy_findings(
                    original,
                    originals=Originals(tmp_path / "originals"),
                    author=author,
                    pool=pool,
                    evidence=evidence,
                )
                return [one.rule for one in found]

            assert rules_of(Publisher("laotie")) == ["media.copy"]
            assert (evidence / "copy-0.png").read_bytes().startswith(b"\x89PNG")
            assert rules_of(Publisher("yuanchuang")) == ["media.own_again"]
            assert rules_of(Publisher("laotie", frozenset({"yuanchuang"}))) == []

    def test_are_none_where_nothing_is_protected(self, tmp_path: Path) -> None:
        with MediaPool(size=1) as pool:
            found = copy_findings(
                tmp_path / "any.mp4",
                originals=Originals(tmp_path),
                author=Publisher(),
                pool=pool,
                evidence=tmp_path,
            )

        assert found == ()
