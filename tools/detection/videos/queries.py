"""Every SELECT around works' videos, scans, findings and permissions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.orm import Session

from tools.detection.models import InfringementReport
from tools.detection.videos.models import (
    CopyFinding,
    CopyPermission,
    DetectionScan,
    DetectionScanItem,
    WorkVideo,
)
from tools.detection.videos.permission import Outcome, Permission, Side
from tools.detection.works import WORK


@dataclass(frozen=True, slots=True)
class RightsWork:
    """A work of anybody with what its rights hang on."""

    id: int
    creator: int
    public_id: str
    title: str
    series: str | None
    published_at: datetime

    @property
    def side(self) -> Side:
        """The work as a side of a match."""
        return Side(self.creator, self.id, self.series, self.published_at)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    total: int
    checked: int
    faults: int


def works_by_public_id(session: Session, public_ids: Collection[str]) -> dict[str, RightsWork]:
    """Return the works that have these ids."""
    return {work.public_id: work for work in _works(session, WORK.c.public_id.in_(public_ids))}


def works_by_id(session: Session, work_ids: Collection[int]) -> dict[int, RightsWork]:
    """Return the works by row."""
    return {work.id: work for work in _works(session, WORK.c.id.in_(work_ids))}


def video_path(session: Session, *, work_id: int) -> Path | None:
    """Return where the work's video lies, None where nobody said."""
    found = session.scalar(select(WorkVideo.path).where(WorkVideo.work_id == work_id))
    return Path(found) if found else None


def received_since(session: Session, *, since: datetime) -> Sequence[int]:
    """Return the works whose video was received since then, oldest first."""
    return session.scalars(
        select(WorkVideo.work_id)
        .where(WorkVideo.received_at >= since)
        .order_by(WorkVideo.received_at, WorkVideo.work_id)
    ).all()


def known_paths(session: Session, *, work_ids: Collection[int]) -> dict[int, str]:
    """Return where the videos of these works lie, as far as that is known."""
    rows = session.execute(select(WorkVideo.work_id, WorkVideo.path).where(WorkVideo.work_id.in_(work_ids)))
    return {row[0]: row[1] for row in rows}


def scan(session: Session, scan_id: int) -> DetectionScan | None:
    """Return the scan."""
    return session.get(DetectionScan, scan_id)


def not_checked(session: Session, *, scan_id: int, shard: int) -> list[tuple[int, Path | None]]:
    """Return the works of a shard that are still to be checked, with their files."""
    row = DetectionScanItem
    rows = session.execute(
        select(row.work_id, WorkVideo.path)
        .outerjoin(WorkVideo, WorkVideo.work_id == row.work_id)
        .where(row.scan_id == scan_id, row.shard == shard, row.checked_at.is_(None))
        .order_by(row.work_id)
    )
    return [(work_id, Path(path) if path else None) for work_id, path in rows]


def waiting_in_scans(session: Session, *, work_ids: Collection[int]) -> set[int]:
    """Return those of the works that a scan of new uploads has checked or will check."""
    row = DetectionScanItem
    found = session.scalars(
        select(row.work_id)
        .join(DetectionScan, DetectionScan.id == row.scan_id)
        .join(WorkVideo, WorkVideo.work_id == row.work_id)
        .where(
            row.work_id.in_(work_ids),
            DetectionScan.originals.is_(None),
            # A file that came later was not compared.
            DetectionScan.requested_at >= WorkVideo.received_at,
        )
    )
    return set(found)


def progress(session: Session, *, scan_id: int) -> Progress:
    """Return how far the scan is."""
    row = DetectionScanItem
    total, checked, faults = session.execute(
        select(func.count(), func.count(row.checked_at), func.count(row.fault)).where(row.scan_id == scan_id)
    ).one()
    return Progress(total, checked, faults)


def faults(session: Session, *, scan_id: int) -> list[tuple[str, str]]:
    """Return public id and fault of the works of a scan whose file could not be read."""
    row = DetectionScanItem
    rows = session.execute(
        select(WORK.c.public_id, row.fault)
        .join(WORK, WORK.c.id == row.work_id)
        .where(row.scan_id == scan_id, row.fault.is_not(None))
        .order_by(row.work_id)
    )
    return [(public_id, str(fault)) for public_id, fault in rows]


