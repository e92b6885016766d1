"""Judging drafts before they are published: the words at once, the files by a worker, the same draft the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.kernel import uploads
from tools.kernel.db import Json, files_of
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.task_requests import TaskState, request_task, state_of
from tools.precheck import queries
from tools.precheck.drafts import Draft, storable
from tools.precheck.media.media_rules import MEDIA_VERSION
from tools.precheck.models import PrePublishCheck
from tools.precheck.verdict import FINDINGS, Finding, Part, Verdict, of_text, ordered, verdict_of

if TYPE_CHECKING:
    from tools.precheck.text.rulebook import RuleBook

LOOK_TASK = "precheck.look"
# An operator's own word lists lie here, below GUANGHE_HOME.
WORD_LISTS = "word-lists"
EVIDENCE = "precheck"
_NUMBER = "ZD"
_MOST_SHOWN = 10


class CheckState(StrEnum):
    """Where a check stands; only what is done has a verdict."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A draft's check as its creator sees it; `known` when the same draft was judged before under the same rules."""

    id: int
    number: str
    creator_id: int | None
    attempt: int
    draft: Json
    state: CheckState
    progress: int
    verdict: Verdict | None
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    rules_version: str
    asked_at: datetime
    judged_at: datetime | None
    known: bool

    @property
    def uploads(self) -> dict[Part, int]:
        """The uploads that it is about."""
        files = ((part, self.draft[part.value]) for part in (Part.COVER, Part.VIDEO))
        return {part: file["upload_id"] for part, file in files if file and file["upload_id"] is not None}


def rulebook_of(files: Path, *, lists: Sequence[Path] = ()) -> "RuleBook":
    """Return the packaged rules with the operator's lists of this home and those named; OperatorError tells bad ones."""
    folder = files / WORD_LISTS
    own = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    paths = (*own, *lists)
    return _rulebook(tuple((path, path.stat().st_mtime_ns if path.is_file() else 0) for path in paths))


def judge_words(draft: Draft, *, rules: "RuleBook") -> tuple[Finding, ...]:
    """Return what the text rules find in the title and the text."""
    return ordered(
        of_text(found, part=part)
        for part, words in ((Part.TITLE, draft.title), (Part.TEXT, draft.text))
        for found in rules.check(words)
    )


