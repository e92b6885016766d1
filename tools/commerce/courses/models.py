"""The tables of paid courses (FACTS S21)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class Course(Base):
    """A course that a creator sells; a serial one has promised so many chapters by a day."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'reviewing', 'rejected', 'published', 'withdrawn')", name="state"
        ),
        CheckConstraint("price_fen >= 0 AND (state = 'draft' OR price_fen > 0)", name="price"),
        CheckConstraint("(promised_chapters IS NULL) = (promised_by IS NULL)", name="promise"),
        CheckConstraint("state <> 'rejected' OR reason <> ''", name="reason"),
        Index("ix_course_creator_id", "creator_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    title: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int]
    trial_chapter: Mapped[bool] = mapped_column(default=False)
    promised_chapters: Mapped[int | None]
    promised_by: Mapped[date | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    repriced_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class CourseChapter(Base):
    """A lesson of a course, in its place."""

    __tablename__ = "course_chapter"
    __table_args__ = (
        CheckConstraint("place > 0 AND seconds > 0", name="sizes"),
        UniqueConstraint("course_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    seconds: Mapped[int]
    published_on: Mapped[date]


class CourseSale(Base):
    """A bought course: what was paid, the platform's part, and what became of it.

    The buyer is a number that nobody is shown (paid-course-rules 3.3). `refund_fen` is owed or given back, `rules_from`
    names the rules of the day it was bought on.
    """

    __tablename__ = "course_sale"
    __table_args__ = (
        CheckConstraint("state IN ('paid', 'asked', 'owed', 'refunded', 'kept')", name="state"),
        CheckConstraint("price_fen > 0 AND fee_fen BETWEEN 0 AND price_fen", name="amounts"),
        CheckConstraint("refund_fen BETWEEN 0 AND price_fen", name="refund"),
        CheckConstraint("(state IN ('owed', 'refunded')) = (refund_fen > 0)", name="refunded"),
        CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name="refunded_at"),
        UniqueConstraint("course_id", "buyer"),
        Index("ix_course_sale_state", "state"),
        Index("ix_course_sale_course_id_bought_at", "course_id", "bought_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    buyer: Mapped[int]
    price_fen: Mapped[int]
    fee_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    bought_at: Mapped[datetime]
    rules_from: Mapped[date]
    asked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    refund_fen: Mapped[int] = mapped_column(default=0)
    refunded_at: Mapped[datetime | None]


class CourseReview(Base):
    """What a buyer says of a course; one for each sale."""

    __tablename__ = "course_review"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    sale_id: Mapped[int] = mapped_column(ForeignKey("course_sale.id"), primary_key=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
