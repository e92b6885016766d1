"""The daily snapshot of what leavers and stayers of each stage did: an answer reads a few rows of it by key."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class GrowthFactor(Base):
    """One factor of one cohort: counts, sums and sums of squares of leavers and stayers.

    The cohort is a category (empty: all of them) and the stage its accounts were in four weeks before `counted_on`.
    """

    __tablename__ = "growth_factor"
    __table_args__ = (CheckConstraint("leavers >= 0 AND stayers >= 0", name="counts"),)

    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    stage: Mapped[str] = mapped_column(String(12), primary_key=True)
    factor: Mapped[str] = mapped_column(String(30), primary_key=True)
    counted_on: Mapped[date]
    leavers: Mapped[int]
    leaver_total: Mapped[float]
    leaver_squares: Mapped[float]
    stayers: Mapped[int]
    stayer_total: Mapped[float]
    stayer_squares: Mapped[float]
