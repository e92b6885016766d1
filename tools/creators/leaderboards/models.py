"""Materialised ranks: read by key at any size, rebuilt for each period."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class BoardSnapshot(Base):
    """The boards of one measure and period. Readers see it from `published_at` on, until a newer one replaces it."""

    __tablename__ = "board_snapshot"
    __table_args__ = (
        CheckConstraint("span IN ('day', 'week', 'month')", name="span"),
        Index("ix_board_snapshot_measure_span_starts_on", "measure", "span", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(16))
    span: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    begun_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Board(Base):
    """One board of a snapshot: everybody ("" and ""), a category, a city, or a category in a city."""

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "category", "city"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("board_snapshot.id"))
    category: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]


class BoardPlace(Base):
    """Who stands where: `place` is unique on the board, `rank` is shared by equal values.

    No foreign keys: the rows are derived, some hundred million on a large platform, and each key would be looked up
    again. The audit compares them with what they are derived from.
    """

    __tablename__ = "board_place"
    __table_args__ = (
        UniqueConstraint("board_id", "creator_id"),
        # A board is read along its primary key: on SQLite the rows lie in that order.
        {"sqlite_with_rowid": False},
    )

    board_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int]
    creator_id: Mapped[int]
    value: Mapped[int]
