"""Sales of courses and their refunds: the pure machine decides, the row and the ledger follow."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.commerce.courses import queries
from tools.commerce.courses.models import Course, CourseSale
from tools.commerce.courses.rules import CourseRules, course_rules
from tools.commerce.courses.states import (
    CourseState,
    Occurrence,
    Sale,
    SaleEvent,
    SaleState,
    advance,
    fee_of,
    late_fen,
)
from tools.kernel.agent_tool import Button
from tools.kernel.errors import OperatorError
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE
from tools.notices import service as notices
from tools.notices.topics import Lane, Topic
from tools.payout import trade
from tools.payout.posting import Purpose

PREFIX: Final = "course:"
_BATCH: Final = 200
_SETTLED_AFTER_DAYS: Final = 1


def sell(session: Session, *, course_id: int, buyer: int, price_fen: int, now: datetime) -> CourseSale:
    """Store a sale and pay the creator their part, withdrawable once the days of free refunds are over.

    A buyer buys a course once: selling again returns the first sale. Raises OperatorError for a course that is not sold.
    """
    course = queries.course(session, course_id=course_id, lock=True)
    if course is None or course.state != CourseState.PUBLISHED:
        raise OperatorError(f"course {course_id} is not sold")
    if known := queries.sale_of(session, course_id=course_id, buyer=buyer):
        return known
    # A coupon of the creator's lowers what is paid (paid-course-rules 2.1), never raises it.
    if not 0 < price_fen <= course.price_fen:
        raise OperatorError(
            f"course {course_id}: {price_fen} fen is not from 1 to its price of {course.price_fen}"
        )
    rules = course_rules(_day(now))
    row = CourseSale(
        course_id=course_id,
        buyer=buyer,
        price_fen=price_fen,
        fee_fen=fee_of(price_fen, fee_bp=rules.fee_bp),
        state=SaleState.PAID.value,
        bought_at=now,
        rules_from=rules.starts_on,
    )
    session.add(row)
    session.flush()
    trade.earn(session, earning(course, row, fen=price_fen, rules=rules, part=""), now=now)
    return row


def ask_refund(session: Session, *, sale_id: int, progress_bp: int, reason: str, now: datetime) -> CourseSale:
    """Note that a buyer wants the money back: at once by the rule, else the creator and then a person decide."""
    row = _sale(session, sale_id)
    rules = course_rules(row.rules_from)
    occurrence = Occurrence(
        SaleEvent.ASK,
        now,
        progress_bp=progress_bp,
        refund_days=rules.refund_days,
        refund_progress_bp=rules.refund_progress_bp,
    )
    row.asked_at, row.reason = now, reason.strip()[:200]
    _step(session, row, occurrence)
    if row.state == SaleState.OWED:
        collect(session, sale_id=sale_id, now=now)
    else:
        words = f"有学员申请退款 {yuan(row.price_fen)} 元，原因：{row.reason or '没有写'}，先和学员协商"
        _tell(session, row, "asked", words, lane=Lane.DEADLINE, now=now)
    return row


def grant_refund(session: Session, *, sale_id: int, fen: int, now: datetime) -> CourseSale:
    """Give back what was agreed or decided."""
    row = _sale(session, sale_id)
    _step(session, row, Occurrence(SaleEvent.GRANT, now, fen=fen))
    collect(session, sale_id=sale_id, now=now)
    return row


def refuse_refund(session: Session, *, sale_id: int, now: datetime) -> CourseSale:
    """Refuse a refund for good."""
    row = _sale(session, sale_id)
    _step(session, row, Occurrence(SaleEvent.REFUSE, now))
    return row


def collect(session: Session, *, sale_id: int, now: datetime) -> bool:
    """Take what is owed back out of the creator's income; False when that does not hold it yet: the job tries again."""
    row = _sale(session, sale_id)
    if row.state != SaleState.OWED:
        return False
    course = queries.course(session, course_id=row.course_id)
    assert course is not None, "a sale has its course"
    try:
        with session.begin_nested():
            _move_back(session, course, row, now=now)
    except trade.NotCoveredError:
        return False
    _step(session, row, Occurrence(SaleEvent.COLLECT, now))
    row.refunded_at = now
    session.flush()
    _tell(session, row, "refunded", f"退了一笔 {yuan(row.refund_fen)} 元", lane=Lane.BULK, now=now)
    return True


