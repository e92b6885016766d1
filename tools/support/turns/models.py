"""One row for every turn, without a word of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class TurnFigure(Base):
    """A turn: by which channel, to which tool (`route`, empty for none), what became of it, how long it took."""

    __tablename__ = "turn_figure"
    __table_args__ = (CheckConstraint("milliseconds >= 0", name="milliseconds"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(12))
    route: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    # The refusal's class, where a tool said no.
    reason: Mapped[str] = mapped_column(String(60))
    milliseconds: Mapped[int]
