"""The comparisons that a report or a creator asks for: each ends in a verdict, a picture, and a notice."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.detection.reports import queries as case_queries
from tools.detection.reports import review
from tools.detection.reports.states import OPEN
from tools.detection.reports.verdicts import MachineVerdict, Result
from tools.detection.videos import queries, service
from tools.detection.videos.checking import Checker, Matched
from tools.kernel import uploads
from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Database
from tools.kernel.media.limits import Fault
from tools.kernel.task_requests import request_task
from tools.notices import service as notices
from tools.notices.topics import Topic

EXAMINE_TASK = "detection.examine_report"
UPLOAD_TASK = "detection.check_upload"
_KEY = "detection.evidence"
_SHOWN = 3
_FAULTS = {
    Fault.EMPTY: "文件是空的",
    Fault.TOO_LARGE: "文件太大",
    Fault.NOT_A_VIDEO: "不是能识别的视频格式",
    Fault.NO_PICTURE: "里面只有声音，没有画面",
    Fault.TOO_LONG: "视频太长",
    Fault.TOO_MANY_PIXELS: "分辨率太高",
    Fault.TOO_MANY_FRAMES: "帧数太多",
    Fault.DAMAGED: "文件损坏，解不出画面",
}


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a report has the machine look at."""

    number: str
    reporter: int
    original: str
    path: Path
    sent: bool
    permitted: str | None


def request_examination(session: Session, *, report_id: int, upload: int | None, now: datetime) -> None:
    """Have the workers compare what was reported with the original, or the file that the reporter sent."""
    request_task(
        session,
        name=EXAMINE_TASK,
        key=f"{EXAMINE_TASK}:{report_id}",
        body={"report": report_id, "upload": upload},
        now=now,
    )


def request_check(session: Session, *, creator_id: int, upload: int, now: datetime) -> None:
    """Have the workers compare a file that the creator sent with the creator's own originals."""
    uploads.keep(session, upload_id=upload, creator_id=creator_id, now=now)
    request_task(
        session,
        name=UPLOAD_TASK,
        key=f"{UPLOAD_TASK}:{upload}",
        body={"creator": creator_id, "upload": upload},
        now=now,
    )


def examine(
    database: Database, checker: Checker, *, report_id: int, upload: int | None, now: datetime
) -> None:
    """Note what the machine says to the report and show the reporter; nothing happens without a file or an original."""
    with database.reading() as session:
        subject = _subject(session, report_id=report_id, upload=upload)
    if subject is None:
        return
    checked = checker.check(subject.path)
    match = next((one for one in checked.matches if one.original == subject.original), None)
    if checked.fault is not None or (match is None and not checker.protects(subject.original)):
        # Only who sent a file waits for words about it; without them a reviewer compares.
        if subject.sent:
            with database.writing() as session:
                _tell_unreadable(session, subject.reporter, checked.fault, key=f"report:{report_id}", now=now)
        return
    verdict = match.draw() if match else MachineVerdict(Result.CLEAR, 0.0)
    verdict = replace(verdict, sent=subject.sent, permitted=subject.permitted)
    with database.writing() as session:
        review.note_verdict(session, number=subject.number, verdict=verdict, now=now)
        row = case_queries.report(session, report_id=report_id)
        # Whoever won has the picture with the notice of the decision.
        if row is not None and row.state in OPEN:
            _tell_verdict(session, subject, verdict, now=now)


def check_upload(
    database: Database, checker: Checker, *, creator_id: int, upload: int, now: datetime
) -> None:
    """Tell the creator which own originals the sent file shows, with the picture; others' are nobody's business here."""
    with database.reading() as session:
        sent = uploads.find(session, upload_id=upload, creator_id=creator_id)
        handle = creators.account(session, creator_id=creator_id).handle
    if sent is None:
        return
    checked = checker.check(sent.path)
    if checked.fault is not None:
        with database.writing() as session:
            _tell_unreadable(session, creator_id, checked.fault, key=f"upload:{upload}", now=now)
        return
    protected = checker.protected_of(handle)
    own = [match for match in checked.matches if match.owner == handle][:_SHOWN]
    drawn = [replace(match, verdict=match.draw()) for match in own]
    with database.writing() as session:
        _tell_matches(session, creator_id, upload, drawn, protected=protected, now=now)


def _subject(session: Session, *, report_id: int, upload: int | None) -> _Subject | None:
    """Return the reported work's own file where it is known, else what the reporter sent."""
    row = case_queries.report(session, report_id=report_id)
    if row is None or row.state not in OPEN or row.work_id is None:
        return None
    permitted = None
    path = None
    if row.suspect_work_id is not None:
        works = queries.works_by_id(session, [row.work_id, row.suspect_work_id])
        path = queries.video_path(session, work_id=row.suspect_work_id)
        suspect, original = works[row.suspect_work_id], works[row.work_id]
        ground = service.ground_of(session, suspect=suspect, original=original.side)
        permitted = ground.words if ground else None
        if permitted is None and suspect.published_at <= original.published_at:
            permitted = service.PUBLISHED_FIRST
    sent = path is None
    if path is None and upload is not None:
        found = uploads.find(session, upload_id=upload, creator_id=row.creator_id)
        path = found.path if found else None
    if path is None:
        return None
    return _Subject(row.number, row.creator_id, row.work_public_id, path, sent, permitted)


