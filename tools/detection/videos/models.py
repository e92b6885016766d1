"""Video files of works, scans of them, what was found, and who may use whose originals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base

_NOT_CHECKED = text("checked_at IS NULL")


class WorkVideo(Base):
    """Where the video file of a published work lies, on storage that every worker sees."""

    __tablename__ = "work_video"
    __table_args__ = (Index("ix_work_video_received_at", "received_at"),)

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(String(1000))
    received_at: Mapped[datetime]


class DetectionScan(Base):
    """A comparison of many works with the originals; with `originals` only matches with those named count."""

    __tablename__ = "detection_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    originals: Mapped[list[Any] | None]
    requested_at: Mapped[datetime]


class DetectionScanItem(Base):
    """One work of a scan; `shard` is the task that has it, `fault` why its file could not be read."""

    __tablename__ = "detection_scan_item"
    __table_args__ = (
        CheckConstraint("fault IS NULL OR checked_at IS NOT NULL", name="fault"),
        Index(
            "ix_detection_scan_item_not_checked",
            "scan_id",
            "shard",
            sqlite_where=_NOT_CHECKED,
            postgresql_where=_NOT_CHECKED,
        ),
    )

    scan_id: Mapped[int] = mapped_column(ForeignKey("detection_scan.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    shard: Mapped[int]
    checked_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(200))


class CopyFinding(Base):
    """A work that shows a protected original: the machine's verdict, what it means, and the report that came of it.

    `original_name` is the original's name in the index, `original_work_id` the work of that id where there is one.
    """

    __tablename__ = "copy_finding"
    __table_args__ = (
        UniqueConstraint("work_id", "original_name"),
        CheckConstraint("outcome IN ('claimed', 'review', 'permitted', 'noted')", name="outcome"),
        CheckConstraint("(outcome = 'permitted') = (ground IS NOT NULL)", name="ground"),
        CheckConstraint("ground IN ('own', 'series', 'licensed', 'allow_listed')", name="known_ground"),
        Index("ix_copy_finding_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    original_name: Mapped[str] = mapped_column(String(200))
    original_work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    verdict: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(10))
    ground: Mapped[str | None] = mapped_column(String(12))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("infringement_report.id"))
    found_at: Mapped[datetime]


class CopyPermission(Base):
    """Whose originals an account may use: one work, one series or all of an owner; without an owner, everybody's.

    Half-open in days; None means open. A permission is never deleted, but ended.
    """

    __tablename__ = "copy_permission"
    __table_args__ = (
        CheckConstraint("owner_id IS NULL OR owner_id <> licensee_id", name="sides"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days"),
        CheckConstraint("work_id IS NULL OR series IS NULL", name="one_scope"),
        CheckConstraint("owner_id IS NOT NULL OR (work_id IS NULL AND series IS NULL)", name="allow_list"),
        Index("ix_copy_permission_licensee_id", "licensee_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    licensee_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    series: Mapped[str | None] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(120))
    registered_at: Mapped[datetime]
