"""Creators' own metrics, their alerts, and the days on which an alert fired (FACTS S15)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class CustomMetric(Base):
    """A formula under a name; `name_key` is the name in lower case, so that no two look the same.

    `formula` is the printed form of its tree, other metrics that it was built on written out.
    """

    __tablename__ = "custom_metric"
    __table_args__ = (UniqueConstraint("creator_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    name: Mapped[str] = mapped_column(String(10))
    name_key: Mapped[str] = mapped_column(String(10))
    formula: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class MetricAlert(Base):
    """A bound on a metric, looked at once for each day; `evaluated_until` is the last day that was.

    `threshold` is an exact number of the formula, `numerator/denominator`.
    """

    __tablename__ = "metric_alert"
    __table_args__ = (CheckConstraint("comparison IN ('<', '<=', '>', '>=')", name="comparison"),)

    metric_id: Mapped[int] = mapped_column(
        ForeignKey("custom_metric.id", ondelete="CASCADE"), primary_key=True
    )
    comparison: Mapped[str] = mapped_column(String(2))
    threshold: Mapped[str] = mapped_column(String(50))
    evaluated_until: Mapped[date]


class FiredAlert(Base):
    """A day on which a metric crossed its bound, at most once a day; the words are as they stood then."""

    __tablename__ = "fired_alert"
    __table_args__ = (
        UniqueConstraint("metric_id", "day"),
        Index("ix_fired_alert_creator_id_day", "creator_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("custom_metric.id", ondelete="CASCADE"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    day: Mapped[date]
    value: Mapped[str] = mapped_column(String(60))
    bound: Mapped[str] = mapped_column(String(60))
    fired_at: Mapped[datetime]
