"""What a creator and the platform's reviewers may do with courses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.courses import queries
from tools.commerce.courses.models import Course, CourseReview, CourseSale
from tools.commerce.courses.queries import Chapters, Sold, Stars
from tools.commerce.courses.refusals import (
    CourseKnown,
    ForbiddenCourse,
    NoCourse,
    NotEligible,
    NotReady,
    PriceNeeded,
    PriceOutside,
    PriceSame,
    RepricedLately,
    WhichCourse,
    WrongCourseState,
)
from tools.commerce.courses.rules import course_rules
from tools.commerce.courses.states import CourseState
from tools.creators import service as creators
from tools.creators.fact_words import FACTS, values_of
from tools.kernel.errors import OperatorError
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE, Period
from tools.kernel.rules import words
from tools.kernel.rules.explain import Verdict, explain
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.ways import ways_of
from tools.notices import service as notices
from tools.notices.topics import Lane, Topic

# paid-course-rules 3.1 and 3.2: what may not be taught, and what may not be promised.
_FORBIDDEN: Final = re.compile(
    r"荐股|炒股|赌博|情感操控|代考|代写|算命|风水|包过|包就业|包教包会|月入过万|月入\d+万|稳赚|躺赚"
)
_TITLES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as its creator sees it."""

    course: Course
    chapters: Chapters
    students: int
    stars: Stars

    @property
    def state(self) -> CourseState:
        """Where it stands."""
        return CourseState(self.course.state)


def verdict(session: Session, *, creator_id: int, on: date) -> Verdict:
    """Return how the creator stands before the conditions of opening courses."""
    rule = read_rule(course_rules(on).rule, FACTS)
    facts = creators.facts(session, creator_id=creator_id, on=on)
    return explain(rule, ways_of(rule), values_of(facts))


def gaps(found: Verdict) -> list[str]:
    """Return what is missing, in words."""
    return [words.gap_words(clause, FACTS) for clause in found.nearest.failed]


def courses(session: Session, *, creator_id: int, on: date) -> list[CourseView]:
    """Return the creator's courses, the newest first."""
    return [view(session, row, on=on) for row in queries.courses_of(session, creator_id=creator_id)]


def view(session: Session, row: Course, *, on: date) -> CourseView:
    """Return a course with its figures."""
    return CourseView(
        row,
        queries.chapters(session, course_id=row.id, on=on),
        queries.students(session, course_id=row.id),
        queries.stars(session, course_id=row.id),
    )


def find(session: Session, *, creator_id: int, title: str | None) -> Course:
    """Return the one course of the creator's that a title means, or the only one. Raises NoCourse, WhichCourse."""
    rows = queries.courses_of(session, creator_id=creator_id)
    if not rows:
        raise NoCourse(what="你还没有付费课")
    plain = (title or "").strip().strip("《》")
    exact = [row for row in rows if row.title == plain]
    found = exact or [row for row in rows if plain in row.title]
    if not found:
        raise NoCourse(what=f"没有找到你的课《{plain[:20]}》")
    if len(found) > 1:
        titles = "、".join(f"《{row.title}》" for row in found[:_TITLES_SHOWN])
        raise WhichCourse(count=len(found), titles=titles, example=found[0].title)
    return found[0]


def check_create(
    session: Session, *, creator_id: int, title: str, price_fen: int | None, now: datetime
) -> None:
    """Raise the refusal that stands against a new course, if any."""
    on = platform_day(now)
    found = verdict(session, creator_id=creator_id, on=on)
    if not found.passed:
        raise NotEligible(gaps="；".join(gaps(found)))
    if broken := _FORBIDDEN.findall(title):
        raise ForbiddenCourse(words="、".join(f"“{each}”" for each in broken))
    for row in queries.courses_of(session, creator_id=creator_id):
        if row.title == title:
            raise CourseKnown(title=title, state=CourseState(row.state).words)
    if price_fen is not None:
        _check_price(price_fen, on=on)


