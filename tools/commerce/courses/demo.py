"""The demo's courses: one of dianshang's that sells, with refunds and reviews, and one of yuanchuang's in review."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.courses import queries, sales
from tools.commerce.courses.models import Course, CourseChapter, CourseReview
from tools.creators import service as creators
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import service as payout

_SELLING: Final = "阳台果树种植入门"
_CHAPTERS: Final = ("选苗", "配土", "浇水和施肥", "修剪", "防虫", "采收")
_WAITING: Final = "榫卯基础十二课"
_LESSONS: Final = ("认识工具", "画线", "直榫", "燕尾榫", "打磨")
_PRICE_FEN: Final = 59_00
_FIRST_BUYER: Final = 810_001
# Days before the demo's day on which one was sold.
_SOLD: Final = (40, 36, 33, 29, 27, 24, 20, 18, 15, 11, 8, 6, 3, 1)
_REVIEWS: Final = {
    0: (5, "讲得细，照着做成活了"),
    2: (4, "配土那节很有用"),
    4: (5, "老师说话实在"),
    6: (3, "浇水讲得有点快"),
}


def load(session: Session, *, on: date) -> None:
    """Make the courses, their sales and reviews exist; an account that has a course is left as it is."""
    _selling(session, on=on)
    _waiting(session, on=on)
    payout.settle_due(session, now=_at(on, days=0))


def _selling(session: Session, *, on: date) -> None:
    course = _course(session, "dianshang", _SELLING, _CHAPTERS, on=on, days=60)
    if course is None:
        return
    course.state, course.decided_at, course.trial_chapter = "published", _at(on, days=58), True
    session.flush()
    for place, days in enumerate(_SOLD):
        sale = sales.sell(
            session,
            course_id=course.id,
            buyer=_FIRST_BUYER + place,
            price_fen=_PRICE_FEN,
            now=_at(on, days=days),
        )
        if words := _REVIEWS.get(place):
            stars, said = words
            session.add(
                CourseReview(sale_id=sale.id, stars=stars, words=said, at=_at(on, days=max(days - 5, 0)))
            )
        if days == 15:  # noqa: PLR2004 - two days later, hardly watched: all back by the rule
            sales.ask_refund(
                session, sale_id=sale.id, progress_bp=500, reason="买错了", now=_at(on, days=days - 2)
            )
        if days == 11:  # noqa: PLR2004 - in time, but half of it watched: the two have to talk
            sales.ask_refund(
                session, sale_id=sale.id, progress_bp=5_000, reason="和想的不一样", now=_at(on, days=days - 5)
            )
    session.flush()


def _waiting(session: Session, *, on: date) -> None:
    course = _course(session, "yuanchuang", _WAITING, _LESSONS, on=on, days=12)
    if course is not None:
        course.state, course.submitted_at = "reviewing", _at(on, days=3)
        session.flush()


def _course(
    session: Session, handle: str, title: str, chapters: tuple[str, ...], *, on: date, days: int
) -> Course | None:
    """Return a new course with its chapters, None without the account or where it has courses."""
    account = creators.find_account(session, handle=handle)
    if account is None or queries.courses_of(session, creator_id=account.id):
        return None
    course = Course(
        creator_id=account.id,
        title=title,
        about="适合零基础，每节 8 到 12 分钟",
        state="draft",
        price_fen=_PRICE_FEN,
        created_at=_at(on, days=days),
        submitted_at=_at(on, days=days - 1),
    )
    session.add(course)
    session.flush()
    for place, name in enumerate(chapters, start=1):
        session.add(
            CourseChapter(
                course_id=course.id,
                place=place,
                title=name,
                seconds=480 + 40 * place,
                published_on=on - timedelta(days=days),
            )
        )
    session.flush()
    return course


def _at(on: date, *, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(9), PLATFORM_ZONE)
