"""New uploads against the originals: claims by the owner's choice, questions, permissions, hostile files."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.clips import write_sound
from tests.tools.detection.conftest import People, a_work
from tests.tools.detection.reports.cases import audit
from tools.detection import service as reports
from tools.detection.reports import desk, review
from tools.detection.reports.kinds import Choice
from tools.detection.videos import queries, scanning, service
from tools.detection.videos.checking import Checker, Chosen
from tools.kernel.db import Database, Json
from tools.notices import service as notices

DAY = timedelta(days=1)


def scan(database: Database, checker: Checker, files: dict[str, Path], *, now: datetime) -> int | None:
    with database.writing() as session:
        received = service.receive(session, files=files, now=now)
        found = service.scan_uploads(session, works=received.works, now=now)
    if found is not None:
        run(database, checker, found, now=now)
    return found


def run(database: Database, checker: Checker, scan_id: int, *, now: datetime) -> None:
    with database.reading() as session:
        shards = session.scalars(text("SELECT DISTINCT shard FROM detection_scan_item")).all()
    for shard in shards:
        scanning.check_shard(database, checker, scan=scan_id, shard=shard, now=now)


def outcomes(database: Database) -> list[tuple[str, str, str, str | None]]:
    with database.reading() as session:
        return [
            (row["work"], row["original"], row["outcome"], row["ground"])
            for row in queries.findings(session, limit=99)
        ]


def case(database: Database, number: str) -> Json:
    with database.reading() as session:
        return desk.case(session, number=number)


def told(database: Database) -> list[tuple[int, str, int]]:
    with database.reading() as session:
        return [
            (notice.creator_id, notice.text, len(notice.attachments)) for notice in notices.unsent(session)
        ]


class TestCheckShard:
    @pytest.mark.parametrize(
        ("choice", "measure"), [(None, "takedown"), (Choice.LIMIT, "limit"), (Choice.PAY, "pay")]
    )
    def test_claims_a_copy_with_the_owners_choice_and_shows_the_picture(
        self,
        database: Database,
        people: People,
        checker: Checker,
        clips: Path,
        now: datetime,
        choice: Choice | None,
        measure: str,
    ) -> None:
        if choice:
            with database.writing() as session:
                reports.choose(session, creator_id=people.author, choice=choice, now=now)

        scan(database, checker, {"3xbbb1": clips / "copy.mp4"}, now=now)

        assert outcomes(database) == [("3xbbb1", "3xaaa1", "claimed", None)]
        found = case(database, "QQ20220815-0001")
        assert (found["state"], found["measure"], found["in_force"]) == ("upheld", measure, True)
        assert Path(found["picture"]).read_bytes().startswith(b"\x89PNG")
        assert [step["by"] for step in found["steps"]] == ["machine"] * 3
        [(owner, _, pictures), (accused, words, none)] = told(database)
        assert (owner, pictures, accused, none) == (people.author, 1, people.impostor, 0)
        assert "不认可可以在 8月22日前申诉" in words
        assert audit(database) == []

    def test_leaves_what_was_decided_before_as_it_is(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        first = scan(database, checker, {"3xbbb1": clips / "copy.mp4"}, now=now)
        with database.writing() as session:
            review.restore(session, number="QQ20220815-0001", by="林澜", reason="有授权。", now=now + DAY)
            session.execute(text("DELETE FROM copy_finding"))
            again = service.scan_for_originals(session, originals=["3xaaa1"], now=now + DAY)

        assert first is not None
        assert again is not None
        run(database, checker, again, now=now + DAY)

        assert case(database, "QQ20220815-0001")["state"] == "restored"
        assert len(outcomes(database)) == 1

    @pytest.mark.parametrize("whole", [True, False])
    def test_lets_licensed_and_allow_listed_accounts_be(
        self, *, database: Database, people: People, checker: Checker, clips: Path, now: datetime, whole: bool
    ) -> None:
        with database.writing() as session:
            service.permit(
                session, owner=None if whole else "yuanchuang", licensee="fangmao",
                work=None if whole else "3xaaa1", starts_on=date(2022, 8, 1), ends_on=None,
                document="HT-1", now=now,
            )  # fmt: skip

        scan(database, checker, {"3xbbb1": clips / "copy.mp4"}, now=now)

        ground = "allow_listed" if whole else "licensed"
        assert outcomes(database) == [("3xbbb1", "3xaaa1", "permitted", ground)]
        assert told(database) == []

    def test_lets_the_author_repost(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        scan(
            database,
            checker,
            {"3xaaa4": clips / "copy.mp4", "3xaaa1": clips / "3xaaa1.mp4"},
            now=now,
        )

        assert outcomes(database) == [("3xaaa4", "3xaaa1", "permitted", "own")]

    def test_asks_a_reviewer_where_the_suspect_published_first(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            a_work(session, people.impostor, "3xbbb0", "更早的刨子", at=now - 30 * DAY)

        scan(database, checker, {"3xbbb0": clips / "copy.mp4"}, now=now)

        assert outcomes(database) == [("3xbbb0", "3xaaa1", "review", None)]
        assert case(database, "QQ20220815-0001")["state"] == "submitted"
        [(owner, words, pictures)] = told(database)
        assert (owner, pictures) == (people.author, 1)
        assert "已替你提交举报 QQ20220815-0001" in words
        assert audit(database) == []

    def test_tells_hostile_files_apart_and_goes_on(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime, tmp_path: Path
    ) -> None:
        bodies = {
            "empty": b"",
            "renamed": b"#!/bin/sh\nrm -rf /\n" * 400,
            "cut": (clips / "other.mp4").read_bytes()[:300],
        }
        files = {"sound": write_sound(tmp_path / "sound.mp4"), "gone": tmp_path / "gone.mp4"}
        for name, body in bodies.items():
            files[name] = tmp_path / f"{name}.mp4"
            files[name].write_bytes(body)
        with database.writing() as session:
            for name in files:
                a_work(session, people.impostor, name, name, at=now)
        files["3xbbb1"] = clips / "copy.mp4"

        scanned = scan(database, checker, files, now=now)

        assert scanned is not None
        with database.reading() as session:
            faults = dict(queries.faults(session, scan_id=scanned))
            [progress] = service.progress_of(session, scans=[scanned])
        assert set(faults) == {"empty", "renamed", "cut", "sound", "gone"}
        assert all(line and "\n" not in line for line in faults.values())
        assert (progress.total, progress.checked, progress.faults) == (6, 6, 5)
        assert outcomes(database) == [("3xbbb1", "3xaaa1", "claimed", None)]


class TestScanUploads:
    def test_has_every_work_once_however_often_it_is_received(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        first = scan(database, checker, {"3xbbb1": clips / "other.mp4"}, now=now)
        second = scan(database, checker, {"3xbbb1": clips / "other.mp4"}, now=now)

        assert first is not None
        assert second is None

    def test_has_a_work_again_whose_file_is_another(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        scan(database, checker, {"3xbbb1": clips / "other.mp4"}, now=now)
        scan(database, checker, {"3xbbb1": clips / "copy.mp4"}, now=now + DAY)

        assert outcomes(database) == [("3xbbb1", "3xaaa1", "claimed", None)]

    def test_names_files_that_are_no_works(self, database: Database, people: People, now: datetime) -> None:
        with database.writing() as session:
            received = service.receive(session, files={"3xbbb1": Path("a"), "nobody": Path("b")}, now=now)

        assert len(received.works) == 1
        assert received.unknown == ("nobody",)


class TestScanForOriginals:
    def test_finds_copies_among_recent_uploads_of_the_new_original_alone(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            a_work(session, people.impostor, "3xbbb2", "旧门", at=now)
            service.receive(
                session, files={"3xbbb1": clips / "copy.mp4", "3xbbb2": clips / "3xaaa2.mp4"}, now=now - DAY
            )
            scan_id = service.scan_for_originals(session, originals=["3xaaa2"], now=now)

        assert scan_id is not None
        run(database, checker, scan_id, now=now)

        assert outcomes(database) == [("3xbbb2", "3xaaa2", "claimed", None)]

    def test_compares_with_all_originals_only_what_shows_a_new_one(
        self, checker: Checker, clips: Path
    ) -> None:
        new = Chosen(7, ("3xaaa2",))

        among_all = checker.check(clips / "copy.mp4").matches
        others, own = (checker.check(clips / name, among=new) for name in ("copy.mp4", "3xaaa2.mp4"))

        assert [match.original for match in among_all] == ["3xaaa1"]
        assert others.matches == ()
        assert [match.original for match in own.matches] == ["3xaaa2"]
        assert checker.check(clips / "copy.mp4", among=Chosen(8, ("no such",))).matches == ()

    def test_leaves_old_uploads_to_reports(
        self, database: Database, people: People, clips: Path, now: datetime
    ) -> None:
        with database.writing() as session:
            service.receive(
                session,
                files={"3xbbb1": clips / "copy.mp4"},
                now=now - timedelta(days=service.RECENT_DAYS + 1),
            )

            assert service.scan_for_originals(session, originals=["3xaaa2"], now=now) is None


class TestFindingsRestOnReports:
    def test_names_the_rows_that_do_not(
        self, database: Database, people: People, checker: Checker, clips: Path, now: datetime
    ) -> None:
        scan(database, checker, {"3xbbb1": clips / "copy.mp4"}, now=now)
        with database.writing() as session:
            session.execute(text("UPDATE copy_finding SET original_work_id = NULL"))
        other = audit(database)
        with database.writing() as session:
            session.execute(text("UPDATE copy_finding SET report_id = NULL"))

        assert other == ["copy_finding 1: infringement_report 1 is about other works"]
        assert audit(database) == ["copy_finding 1: is claimed, but has no report"]