def create(session: Session, *, creator_id: int, title: str, price_fen: int | None, now: datetime) -> Course:
    """Store a new course as a draft: chapters are uploaded in the creator's app."""
    check_create(session, creator_id=creator_id, title=title, price_fen=price_fen, now=now)
    row = Course(
        creator_id=creator_id,
        title=title,
        state=CourseState.DRAFT.value,
        price_fen=price_fen or 0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def check_publish(session: Session, *, row: Course, now: datetime) -> None:
    """Raise the refusal that stands against handing the course in, if any."""
    on = platform_day(now)
    if CourseState.REVIEWING not in CourseState(row.state).next:
        raise WrongCourseState(title=row.title, state=CourseState(row.state).words, what="提交审核")
    found = verdict(session, creator_id=row.creator_id, on=on)
    if not found.passed:
        raise NotEligible(gaps="；".join(gaps(found)))
    rules, chapters = course_rules(on), queries.chapters(session, course_id=row.id, on=on)
    missing: list[str] = []
    if chapters.count < rules.fewest_chapters:
        missing.append(f"至少 {rules.fewest_chapters} 节，现在 {chapters.count} 节")
    elif chapters.shortest_seconds < rules.shortest_seconds:
        missing.append(f"每节不少于 {rules.shortest_seconds // 60} 分钟")
    if row.price_fen == 0:
        missing.append("还没有定价")
    if missing:
        raise NotReady(title=row.title, gaps="；".join(missing))


def publish(session: Session, *, creator_id: int, course_id: int, now: datetime) -> Course:
    """Hand a course in for review."""
    row = _own(session, creator_id=creator_id, course_id=course_id)
    check_publish(session, row=row, now=now)
    row.state, row.submitted_at, row.reason = CourseState.REVIEWING.value, now, ""
    session.flush()
    return row


def check_reprice(row: Course, *, price_fen: int | None, now: datetime) -> int:
    """Return the new price that a course may get now; raises the refusals of prices."""
    rules = course_rules(platform_day(now))
    if price_fen is None:
        raise PriceNeeded(
            title=row.title,
            price=yuan(row.price_fen),
            lowest=yuan(rules.lowest_fen),
            highest=yuan(rules.highest_fen),
        )
    _check_price(price_fen, on=platform_day(now))
    if price_fen == row.price_fen:
        raise PriceSame(title=row.title, price=yuan(price_fen))
    if CourseState(row.state) is CourseState.REVIEWING:
        raise WrongCourseState(title=row.title, state=CourseState.REVIEWING.words, what="改价")
    if row.repriced_at is not None and now < (
        until := row.repriced_at + timedelta(hours=rules.reprice_hours)
    ):
        local = until.astimezone(PLATFORM_ZONE)
        raise RepricedLately(title=row.title, until=f"{local.month}月{local.day}日 {local:%H:%M}")
    return price_fen


def reprice(session: Session, *, creator_id: int, course_id: int, price_fen: int, now: datetime) -> Course:
    """Give a course another price; who has bought it is not touched."""
    row = _own(session, creator_id=creator_id, course_id=course_id)
    row.price_fen = check_reprice(row, price_fen=price_fen, now=now)
    row.repriced_at = now
    session.flush()
    return row


def review(session: Session, *, course_id: int, reason: str, now: datetime) -> Course:
    """Decide on a course that was handed in: published, or sent back with a reason that the creator reads."""
    row = queries.course(session, course_id=course_id, lock=True)
    if row is None:
        raise OperatorError(f"there is no course {course_id}")
    to = CourseState.REJECTED if reason.strip() else CourseState.PUBLISHED
    if to not in CourseState(row.state).next:
        raise OperatorError(f"course {course_id} is {row.state}")
    row.state, row.decided_at, row.reason = to.value, now, reason.strip()[:200]
    session.flush()
    told = "审核通过，已上架" if to is CourseState.PUBLISHED else f"审核退回：{row.reason}，改好可以再提交"
    notices.leave(
        session,
        creator_id=row.creator_id,
        topic=Topic.COURSE,
        lane=Lane.CASE,
        text=f"你的课程《{row.title}》{told}。",
        dedupe_key=f"course:{row.id}:review:{now.isoformat()}",
        now=now,
    )
    return row


def waiting(session: Session) -> list[Course]:
    """Return the courses that wait for a review, the oldest first."""
    return [row for row in queries.all_courses(session) if row.state == CourseState.REVIEWING]


def sold(session: Session, *, creator_id: int, period: Period) -> list[Sold]:
    """Return what each course sold in a period."""
    return queries.sold(
        session,
        creator_id=creator_id,
        since=_midnight(period.starts_on),
        until=_midnight(period.ends_on),
    )


def refunds(session: Session, *, creator_id: int) -> list[tuple[CourseSale, str]]:
    """Return the creator's sales with a refund asked for, owed, given or refused, the newest first."""
    return queries.refunds(session, creator_id=creator_id)


def reviews(session: Session, *, course_id: int, limit: int = 3) -> Sequence[CourseReview]:
    """Return a course's newest reviews."""
    return queries.reviews(session, course_id=course_id, limit=limit)


def platform_day(at: datetime) -> date:
    """Return the platform's day of an instant."""
    return at.astimezone(PLATFORM_ZONE).date()


def _own(session: Session, *, creator_id: int, course_id: int) -> Course:
    row = queries.course(session, course_id=course_id, lock=True)
    if row is None or row.creator_id != creator_id:
        raise NoCourse(what="没有找到这门课")
    return row


def _check_price(price_fen: int, *, on: date) -> None:
    rules = course_rules(on)
    if not rules.lowest_fen <= price_fen <= rules.highest_fen:
        raise PriceOutside(
            lowest=yuan(rules.lowest_fen), highest=yuan(rules.highest_fen), asked=yuan(price_fen)
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PLATFORM_ZONE)
