"""The daily snapshot of how works of each topic do: an answer reads the rows of one category by key."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class TopicStanding(Base):
    """Works of a category by accounts of a follower tier in thirty days, and what came of them.

    `idea` is a topic of the catalogue, empty for all works of the category and tier.
    """

    __tablename__ = "topic_standing"
    __table_args__ = (CheckConstraint("works > 0", name="works"),)

    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    tier: Mapped[str] = mapped_column(String(10), primary_key=True)
    idea: Mapped[str] = mapped_column(String(40), primary_key=True)
    counted_on: Mapped[date]
    works: Mapped[int]
    plays: Mapped[int]
    likes: Mapped[int]
    comments: Mapped[int]
    shares: Mapped[int]
    favourites: Mapped[int]
    follows: Mapped[int]
