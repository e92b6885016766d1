"""Every SELECT about courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tools.commerce.courses.models import Course, CourseChapter, CourseReview, CourseSale
from tools.commerce.courses.states import SaleState


@dataclass(frozen=True, slots=True)
class Chapters:
    """How many chapters a course has, how long they are together and the shortest."""

    count: int
    seconds: int
    shortest_seconds: int


@dataclass(frozen=True, slots=True)
class Sold:
    """What a course sold in a period: `refund_fen` and the fee of what was kept are of these sales."""

    course_id: int
    title: str
    sales: int
    gross_fen: int
    refunds: int
    refund_fen: int


@dataclass(frozen=True, slots=True)
class Stars:
    """What buyers gave a course: how many, their stars together, and how many gave three or fewer."""

    count: int
    stars: int
    low: int


def courses_of(session: Session, *, creator_id: int) -> Sequence[Course]:
    """Return the creator's courses, the newest first."""
    return session.scalars(
        select(Course)
        .where(Course.creator_id == creator_id)
        .order_by(Course.created_at.desc(), Course.id.desc())
    ).all()


def course(session: Session, *, course_id: int, lock: bool = False) -> Course | None:
    """Return a course; with `lock` it is read anew and held until the transaction ends."""
    query = select(Course).where(Course.id == course_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def all_courses(session: Session) -> Sequence[Course]:
    """Return every course, the oldest first."""
    return session.scalars(select(Course).order_by(Course.id)).all()


def chapters(session: Session, *, course_id: int, on: date) -> Chapters:
    """Return what a course has by a day."""
    count, seconds, shortest = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(CourseChapter.seconds), 0),
            func.coalesce(func.min(CourseChapter.seconds), 0),
        ).where(CourseChapter.course_id == course_id, CourseChapter.published_on <= on)
    ).one()
    return Chapters(int(count), int(seconds), int(shortest))


def sale(session: Session, *, sale_id: int) -> CourseSale | None:
    """Return a sale, locked and read anew."""
    return session.scalar(
        select(CourseSale)
        .where(CourseSale.id == sale_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def sale_of(session: Session, *, course_id: int, buyer: int) -> CourseSale | None:
    """Return what a buyer bought of a course."""
    return session.scalar(
        select(CourseSale).where(CourseSale.course_id == course_id, CourseSale.buyer == buyer)
    )


def all_sales(session: Session) -> Sequence[tuple[CourseSale, int]]:
    """Return every sale with the creator who earned by it, the oldest first."""
    rows = session.execute(
        select(CourseSale, Course.creator_id)
        .join(Course, Course.id == CourseSale.course_id)
        .order_by(CourseSale.id)
    )
    return [(found, creator_id) for found, creator_id in rows]


def owed(session: Session, *, after: int, limit: int) -> list[int]:
    """Return sales whose refund has not been taken back yet, by id."""
    return list(
        session.scalars(
            select(CourseSale.id)
            .where(CourseSale.state == SaleState.OWED.value, CourseSale.id > after)
            .order_by(CourseSale.id)
            .limit(limit)
        )
    )


def serial_courses(session: Session, *, promised_before: date) -> list[int]:
    """Return courses whose promised chapters were due before a day."""
    return list(
        session.scalars(
            select(Course.id)
            .where(Course.promised_by < promised_before, Course.promised_chapters.is_not(None))
            .order_by(Course.id)
        )
    )


def unfinished_sales(session: Session, *, course_id: int) -> list[int]:
    """Return a course's sales that may still be refunded in part."""
    open_states = (SaleState.PAID.value, SaleState.ASKED.value)
    return list(
        session.scalars(
            select(CourseSale.id)
            .where(CourseSale.course_id == course_id, CourseSale.state.in_(open_states))
            .order_by(CourseSale.id)
        )
    )


def sold(session: Session, *, creator_id: int, since: datetime, until: datetime) -> list[Sold]:
    """Return what each of the creator's courses sold between two moments, the largest sum first."""
    refunded = CourseSale.state.in_((SaleState.OWED.value, SaleState.REFUNDED.value))
    gross = func.sum(CourseSale.price_fen)
    rows = session.execute(
        select(
            Course.id,
            Course.title,
            func.count(),
            gross,
            func.sum(case((refunded, 1), else_=0)),
            func.sum(CourseSale.refund_fen),
        )
        .join(Course, Course.id == CourseSale.course_id)
        .where(Course.creator_id == creator_id, CourseSale.bought_at >= since, CourseSale.bought_at < until)
        .group_by(Course.id, Course.title)
        .order_by(gross.desc(), Course.id)
    )
    return [
        Sold(course_id, title, int(sales), int(gross_fen), int(refunds), int(refund_fen))
        for course_id, title, sales, gross_fen, refunds, refund_fen in rows
    ]


def refunds(session: Session, *, creator_id: int) -> list[tuple[CourseSale, str]]:
    """Return the creator's sales with a refund asked for, owed, given or refused, the newest first."""
    rows = session.execute(
        select(CourseSale, Course.title)
        .join(Course, Course.id == CourseSale.course_id)
        .where(Course.creator_id == creator_id, CourseSale.state != SaleState.PAID.value)
        .order_by(CourseSale.asked_at.desc(), CourseSale.id.desc())
    )
    return [(found, title) for found, title in rows]


def students(session: Session, *, course_id: int) -> int:
    """Return how many have the course: bought, and not given all back."""
    found = session.scalar(
        select(func.count()).where(
            CourseSale.course_id == course_id, CourseSale.refund_fen < CourseSale.price_fen
        )
    )
    return int(found or 0)


def stars(session: Session, *, course_id: int) -> Stars:
    """Return what buyers gave a course."""
    count, total, low = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(CourseReview.stars), 0),
            func.coalesce(func.sum(case((CourseReview.stars <= 3, 1), else_=0)), 0),  # noqa: PLR2004 - of five
        )
        .join(CourseSale, CourseSale.id == CourseReview.sale_id)
        .where(CourseSale.course_id == course_id)
    ).one()
    return Stars(int(count), int(total), int(low))


def reviews(session: Session, *, course_id: int, limit: int) -> list[CourseReview]:
    """Return a course's newest reviews."""
    return list(
        session.scalars(
            select(CourseReview)
            .join(CourseSale, CourseSale.id == CourseReview.sale_id)
            .where(CourseSale.course_id == course_id)
            .order_by(CourseReview.at.desc(), CourseReview.sale_id.desc())
            .limit(limit)
        )
    )
