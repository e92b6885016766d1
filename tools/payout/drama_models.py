"""The tables of short-drama shares (FACTS S6)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class DramaSeries(Base):
    """A short drama that has figures; `released_on` is the day of its first episode."""

    __tablename__ = "drama_series"
    __table_args__ = (UniqueConstraint("creator_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    name: Mapped[str] = mapped_column(String(60))
    released_on: Mapped[date]


class DramaRating(Base):
    """The level of a series from a day on, until the next one."""

    __tablename__ = "drama_rating"
    __table_args__ = (CheckConstraint("level IN ('S+', 'S', 'A', 'P', 'stopped')", name="level"),)

    series_id: Mapped[int] = mapped_column(ForeignKey("drama_series.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(8))


class DramaDay(Base):
    """The effective plays of one episode on one day, and how many of them were found to be fraud since."""

    __tablename__ = "drama_day"
    __table_args__ = (
        CheckConstraint("fraud_plays >= 0 AND fraud_plays <= effective_plays", name="plays"),
        Index("ix_drama_day_series_id_day", "series_id", "day"),
    )

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("drama_series.id"))
    effective_plays: Mapped[int]
    fraud_plays: Mapped[int]


class DramaShare(Base):
    """Money granted for a series under a version of the rules; a share that was taken back says so.

    `key` is that of the transfer that pays it.
    """

    __tablename__ = "drama_share"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        UniqueConstraint("series_id", "rules", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("drama_series.id"))
    rules: Mapped[int]
    number: Mapped[int]
    day: Mapped[date]
    amount_fen: Mapped[int]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    taken_back: Mapped[bool] = mapped_column(default=False)
