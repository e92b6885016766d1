"""Works' videos: received, compared in shards, what follows from a match; and who may use whose originals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.detection.reports import claims
from tools.detection.reports.claims import Claimed
from tools.detection.reports.verdicts import body_of
from tools.detection.videos import permission, queries
from tools.detection.videos.checking import Matched
from tools.detection.videos.models import (
    CopyFinding,
    CopyPermission,
    DetectionScan,
    DetectionScanItem,
    WorkVideo,
)
from tools.detection.videos.permission import Ground, Outcome, Side
from tools.detection.videos.queries import Progress, RightsWork
from tools.kernel.db import Json
from tools.kernel.errors import OperatorError
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.task_requests import request_task, unfinished

SHARD_TASK = "detection.scan_shard"
_A_SHARD = 50
# A new original is compared with the uploads of so many days; older ones are found when their authors are reported.
RECENT_DAYS = 30


PUBLISHED_FIRST = "对方发布更早"


@dataclass(frozen=True, slots=True)
class _Assessment:
    """What a match means: `original` is None where the protected file is no work of its owner."""

    suspect: RightsWork
    original: RightsWork | None
    owner: int
    ground: Ground | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Received:
    """Which files belong to works, by the work's row, and which names are no work's."""

    works: tuple[int, ...]
    unknown: tuple[str, ...]


def receive(session: Session, *, files: Mapping[str, Path], now: datetime) -> Received:
    """Note where the videos of works lie, by the works' public ids; a new place takes the place of the old one."""
    known = queries.works_by_public_id(session, list(files))
    ids = [work.id for work in known.values()]
    paths = queries.known_paths(session, work_ids=ids)
    for public_id, work in known.items():
        path = str(files[public_id].absolute())
        if work.id not in paths:
            session.add(WorkVideo(work_id=work.id, path=path, received_at=now))
        elif paths[work.id] != path:
            row = update(WorkVideo).where(WorkVideo.work_id == work.id)
            session.execute(row.values(path=path, received_at=now))
    session.flush()
    return Received(tuple(sorted(ids)), tuple(sorted(set(files) - set(known))))


def scan_uploads(session: Session, *, works: Collection[int], now: datetime) -> int | None:
    """Have the workers compare these works with the originals; None when all of them were or will be anyway."""
    done = queries.waiting_in_scans(session, work_ids=works)
    return _scan(session, works=[work for work in works if work not in done], originals=None, now=now)


def scan_for_originals(session: Session, *, originals: Collection[str], now: datetime) -> int | None:
    """Have the workers look for newly protected originals among the uploads of the last RECENT_DAYS days."""
    recent = queries.received_since(session, since=now - timedelta(days=RECENT_DAYS))
    return _scan(session, works=recent, originals=sorted(originals), now=now)


def unfinished_scans(session: Session, *, works: Collection[int]) -> list[int]:
    """Return the scans in which one of these works waits, whoever asked for them."""
    return queries.unfinished_scans(session, work_ids=works)


def progress_of(session: Session, *, scans: Collection[int]) -> list[Progress]:
    """Return how far the scans are."""
    return [queries.progress(session, scan_id=scan) for scan in scans]


def has_shards_left(session: Session, *, scans: Collection[int]) -> bool:
    """Whether a worker has a shard of one of the scans, or will get one."""
    return any(unfinished(session, key_prefix=_shard_key(scan, "")) for scan in scans)


def mark_checked(session: Session, *, scan: int, work: int, fault: str | None, now: datetime) -> None:
    """Note that a work of the scan was compared, or why it could not be read."""
    session.execute(
        update(DetectionScanItem)
        .where(DetectionScanItem.scan_id == scan, DetectionScanItem.work_id == work)
        .values(checked_at=now, fault=fault)
    )


def needs_evidence(session: Session, *, work_id: int, matched: Matched) -> bool:
    """Whether a report will come of the match, so that its picture is wanted."""
    assessed = _assess(session, work_id=work_id, matched=matched)
    return assessed is not None and assessed.outcome in (Outcome.CLAIMED, Outcome.REVIEW)


def note_match(session: Session, *, work_id: int, matched: Matched, now: datetime) -> Outcome | None:
    """Note that the work shows the original and do what follows; None when that was noted before, or shows nothing.

    A claim or a question to a reviewer goes through a report in the owner's name, with the owner's choice of measure.
    """
    assessed = _assess(session, work_id=work_id, matched=matched)
    if assessed is None:
        return None
    found = CopyFinding(
        work_id=work_id,
        original_name=matched.original,
        original_work_id=assessed.original.id if assessed.original else None,
        owner_id=assessed.owner,
        verdict=body_of(matched.verdict),
        outcome=assessed.outcome.value,
        ground=assessed.ground,
        found_at=now,
    )
    session.add(found)
    if assessed.original is not None and assessed.outcome in (Outcome.CLAIMED, Outcome.REVIEW):
        _report(session, found, assessed, assessed.original, matched, now=now)
    session.flush()
    return assessed.outcome


def ground_of(session: Session, *, suspect: RightsWork, original: Side) -> Ground | None:
    """Return why the suspect may show the original on the day it was published."""
    return permission.ground(
        suspect.side,
        original,
        queries.permissions_of(session, licensee=suspect.creator),
        on=suspect.published_at.astimezone(PLATFORM_ZONE).date(),
    )