def _tell_verdict(session: Session, subject: _Subject, verdict: MachineVerdict, *, now: datetime) -> None:
    words = [f"举报 {subject.number} 的比对结果：{_compared(verdict)}。"]
    if verdict.permitted:
        words.append(f"{verdict.permitted}，由审核员判定。")
    elif verdict.sent and verdict.result is Result.COPY:
        words.append("比对的是你发来的视频，审核员会再核对对方的作品。")
    notices.leave(
        session,
        creator_id=subject.reporter,
        topic=Topic.REPORT,
        text="".join(words),
        dedupe_key=f"{_KEY}:report:{subject.number}",
        now=now,
        facts={"case_id": subject.number, **_facts(verdict)},
        attachments=_attached(verdict),
        buttons=(Button("查看进度", f"举报 {subject.number} 处理到哪了"),),
    )


def _tell_matches(
    session: Session, creator_id: int, upload: int, matches: list[Matched], *, protected: int, now: datetime
) -> None:
    if not protected:
        text = (
            "你还没有登记过原创视频，发来的视频没法自动比对。把对方的视频链接发给我提交举报，由审核员核对。"
        )
    elif not matches:
        text = (
            f"你发来的视频比对完了：和你登记的 {protected} 条原创没有相同的画面。"
            "要是确实被搬运了，把对方的视频链接发给我，交给审核员看。"
        )
    else:
        titles = _titles(session, creator_id, matches)
        lines = [f"《{titles[match.original]}》：{_compared(match.verdict)}" for match in matches]
        text = "你发来的视频比对完了：\n" + "\n".join(lines) + "\n把对方的视频链接发给我，就能提交举报。"
    notices.leave(
        session,
        creator_id=creator_id,
        topic=Topic.REPORT,
        text=text,
        dedupe_key=f"{_KEY}:upload:{upload}",
        now=now,
        facts={
            "protected": protected,
            "matches": [{"original": match.original, **_facts(match.verdict)} for match in matches],
        },
        attachments=tuple(item for match in matches for item in _attached(match.verdict)),
        buttons=tuple(
            Button(f"举报搬运《{title[:8]}》", f"我要举报有人搬运我的《{title}》")
            for title in (_titles(session, creator_id, matches).values() if matches else ())
        ),
    )


def _tell_unreadable(
    session: Session, creator_id: int, fault: Fault | None, *, key: str, now: datetime
) -> None:
    """Say why a sent video was not compared; without a fault, because the original's own file is not registered."""
    if fault is None:
        text = "你的这条原作还没有登记原视频，没法自动比对，由审核员人工核对。"
    else:
        reason = _FAULTS.get(fault, "处理时间太长或无法解码")
        text = f"你发来的视频没法比对：{reason}。换成 MP4 再发一次，或者直接发对方的视频链接。"
    notices.leave(
        session,
        creator_id=creator_id,
        topic=Topic.REPORT,
        text=text,
        dedupe_key=f"{_KEY}:{key}",
        now=now,
        facts={"fault": fault.name.lower() if fault else "not_protected"},
    )


def _titles(session: Session, creator_id: int, matches: list[Matched]) -> dict[str, str]:
    """Return what the creator calls the originals: works by their title, others by the name of their file."""
    names = [match.original for match in matches]
    works = queries.works_by_public_id(session, names)
    own = {name: work.title for name, work in works.items() if work.creator == creator_id}
    return {name: own.get(name, name) for name in names}


def _compared(verdict: MachineVerdict) -> str:
    match verdict.result:
        case Result.COPY:
            said = "画面是同一条"
        case Result.REVIEW:
            said = "有相似片段"
        case Result.CLEAR:
            return "没有找到相同的画面，交给审核员看"
    if verdict.segments:
        [segment, *_] = verdict.segments
        said += (
            f"（视频第 {segment.suspect_s[0]:.0f}–{segment.suspect_s[1]:.0f} 秒，"
            f"是原作第 {segment.original_s[0]:.0f}–{segment.original_s[1]:.0f} 秒）"
        )
    if verdict.mirrored:
        said += "，左右翻转过"
    return said


def _facts(verdict: MachineVerdict) -> dict[str, object]:
    return {
        "verdict": verdict.result.value,
        "segments": [[*segment.suspect_s, *segment.original_s] for segment in verdict.segments],
        "mirrored": verdict.mirrored,
    }


def _attached(verdict: MachineVerdict) -> tuple[Attachment, ...]:
    return (Attachment("image", verdict.picture),) if verdict.picture else ()