def begin(
    session: Session, *, creator_id: int | None, draft: Draft, rules: "RuleBook", now: datetime
) -> Judgement:
    """Return the draft's judgement: the stored one where the rules have not changed since, otherwise a new one.

    A draft of words is judged here; one with files is `waiting` for `request_look` or an operator's own look.
    """
    assert not draft.is_empty
    version = f"{rules.version}+{MEDIA_VERSION}" if draft.has_files else rules.version
    key = draft.key(creator_id=creator_id, rules_version=version)
    if stored := queries.by_key(session, key):
        return _judgement(_again(session, stored, draft), known=True)
    words = judge_words(draft, rules=rules)
    done = not draft.has_files
    row = PrePublishCheck(
        key=key,
        creator_id=creator_id,
        draft=draft.body(),
        rules_version=version,
        state=(CheckState.DONE if done else CheckState.WAITING).value,
        progress=100 if done else 0,
        verdict=verdict_of(words).value if done else None,
        texts=_stored(words),
        media=[],
        problems=[],
        asked_at=now,
        judged_at=now if done else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # The same draft was asked for beside this one.
        stored = queries.by_key(session, key)
        assert stored is not None
        return _judgement(stored, known=True)
    return _judgement(row, known=False)


def request_look(session: Session, *, check_id: int, now: datetime) -> None:
    """Ask the workers to look at the check's files, which are kept until then; asking again changes nothing."""
    row = queries.by_id(session, check_id)
    assert row is not None
    assert row.creator_id is not None, "only creators send files"
    if row.state == CheckState.DONE:
        return
    for upload_id in _judgement(row, known=True).uploads.values():
        uploads.keep(session, upload_id=upload_id, creator_id=row.creator_id, now=now)
    request_task(session, name=LOOK_TASK, key=_task_key(row), body={"check": row.id}, now=now)


def find(session: Session, *, check_id: int) -> Judgement | None:
    """Return a check by its id, for whoever works on it."""
    row = queries.by_id(session, check_id)
    return _judgement(row, known=True) if row else None


def report_progress(session: Session, *, check_id: int, share: float) -> None:
    """Note how far the look is; what is done stays done."""
    row = queries.by_id(session, check_id)
    if row is not None and row.state != CheckState.DONE:
        row.state = CheckState.RUNNING.value
        row.progress = max(row.progress, min(99, int(share * 100)))
        session.flush()


def finish(
    session: Session, *, check_id: int, media: Sequence[Finding], problems: Sequence[str], now: datetime
) -> Judgement:
    """Store what the files gave and the verdict of all; finishing again returns the first one.

    A file that could not be read is no breach of a rule, but nobody should rely on a `pass` then.
    """
    row = queries.by_id(session, check_id)
    assert row is not None
    if row.state == CheckState.DONE:
        return _judgement(row, known=True)
    verdict = verdict_of((*FINDINGS.validate_python(row.texts), *media))
    if problems and verdict is Verdict.PASS:
        verdict = Verdict.WARN
    row.media = _stored(ordered(media))
    row.problems = list(problems)
    row.state, row.progress = CheckState.DONE.value, 100
    row.verdict, row.judged_at = verdict.value, now
    session.flush()
    return _judgement(row, known=False)


def history(session: Session, *, creator_id: int) -> list[Judgement]:
    """Return the creator's newest checks, newest first."""
    rows = queries.newest(session, creator_id=creator_id, limit=_MOST_SHOWN)
    return [_judgement(row, known=True) for row in rows]


def evidence_folder(files: Path, judgement_id: int) -> Path:
    """Return where the pictures of a check lie."""
    return files / EVIDENCE / f"{judgement_id:08d}"


def picture_of(session: Session, judgement: Judgement, finding: Finding) -> Path | None:
    """Return the finding's picture, None where it has none or it was deleted."""
    if not finding.picture:
        return None
    path = evidence_folder(files_of(session), judgement.id) / finding.picture
    return path if path.is_file() else None


def _again(session: Session, row: PrePublishCheck, draft: Draft) -> PrePublishCheck:
    """Return the check, begun anew when its file could not be read or its workers gave up."""
    given_up = row.state != CheckState.DONE and state_of(session, key=_task_key(row)) is TaskState.FAILED
    if row.problems or given_up:
        row.state, row.progress, row.attempt = CheckState.WAITING.value, 0, row.attempt + 1
        row.verdict, row.judged_at, row.problems, row.media = None, None, [], []
        row.draft = draft.body()
        session.flush()
    return row


def _task_key(row: PrePublishCheck) -> str:
    return f"{LOOK_TASK}:{row.id}:{row.attempt}"


def _stored(findings: Sequence[Finding]) -> list[Json]:
    """Return the findings as PostgreSQL takes them: a rewrite may repeat what nobody can write."""
    clean = tuple(
        replace(one, said=storable(one.said), rewrite=storable(one.rewrite), why=storable(one.why))
        for one in findings
    )
    return FINDINGS.dump_python(clean, mode="json")


def _judgement(row: PrePublishCheck, *, known: bool) -> Judgement:
    findings = (*FINDINGS.validate_python(row.texts), *FINDINGS.validate_python(row.media))
    return Judgement(
        id=row.id,
        number=f"{_NUMBER}{row.id:06d}",
        creator_id=row.creator_id,
        attempt=row.attempt,
        draft=row.draft,
        state=CheckState(row.state),
        progress=row.progress,
        verdict=Verdict(row.verdict) if row.verdict else None,
        findings=ordered(findings),
        problems=tuple(row.problems),
        rules_version=row.rules_version,
        asked_at=row.asked_at.astimezone(PLATFORM_ZONE),
        judged_at=row.judged_at and row.judged_at.astimezone(PLATFORM_ZONE),
        known=known,
    )


@lru_cache(maxsize=4)
def _rulebook(lists: tuple[tuple[Path, int], ...]) -> "RuleBook":
    """Return the rules, read again when a list has changed."""
    # Word engines and their rules: only a check needs them, every `guanghe ask` imports this module.
    from tools.precheck.text.rulebook import load_rules  # noqa: PLC0415

    return load_rules([path for path, _ in lists])