def permit(
    session: Session,
    *,
    owner: str | None,
    licensee: str,
    work: str | None = None,
    series: str | None = None,
    starts_on: date,
    ends_on: date | None,
    document: str,
    now: datetime,
) -> int:
    """Register that the licensee may use the owner's originals (one work, one series, or all), or without an owner everybody's.

    Returns the permission's number. Raises OperatorError for unknown accounts and works, and days out of order.
    """
    accounts = creators.ids_of(session, handles=[handle for handle in (owner, licensee) if handle])
    for handle in (owner, licensee):
        if handle and handle not in accounts:
            raise OperatorError(f"there is no account {handle!r}")
    if owner == licensee:
        raise OperatorError("an author needs no permission for the own works")
    if ends_on is not None and ends_on <= starts_on:
        raise OperatorError("--until must be after --from")
    if work and series:
        raise OperatorError("--work or --series, not both")
    if not owner and (work or series):
        raise OperatorError("the allow-list is for whole accounts; name the owner of the work or series")
    found = queries.works_by_public_id(session, [work]).get(work) if work else None
    if work and (found is None or found.creator != accounts.get(owner or "")):
        raise OperatorError(f"{work!r} is no work of {owner}")
    row = CopyPermission(
        owner_id=accounts[owner] if owner else None,
        licensee_id=accounts[licensee],
        work_id=found.id if found else None,
        series=series,
        starts_on=starts_on,
        ends_on=ends_on,
        document=" ".join(document.split())[:120],
        registered_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def end_permission(session: Session, *, number: int, on: date) -> None:
    """Let a permission end before this day; one that has ended stays as it is. Raises OperatorError."""
    row = queries.permission_for_update(session, number)
    if row is None:
        raise OperatorError(f"there is no permission {number}")
    if row.ends_on is None or row.ends_on > on:
        row.ends_on = max(on, row.starts_on)
    session.flush()


def permissions(session: Session) -> list[Json]:
    """Return every permission as an operator reads it, oldest first."""
    rows = queries.all_permissions(session)
    works = queries.works_by_id(session, [row.work_id for row in rows if row.work_id is not None])
    return [
        {
            "number": row.id,
            "owner": creators.account(session, creator_id=row.owner_id).handle if row.owner_id else None,
            "licensee": creators.account(session, creator_id=row.licensee_id).handle,
            "work": works[row.work_id].public_id if row.work_id else None,
            "series": row.series,
            "from": row.starts_on.isoformat(),
            "until": row.ends_on.isoformat() if row.ends_on else None,
            "document": row.document,
        }
        for row in rows
    ]


def permitted_owners(session: Session, *, handle: str, on: date) -> frozenset[str]:
    """Return the handles whose every original the account may use on that day; its own is not among them."""
    accounts = creators.ids_of(session, handles=[handle])
    held = [
        one.owner
        for one in queries.permissions_of(session, licensee=accounts.get(handle, 0))
        if one.owner is not None and one.work is None and one.series is None and one.holds_on(on)
    ]
    return frozenset(creators.account(session, creator_id=owner).handle for owner in held)


def _scan(
    session: Session, *, works: Collection[int], originals: list[str] | None, now: datetime
) -> int | None:
    if not works:
        return None
    row = DetectionScan(originals=originals, requested_at=now)
    session.add(row)
    session.flush()
    for place, work in enumerate(works):
        session.add(DetectionScanItem(scan_id=row.id, work_id=work, shard=place // _A_SHARD))
    session.flush()
    for shard in range(-(-len(works) // _A_SHARD)):
        request_task(
            session,
            name=SHARD_TASK,
            key=_shard_key(row.id, shard),
            body={"scan": row.id, "shard": shard},
            now=now,
        )
    return row.id


def _assess(session: Session, *, work_id: int, matched: Matched) -> _Assessment | None:
    """Return what a match means, None when it is noted already or means nothing."""
    if queries.finding(session, work_id=work_id, original=matched.original) is not None:
        return None
    owner = creators.find_account(session, handle=matched.owner)
    suspect = queries.works_by_id(session, [work_id])[work_id]
    if owner is None or suspect.public_id == matched.original:
        return None
    work = queries.works_by_public_id(session, [matched.original]).get(matched.original)
    if work is not None and work.creator != owner.id:
        # A file called like somebody else's work proves nothing about that work.
        work = None
    side = work.side if work else Side(owner.id, None, None, None)
    found = ground_of(session, suspect=suspect, original=side)
    sure = matched.verdict.is_certain
    return _Assessment(
        suspect,
        work,
        owner.id,
        found,
        permission.outcome(sure=sure, ground=found, suspect=suspect.side, original=side),
    )


def _report(
    session: Session,
    found: CopyFinding,
    assessed: _Assessment,
    original: RightsWork,
    matched: Matched,
    *,
    now: datetime,
) -> None:
    suspect, verdict = assessed.suspect, matched.verdict
    if assessed.outcome is Outcome.REVIEW and verdict.decides:
        # The pictures are the same, but whoever published first is not judged by a machine.
        verdict = replace(verdict, permitted=PUBLISHED_FIRST)
    row = claims.claim(
        session,
        original=_claimed(original),
        suspect=_claimed(suspect),
        suspect_name=creators.account(session, creator_id=suspect.creator).nickname,
        verdict=verdict,
        earlier=queries.report_between(session, work_id=original.id, suspect_work_id=suspect.id),
        now=now,
    )
    found.verdict, found.report_id = body_of(verdict), row.id


def _shard_key(scan: int, shard: int | str) -> str:
    return f"{SHARD_TASK}:{scan}:{shard}"


def _claimed(work: RightsWork) -> Claimed:
    return Claimed(work.id, work.creator, work.public_id, work.title)
