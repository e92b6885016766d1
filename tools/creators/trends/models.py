"""Topics and music of works, and each day's trends: what an answer looks up."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class WorkTopic(Base):
    """A topic of a work, found in its title: a tag, or a word that the platform follows."""

    __tablename__ = "work_topic"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(30), primary_key=True)


class WorkMusic(Base):
    """The music that a work uses, as the platform's export names it."""

    __tablename__ = "work_music"

    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True)
    music: Mapped[str] = mapped_column(String(60))


class TrendDay(Base):
    """The day whose trends are materialised: the week before it beside the week before that."""

    __tablename__ = "trend_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    built_at: Mapped[datetime]


class Trend(Base):
    """How one topic, category, format or music did; `category` is "" for the whole platform."""

    __tablename__ = "trend"
    __table_args__ = (
        CheckConstraint("kind IN ('topic', 'category', 'format', 'music')", name="kind"),
        # An answer reads the first few of one kind and category, the surest rise first.
        Index("ix_trend_day_kind_category_low", "day", "kind", "category", "low"),
    )

    day: Mapped[date] = mapped_column(ForeignKey("trend_day.day"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    creators: Mapped[int]
    creators_before: Mapped[int]
    works: Mapped[int]
    plays: Mapped[int]
    plays_before: Mapped[int]
    ratio: Mapped[float] = mapped_column(Float())
    low: Mapped[float] = mapped_column(Float())
    high: Mapped[float] = mapped_column(Float())


class TrendFactor(Base):
    """How the tenth of a cohort with the most plays differs from the rest; "" is every category or every tier."""

    __tablename__ = "trend_factor"

    day: Mapped[date] = mapped_column(ForeignKey("trend_day.day"), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    tier: Mapped[str] = mapped_column(String(12), primary_key=True)
    factor: Mapped[str] = mapped_column(String(20), primary_key=True)
    cohort: Mapped[int]
    top: Mapped[int]
    delta: Mapped[float] = mapped_column(Float())
    low: Mapped[float] = mapped_column(Float())
    high: Mapped[float] = mapped_column(Float())
    top_median: Mapped[float] = mapped_column(Float())
    rest_median: Mapped[float] = mapped_column(Float())


class TrendEarning(Base):
    """What a category earned in the 30 days before the day: sums of at least some accounts, nobody's own."""

    __tablename__ = "trend_earning"

    day: Mapped[date] = mapped_column(ForeignKey("trend_day.day"), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    creators: Mapped[int]
    earning: Mapped[int]
    fen_per_thousand_plays: Mapped[int]
