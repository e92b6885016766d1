from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.tools.commerce.conftest import CallOf
from tests.tools.commerce.courses.test_sales import a_course
from tests.tools.commerce.trading import a_trader
from tools.commerce.courses import sales, service
from tools.commerce.courses.models import CourseReview
from tools.commerce.courses.refusals import (
    CourseKnown,
    ForbiddenCourse,
    NoCourse,
    NotEligible,
    NotReady,
    PriceNeeded,
    PriceOutside,
    RepricedLately,
    WrongCourseState,
)
from tools.commerce.courses.rules import course_rules
from tools.commerce.courses.tool import commit_course, paid_course
from tools.kernel.agent_tool import Call, Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError

DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def reply(call: Call, **arguments: str) -> Reply:
    answer = paid_course(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Reply)
    return answer


def proposal(call: Call, **arguments: str) -> Proposal:
    answer = paid_course(call, **arguments)  # pyright: ignore[reportArgumentType] - as a model fills them in
    assert isinstance(answer, Proposal)
    return answer


class TestCreate:
    def test_stores_a_draft_only_when_confirmed(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        creator = a_trader(session, "one")
        call = call_of(session, creator)

        found = proposal(call, action="create", title="修手机", amount="99")

        assert service.courses(session, creator_id=creator, on=now.date()) == []
        commit_course(call, found.payload)
        [made] = service.courses(session, creator_id=creator, on=now.date())
        assert (made.course.title, made.course.state, made.course.price_fen) == ("修手机", "draft", 99_00)
        with pytest.raises(CourseKnown):
            paid_course(call, action="create", title="修手机")

    def test_is_refused_with_what_is_missing(self, session: Session, call_of: CallOf) -> None:
        call = call_of(session, a_trader(session, "one", verified=False))

        with pytest.raises(NotEligible, match="实名认证"):
            paid_course(call, action="create", title="修手机")

    @pytest.mark.parametrize("title", ["炒股秘籍", "考研包过班", "学完月入过万"])
    def test_sells_nothing_that_is_forbidden(self, session: Session, call_of: CallOf, title: str) -> None:
        with pytest.raises(ForbiddenCourse):
            paid_course(call_of(session, a_trader(session, "one")), action="create", title=title)

    @pytest.mark.parametrize("amount", ["0.99", "2000.01"])
    def test_keeps_to_the_bounds_of_prices(self, session: Session, call_of: CallOf, amount: str) -> None:
        with pytest.raises(PriceOutside, match=r"1.00–2,000.00"):
            paid_course(
                call_of(session, a_trader(session, "one")), action="create", title="课", amount=amount
            )


class TestPublish:
    def test_says_what_a_course_still_needs(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        course = a_course(session, creator, now=now, chapters=4)
        course.state = "draft"

        with pytest.raises(NotReady, match="至少 5 节，现在 4 节"):
            paid_course(call_of(session, creator), action="publish")

    def test_hands_it_in_and_a_reviewer_decides(
        self, session: Session, call_of: CallOf, now: datetime
    ) -> None:
        creator = a_trader(session, "one")
        course = a_course(session, creator, now=now)
        course.state = "draft"
        call = call_of(session, creator)
        commit_course(call, proposal(call, action="publish").payload)
        assert "最晚 8月18日" in reply(call, action="status").text

        service.review(session, course_id=course.id, reason="第 2 节没有声音", now=now)

        assert "第 2 节没有声音" in reply(call, action="status").text
        commit_course(call, proposal(call, action="publish").payload)
        assert service.review(session, course_id=course.id, reason="", now=now).state == "published"
        with pytest.raises(OperatorError):
            service.review(session, course_id=course.id, reason="", now=now)
        with pytest.raises(WrongCourseState):
            paid_course(call, action="publish")


class TestReprice:
    def test_holds_for_a_day(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        course = a_course(session, creator, now=now)
        call = call_of(session, creator)
        commit_course(call, proposal(call, action="reprice", amount="129").payload)
        assert course.price_fen == 129_00

        with pytest.raises(RepricedLately, match="8月16日 12:00"):
            paid_course(call, action="reprice", amount="139")
        proposal(call_of(session, creator, now=now + DAY), action="reprice", amount="139")

    def test_asks_for_the_price(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        a_course(session, creator, now=now)

        with pytest.raises(PriceNeeded):
            paid_course(call_of(session, creator), action="reprice")

    def test_knows_no_course_of_somebody_else(self, session: Session, call_of: CallOf, now: datetime) -> None:
        course = a_course(session, a_trader(session, "one"), now=now)
        other = a_trader(session, "two")

        with pytest.raises(NoCourse):
            service.reprice(session, creator_id=other, course_id=course.id, price_fen=50_00, now=now)


class TestFigures:
    def test_count_sales_refunds_and_stars(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        course = a_course(session, creator, now=now)
        made = [
            sales.sell(
                session, course_id=course.id, buyer=buyer, price_fen=100_00, now=now - 20 * DAY + buyer * DAY
            )
            for buyer in range(12)
        ]
        sales.ask_refund(session, sale_id=made[11].id, progress_bp=0, reason="不要了", now=now - 4 * DAY)
        for sale, stars in zip(made, (5, 4, 2), strict=False):
            session.add(CourseReview(sale_id=sale.id, stars=stars, words="还行", at=now))
        session.flush()
        call = call_of(session, creator)

        sold, back, stars = (reply(call, action=action) for action in ("sales", "refunds", "reviews"))

        # From the 1st of August on: buyers 6 to 11.
        assert (sold.facts["sales"], sold.facts["gross_fen"], sold.facts["refund_fen"]) == (6, 600_00, 100_00)
        assert sold.facts["students"] == 11
        assert (back.facts["count"], back.facts["refunded_fen"]) == (1, 100_00)
        assert "3 条评价，平均 3.6 星，三星及以下 1 条" in stars.text
        assert "不要了" in back.text

    def test_show_no_buyer(self, session: Session, call_of: CallOf, now: datetime) -> None:
        creator = a_trader(session, "one")
        course = a_course(session, creator, now=now)
        sales.sell(session, course_id=course.id, buyer=987_654, price_fen=100_00, now=now)
        call = call_of(session, creator)

        for action in ("status", "sales", "refunds", "reviews"):
            answer = reply(call, action=action)
            assert "987654" not in answer.text + str(answer.facts)


class TestHow:
    def test_tells_the_rules_of_the_day(self, session: Session, call_of: CallOf) -> None:
        answer = reply(call_of(session, a_trader(session, "one")), action="how")

        assert answer.facts["eligible"] is True
        assert "20.0%" in answer.text
        assert [each.clause for each in answer.citations] == ["1.1", "1.2", "1.4", "2.1"]

    def test_has_other_rules_from_2023_on(self) -> None:
        before, after = course_rules(date(2022, 12, 31)), course_rules(date(2023, 1, 1))

        assert (before.fee_bp, after.fee_bp) == (2_000, 1_500)
        assert (before.fewest_chapters, after.fewest_chapters) == (5, 3)