def finding(session: Session, *, work_id: int, original: str) -> CopyFinding | None:
    """Return what was found of a work and an original."""
    return session.scalar(
        select(CopyFinding).where(CopyFinding.work_id == work_id, CopyFinding.original_name == original)
    )


def findings(session: Session, *, limit: int, works: Collection[int] | None = None) -> list[RowMapping]:
    """Return the newest findings with the works' public ids and the report of each."""
    row = CopyFinding
    query = (
        select(
            WORK.c.public_id.label("work"),
            row.original_name.label("original"),
            row.outcome,
            row.ground,
            row.verdict,
            InfringementReport,
        )
        .join(WORK, WORK.c.id == row.work_id)
        .outerjoin(InfringementReport, InfringementReport.id == row.report_id)
        .order_by(row.id.desc())
        .limit(limit)
    )
    if works is not None:
        query = query.where(row.work_id.in_(works))
    return list(session.execute(query).mappings())


def findings_without_report(session: Session) -> list[tuple[int, str]]:
    """Return id and outcome of findings that had to end in a report and did not."""
    row = CopyFinding
    rows = session.execute(
        select(row.id, row.outcome)
        .where(row.outcome.in_((Outcome.CLAIMED, Outcome.REVIEW)), row.report_id.is_(None))
        .order_by(row.id)
    )
    return [(finding_id, outcome) for finding_id, outcome in rows]


def findings_of_other_works(session: Session) -> list[tuple[int, int]]:
    """Return finding and report where the two name different works."""
    row, report = CopyFinding, InfringementReport
    rows = session.execute(
        select(row.id, report.id)
        .join(report, report.id == row.report_id)
        .where(
            (report.suspect_work_id != row.work_id) | row.original_work_id.is_distinct_from(report.work_id)
        )
        .order_by(row.id)
    )
    return [(finding_id, report_id) for finding_id, report_id in rows]


def unfinished_scans(session: Session, *, work_ids: Collection[int]) -> list[int]:
    """Return the scans in which one of these works is still to be checked."""
    row = DetectionScanItem
    return sorted(
        session.scalars(
            select(row.scan_id).where(row.work_id.in_(work_ids), row.checked_at.is_(None)).distinct()
        )
    )


def permissions_of(session: Session, *, licensee: int) -> list[Permission]:
    """Return whatever the account may use, on any day."""
    rows = session.scalars(
        select(CopyPermission).where(CopyPermission.licensee_id == licensee).order_by(CopyPermission.id)
    )
    return [
        Permission(row.owner_id, row.licensee_id, row.work_id, row.series, row.starts_on, row.ends_on)
        for row in rows
    ]


def all_permissions(session: Session) -> Sequence[CopyPermission]:
    """Return every permission, oldest first."""
    return session.scalars(select(CopyPermission).order_by(CopyPermission.id)).all()


def permission_for_update(session: Session, permission_id: int) -> CopyPermission | None:
    """Return the permission, locked until the transaction ends."""
    return session.scalar(select(CopyPermission).where(CopyPermission.id == permission_id).with_for_update())


def report_between(session: Session, *, work_id: int, suspect_work_id: int) -> InfringementReport | None:
    """Return the newest report of a copy of the work that names the suspect work, decided or not, locked."""
    row = InfringementReport
    return session.scalar(
        select(row)
        .where(row.work_id == work_id, row.suspect_work_id == suspect_work_id, row.kind == "copy")
        .order_by(row.id.desc())
        .limit(1)
        .with_for_update()
    )


def _works(session: Session, where: ColumnElement[bool]) -> list[RightsWork]:
    rows = session.execute(
        select(
            WORK.c.id,
            WORK.c.creator_id,
            WORK.c.public_id,
            WORK.c.title,
            WORK.c.series,
            WORK.c.published_at,
        ).where(where)
    )
    return [RightsWork(*row) for row in rows]