def collect_owed(session: Session, *, now: datetime, after: int) -> int | None:
    """Try the next refunds that are owed; return the last sale's id, None at the end."""
    ids = queries.owed(session, after=after, limit=_BATCH)
    for sale_id in ids:
        collect(session, sale_id=sale_id, now=now)
    return ids[-1] if ids else None


def refund_late_chapters(session: Session, *, now: datetime) -> int:
    """Owe buyers of serial courses the chapters that are a month late; return how many sales."""
    on = _day(now)
    late = timedelta(days=course_rules(on).late_chapter_days)
    done = 0
    for course_id in queries.serial_courses(session, promised_before=on - late):
        course = queries.course(session, course_id=course_id, lock=True)
        assert course is not None
        assert course.promised_chapters is not None
        published = min(queries.chapters(session, course_id=course_id, on=on).count, course.promised_chapters)
        if published == course.promised_chapters:
            continue
        for sale_id in queries.unfinished_sales(session, course_id=course_id):
            row = _sale(session, sale_id)
            fen = late_fen(row.price_fen, promised=course.promised_chapters, published=published)
            row.asked_at, row.reason = row.asked_at or now, row.reason or "连载逾期没有更新"
            _step(session, row, Occurrence(SaleEvent.LATE, now, fen=fen))
            collect(session, sale_id=sale_id, now=now)
            done += 1
    return done


def earning(course: Course, row: CourseSale, *, fen: int, rules: CourseRules, part: str) -> trade.Earning:
    """Return what `fen` of a sale earn the creator; `part` tells what is kept after a refund from the sale itself."""
    day = _day(row.bought_at)
    return trade.Earning(
        key=income_key(row) + part,
        creator_id=course.creator_id,
        purpose=Purpose.COURSES,
        payer=trade.buyers("course_buyers"),
        gross_fen=fen,
        fee_fen=fee_of(fen, fee_bp=rules.fee_bp),
        day=day,
        # earnings-settlement 1.5: after 7 whole days, so on the day that begins after them.
        settles_on=day + timedelta(days=rules.refund_days + _SETTLED_AFTER_DAYS),
        rules_from=rules.starts_on,
        source=f"course-sale-{row.id}",
        note=course.title,
    )


def income_key(row: CourseSale) -> str:
    """Return the ledger key of a sale's income."""
    return f"{PREFIX}{row.id}"


def kept_key(row: CourseSale) -> str:
    """Return the ledger key of what a partly refunded sale still earns."""
    return income_key(row) + ":kept"


def kept_fen(row: CourseSale) -> int:
    """Return what of a sale stays paid."""
    return row.price_fen - (row.refund_fen if row.state == SaleState.REFUNDED else 0)


def _tell(session: Session, row: CourseSale, what: str, words: str, *, lane: Lane, now: datetime) -> None:
    course = queries.course(session, course_id=row.course_id)
    assert course is not None, "a sale has its course"
    notices.leave(
        session,
        creator_id=course.creator_id,
        topic=Topic.COURSE,
        lane=lane,
        text=f"你的课程《{course.title}》{words}。",
        dedupe_key=f"{PREFIX}{row.id}:{what}",
        buttons=(Button("看课程退款", "我的课退款有几笔"),),
        now=now,
    )


def _move_back(session: Session, course: Course, row: CourseSale, *, now: datetime) -> None:
    """Take the sale back whole, the platform's part too, and earn again what is kept.

    The ledger takes transfers back whole. What is kept is earned first (withdrawable at once where the sale was), so that
    a wallet must only hold the difference.
    """
    left_fen = row.price_fen - row.refund_fen
    if left_fen:
        rules = course_rules(row.rules_from)
        again = earning(course, row, fen=left_fen, rules=rules, part=":kept")
        trade.earn(session, again, now=now)
    trade.take_back(session, key=income_key(row), reason="课程退款", now=now)


def _step(session: Session, row: CourseSale, occurrence: Occurrence) -> None:
    before = Sale(SaleState(row.state), row.price_fen, row.bought_at, row.refund_fen)
    after = advance(before, occurrence)
    row.state, row.refund_fen = after.state.value, after.refund_fen
    if after.state is SaleState.REFUNDED:
        row.refunded_at = occurrence.now
    session.flush()


def _sale(session: Session, sale_id: int) -> CourseSale:
    row = queries.sale(session, sale_id=sale_id)
    if row is None:
        raise OperatorError(f"there is no sale {sale_id}")
    return row


def _day(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()
