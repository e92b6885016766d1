"""Questions that no rule answered, for the people who write the rules."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class UnansweredQuestion(Base):
    """One distinct question: `key` is its normalised words, `text` how it was first asked, without personal data.

    `best_score` is the highest evidence that a clause ever had for it. Nothing here says who asked.
    """

    __tablename__ = "unanswered_question"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("best_score BETWEEN 0 AND 1", name="best_score"),
        CheckConstraint("first_at <= last_at", name="order"),
        Index("ix_unanswered_question_last_at", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(String(200))
    count: Mapped[int]
    best_score: Mapped[float]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
