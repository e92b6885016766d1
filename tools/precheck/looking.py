"""The long part of a check: looking at its files, in processes of its own, with progress, outside any transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tools.creators import service as creators
from tools.detection.original_store import OriginalStore, open_originals
from tools.detection.videos.service import permitted_owners
from tools.kernel import uploads
from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Database, Json
from tools.kernel.media.limits import MediaError
from tools.kernel.media.pool import MediaPool
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.precheck import service, words
from tools.precheck.media.copies import Author
from tools.precheck.media.faults import unreadable
from tools.precheck.media.looking import LIMITS, Progress, look
from tools.precheck.service import CheckState, Judgement
from tools.precheck.text.rulebook import RuleBook
from tools.precheck.verdict import Finding, Part

_MOST_ATTACHED = 3
_PROGRESS_STEP = 0.1


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the files of a draft gave: findings, and a line for each that could not be read."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...]


def look_at_files(
    files: dict[Part, Path],
    *,
    rules: RuleBook,
    originals: OriginalStore,
    evidence: Path,
    author: Author,
    progress: Progress = lambda _: None,
) -> LookedAt:
    """Return what the files show; one that cannot be read leaves the others' findings."""
    findings: list[Finding] = []
    problems: list[str] = []
    with MediaPool(limits=LIMITS) as pool:
        for place, (part, path) in enumerate(files.items()):
            try:
                findings += look(
                    path,
                    part=part,
                    pool=pool,
                    check=rules.check,
                    evidence=evidence,
                    originals=originals,
                    author=author,
                    progress=_part_of(progress, place=place, count=len(files)),
                )
            except MediaError as error:
                problems.append(str(unreadable(error.fault, part)))
    return LookedAt(tuple(findings), tuple(problems))


def author_of(database: Database, *, handle: str, on: date) -> Author:
    """Return who wants to publish, with the accounts whose originals may be used that day."""
    if not handle:
        return Author()
    with database.reading() as session:
        return Author(handle, permitted_owners(session, handle=handle, on=on))


def look_requested(database: Database, now: datetime, body: Json) -> None:
    """Finish the check that a creator asked for and leave the result as a notice; again is the same."""
    check_id = int(body["check"])
    home = database.files
    assert home is not None, "a worker knows its folder of files"
    with database.writing() as session:
        judgement = service.find(session, check_id=check_id)
        if judgement is None or judgement.state is CheckState.DONE or judgement.creator_id is None:
            return
        creator_id = judgement.creator_id
        handle = creators.account(session, creator_id=creator_id).handle
        files = {
            part: upload.path
            for part, upload_id in judgement.uploads.items()
            if (upload := uploads.find(session, upload_id=upload_id, creator_id=creator_id)) is not None
        }
        service.report_progress(session, check_id=check_id, share=0.01)
    looked = look_at_files(
        files,
        rules=service.rulebook_of(home),
        originals=open_originals(database),
        evidence=service.evidence_folder(home, check_id),
        author=author_of(database, handle=handle, on=now.astimezone(PLATFORM_ZONE).date()),
        progress=_reporting(database, check_id),
    )
    with database.writing() as session:
        done = service.finish(
            session, check_id=check_id, media=looked.findings, problems=looked.problems, now=now
        )
        notices.leave(
            session,
            creator_id=creator_id,
            topic=Topic.CHECK,
            text=words.notice(done),
            dedupe_key=f"{service.LOOK_TASK}:{check_id}:{done.attempt}",
            now=now,
            facts=words.facts(done),
            attachments=_attachments(done, service.evidence_folder(home, check_id)),
            buttons=words.buttons(done),
        )


def _attachments(done: Judgement, folder: Path) -> list[Attachment]:
    names = dict.fromkeys(finding.picture for finding in done.findings if finding.picture)
    return [Attachment("image", str(folder / name)) for name in list(names)[:_MOST_ATTACHED]]


def _part_of(progress: Progress, *, place: int, count: int) -> Progress:
    return lambda share: progress((place + share) / count)


def _reporting(database: Database, check_id: int) -> Callable[[float], None]:
    """Return a progress that is written down at each tenth."""
    last = 0.0

    def report(share: float) -> None:
        nonlocal last
        if share - last < _PROGRESS_STEP:
            return
        last = share
        with database.writing() as session:
            service.report_progress(session, check_id=check_id, share=share)

    return report
