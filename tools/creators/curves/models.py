"""Curves of works by day and source, and their sums: what readings and comparisons look up."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class CurveSource(Base):
    """A playback log by name, the file it was last built from, and how far that is: `parts_done` of PARTS."""

    __tablename__ = "curve_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    parts_done: Mapped[int]
    rows: Mapped[int]


class WorkCurve(Base):
    """One work on one day from one source: sums that add up over days, and what happened at each second.

    `by_second` holds viewers, likes, exits and replays one after the other, each with an unsigned little-endian number
    for every position 0 … `positions` - 1, all of one width (1, 2, 4 or 8 bytes): its length over 4 * `positions`.
    """

    __tablename__ = "work_curve"
    __table_args__ = (
        CheckConstraint("positions > 1", name="positions"),
        CheckConstraint("started <= viewers AND finished <= viewers AND viewers <= rows", name="counts"),
        # A part of a source is replaced as a whole.
        Index("ix_work_curve_source_id_part_day", "source_id", "part", "day"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("curve_source.id"), primary_key=True)
    part: Mapped[int]
    positions: Mapped[int]
    rows: Mapped[int]
    plays: Mapped[int]
    viewers: Mapped[int]
    started: Mapped[int]
    stayed_3: Mapped[int]
    stayed_5: Mapped[int]
    finished: Mapped[int]
    seen_positions: Mapped[int]
    by_second: Mapped[bytes] = mapped_column(LargeBinary)


class CurveTotal(Base):
    """A work's sums over all its days and sources, beside what makes works comparable.

    `tier` is the account's when the curve was last built: a work is compared with those of its time.
    """

    __tablename__ = "curve_total"
    __table_args__ = (
        # Peers are the newest works of one cohort: read along one of these.
        Index(
            "ix_curve_total_cohort", "category", "length_band", "tier", "published_at", "work_id", "started"
        ),
        Index("ix_curve_total_category", "category", "length_band", "published_at", "work_id", "started"),
        Index("ix_curve_total_creator", "creator_id", "published_at"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    category: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(12))
    length_band: Mapped[str] = mapped_column(String(12))
    published_at: Mapped[datetime]
    positions: Mapped[int]
    rows: Mapped[int]
    plays: Mapped[int]
    viewers: Mapped[int]
    started: Mapped[int]
    stayed_3: Mapped[int]
    stayed_5: Mapped[int]
    finished: Mapped[int]
    seen_positions: Mapped[int]
