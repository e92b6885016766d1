"""What a diagnosis needs beside the room's own tables."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class IncomeDay(Base):
    """What an account earned on one day, all kinds of income together.

    The payout room's ledger is the truth and writes it here: rooms share state downwards.
    """

    __tablename__ = "creator_income_day"
    __table_args__ = (CheckConstraint("income_fen >= 0", name="income"), {"sqlite_with_rowid": False})

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    income_fen: Mapped[int]
